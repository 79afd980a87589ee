/* What is foretold of a tape without a function is held against a tape that never had it. The runner links no verbs, so
 * what is tested comes in here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/repack.c"

#include <unistd.h>

#include "tape_maker.h"

enum { CALLS = 200000, STEP = 25, COST = 43 };
static const char tape_here[] = "test_repack.tape";

/* A program whose times go over a counter that advances in steps, as each event is recorded at a cost. */
struct program {
    struct tape_maker *tape;
    uint64_t time, random;
};

static uint64_t up_to(struct program *program, uint64_t most)
{
    program->random = program->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (program->random >> 33) % (most + 1);
}

static uint64_t next_event(struct program *program, uint64_t work)
{
    program->time += work + COST;
    return program->time / STEP * STEP;
}

static void make_tape(bool with_leaf)
{
    struct program program = {.tape = tape_maker_open(tape_here), .time = 100000, .random = 1};
    struct tape_maker *tape = program.tape;
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t caller = tape_maker_function(tape, module, 0x1000, "caller", "demo.c", 1);
    uint32_t leaf = tape_maker_function(tape, module, 0x2000, "leaf", "demo.c", 9);
    tape_maker_thread(tape, process, "demo", 0, UINT64_C(1) << 40);
    for (uint32_t call = 0; call < CALLS; call++) {
        uint64_t before = up_to(&program, 30), inside = up_to(&program, 3) == 0 ? 60 : 5, after = up_to(&program, 30);
        uint64_t leaves = up_to(&program, 2);
        tape_maker_enter(tape, caller, next_event(&program, before));
        for (uint64_t i = 0; i < leaves && with_leaf; i++) {
            tape_maker_enter(tape, leaf, next_event(&program, 0));
            tape_maker_exit(tape, next_event(&program, inside));
        }
        tape_maker_exit(tape, next_event(&program, after + (with_leaf ? 0 : leaves * inside)));
    }
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, program.time);
    tape_maker_finish(tape, 0);
}

static struct tape *open_tape(bool with_leaf)
{
    struct error error;
    make_tape(with_leaf);
    struct tape *tape = tape_open(tape_here, &error);
    assert_non_null(tape);
    return tape;
}

static void what_is_left_is_as_large_as_if_it_had_been_recorded_alone(void **state)
{
    struct repack_clock clock = {.timed_cost = COST}, alones = clock;
    bool left_out[8] = {false};
    uint64_t whole, left, alone;
    struct error error;
    (void)state;
    struct tape *tape = open_tape(true);
    assert_int_equal(repacked_whole(tape, left_out, &clock, &whole, &error), 0);
    left_out[2] = true;
    assert_int_equal(repacked_without(tape, left_out, &clock, &left, &error), 0);
    tape_close(tape);
    tape = open_tape(false);
    left_out[2] = false;
    assert_int_equal(repacked_whole(tape, left_out, &alones, &alone, &error), 0);
    tape_close(tape);
    unlink(tape_here);
    repack_free(&clock);
    repack_free(&alones);

    assert_true(alone < whole);
    assert_in_range(whole - left, (whole - alone) * 8 / 10, (whole - alone) * 12 / 10);
}

static void gaps_become_the_nearest_that_were_seen(void **state)
{
    static struct repack_clock clock;
    (void)state;
    memset(clock.nearest, 0xff, sizeof clock.nearest);
    learn_gap(&clock, 24);
    learn_gap(&clock, 49);
    learn_gap(&clock, UINT64_MAX);
    find_nearest(clock.nearest);
    assert_int_equal(clock.nearest[0], 24);
    assert_int_equal(clock.nearest[36], 24);
    assert_int_equal(clock.nearest[37], 49);
    assert_int_equal(clock.nearest[REPACK_GAPS - 1], 49);

    struct repack repack = {.clock = &clock, .carried = 10};
    assert_int_equal(shown_gap(&repack, 24), 24);
    assert_int_equal(shown_gap(&repack, 24), 24);
    assert_int_equal(shown_gap(&repack, 30), 49);
    repack.carried = -1e9;
    assert_int_equal(shown_gap(&repack, 24), 24);
    assert_true(repack.carried == 0);
    repack.carried = 1e30;
    assert_true(shown_gap(&repack, UINT64_MAX) == UINT64_MAX);
}

/* Two thirds of the events stay, and among these is all that had to show that it is short. */
static void showings_go_with_the_number_of_events(void **state)
{
    struct repack_seen seen[2] = {{.events = 200, .shown = 60}, {.events = 100}};
    struct repack_clock clock = {.seen = seen, .adaptive = true};
    struct repack repack = {.clock = &clock, .share = share_left(&clock, (const bool[]){false, true}, 2)};
    unsigned timed = 0, broken = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        unsigned dropped = 0;
        for (int k = 0; k < 4; k++)
            dropped += is_dropped(&repack, seen[0].showing, true);
        for (int k = 0; k < 10; k++)
            assert_false(is_dropped(&repack, seen[0].showing, false));
        timed += 4 - dropped;
        broken += dropped % 4;
    }
    assert_in_range(timed, 4 * 199, 4 * 201);
    assert_int_equal(broken, 0);

    clock.adaptive = false;
    assert_true(share_left(&clock, (const bool[]){false, true}, 2) == 1);
}

static void where_nothing_was_seen_gaps_are_as_they_are(void **state)
{
    static struct repack_clock clock;
    (void)state;
    memset(clock.nearest, 0xff, sizeof clock.nearest);
    find_nearest(clock.nearest);
    for (size_t i = 0; i < REPACK_GAPS; i++)
        assert_int_equal(clock.nearest[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_is_as_large_as_if_it_had_been_recorded_alone),
        cmocka_unit_test(gaps_become_the_nearest_that_were_seen),
        cmocka_unit_test(showings_go_with_the_number_of_events),
        cmocka_unit_test(where_nothing_was_seen_gaps_are_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
