/* Profiles by file, module, thread and process, and with percentiles, on tapes of random events, against the naive
 * reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/profile.h"
#include "durations_expected.h"

enum { ROUNDS = 30 };

/* A row, as the naive reference has it to be found. */
struct wanted {
    enum grouping by;
    bool per_thread, per_process;
    uint32_t function, part;
};

static struct expected_durations durations;

static bool equal(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_in_part(const struct wanted *wanted, uint32_t thread)
{
    return (!wanted->per_thread || thread == wanted->part) &&
           (!wanted->per_process || random_process(thread) == wanted->part);
}

static bool is_in_group(const struct wanted *wanted, uint32_t function)
{
    switch (wanted->by) {
    case BY_FUNCTION:
        return same(function) == wanted->function;
    case BY_FILE:
        return equal(random_file(function), wanted->function != 0 ? random_file(wanted->function) : NULL);
    case BY_MODULE:
        return equal(random_module(function), random_module(wanted->function));
    default:
        return true;
    }
}

static bool belongs_to(const void *what, uint32_t thread, const struct naive_call *call)
{
    const struct wanted *wanted = what;
    return is_in_part(wanted, thread) && is_in_group(wanted, call->function);
}

static bool is_outermost(const void *what, uint32_t thread, const struct naive_call *call)
{
    const struct naive_calls *calls = &expected.calls[thread];
    if (!belongs_to(what, thread, call))
        return false;
    for (long i = call->parent; i >= 0; i = calls->calls[i].parent)
        if (belongs_to(what, thread, &calls->calls[i]))
            return false;
    return true;
}

struct sums_of_row {
    struct shown_sums of;
    uint64_t calls, own, own_cost, least;
};

static void sum_up(struct sums_of_row *sums, const struct wanted *wanted, bool raw)
{
    *sums = (struct sums_of_row){.least = UINT64_MAX};
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            uint64_t shown = shown_ns(naive_total(call), call->cost, raw);
            if (!belongs_to(wanted, t, call))
                continue;
            bool outermost = is_outermost(wanted, t, call);
            sums->calls++;
            sums->of.self += call->self;
            sums->of.self_cost += call->self_cost;
            sums->of.total += outermost ? naive_total(call) : 0;
            sums->of.total_cost += outermost ? call->cost : 0;
            shown_longest(&sums->of, call, raw);
            sums->own += naive_total(call);
            sums->own_cost += call->cost;
            sums->least = shown < sums->least ? shown : sums->least;
        }
}

static void check_spread(const struct profile_row *row, const struct wanted *wanted, bool raw)
{
    static const uint32_t permille[PROFILE_PERCENTILES] = {500, 900, 990, 999};
    expect_durations(&durations, belongs_to, wanted, raw);
    for (size_t i = 0; i < PROFILE_PERCENTILES; i++)
        assert_true(is_percentile(&durations, permille[i], row->percentiles_ns[i]));
    assert_int_equal(row->deviation_ns, expected_deviation(&durations));
}

static void check_row(const struct profile_row *row, const struct wanted *wanted, bool raw)
{
    struct sums_of_row sums;
    sum_up(&sums, wanted, raw);
    bool whole = wanted->by == BY_THREAD || wanted->by == BY_PROCESS;
    if (whole) {
        sums.of.total = sums.of.self;
        sums.of.total_cost = sums.of.self_cost;
    }
    struct shown_times shown = shown_sums(&sums.of, raw);
    if (whole)
        shown.self = shown_ns(sums.of.self, sums.of.self_cost, raw);
    uint64_t average = shown_ns(sums.own / sums.calls, sums.own_cost / sums.calls, raw), most = sums.of.longest;
    if (sums.own == sums.of.total && sums.own_cost == sums.of.total_cost && shown.total / sums.calls > average)
        average = shown.total / sums.calls;
    assert_int_equal(row->calls, sums.calls);
    assert_int_equal(row->self.ns, shown.self);
    assert_int_equal(row->total.ns, shown.total);
    assert_int_equal(row->average.ns, average < sums.least ? sums.least : average > most ? most : average);
    assert_int_equal(row->min.ns, sums.least);
    assert_int_equal(row->max.ns, most);
    if (!whole) {
        assert_int_equal(row->self.bound_ns, self_bound(belongs_to, wanted));
        assert_int_equal(row->total.bound_ns, total_bound(is_outermost, wanted));
    }
    check_spread(row, wanted, raw);
}

/* All rows that there should be, each once, so that they sum to all there is. */
static void check_profile(const struct profile *profile, bool raw)
{
    uint64_t calls = 0, self = 0, all_calls = 0;
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_row *row = &profile->rows[i];
        const struct wanted wanted = {profile->by, profile->per_thread, profile->per_process, row->function, row->part};
        check_row(row, &wanted, raw);
        calls += row->calls;
        self += row->self.ns;
    }
    for (uint32_t t = 0; t < THREADS; t++)
        all_calls += expected.calls[t].count;
    assert_int_equal(calls, all_calls);
    assert_int_equal(profile->sums.calls, all_calls);
    assert_int_equal(profile->sums.excess_ns, self > profile->sums.traced_ns ? self - profile->sums.traced_ns : 0);
    assert_true(!raw || self == profile->sums.traced_ns);
}

static size_t wanted_rows(enum grouping by, int per)
{
    static const size_t groups[] = {
        [BY_FUNCTION] = NAIVE_FUNCTIONS - 1, [BY_FILE] = 3, [BY_MODULE] = 2, [BY_THREAD] = THREADS, [BY_PROCESS] = 2};
    static const size_t parts[] = {1, THREADS, 2};
    return groups[by] * (by == BY_THREAD || by == BY_PROCESS ? 1 : parts[per]);
}

static void splits_are_as_the_reference_says(void **state)
{
    struct naive_random random = {31};
    struct error error;
    (void)state;
    random_tape_varied = true;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool raw = round % 2 == 0;
        struct tape *tape = random_tape(&random, &random_rules[round / 2 % RULES]);
        struct labels *labels = labels_create(tape, &error);
        assert_non_null(labels);
        for (int by = BY_FUNCTION; by <= BY_PROCESS; by++) {
            int per = by < BY_THREAD ? (int)round % 3 : 0;
            const struct profile_split split = {(enum grouping)by, per, labels};
            struct profile profile;
            int flags = PROFILE_SPREAD | (raw ? PROFILE_RAW : 0);
            assert_int_equal(profile_make_split(&profile, tape, NULL, (enum profile_flag)flags, &split, NULL, &error),
                             0);
            assert_int_equal(profile.count, wanted_rows((enum grouping)by, per));
            check_profile(&profile, raw);
            profile_free(&profile);
        }
        labels_destroy(labels);
        tape_close(tape);
    }
    random_tape_varied = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_are_as_the_reference_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
