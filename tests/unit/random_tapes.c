#include "random_tapes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "calls/calls.h"
#include "tape_maker.h"

enum { EVENTS = 700 };
static const char exact_path[] = "random.tape", path[] = "random.stripped.tape";
const char random_path[] = "random.last.tape";
bool random_tape_stays, random_tape_varied;

const struct strip_rule random_rules[RULES] = {
    {.short_ticks = 0, .run = 0, .block_words = 5000},
    {.short_ticks = 25, .run = 6, .timed_cost = 130, .untimed_cost = 35, .block_words = 200},
    {.short_ticks = 50, .run = 300, .timed_cost = 600, .untimed_cost = 9, .block_words = 333},
    {.short_ticks = 25, .run = 6, .timed_cost = UINT32_MAX, .untimed_cost = UINT32_MAX, .block_words = 5000},
};
struct expected expected;

static void write_events(struct tape_maker *tape, const struct naive_events *events)
{
    static const enum ct_special specials[] = {
        [TAPE_JUMP] = CT_SPECIAL_JUMP,   [TAPE_STACK] = CT_SPECIAL_STACK, [TAPE_LOST] = CT_SPECIAL_LOST,
        [TAPE_STRAY] = CT_SPECIAL_STRAY, [TAPE_WAIT] = CT_SPECIAL_WAIT,
    };
    for (size_t i = 0; i < events->count; i++) {
        const struct tape_event *event = &events->events[i];
        if (event->kind == TAPE_ENTRY)
            tape_maker_enter(tape, event->function, event->ticks);
        else if (event->kind == TAPE_EXIT)
            tape_maker_exit(tape, event->ticks);
        else
            tape_maker_special(tape, specials[event->kind], event->kind == TAPE_STRAY ? event->function : event->n);
    }
}

/* As the tape has them: what that is, test_tape_untimed.c tests. */
static void read_events(struct naive_events *events, struct tape *tape, uint32_t thread)
{
    struct error error;
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    assert_non_null(cursor);
    events->count = 0;
    while (tape_cursor_next(cursor, &events->events[events->count], &error) > 0)
        assert_true(++events->count < NAIVE_MOST_EVENTS);
    tape_cursor_close(cursor);
}

static struct tape *open_stripped(const struct strip_rule *rule)
{
    struct error error;
    strip_times(exact_path, path, rule);
    struct tape *tape = tape_open(path, &error);
    if (tape == NULL)
        fail_msg("%s", error.text);
    unlink(exact_path);
    if (random_tape_stays)
        rename(path, random_path);
    unlink(path);
    for (uint32_t i = 0; i < THREADS; i++) {
        read_events(&expected.events[i], tape, i);
        naive_pair(&expected.calls[i], &expected.events[i]);
    }
    return tape;
}

const char *random_module(uint32_t function)
{
    return random_tape_varied && function >= RANDOM_OTHERS ? "/usr/lib/other.so" : "/usr/bin/demo";
}

const char *random_file(uint32_t function)
{
    static const char *const files[] = {NULL, "a.c", "src/b.c"};
    return random_tape_varied ? files[same(function) % 3] : NULL;
}

uint32_t random_process(uint32_t thread)
{
    return random_tape_varied && thread == 1;
}

static void add_functions(struct tape_maker *maker, uint32_t process)
{
    char name[] = "f0";
    uint32_t modules[2] = {tape_maker_module(maker, process, "/usr/bin/demo")};
    modules[1] = random_tape_varied ? tape_maker_module(maker, process, random_module(RANDOM_OTHERS)) : modules[0];
    for (uint32_t i = 1; i <= NAIVE_FUNCTIONS; i++) {
        name[1] = (char)('0' + same(i));
        tape_maker_function(maker, modules[i >= RANDOM_OTHERS], 0x1000 + 16 * same(i), random_tape_varied ? name : NULL,
                            random_file(i), 0);
    }
}

struct tape *random_tape(struct naive_random *random, const struct strip_rule *rule)
{
    struct tape_maker *maker = tape_maker_open(exact_path);
    uint64_t end = 0;
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t second = random_tape_varied ? tape_maker_process(maker, process, "demo") : process;
    add_functions(maker, process);
    for (uint32_t i = 0; i < THREADS; i++) {
        struct naive_events *events = &expected.events[i];
        uint64_t start = 1 + naive_below(random, 5000);
        naive_generate(events, random, EVENTS, start, (struct naive_choice){0});
        tape_maker_thread(maker, random_process(i) == 0 ? process : second, "thread", start, events->end_ticks);
        write_events(maker, events);
        end = events->end_ticks > end ? events->end_ticks : end;
    }
    tape_maker_process_end(maker, process, CT_END_EXIT, 0, end);
    if (second != process)
        tape_maker_process_end(maker, second, CT_END_EXIT, 0, end);
    tape_maker_finish(maker, 0);
    return open_stripped(rule);
}

uint32_t same(uint32_t function)
{
    return function == NAIVE_FUNCTIONS ? NAIVE_FUNCTIONS - 1 : function;
}

bool is_nested(const struct naive_calls *calls, const struct naive_call *call)
{
    for (long i = call->parent; i >= 0; i = calls->calls[i].parent)
        if (same(calls->calls[i].function) == same(call->function))
            return true;
    return false;
}

uint64_t shown_ns(uint64_t ns, uint64_t cost, bool raw)
{
    uint64_t whole = cost / 16 + (cost % 16 >= 8);
    return raw ? ns : ns > whole ? ns - whole : 0;
}

void shown_longest(struct shown_sums *sums, const struct naive_call *call, bool raw)
{
    uint64_t shown = shown_ns(naive_total(call), call->cost, raw);
    sums->longest = shown > sums->longest ? shown : sums->longest;
}

/* What cannot be is not shown: a total below its self or a call of its, a self that is not all of it where no other
 * time is in it. */
struct shown_times shown_sums(const struct shown_sums *sums, bool raw)
{
    struct shown_times shown = {shown_ns(sums->total, sums->total_cost, raw),
                                shown_ns(sums->self, sums->self_cost, raw)};
    uint64_t least = shown.self > sums->longest ? shown.self : sums->longest;
    shown.total = shown.total > least ? shown.total : least;
    if (sums->total == sums->self && sums->total_cost == sums->self_cost)
        shown.self = shown.total;
    return shown;
}

uint64_t self_bound(belongs *belong, const void *what)
{
    uint64_t bound = 0;
    for (uint32_t t = 0; t < THREADS; t++) {
        const struct naive_calls *calls = &expected.calls[t];
        uint64_t counted = 0; /* run */
        for (size_t i = 0; i < expected.events[t].count; i++) {
            if (calls->owner[i] < 0 || calls->run[i] == counted)
                continue;
            uint64_t slack = naive_run_slack(calls, &expected.events[t], i);
            if (slack == 0 || !belong(what, t, &calls->calls[calls->owner[i]]))
                continue;
            bound += slack;
            counted = calls->run[i];
        }
    }
    return bound;
}

uint64_t total_bound(belongs *outermost, const void *what)
{
    uint64_t bound = 0;
    for (uint32_t t = 0; t < THREADS; t++) {
        uint64_t slacks[NAIVE_MOST_EVENTS + 2] = {0};
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            if (!outermost(what, t, call))
                continue;
            slacks[call->start_run] |= call->start_slack;
            slacks[call->end_run] |= call->end_slack;
        }
        for (size_t run = 0; run < NAIVE_MOST_EVENTS + 2; run++)
            bound += slacks[run];
    }
    return bound;
}
