/* The viewer's pyramid and its guard, without tapes. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "view/guard.h"
#include "view/habit.h"
#include "view/levels.h"
#include "view/nodes.h"
#include "view/slices.h"
#include "view/store.h"

/* ---- levels ----------------------------------------------------------------------------------------------------- */

/* What the tiles of one level come to. */
struct seen {
    unsigned level;
    uint64_t covered, slack, calls, tiles;
};

static void read_span(struct reading *reading, uint64_t head, uint64_t tile, uint64_t *end, struct seen *seen)
{
    uint64_t start = tile << tile_shift(seen->level), flags = head / 2, from = start;
    read_number(reading);
    uint64_t offset = read_number(reading);
    if ((flags & CALL_EARLIER) == 0)
        from = *end + offset;
    *end = (flags & CALL_LATER) != 0 ? start + (UINT64_C(1) << tile_shift(seen->level)) : from + read_number(reading);
    assert_true(*end >= from);
    seen->covered += *end - from;
    seen->calls += (flags & CALL_EARLIER) == 0;
}

static int read_tile(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    struct seen *seen = context;
    struct reading reading = {bytes->at, bytes->at + bytes->count, false};
    if (level != seen->level)
        return 0;
    seen->tiles++;
    for (uint64_t rows = read_number(&reading); rows != 0; rows--) {
        uint64_t end = tile << tile_shift(level), bucket = 0;
        read_number(&reading);
        for (uint64_t items = read_number(&reading); items != 0; items--) {
            uint64_t head = read_number(&reading);
            if (head % 2 == 1) {
                read_span(&reading, head, tile, &end, seen);
                continue;
            }
            bucket += head / 2;
            assert_true(bucket < 256);
            read_number(&reading);
            assert_true(reading.at < reading.end);
            seen->covered += (*reading.at++ << level_shift(level)) / 255;
            seen->slack += (UINT64_C(1) << level_shift(level)) / 255 + 1;
            seen->calls += read_number(&reading);
        }
    }
    assert_false(reading.failed);
    assert_ptr_equal(reading.at, reading.end);
    return 0;
}

/* Calls of one row, most of them short, with pauses: told to all levels; returns how much they cover. */
static uint64_t draw_calls(struct levels *levels, unsigned seed, uint32_t count)
{
    const struct levels_open nothing = {0};
    uint64_t now = 0, covered = 0;
    srand(seed);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t pause = rand() % 50 == 0 ? (uint64_t)rand() % 100000 : (uint64_t)rand() % 20;
        uint64_t length = rand() % 30 == 0 ? (uint64_t)rand() % 40000 : (uint64_t)rand() % 60;
        struct segment call = {.start = now + pause, .function = 1 + (uint32_t)rand() % 40};
        assert_int_equal(levels_pass(levels, call.start, &nothing), 0);
        const struct levels_open open = {.open = &call, .count = 1};
        now = call.end = call.start + length;
        assert_int_equal(levels_pass(levels, now, &open), 0);
        assert_int_equal(levels_segment(levels, 1, &call), 0);
        covered += length;
    }
    assert_int_equal(levels_finish(levels), 0);
    return covered;
}

/* At the coarsest level, whose tile is always kept, and at a finer one where all tiles are needed. */
static void test_levels_keep_time_and_calls(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 20; seed++) {
        const unsigned coarsest = 10;
        struct seen seen = {.level = coarsest};
        struct levels *levels =
            levels_create(&(struct levels_wish){.finest = seed % 4, .coarsest = coarsest}, read_tile, &seen);
        assert_non_null(levels);
        uint64_t covered = draw_calls(levels, seed, 5000);
        levels_destroy(levels);
        assert_int_equal(seen.tiles, 1);
        assert_int_equal(seen.calls, 5000);
        assert_true(seen.covered + seen.slack >= covered && covered + seen.slack >= seen.covered);
    }
}

static void test_levels_leave_out_what_is_coarse(void **state)
{
    (void)state;
    const struct levels_open nothing = {0};
    struct seen seen = {.level = 0};
    struct levels *levels = levels_create(&(struct levels_wish){.coarsest = 8}, read_tile, &seen);
    struct segment call = {.start = 1000, .end = 9000000, .function = 1};
    const struct levels_open open = {.open = &call, .count = 1};
    levels_pass(levels, call.start, &nothing);
    levels_pass(levels, call.end, &open);
    levels_segment(levels, 1, &call);
    levels_finish(levels);
    levels_destroy(levels);
    assert_true(seen.tiles <= 2); /* not the 35,000 that it goes through */
}

/* ---- sums ------------------------------------------------------------------------------------------------------- */

enum { NODES = 30 };

static int add_up(void *context, uint64_t slice, const struct bytes *bytes)
{
    struct reading reading = {bytes->at, bytes->at + bytes->count, false};
    (void)slice;
    assert_true(slice_add(&reading, context, NODES));
    return 0;
}

static void test_slices_lose_nothing(void **state)
{
    (void)state;
    struct slice_sum sums[NODES] = {0}, expected[NODES] = {0};
    struct slices slices;
    uint64_t now = 0;
    slices_init(&slices, 3, add_up, sums);
    srand(7);
    for (int i = 0; i < 20000; i++) {
        uint32_t node = (uint32_t)rand() % NODES;
        uint64_t passed = rand() % 40 == 0 ? (uint64_t)rand() % 9000 : (uint64_t)rand() % 40;
        if (passed != 0)
            assert_int_equal(slices_time(&slices, node, now, now + passed, passed, passed * 3), 0);
        now += passed;
        assert_int_equal(slices_call(&slices, node, now), 0);
        expected[node].ns += passed;
        expected[node].cost += passed * 3;
        expected[node].calls++;
    }
    assert_int_equal(slices_finish(&slices), 0);
    slices_free(&slices);
    assert_memory_equal(sums, expected, sizeof sums);
}

static void test_slices_refuse_nonsense(void **state)
{
    (void)state;
    struct slice_sum sums[NODES] = {0};
    static const uint8_t far_node[] = {0, 1, 200, 1, 5, 5, 5}, torn[] = {0, 9, 1, 1};
    struct reading far = {far_node, far_node + sizeof far_node, false}, short_one = {torn, torn + sizeof torn, false};
    assert_false(slice_group_sum(&far, 0, 63, sums, NODES));
    assert_false(slice_group_sum(&short_one, 0, 63, sums, NODES));
}

static void test_nodes_come_back(void **state)
{
    (void)state;
    struct nodes nodes = {0}, again = {0};
    struct bytes bytes = {0};
    uint32_t a = nodes_child(&nodes, 0, 5), b = nodes_child(&nodes, a, 6), c = nodes_child(&nodes, b, 5);
    assert_int_equal(nodes_child(&nodes, a, 6), b);
    assert_int_not_equal(a, c);
    nodes_write(&nodes, 1, &bytes);
    struct reading reading = {bytes.at, bytes.at + bytes.count, false};
    assert_true(nodes_read(&again, &reading));
    assert_int_equal(again.count, nodes.count);
    assert_memory_equal(again.at, nodes.at, nodes.count * sizeof *nodes.at);
    nodes_free(&again);
    static const uint8_t wrong[] = {9, 1};
    struct reading bad = {wrong, wrong + sizeof wrong, false};
    assert_false(nodes_read(&again, &bad));
    nodes_free(&nodes);
    nodes_free(&again);
    bytes_free(&bytes);
}

static void expect_read_again(const struct nodes *nodes)
{
    struct nodes again = {0};
    struct bytes bytes = {0};
    nodes_write(nodes, 1, &bytes);
    struct reading reading = {bytes.at, bytes.at + bytes.count, false};
    assert_true(nodes_read(&again, &reading));
    assert_int_equal(again.count, nodes->count);
    assert_memory_equal(again.at, nodes->at, nodes->count * sizeof *nodes->at);
    nodes_free(&again);
    bytes_free(&bytes);
}

/* What is too deep is no call of the last level, and is told apart by function. */
static void test_nodes_below_the_deepest(void **state)
{
    (void)state;
    struct nodes nodes = {0};
    uint32_t last = 0;
    for (uint32_t depth = 0; depth < VIEW_DEPTH_MOST; depth++)
        last = nodes_child(&nodes, last, 7);
    uint32_t first = nodes_child(&nodes, last, 7), other = nodes_child(&nodes, first, 8);
    assert_int_equal(nodes.count, VIEW_DEPTH_MOST + 4);
    assert_int_equal(nodes.at[first].function, 7);
    assert_int_equal(nodes.at[other].function, 8);
    assert_int_equal(nodes.at[first].parent, nodes.at[other].parent);
    assert_int_equal(nodes.at[nodes.at[first].parent].function, NODE_DEEPER);
    assert_int_equal(nodes.at[nodes.at[first].parent].parent, last);
    assert_int_equal(nodes_child(&nodes, other, 7), first);
    assert_int_equal(nodes_child(&nodes, first, 7), first);
    expect_read_again(&nodes);
    nodes_free(&nodes);
}

static void test_nodes_that_are_too_many(void **state)
{
    (void)state;
    struct nodes nodes = {0}, all = {0};
    uint32_t last = 0, wide = nodes_child(&nodes, 0, 1);
    for (uint32_t depth = 0; depth < VIEW_DEPTH_MOST; depth++)
        last = nodes_child(&nodes, last, 7);
    uint32_t deep = nodes_child(&nodes, last, 7);
    for (uint32_t i = 10; nodes.count < VIEW_NODES_MOST; i++)
        nodes_child(&nodes, wide, i);
    uint32_t new = nodes_child(&nodes, wide, 3), below = nodes_child(&nodes, deep, 4);
    assert_int_equal(nodes.at[new].function, 3);
    assert_int_equal(nodes.at[below].function, 4);
    assert_int_equal(nodes.at[new].parent, nodes.at[below].parent);
    assert_int_equal(nodes.at[nodes.at[new].parent].function, NODE_MORE);
    assert_int_equal(nodes.at[nodes.at[new].parent].parent, 0);
    assert_int_equal(nodes_child(&nodes, new, 4), below);
    assert_int_equal(nodes_child(&nodes, last, 7), deep);
    assert_int_equal(nodes_child(&nodes, 0, 1), wide);
    assert_int_equal(nodes.count, VIEW_NODES_MOST + 3);
    expect_read_again(&nodes);
    /* A tree of its own for each stretch of a thread: one that is full takes those of others by function too. */
    free(nodes_add(&all, &nodes));
    struct nodes one = {0};
    uint32_t far = nodes_child(&one, nodes_child(&one, 0, 2), 5), *numbers = nodes_add(&all, &one);
    assert_non_null(numbers);
    assert_int_equal(all.at[numbers[far]].function, 5);
    assert_int_equal(all.at[all.at[numbers[far]].parent].function, NODE_MORE);
    free(numbers);
    nodes_free(&nodes);
    nodes_free(&all);
    nodes_free(&one);
}

static void test_habit_keeps_the_slowest(void **state)
{
    (void)state;
    struct habit habit = {0};
    uint64_t calls = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        habit_count(&habit, i * 7919 % 1000);
        habit_keep(&habit, &(struct slow_call){.ns = i * 7919 % 1000, .start = i});
    }
    for (unsigned i = 0; i < HABIT_CLASSES; i++)
        calls += habit.counts[i];
    assert_int_equal(calls, 1000);
    for (uint64_t i = 0; i < HABIT_SLOWEST; i++)
        assert_int_equal(habit.slowest[i].ns, 999 - i);
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static void test_store_comes_back(void **state)
{
    (void)state;
    const struct store_name name = {1, 2, 3, 4}, other = {1, 2, 3, 5};
    struct error error;
    struct bytes bytes = {0}, got = {0};
    struct store *store = store_create("pyramid.view", &name, &error);
    assert_non_null(store);
    for (uint64_t i = 0; i < 1000; i++) {
        bytes.count = 0;
        bytes_number(&bytes, i * i);
        const struct store_entry what = {.kind = PIECE_TILE, .level = i % 5, .thread = i % 7, .index = i};
        assert_int_equal(store_add(store, &what, &bytes, &error), 0);
    }
    assert_int_not_equal(access("pyramid.view", F_OK), 0); /* not before it is whole */
    store_finish(store);
    store_close(store);
    assert_null(store_open("pyramid.view", &other));
    store = store_open("pyramid.view", &name);
    assert_non_null(store);
    for (uint64_t i = 0; i < 1000; i++) {
        const struct store_entry what = {.kind = PIECE_TILE, .level = i % 5, .thread = i % 7, .index = i};
        assert_int_equal(store_get(store, &what, &got), 1);
        struct reading reading = {got.at, got.at + got.count, false};
        assert_int_equal(read_number(&reading), i * i);
    }
    assert_int_equal(store_get(store, &(struct store_entry){.kind = PIECE_NODES}, &got), 0);
    store_close(store);
    unlink("pyramid.view");
    bytes_free(&bytes);
    bytes_free(&got);
}

enum { LONGEST_FILE = 20000, NOISE_PIECES = 100, NOISE = 1000 };

static void make_noise(uint8_t noise[NOISE], uint64_t seed)
{
    for (size_t i = 0; i < NOISE; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        noise[i] = (uint8_t)(seed >> 56);
    }
}

static void add_noise(struct store *store)
{
    struct error error = {""};
    uint8_t noise[NOISE];
    for (uint64_t i = 0; i < NOISE_PIECES; i++) {
        struct bytes bytes = {0};
        make_noise(noise, i);
        bytes_put(&bytes, noise, sizeof noise);
        const struct store_entry what = {.kind = PIECE_TILE, .index = i};
        if (store_add(store, &what, &bytes, &error) != 0)
            fail_msg("piece %d: %s", (int)i, error.text);
        bytes_free(&bytes);
    }
}

/* Files that must not become long are as a full disk: all is there, but is not kept. */
static void test_store_goes_on_elsewhere(void **state)
{
    (void)state;
    const struct store_name name = {1, 2, 3, 4};
    struct error error;
    struct rlimit before, few;
    struct bytes got = {0};
    uint8_t noise[NOISE];
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    few = before;
    few.rlim_cur = LONGEST_FILE;
    struct store *store = store_create("pyramid.view", &name, &error);
    assert_non_null(store);
    setrlimit(RLIMIT_FSIZE, &few);
    add_noise(store);
    store_finish(store);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(store_finished(store));
    for (uint64_t i = 0; i < NOISE_PIECES; i++) {
        make_noise(noise, i);
        assert_int_equal(store_get(store, &(struct store_entry){.kind = PIECE_TILE, .index = i}, &got), 1);
        assert_int_equal(got.count, NOISE);
        assert_memory_equal(got.at, noise, NOISE);
    }
    assert_int_not_equal(access("pyramid.view", F_OK), 0);
    bytes_free(&got);
    store_close(store);
}

/* ---- the guard -------------------------------------------------------------------------------------------------- */

static void test_guard(void **state)
{
    (void)state;
    struct guard guard = {.port = 8080}, another = {.port = 8080};
    assert_true(guard_make(&guard) && guard_make(&another));
    assert_string_not_equal(guard.token, another.token);
    char path[80] = "/";
    strcat(strcat(path, guard.token), "/tiles");
    assert_string_equal(guard_path(&guard, path), "tiles");
    assert_null(guard_path(&another, path));
    path[GUARD_TOKEN + 1] = 'x';
    assert_null(guard_path(&guard, path));
    assert_null(guard_path(&guard, "/"));
    assert_null(guard_path(&guard, ""));
    assert_true(guard_allows(&guard, "127.0.0.1:8080", NULL, NULL));
    assert_true(guard_allows(&guard, "localhost:8080", "http://localhost:8080", "same-origin"));
    assert_false(guard_allows(&guard, NULL, NULL, NULL));
    assert_false(guard_allows(&guard, "127.0.0.1:80", NULL, NULL));
    assert_false(guard_allows(&guard, "127.0.0.1:8080.evil.example", NULL, NULL));
    assert_false(guard_allows(&guard, "127.0.0.1:8080", "https://127.0.0.1:8080", NULL));
    assert_false(guard_allows(&guard, "127.0.0.1:8080", "http://localhost:8080", NULL));
    assert_false(guard_allows(&guard, "127.0.0.1:8080", NULL, "cross-site"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_keep_time_and_calls),
        cmocka_unit_test(test_levels_leave_out_what_is_coarse),
        cmocka_unit_test(test_slices_lose_nothing),
        cmocka_unit_test(test_slices_refuse_nonsense),
        cmocka_unit_test(test_nodes_come_back),
        cmocka_unit_test(test_nodes_below_the_deepest),
        cmocka_unit_test(test_nodes_that_are_too_many),
        cmocka_unit_test(test_habit_keeps_the_slowest),
        cmocka_unit_test(test_store_comes_back),
        cmocka_unit_test(test_store_goes_on_elsewhere),
        cmocka_unit_test(test_guard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
