/* The analyses under the same filters, on tapes of random events: they show the same calls and times, and with what is
 * left out that is all there is. Bounds count the gaps of calls left out as their callers'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/callers.h"
#include "analyze/hist.h"
#include "analyze/paths.h"
#include "analyze/profile.h"
#include "analyze/timeline.h"
#include "random_tapes.h"

enum { ROUNDS = 40 };

static uint8_t functions[NAIVE_FUNCTIONS + 1];
static const uint32_t some_threads[] = {0, 2}, all_threads[] = {0, 1, 2};

static void random_choice(struct filter_choice *choice, struct naive_random *random, size_t round, bool raw)
{
    *choice = (struct filter_choice){
        .threads = round % 3 == 0 ? some_threads : all_threads,
        .thread_count = round % 3 == 0 ? 2 : 3,
        .functions = functions,
        .depth = round % 4 == 1 ? 1 + naive_below(random, 3) : UINT32_MAX,
        .least_ticks = round % 4 == 2 ? naive_below(random, 300) : 0,
        .to_ticks = UINT64_MAX,
        .raw = raw,
    };
    /* One function may have several ids, and has one answer. */
    for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++)
        functions[i] = same(i) == i ? naive_below(random, 3) != 0 : functions[same(i)];
    if (round % 4 == 3) {
        choice->from_ticks = naive_below(random, 9000);
        choice->to_ticks = choice->from_ticks + naive_below(random, 6000);
    }
}

struct played {
    uint64_t calls, items, before_ns;
    struct took self;
    bool ordered;
    long open[THREADS][4]; /* by thread and stack number */
};

static int show(void *context, const struct timeline_item *item)
{
    struct played *played = context;
    uint64_t when = item->kind == TIMELINE_END ? item->end_ns : item->start_ns;
    assert_true(!played->ordered || when >= played->before_ns);
    played->before_ns = when;
    played->items++;
    if (item->kind == TIMELINE_NOTE)
        return 0;
    long *open = &played->open[item->thread][item->stack];
    *open -= item->kind == TIMELINE_END;
    assert_int_equal(*open, item->depth);
    *open += item->kind == TIMELINE_BEGIN;
    if (item->kind == TIMELINE_BEGIN)
        return 0;
    assert_true((functions[item->function] & FILTER_SHOWN) != 0);
    played->calls += (item->flags & CALL_EARLIER) == 0 ? item->calls : 0;
    took_add(&played->self, item->self.ticks, item->self.cost);
    return 0;
}

static void same_sums(const struct sums *a, const struct sums *b)
{
    assert_int_equal(a->calls, b->calls);
    assert_int_equal(a->traced_ticks, b->traced_ticks);
    assert_int_equal(a->traced_cost, b->traced_cost);
    assert_int_equal(a->left.calls, b->left.calls);
    assert_int_equal(a->left.ticks, b->left.ticks);
    assert_int_equal(a->left.cost, b->left.cost);
    assert_int_equal(a->earlier, b->earlier);
    assert_int_equal(a->later, b->later);
    assert_int_equal(a->threads, b->threads);
}

/* Whether what is shown and what is left is all of the threads and the range chosen. */
static void sums_are_whole(struct tape *tape, const struct filter_choice *choice, const struct sums *sums)
{
    struct error error;
    struct profile profile;
    struct filter_choice open = *choice;
    open.functions = NULL;
    open.depth = UINT32_MAX;
    open.least_ticks = 0;
    assert_int_equal(profile_make(&profile, tape, &open, PROFILE_RAW, NULL, &error), 0);
    assert_int_equal(profile.sums.left.calls + profile.sums.left.ticks, 0);
    assert_int_equal(sums->calls + sums->left.calls, profile.sums.calls);
    assert_int_equal(sums->traced_ticks + sums->left.ticks, profile.sums.traced_ticks);
    assert_int_equal(sums->traced_cost + sums->left.cost, profile.sums.traced_cost);
    profile_free(&profile);
}

/* Each function's callers and callees are those of its row in the profile, and share its total between them. */
static void callers_agree(const struct profile *profile, const struct gather_source *source)
{
    uint32_t subject_of[NAIVE_FUNCTIONS + 1], subject_functions[NAIVE_FUNCTIONS + 1];
    struct subjects subjects = {subject_functions, 0, subject_of};
    struct callers callers;
    struct error error;
    memset(subject_of, 0xff, sizeof subject_of);
    for (size_t i = 0; i < profile->count; i++)
        subject_functions[subjects.count++] = profile->rows[i].function;
    for (uint32_t i = 1; i <= NAIVE_FUNCTIONS; i++)
        for (uint32_t k = 0; k < subjects.count; k++)
            subject_of[i] = subject_functions[k] == same(i) ? k : subject_of[i];
    assert_int_equal(callers_make(&callers, &subjects, source, &error), 0);
    same_sums(&profile->sums, &callers.sums);
    for (size_t i = 0; i < callers.count; i++) {
        const struct profile_row *row = &profile->rows[i];
        const struct callers_node *node = &callers.nodes[i];
        uint64_t from = 0, to = node->self.ns + node->away.ns;
        assert_int_equal(node->calls, row->calls);
        assert_memory_equal(&node->total, &row->total, sizeof row->total);
        assert_memory_equal(&node->self, &row->self, sizeof row->self);
        for (size_t k = 0; k < node->caller_count; k++)
            from += node->callers[k].time.ns;
        for (size_t k = 0; k < node->callee_count; k++)
            to += node->callees[k].time.ns;
        assert_true(!source->raw || (from == node->total.ns && to == node->total.ns));
    }
    callers_free(&callers);
}

static void durations_agree(const struct profile *profile, const struct gather_source *source, size_t round)
{
    const struct profile_row *row = &profile->rows[round % profile->count];
    const struct hist_choice choice = {row->function, 3, UINT64_MAX};
    struct hist hist;
    struct error error;
    assert_int_equal(hist_make(&hist, &choice, source, &error), 0);
    same_sums(&profile->sums, &hist.sums);
    assert_int_equal(hist.calls, row->calls);
    assert_int_equal(hist.average.ns, row->average.ns);
    if (hist.calls != 0) {
        assert_int_equal(hist.least.ns, row->min.ns);
        assert_int_equal(hist.most.ns, row->max.ns);
    }
    hist_free(&hist);
}

static void analyses_agree(void **state)
{
    struct naive_random random = {11};
    struct error error;
    uint64_t calls = 0, left = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool raw = round % 2 == 0;
        struct tape *tape = random_tape(&random, &random_rules[round / 2 % RULES]);
        struct filter_choice choice;
        random_choice(&choice, &random, round, raw);
        struct profile profile;
        struct paths paths;
        struct sums sums;
        struct played played = {.ordered = choice.least_ticks == 0};
        const struct timeline_choice plays = {&choice, round % 3 == 1, raw};
        assert_int_equal(profile_make(&profile, tape, &choice, raw ? PROFILE_RAW : 0, NULL, &error), 0);
        assert_int_equal(paths_make(&paths, tape, &choice, round % 2 == 0, raw, NULL, &error), 0);
        assert_int_equal(timeline_play(tape, &plays, show, &played, &sums, &error), 0);
        same_sums(&profile.sums, &paths.sums);
        same_sums(&profile.sums, &sums);
        assert_int_equal(played.calls, sums.calls);
        assert_int_equal(played.self.ticks, sums.traced_ticks);
        assert_int_equal(played.self.cost, sums.traced_cost);
        sums_are_whole(tape, &choice, &sums);
        const struct gather_source source = {
            .tape = tape, .choice = &choice, .raw = raw, .workers = round % 4, .piece_events = 50};
        callers_agree(&profile, &source);
        if (profile.count != 0)
            durations_agree(&profile, &source, round);
        for (size_t i = 0; i < profile.count; i++)
            assert_true(functions[profile.rows[i].function] == FILTER_SHOWN);
        calls += sums.calls;
        left += sums.left.calls;
        profile_free(&profile);
        paths_free(&paths);
        tape_close(tape);
    }
    assert_true(calls > 5000 && left > 5000);
}

/* The nearest caller of the call, itself included, that is shown: its index, or -1. */
static long owner_of(const struct naive_calls *calls, long i)
{
    while (i >= 0 && functions[calls->calls[i].function] == 0)
        i = calls->calls[i].parent;
    return i;
}

/* The bound of a function's selfs when other functions' calls are left out: the runs, each once, of which any gap is
 * its own or that of a call left out below it. */
static uint64_t bound_of(uint32_t function)
{
    uint64_t bound = 0;
    for (uint32_t t = 0; t < THREADS; t++) {
        const struct naive_calls *calls = &expected.calls[t];
        uint64_t counted = 0; /* run */
        for (size_t i = 0; i < expected.events[t].count; i++) {
            long owner = calls->owner[i] >= 0 ? owner_of(calls, calls->owner[i]) : -1;
            uint64_t slack = naive_run_slack(calls, &expected.events[t], i);
            if (owner < 0 || same(calls->calls[owner].function) != function || slack == 0 || calls->run[i] == counted)
                continue;
            bound += slack;
            counted = calls->run[i];
        }
    }
    return bound;
}

static void bounds_count_gaps_of_calls_left_out(void **state)
{
    struct naive_random random = {12};
    struct error error;
    uint64_t some = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[1 + round % 2]);
        const struct filter_choice choice = {
            .threads = all_threads,
            .thread_count = THREADS,
            .functions = functions,
            .depth = UINT32_MAX,
            .to_ticks = UINT64_MAX,
        };
        struct profile profile;
        for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++)
            functions[i] = same(i) == i ? naive_below(&random, 2) : functions[same(i)];
        assert_int_equal(profile_make(&profile, tape, &choice, 0, NULL, &error), 0);
        for (size_t i = 0; i < profile.count; i++) {
            assert_int_equal(profile.rows[i].self.bound_ns, bound_of(profile.rows[i].function));
            some += profile.rows[i].self.bound_ns;
        }
        profile_free(&profile);
        tape_close(tape);
    }
    assert_true(some > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(analyses_agree),
        cmocka_unit_test(bounds_count_gaps_of_calls_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
