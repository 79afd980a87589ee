/* The viewer's pyramid, made window by window by several workers: what one worker makes of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "random_tapes.h"
#include "tape_support.h"
#include "view/exact.h"

enum { ROUNDS = 12, EXACT_EVENTS = 1 << 20, WINDOW_EVENTS = 60 };

static struct pyramid *make(struct tape *tape, struct calls_force force)
{
    struct error error = {""};
    const struct pyramid_wish wish = {.events_a_bucket = 1, .exact_events = EXACT_EVENTS};
    calls_force = force;
    struct pyramid *pyramid = pyramid_open(tape, &wish, &error);
    assert_non_null(pyramid);
    if (pyramid_wait(pyramid, NULL, &error) != 1)
        fail_msg("%s", error.text);
    calls_force = (struct calls_force){0};
    return pyramid;
}

/* ---- tiles ------------------------------------------------------------------------------------------------------ */

/* What a tile comes to. */
struct content {
    uint64_t spans, begun, covered, calls, functions;
};

static void read_span(struct reading *tile, uint64_t flags, struct content *content)
{
    content->spans++;
    content->functions += read_number(tile);
    uint64_t offset = read_number(tile);
    content->begun += (flags & CALL_EARLIER) == 0;
    content->covered += (flags & CALL_EARLIER) == 0 ? offset : 0;
    if ((flags & CALL_LATER) == 0)
        content->covered += read_number(tile);
}

static struct content content_of(const struct bytes *bytes)
{
    struct reading tile = {bytes->at, bytes->at + bytes->count, false};
    struct content content = {0};
    for (uint64_t rows = read_number(&tile); rows != 0; rows--) {
        read_number(&tile);
        for (uint64_t items = read_number(&tile); items != 0; items--) {
            uint64_t head = read_number(&tile);
            if (head % 2 == 1) {
                read_span(&tile, head / 2, &content);
                continue;
            }
            content.functions += read_number(&tile);
            content.covered += head + *tile.at++;
            content.calls += read_number(&tile);
        }
    }
    assert_false(tile.failed);
    assert_ptr_equal(tile.at, tile.end);
    return content;
}

struct pair {
    struct pyramid *whole, *windows;
    uint64_t tiles, differ;
};

/* Tiles and habits of the whole are in the windows' too; habits to the last byte, tiles but for where calls began that
 * their window does not know. */
static void expect_same(void *context, const struct store_entry *entry)
{
    struct pair *pair = context;
    struct bytes one = {0}, two = {0};
    if (entry->kind == PIECE_TILE || entry->kind == PIECE_HABIT || entry->kind == PIECE_LANES) {
        assert_int_equal(store_get(pyramid_store(pair->whole), entry, &one), 1);
        assert_int_equal(store_get(pyramid_store(pair->windows), entry, &two), 1);
        bool same = one.count == two.count && memcmp(one.at, two.at, one.count) == 0;
        pair->tiles++;
        pair->differ += !same;
        if (!same) {
            assert_int_equal(entry->kind, PIECE_TILE);
            struct content a = content_of(&one), b = content_of(&two);
            assert_memory_equal(&a, &b, sizeof a);
        }
    }
    bytes_free(&one);
    bytes_free(&two);
}

/* ---- sums ------------------------------------------------------------------------------------------------------- */

static void expect_same_sums(struct pair *pair, uint32_t thread, uint64_t from, uint64_t to)
{
    struct path_sums one = {0}, two = {0};
    struct error error;
    assert_int_equal(exact_sums(pair->whole, thread, from, to, &one, &error), 0);
    assert_int_equal(exact_sums(pair->windows, thread, from, to, &two, &error), 0);
    assert_int_equal(one.count, two.count);
    for (uint32_t i = 0; i < one.count; i++) {
        assert_int_equal(one.sums[i].calls, two.sums[i].calls);
        assert_in_range(one.sums[i].ns + 100, two.sums[i].ns, two.sums[i].ns + 200);
    }
    free(one.sums);
    free(two.sums);
}

static void test_windows_make_the_whole(void **state)
{
    (void)state;
    struct naive_random random = {11};
    uint64_t differ = 0, tiles = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        struct pair pair = {.whole = make(tape, (struct calls_force){1, UINT64_MAX}),
                            .windows = make(tape, (struct calls_force){3, WINDOW_EVENTS})};
        store_each(pyramid_store(pair.whole), expect_same, &pair);
        for (uint32_t thread = 0; thread < THREADS; thread++) {
            expect_same_sums(&pair, thread, 0, pyramid_ns(pair.whole));
            expect_same_sums(&pair, thread, pyramid_ns(pair.whole) / 3, pyramid_ns(pair.whole) / 2);
        }
        tiles += pair.tiles;
        differ += pair.differ;
        pyramid_close(pair.whole);
        pyramid_close(pair.windows);
        tape_close(tape);
    }
    assert_true(differ > 0 && differ < tiles);
}

/* ---- where reading begins --------------------------------------------------------------------------------------- */

struct heard {
    uint64_t count, sum;
};

static void hear(struct heard *heard, const struct call *call, bool ends)
{
    const uint64_t told[] = {ends,
                             call->function,
                             call->depth,
                             call->stack,
                             call->start_ticks,
                             ends ? call->end_ticks : 0,
                             ends ? call->child_ticks : 0,
                             ends ? call->cost : 0,
                             call->flags & ~(uint32_t)CALL_CONTINUED};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        heard->sum = (heard->sum ^ told[i]) * UINT64_C(0x9e3779b97f4a7c15);
    heard->count++;
}

static int hear_begin(void *context, struct call *call, const struct call *parent)
{
    (void)parent;
    hear(context, call, false);
    return 0;
}

static int hear_end(void *context, struct call *call, const struct call *parent)
{
    (void)parent;
    hear(context, call, true);
    return 0;
}

/* Read from the thread's beginning, and from the piece that begins as near as can be: whether that was too near. */
static bool begins_too_late(struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                            const struct heard *whole)
{
    struct heard heard = {0};
    const struct calls_receiver receiver = {.begin = hear_begin, .end = hear_end, .context = &heard};
    const struct tape_piece all = tape_whole_thread(tape, thread);
    struct tape_piece piece;
    struct tape_times times = {0};
    struct filter_left left = {0};
    struct error error;
    assert_int_equal(tape_piece_behind(tape, &all, choice->from_ticks, true, &piece, &error), 0);
    int status = calls_of_piece(tape, &piece, choice, &receiver, NULL, &times, &left, &error);
    tape_piece_free(&piece);
    assert_in_range(status, 0, 1);
    if (status == 1)
        assert_int_equal(heard.count, 0);
    else
        assert_memory_equal(&heard, whole, sizeof heard);
    return status == 1;
}

static void test_reading_begins_anywhere(void **state)
{
    (void)state;
    struct naive_random random = {5};
    uint64_t late = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        struct starts *starts = starts_create(tape);
        for (uint32_t i = 0; i < 900; i++) {
            struct error error;
            struct heard whole = {0}, near = {0};
            struct calls_receiver receiver = {.begin = hear_begin, .end = hear_end, .context = &whole};
            struct filter_choice choice = {.depth = UINT32_MAX, .from_ticks = 1 + i * 10};
            choice.to_ticks = choice.from_ticks + naive_below(&random, 300);
            assert_int_equal(calls_of_thread(tape, i % THREADS, &choice, &receiver, NULL, &(struct tape_times){0},
                                             &(struct filter_left){0}, &error),
                             0);
            receiver.context = &near;
            assert_int_equal(starts_read(starts, i % THREADS, &choice, &receiver, NULL, &error), 0);
            assert_memory_equal(&near, &whole, sizeof near);
            late += begins_too_late(tape, i % THREADS, &choice, &whole);
        }
        starts_free(starts);
        tape_close(tape);
    }
    assert_true(late > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows_make_the_whole),
        cmocka_unit_test(test_reading_begins_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
