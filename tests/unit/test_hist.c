/* Distributions of durations: histograms for themselves, and on tapes of random events against the naive reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/hist.h"
#include "durations_expected.h"
#include "tape_maker.h"

enum { ROUNDS = 40, SLOWEST = 7 };

static struct expected_durations durations;
static uint32_t wanted_function;

static bool is_wanted(const void *what, uint32_t thread, const struct naive_call *call)
{
    (void)what;
    (void)thread;
    return same(call->function) == wanted_function;
}

/* ---- histograms and bins ---- */

static void percentiles_are_near(void **state)
{
    struct naive_random random = {3};
    (void)state;
    for (uint32_t bits = 1; bits <= 62; bits++) {
        struct histogram histogram = {0}, other = {0};
        uint64_t value = UINT64_C(1) << bits | naive_below(&random, UINT32_MAX) % (UINT64_C(1) << bits);
        assert_int_equal(histogram_add(&histogram, value), 0);
        assert_int_equal(histogram_add(&other, 1), 0);
        assert_int_equal(histogram_join(&histogram, &other), 0);
        uint64_t told = histogram_percentile(&histogram, 1000);
        uint64_t off = told > value ? told - value : value - told;
        assert_true(off <= value / 128);
        assert_int_equal(histogram_percentile(&histogram, 500), 1);
        assert_int_equal(histogram_percentile(&histogram, 501), told);
        histogram_free(&histogram);
        histogram_free(&other);
    }
}

static void bins_hold_what_begins_in_them(void **state)
{
    (void)state;
    assert_int_equal(bin_of(0), 0);
    assert_int_equal(bin_of(UINT64_MAX), BINS - 1);
    for (uint32_t i = 0; i < BINS; i++) {
        uint64_t from = bin_from(i), to = bin_from(i + 1);
        assert_true(from <= to);
        if (from == to)
            continue;
        assert_int_equal(bin_of(from), i);
        assert_int_equal(bin_of(to - 1), i);
    }
    assert_int_equal(bin_from(1 + 6 * 3), 1000);
    assert_int_equal(bin_from(2 + 6 * 3), 1500);
    assert_int_equal(bin_from(6 + 6 * 3), 7000);
}

/* ---- distributions ---- */

static uint64_t shown(const struct naive_call *call, bool raw)
{
    return shown_ns(naive_total(call), call->cost, raw);
}

static uint64_t calls_between(uint64_t from, uint64_t to, bool raw)
{
    uint64_t count = 0;
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            uint64_t ns = shown(call, raw);
            count += is_wanted(NULL, t, call) && ns >= from && (ns < to || to == UINT64_MAX);
        }
    return count;
}

static void check_bins(const struct hist *hist, bool raw)
{
    uint64_t calls = 0;
    for (size_t i = 0; i < hist->bin_count; i++) {
        assert_int_equal(hist->bins[i].calls, calls_between(hist->bins[i].from_ns, hist->bins[i].to_ns, raw));
        calls += hist->bins[i].calls;
    }
    assert_int_equal(calls, hist->calls);
    assert_int_equal(calls, durations.count);
    assert_true(hist->bin_count == 0 || (hist->bins[0].calls != 0 && hist->bins[hist->bin_count - 1].calls != 0));
}

static void check_numbers(const struct hist *hist, bool raw)
{
    static const uint32_t permille[HIST_PERCENTILES] = {500, 900, 990, 999};
    for (size_t i = 0; i < HIST_PERCENTILES; i++)
        assert_true(is_percentile(&durations, permille[i], hist->percentiles_ns[i]));
    assert_int_equal(hist->deviation_ns, expected_deviation(&durations));
    if (durations.count == 0)
        return;
    assert_int_equal(calls_between(0, hist->least.ns, raw), 0);
    assert_int_equal(calls_between(hist->most.ns + 1, UINT64_MAX, raw), 0);
    assert_true(calls_between(hist->least.ns, hist->least.ns + 1, raw) != 0);
    assert_true(calls_between(hist->most.ns, hist->most.ns + 1, raw) != 0);
}

/* The slowest come in order, each is a call of the tape with its path, and no others are slower. */
static void check_slowest(const struct hist *hist, bool raw)
{
    size_t most = hist->calls < SLOWEST ? hist->calls : SLOWEST;
    assert_int_equal(hist->slow_count, most);
    for (size_t k = 0; k < most; k++) {
        const struct slow_call *slow = &hist->slowest[k];
        const struct naive_calls *calls = &expected.calls[slow->thread];
        size_t found = 0;
        assert_true(k == 0 || slow->took.ns <= slow[-1].took.ns);
        for (size_t i = 0; i < calls->count; i++) {
            long above = calls->calls[i].parent;
            uint32_t depth = slow->depth;
            if (!is_wanted(NULL, 0, &calls->calls[i]) || calls->calls[i].start != slow->start_ticks ||
                calls->calls[i].end != slow->end_ticks || shown(&calls->calls[i], raw) != slow->took.ns)
                continue;
            while (above >= 0 && depth != 0 && depth <= SLOW_PATH &&
                   same(calls->calls[above].function) == slow->path[depth - 1]) {
                above = calls->calls[above].parent;
                depth--;
            }
            found += above < 0 && depth == 0;
        }
        assert_true(found != 0 || slow->depth > SLOW_PATH);
    }
    if (most != 0)
        assert_true(calls_between(hist->slowest[most - 1].took.ns + 1, UINT64_MAX, raw) < most);
}

/* ---- outliers ---- */

static bool is_below(const struct naive_calls *calls, long call, long above)
{
    while (call >= 0 && call != above)
        call = calls->calls[call].parent;
    return call >= 0;
}

struct part {
    uint64_t calls, below[NAIVE_FUNCTIONS + 1], ticks[NAIVE_FUNCTIONS + 1], cost[NAIVE_FUNCTIONS + 1];
};

/* [0] of a part: the calls themselves, for no call is of function 0. */
static void add_below(struct part *part, const struct naive_calls *calls, long above)
{
    part->calls++;
    for (long i = above; i < (long)calls->count; i++) {
        uint32_t function = i != above ? same(calls->calls[i].function) : 0;
        if (!is_below(calls, i, above))
            continue;
        part->below[function]++;
        part->ticks[function] += calls->calls[i].self;
        part->cost[function] += calls->calls[i].self_cost;
    }
}

static double mean_of(const struct part *part, uint32_t function, bool raw)
{
    double ticks = (double)part->ticks[function] - (raw ? 0 : (double)part->cost[function] / 16);
    return ticks > 0 ? ticks / (double)part->calls : 0;
}

static bool are_near(double a, double b)
{
    return a - b < 1e-6 && b - a < 1e-6;
}

static void check_difference(const struct hist_difference *told, const struct part parts[2], bool raw)
{
    uint32_t function = told->function == CT_NONE ? 0 : told->function;
    assert_true(are_near(told->usual_ns, mean_of(&parts[0], function, raw)));
    assert_true(are_near(told->outlier_ns, mean_of(&parts[1], function, raw)));
    if (function == 0)
        return;
    assert_true(are_near(told->usual_calls, (double)parts[0].below[function] / (double)parts[0].calls));
    assert_true(are_near(told->outlier_calls, (double)parts[1].below[function] / (double)parts[1].calls));
}

static void check_outliers(const struct hist *hist, bool raw)
{
    const struct hist_outliers *outliers = &hist->outliers;
    struct part parts[2] = {0};
    size_t functions = 0;
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++)
            if (is_wanted(NULL, t, &expected.calls[t].calls[i]))
                add_below(&parts[shown(&expected.calls[t].calls[i], raw) >= outliers->from_ns], &expected.calls[t],
                          (long)i);
    assert_int_equal(outliers->others, parts[0].calls);
    assert_int_equal(outliers->calls, parts[1].calls);
    if (parts[0].calls == 0 || parts[1].calls == 0)
        return;
    for (uint32_t i = 0; i <= NAIVE_FUNCTIONS; i++)
        functions += parts[0].below[i] + parts[1].below[i] != 0;
    assert_int_equal(outliers->count, functions);
    for (size_t i = 0; i < outliers->count; i++)
        check_difference(&outliers->differences[i], parts, raw);
}

/* Where none was asked for: the slowest hundredth at most, or one call, and far from the median. */
static void check_limit(const struct hist *hist, bool raw)
{
    const struct hist_outliers *outliers = &hist->outliers;
    if (outliers->from_ns == UINT64_MAX)
        return;
    assert_true(hist->calls >= 5);
    assert_true(outliers->calls == 1 || outliers->calls * 100 <= hist->calls);
    assert_true(outliers->from_ns >= 2 * hist->percentiles_ns[0]);
    uint32_t bin = bin_of(outliers->from_ns);
    assert_int_equal(bin_from(bin), outliers->from_ns);
    uint64_t more = bin != 0 ? calls_between(bin_from(bin - 1), UINT64_MAX, raw) : UINT64_MAX;
    assert_true((more > 1 && more * 100 > hist->calls) || bin_from(bin - 1) < 2 * hist->percentiles_ns[0]);
}

static void durations_are_as_the_reference_says(void **state)
{
    struct naive_random random = {22};
    struct error error;
    uint64_t compared = 0, chosen = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool raw = round % 2 == 0, over = round % 3 != 0;
        struct tape *tape = random_tape(&random, &random_rules[round / 2 % RULES]);
        const struct gather_source source = {.tape = tape, .raw = raw, .workers = round % 4, .piece_events = 50};
        wanted_function = same(1 + naive_below(&random, NAIVE_FUNCTIONS));
        const struct hist_choice choice = {wanted_function, SLOWEST, over ? naive_below(&random, 500) : UINT64_MAX};
        struct hist hist;
        expect_durations(&durations, is_wanted, NULL, raw);
        assert_int_equal(hist_make(&hist, &choice, &source, &error), 0);
        check_bins(&hist, raw);
        check_numbers(&hist, raw);
        check_slowest(&hist, raw);
        check_outliers(&hist, raw);
        if (!over)
            check_limit(&hist, raw);
        compared += hist.outliers.count;
        chosen += !over && hist.outliers.count != 0;
        hist_free(&hist);
        tape_close(tape);
    }
    assert_true(compared > 100 && chosen > 0);
}

/* Calls nested more than a thousand deep have durations, but are not compared: what they did is part of the call
 * around them. Of long paths both ends are kept. */
static void deep_recursion_is_bounded(void **state)
{
    enum { DEEP = 3000, COMPARED = 1000, KEPT = 100 };
    static const char path[] = "test_hist.tape";
    struct error error;
    struct hist hist;
    struct tape_maker *maker = tape_maker_open(path);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t first = tape_maker_function(maker, module, 16, "first", NULL, 0);
    uint32_t again = tape_maker_function(maker, module, 32, "again", NULL, 0);
    (void)state;
    tape_maker_thread(maker, process, "thread", 0, 3 * DEEP);
    tape_maker_enter(maker, first, 0);
    for (uint64_t i = 1; i <= DEEP; i++)
        tape_maker_enter(maker, again, i);
    for (uint64_t i = 1; i <= DEEP + 1; i++)
        tape_maker_exit(maker, DEEP + i);
    tape_maker_process_end(maker, process, CT_END_EXIT, 0, 3 * DEEP);
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(path, &error);
    assert_non_null(tape);
    unlink(path);
    const struct hist_choice choice = {again, KEPT, 2 * DEEP - 1};
    const struct gather_source source = {.tape = tape, .raw = true};
    assert_int_equal(hist_make(&hist, &choice, &source, &error), 0);
    assert_int_equal(hist.calls, DEEP);
    assert_int_equal(hist.outliers.calls, 1);
    assert_int_equal(hist.outliers.others, COMPARED - 1);
    for (size_t i = 0; i < KEPT; i++) {
        const struct slow_call *slow = &hist.slowest[i];
        assert_int_equal(slow->took.ns, 2 * (DEEP - i) - 1);
        assert_int_equal(slow->depth, i + 1);
        assert_int_equal(slow->path[0], first);
        assert_true(i == 0 || slow->path[i < SLOW_PATH ? i : SLOW_PATH - 1] == again);
    }
    for (size_t i = 0; i < hist.outliers.count; i++)
        if (hist.outliers.differences[i].function == again)
            assert_true(are_near(hist.outliers.differences[i].outlier_calls, DEEP - 1));
    hist_free(&hist);
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_near),
        cmocka_unit_test(bins_hold_what_begins_in_them),
        cmocka_unit_test(durations_are_as_the_reference_says),
        cmocka_unit_test(deep_recursion_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
