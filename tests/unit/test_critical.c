/* Chains through random threads that wait for and wake one another, against a reference that goes back tick by tick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/critical.h"
#include "naive.h"
#include "tape_maker.h"

enum { ROUNDS = 120, THREADS = 5, TICKS = 500, DEPTH = 5, OBJECTS = 2, FUNCTIONS = 4 };
enum { WAIT = FUNCTIONS + 1, OUTSIDE, STARTING, OWNERS }; /* function WAIT is that of all waits */

static const char tape_path_here[] = "test_critical.tape";
static uint32_t wait_key, wake_key;

/* One thing happens in each tick, in one thread. */
struct step {
    uint32_t thread;
    enum { ENTER, LEAVE, BEGIN_WAIT, WAKE } what;
    uint32_t function, object, lock; /* lock 0: none */
};

struct model_wait {
    uint32_t thread, object, lock;
    uint64_t begin, end;
};

struct model {
    struct step steps[TICKS]; /* by tick - 1 */
    struct model_wait waits[2 * TICKS];
    size_t wait_count;
    uint8_t owner[THREADS][TICKS + 1]; /* from this tick to the next */
    uint64_t start[THREADS];
};
static struct model model;

struct stacked {
    uint32_t function;
    long wait; /* index, or -1 */
};

static uint32_t process_of(uint32_t thread)
{
    return thread == THREADS - 1 ? 1 : 0;
}

/* ---- random threads --------------------------------------------------------------------------------------------- */

static struct step random_step(struct naive_random *random, const uint32_t *depths)
{
    static const uint8_t kinds[] = {ENTER, LEAVE, LEAVE, LEAVE, BEGIN_WAIT, BEGIN_WAIT, WAKE, WAKE, WAKE};
    struct step step = {.thread = naive_below(random, THREADS), .what = kinds[naive_below(random, sizeof kinds)]};
    uint32_t depth = depths[step.thread];
    if ((step.what == ENTER || step.what == BEGIN_WAIT) && depth == DEPTH)
        step.what = LEAVE;
    if (step.what == LEAVE && depth == 0)
        step.what = ENTER;
    step.function = step.what == BEGIN_WAIT ? WAIT : 1 + naive_below(random, FUNCTIONS);
    step.object = 1 + naive_below(random, OBJECTS);
    step.lock = naive_below(random, 3) == 0 ? 1 + naive_below(random, OBJECTS) : 0;
    return step;
}

static void do_step(const struct step *step, uint64_t tick, struct stacked *stack, uint32_t *depth, bool first)
{
    struct model_wait *wait = &model.waits[model.wait_count];
    switch (step->what) {
    case BEGIN_WAIT:
        *wait = (struct model_wait){step->thread, step->object, step->lock, first ? 0 : tick, TICKS};
        stack[(*depth)++] = (struct stacked){WAIT, (long)model.wait_count++};
        break;
    case ENTER:
        stack[(*depth)++] = (struct stacked){step->function, -1};
        break;
    case LEAVE:
        if (stack[--*depth].wait >= 0)
            model.waits[stack[*depth].wait].end = tick;
        break;
    default:
        break;
    }
}

static void make_model(struct naive_random *random)
{
    static struct stacked stacks[THREADS][DEPTH];
    uint32_t depths[THREADS] = {0};
    bool entered[THREADS] = {false};
    model.wait_count = 0;
    memset(model.start, 0, sizeof model.start);
    for (uint64_t tick = 1; tick < TICKS; tick++) {
        struct step *step = &model.steps[tick - 1];
        *step = random_step(random, depths);
        uint32_t t = step->thread;
        do_step(step, tick, stacks[t], &depths[t], !entered[t]);
        entered[t] |= depths[t] != 0;
        for (t = 0; t < THREADS; t++)
            model.owner[t][tick] = (uint8_t)(depths[t] != 0 ? stacks[t][depths[t] - 1].function
                                             : entered[t]   ? OUTSIDE
                                                            : STARTING);
    }
}

static void put_step(struct tape_maker *maker, const struct step *step, uint64_t tick)
{
    uint64_t timed[2] = {tick, step->object};
    if (step->what == LEAVE)
        tape_maker_exit(maker, tick);
    else if (step->what == WAKE)
        tape_maker_value(maker, wake_key, CT_VALUE_TIMED, timed, sizeof timed);
    else
        tape_maker_enter(maker, step->function, tick);
    if (step->what == BEGIN_WAIT)
        tape_maker_number(maker, wait_key, step->object);
    if (step->what == BEGIN_WAIT && step->lock != 0)
        tape_maker_number(maker, wait_key, step->lock);
}

static struct tape *make_tape(void)
{
    struct error error;
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    tape_maker_process(maker, CT_NONE, "demo");
    tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, 0, "/usr/bin/demo");
    for (uint32_t i = 1; i <= WAIT; i++)
        tape_maker_function(maker, module, 16 * i, i == WAIT ? "[wait: thing]" : "work", NULL, 0);
    wait_key = tape_maker_key(maker, CT_KEY_WAIT, CT_TYPE_POINTER, 0, "object", NULL);
    wake_key = tape_maker_key(maker, CT_KEY_WAKE, CT_TYPE_POINTER, 0, "wake", NULL);
    for (uint32_t t = 0; t < THREADS; t++) {
        tape_maker_thread(maker, process_of(t), "thread", 0, TICKS);
        for (uint64_t tick = 1; tick < TICKS; tick++)
            if (model.steps[tick - 1].thread == t)
                put_step(maker, &model.steps[tick - 1], tick);
    }
    tape_maker_process_end(maker, 0, CT_END_EXIT, 0, TICKS);
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(tape_path_here, &error);
    assert_non_null(tape);
    unlink(tape_path_here);
    return tape;
}

/* ---- the reference ---------------------------------------------------------------------------------------------- */

/* The last wake of the object in the wait, 0: none. */
static uint64_t last_wake(const struct model_wait *wait, uint32_t object)
{
    for (uint64_t tick = wait->end - 1; tick != 0 && tick >= wait->begin; tick--) {
        const struct step *step = &model.steps[tick - 1];
        if (step->what == WAKE && step->object == object && process_of(step->thread) == process_of(wait->thread))
            return tick;
    }
    return 0;
}

static bool waited_between(uint32_t thread, uint64_t after, uint64_t until)
{
    for (size_t i = 0; i < model.wait_count; i++)
        if (model.waits[i].thread == thread && model.waits[i].end > after && model.waits[i].end <= until)
            return true;
    return false;
}

static uint64_t ended_by(const struct model_wait *wait)
{
    uint64_t woken = last_wake(wait, wait->object), unlock = wait->lock != 0 ? last_wake(wait, wait->lock) : 0;
    if (woken == 0 || unlock <= woken)
        return woken;
    uint32_t who = model.steps[unlock - 1].thread;
    return who == model.steps[woken - 1].thread || waited_between(who, woken, unlock) ? unlock : woken;
}

/* The outermost of the thread's waits that end in this tick, or NULL. */
static const struct model_wait *ends_here(uint32_t thread, uint64_t tick)
{
    const struct model_wait *found = NULL;
    for (size_t i = 0; i < model.wait_count; i++) {
        const struct model_wait *wait = &model.waits[i];
        if (wait->thread == thread && wait->end == tick && (found == NULL || wait->begin < found->begin))
            found = wait;
    }
    return found;
}

struct reference {
    uint32_t who[TICKS]; /* whose the time is from this tick to the next */
    bool hop[TICKS];     /* a stretch begins there, out of a wait */
    uint64_t unknown;
};

static void refer(struct reference *reference, uint32_t thread, uint64_t from, uint64_t to)
{
    uint64_t waits_to = to; /* later ends were looked at */
    *reference = (struct reference){.unknown = 0};
    for (uint64_t tick = to; tick > from; tick--) {
        const struct model_wait *wait = tick <= waits_to ? ends_here(thread, tick) : NULL;
        uint64_t wake = wait != NULL ? ended_by(wait) : 0;
        uint32_t other = wake != 0 ? model.steps[wake - 1].thread : thread;
        if (wait != NULL && other == thread) {
            uint64_t begin = wait->begin > from ? wait->begin : from;
            reference->unknown += wake == 0 && wait->begin != 0 ? wait->end - begin : 0;
            waits_to = begin;
        }
        if (other != thread) {
            wake = wake > from ? wake : from;
            for (; tick > wake; tick--)
                reference->who[tick - 1] = thread;
            reference->hop[wake] = true;
            thread = other;
            waits_to = wake;
            tick++;
        } else {
            reference->who[tick - 1] = thread;
        }
    }
}

static void check_segments(const struct critical *critical, const struct reference *reference)
{
    size_t i = 0;
    for (uint64_t tick = critical->asked.from; tick < critical->asked.to; i++) {
        assert_true(i < critical->segment_count);
        const struct critical_segment *segment = &critical->segments[i];
        assert_int_equal(segment->at.from, tick);
        assert_int_equal(segment->wait, reference->hop[tick] ? WAIT : CT_NONE);
        do
            assert_int_equal(reference->who[tick], segment->at.thread);
        while (++tick < segment->at.to);
        assert_int_equal(segment->at.to, tick);
    }
    assert_int_equal(critical->segment_count, i);
}

static void check_rows(const struct critical *critical, const struct reference *reference)
{
    uint64_t wanted[OWNERS] = {0}, found[OWNERS] = {0}, ns = 0;
    for (uint64_t tick = critical->asked.from; tick < critical->asked.to; tick++)
        wanted[tick != 0 ? model.owner[reference->who[tick]][tick] : STARTING]++;
    for (size_t i = 0; i < critical->row_count; ns += critical->rows[i++].ns) {
        const struct critical_row *row = &critical->rows[i];
        uint32_t owner = row->kind == CRITICAL_FUNCTION  ? row->function
                         : row->kind == CRITICAL_OUTSIDE ? OUTSIDE
                                                         : STARTING;
        assert_true(row->kind <= CRITICAL_STARTING);
        found[owner] = row->ticks;
    }
    assert_memory_equal(found, wanted, sizeof wanted);
    assert_int_equal(ns, critical->to_ns - critical->from_ns);
}

static void chains_are_as_the_reference_says(void **state)
{
    struct naive_random random = {7};
    static struct reference reference;
    struct error error;
    uint64_t segments = 0, unknown = 0, longest = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        make_model(&random);
        struct tape *tape = make_tape();
        uint32_t thread = naive_below(&random, THREADS);
        uint64_t from = round % 3 != 0 ? naive_below(&random, TICKS / 2) : 0;
        uint64_t to = round % 2 != 0 ? TICKS - naive_below(&random, TICKS / 2) : TICKS;
        const struct critical_choice choice = {.asked = {thread, from, to}, .raw = round % 2 != 0};
        struct critical critical;
        assert_int_equal(critical_make(&critical, tape, &choice, &error), 0);
        refer(&reference, thread, from, to);
        check_segments(&critical, &reference);
        check_rows(&critical, &reference);
        assert_int_equal(critical.unknown_ticks, reference.unknown);
        segments += critical.segment_count;
        longest = critical.segment_count > longest ? critical.segment_count : longest;
        unknown += reference.unknown;
        critical_free(&critical);
        tape_close(tape);
    }
    assert_true(segments > 4 * ROUNDS && longest > 10 && unknown != 0);
}

/* Then the shortest waits go; the chain is a chain all the same. */
static void room_is_kept_to(void **state)
{
    struct naive_random random = {8};
    struct error error;
    (void)state;
    make_model(&random);
    struct tape *tape = make_tape();
    for (size_t most = 1; most < 60; most += 7) {
        const struct waits_room room = {most, most};
        struct waits waits;
        struct waits_search search = {0};
        assert_int_equal(waits_collect(&waits, tape, &search, &room, NULL, &error), 0);
        assert_true(waits.wait_count <= most && waits.wake_count <= most);
        assert_int_equal(waits.wait_count + waits.left_waits, model.wait_count);
        for (size_t i = 0; i < waits.wait_count; i++)
            assert_true(waits.waits[i].begin == 0 || waits.waits[i].end - waits.waits[i].begin >= waits.least_ticks);
        waits_free(&waits);
        const struct critical_choice choice = {.asked = {0, 0, TICKS}, .room = &room};
        struct critical critical;
        assert_int_equal(critical_make(&critical, tape, &choice, &error), 0);
        assert_true(critical.left_waits != 0 && critical.left_wakes != 0);
        assert_int_equal(critical.segments[0].at.from, 0);
        assert_int_equal(critical.segments[critical.segment_count - 1].at.to, TICKS);
        critical_free(&critical);
    }
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_as_the_reference_says),
        cmocka_unit_test(room_is_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
