/* Profiles of tapes of random events, against the naive reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/labels.h"
#include "analyze/profile.h"
#include "random_tapes.h"
#include "tape_maker.h"

enum { ROUNDS = 12 };
static const char tape_path_here[] = "test_profile.tape", stripped_here[] = "test_profile.stripped.tape";

static bool is_of_function(const void *function, uint32_t thread, const struct naive_call *call)
{
    (void)thread;
    return same(call->function) == *(const uint32_t *)function;
}

static bool is_outermost_of_function(const void *function, uint32_t thread, const struct naive_call *call)
{
    return is_of_function(function, thread, call) && !is_nested(&expected.calls[thread], call);
}

static uint64_t slack_of(const struct naive_call *call)
{
    if (call->start_run != call->end_run)
        return call->start_slack + call->end_slack;
    return call->start_slack > call->end_slack ? call->start_slack : call->end_slack;
}

/* Whether a row's minimum or maximum is some call's; `less`: and no call is less, or more, by whole ticks. */
static bool is_extreme(const struct duration *extreme, uint32_t function, bool raw, int sign)
{
    int64_t best = INT64_MAX;
    bool found = false;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t t = 0; t < THREADS; t++)
            for (size_t i = 0; i < expected.calls[t].count; i++) {
                const struct naive_call *call = &expected.calls[t].calls[i];
                int64_t net = (int64_t)naive_total(call) - (raw ? 0 : (int64_t)(call->cost / 16));
                if (same(call->function) != function)
                    continue;
                if (pass == 0)
                    best = sign * net < best ? sign * net : best;
                else if (sign * net == best)
                    found = found || (extreme->ns == shown_ns(naive_total(call), call->cost, raw) &&
                                      extreme->bound_ns == slack_of(call));
            }
    return found;
}

static void check_row(const struct profile_row *row, bool raw)
{
    struct profile_row wanted = {0};
    struct shown_sums sums = {0};
    uint64_t sum = 0, cost = 0;
    for (size_t t = 0; t < THREADS; t++) {
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            const struct naive_call *call = &expected.calls[t].calls[i];
            if (same(call->function) != row->function)
                continue;
            wanted.calls++;
            sums.self += call->self;
            sums.self_cost += call->self_cost;
            sums.total += is_nested(&expected.calls[t], call) ? 0 : naive_total(call);
            sums.total_cost += is_nested(&expected.calls[t], call) ? 0 : call->cost;
            shown_longest(&sums, call, raw);
            wanted.jumped += (call->flags & CALL_JUMPED) != 0;
            wanted.open += (call->flags & CALL_OPEN) != 0;
            sum += naive_total(call);
            cost += call->cost;
        }
    }
    const struct shown_times shown = shown_sums(&sums, raw);
    uint64_t average = shown_ns(sum / wanted.calls, cost / wanted.calls, raw);
    if (sum == sums.total && cost == sums.total_cost && shown.total / wanted.calls > average)
        average = shown.total / wanted.calls;
    average = average < row->min.ns ? row->min.ns : average > row->max.ns ? row->max.ns : average;
    assert_int_equal(row->calls, wanted.calls);
    assert_int_equal(row->self.ns, shown.self);
    assert_int_equal(row->total.ns, shown.total);
    assert_int_equal(row->average.ns, average);
    assert_int_equal(row->self.cost_ns, shown_ns(sums.self_cost / 16 + (sums.self_cost % 16 >= 8), 0, true));
    assert_true(is_extreme(&row->min, row->function, raw, 1) && is_extreme(&row->max, row->function, raw, -1));
    assert_int_equal(row->self.bound_ns, self_bound(is_of_function, &row->function));
    assert_int_equal(row->total.bound_ns, total_bound(is_outermost_of_function, &row->function));
    assert_int_equal(row->jumped, wanted.jumped);
    assert_int_equal(row->open, wanted.open);
}

/* All selfs, and what of them is cost. */
static uint64_t all_self(bool raw)
{
    uint64_t self = 0, cost = 0;
    for (size_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < expected.calls[t].count; i++) {
            self += expected.calls[t].calls[i].self;
            cost += expected.calls[t].calls[i].self_cost;
        }
    return shown_ns(self, cost, raw);
}

static void check_profile(const struct profile *profile, bool raw)
{
    uint64_t calls = 0, self = 0;
    double share = 0;
    assert_int_equal(profile->count, NAIVE_FUNCTIONS - 1);
    for (size_t i = 0; i < profile->count; i++) {
        check_row(&profile->rows[i], raw);
        calls += profile->rows[i].calls;
        self += profile->rows[i].self.ns;
        share += profile->rows[i].share;
    }
    assert_int_equal(profile->sums.calls, calls);
    assert_int_equal(profile->sums.traced_ns, all_self(raw));
    assert_int_equal(profile->sums.excess_ns, self > all_self(raw) ? self - all_self(raw) : 0);
    assert_true(self == 0 ? share == 0 : share > 0.999 && share < 1.001);
}

static void profiles_are_as_the_reference_says(void **state)
{
    struct naive_random random = {1};
    struct error error;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct tape *tape = random_tape(&random, &random_rules[round % RULES]);
        for (int raw = 0; raw < 2; raw++) {
            struct profile profile;
            assert_int_equal(profile_make(&profile, tape, NULL, raw ? PROFILE_RAW : 0, NULL, &error), 0);
            check_profile(&profile, raw);
            uint64_t unpaired = expected.calls[0].unpaired + expected.calls[1].unpaired + expected.calls[2].unpaired;
            assert_int_equal(profile.sums.strays, unpaired);
            assert_int_equal(profile.sums.times.timed + profile.sums.times.untimed, tape_totals(tape).events);
            assert_int_equal(profile.sums.times.untimed != 0, random_rules[round % RULES].run != 0);
            profile_free(&profile);
        }
        tape_close(tape);
    }
}

/* Costs are taken from what a function took in all, not from each of its calls: so short and long ones even out. */
static void costs_come_out_of_sums(void **state)
{
    struct error error;
    struct profile profile;
    struct tape_maker *maker = tape_maker_open(tape_path_here);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    uint32_t f = tape_maker_function(maker, module, 16, "f", NULL, 0);
    (void)state;
    tape_maker_thread(maker, process, "thread", 0, 100000);
    for (uint64_t i = 0; i < 1000; i++) {
        tape_maker_enter(maker, f, 100 * i);
        tape_maker_exit(maker, 100 * i + (i % 2 ? 5 : 25)); /* 15 on the mean */
    }
    tape_maker_process_end(maker, process, CT_END_EXIT, 0, 100000);
    tape_maker_finish(maker, 0);
    const struct strip_rule exact = {.timed_cost = 16 * 12, .block_words = 5000};
    strip_times(tape_path_here, stripped_here, &exact);
    struct tape *tape = tape_open(stripped_here, &error);
    assert_non_null(tape);
    assert_int_equal(profile_make(&profile, tape, NULL, 0, NULL, &error), 0);
    assert_int_equal(profile.count, 1);
    assert_int_equal(profile.rows[0].self.ns, 1000 * (15 - 12));
    assert_int_equal(profile.rows[0].average.ns, 15 - 12);
    assert_int_equal(profile.rows[0].min.ns, 0);
    assert_int_equal(profile.rows[0].max.ns, 25 - 12);
    assert_int_equal(profile.sums.cost_ns, 12 * 1000);
    profile_free(&profile);
    tape_close(tape);
    unlink(tape_path_here);
    unlink(stripped_here);
}

static bool rows_are_sorted(const struct profile *profile, enum profile_order order)
{
    for (size_t i = 1; i < profile->count; i++) {
        const struct profile_row *one = &profile->rows[i - 1], *other = &profile->rows[i];
        const uint64_t keys[][2] = {
            [PROFILE_BY_SELF] = {one->self.ns, other->self.ns},
            [PROFILE_BY_TOTAL] = {one->total.ns, other->total.ns},
            [PROFILE_BY_CALLS] = {one->calls, other->calls},
            [PROFILE_BY_AVERAGE] = {one->average.ns, other->average.ns},
            [PROFILE_BY_MIN] = {one->min.ns, other->min.ns},
            [PROFILE_BY_MAX] = {one->max.ns, other->max.ns},
            [PROFILE_BY_P50] = {one->percentiles_ns[0], other->percentiles_ns[0]},
            [PROFILE_BY_P90] = {one->percentiles_ns[1], other->percentiles_ns[1]},
            [PROFILE_BY_P99] = {one->percentiles_ns[2], other->percentiles_ns[2]},
            [PROFILE_BY_P999] = {one->percentiles_ns[3], other->percentiles_ns[3]},
            [PROFILE_BY_DEVIATION] = {one->deviation_ns, other->deviation_ns},
            [PROFILE_BY_NAME] = {other->function, one->function}, /* names here go with addresses, and those with ids */
        };
        if (keys[order][0] < keys[order][1])
            return false;
    }
    return true;
}

static void profiles_can_be_sorted(void **state)
{
    struct naive_random random = {2};
    struct error error;
    struct profile profile;
    struct tape *tape = random_tape(&random, &random_rules[1]);
    struct labels *labels = labels_create(tape, &error);
    (void)state;
    assert_non_null(labels);
    assert_int_equal(profile_make(&profile, tape, NULL, PROFILE_SPREAD, NULL, &error), 0);
    for (int order = PROFILE_BY_SELF; order <= PROFILE_BY_NAME; order++) {
        profile_sort(&profile, (enum profile_order)order, labels);
        assert_true(rows_are_sorted(&profile, (enum profile_order)order));
    }
    profile_free(&profile);
    labels_destroy(labels);
    tape_close(tape);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_as_the_reference_says),
        cmocka_unit_test(costs_come_out_of_sums),
        cmocka_unit_test(profiles_can_be_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
