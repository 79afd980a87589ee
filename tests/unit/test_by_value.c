/* Calls told apart by a value, on random trees with recursion, against sums over all pairs of calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyze/by_value.h"
#include "analyze/values.h"
#include "tape_maker.h"

enum { ROUNDS = 40, THREADS = 3, MOST_CALLS = 400, FUNCTIONS = 4, VALUED = 3, VALUES = 4, NO_VALUE = VALUES };

static const char path[] = "by_value.tape";
static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % limit);
}

/* Of one thread, in the order of their entries. */
struct made {
    uint32_t function, value;
    long parent;
    uint64_t start, end, self;
};
static struct made made[THREADS][MOST_CALLS];
static size_t counts[THREADS];

/* Some values are told at once, some behind the calls within, some again; in as many bytes as it happens. */
static void tell(struct tape_maker *maker, uint32_t key, struct made *call)
{
    call->value = below(VALUES);
    int64_t number = call->value;
    tape_maker_value(maker, key, 0, &number, 1 + below(sizeof number));
}

static void make_thread(struct tape_maker *maker, uint32_t thread, uint32_t key)
{
    uint64_t now = 10, last = now;
    long open = -1;
    size_t count = 0;
    for (size_t steps = 0; steps < 2 * MOST_CALLS || open >= 0; steps++) {
        struct made *calls = made[thread];
        now += below(9);
        if (open >= 0)
            calls[open].self += now - last;
        last = now;
        if (count < MOST_CALLS && (open < 0 || below(2) == 0)) {
            struct made *call = &calls[count];
            *call = (struct made){.function = 1 + below(FUNCTIONS), .value = NO_VALUE, .parent = open, .start = now};
            tape_maker_enter(maker, call->function, now);
            open = (long)count++;
        } else if (open >= 0) {
            calls[open].end = now;
            tape_maker_exit(maker, now);
            open = calls[open].parent;
        }
        if (open >= 0 && calls[open].function <= VALUED && below(2) == 0)
            tell(maker, key, &calls[open]);
        if (open < 0 && count == MOST_CALLS)
            break;
    }
    counts[thread] = count;
}

static struct tape *random_tape(void)
{
    struct error error;
    struct tape_maker *maker = tape_maker_open(path);
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/demo");
    for (uint32_t i = 1; i <= FUNCTIONS; i++)
        tape_maker_function(maker, module, 16 * i, "f", NULL, 0);
    uint32_t key = tape_maker_key(maker, CT_KEY_NOTE, CT_TYPE_I64, 0, "n", NULL);
    for (uint32_t i = 0; i < THREADS; i++) {
        tape_maker_thread(maker, process, "", 0, 100000);
        make_thread(maker, i, key);
    }
    tape_maker_finish(maker, 0);
    struct tape *tape = tape_open(path, &error);
    assert_non_null(tape);
    return tape;
}

static bool is_outermost(uint32_t thread, const struct made *call)
{
    for (long i = call->parent; i >= 0; i = made[thread][i].parent)
        if (made[thread][i].function == call->function && made[thread][i].value == call->value)
            return false;
    return true;
}

static void check_row(const struct profile_row *row)
{
    uint64_t calls = 0, self = 0, total = 0, least = UINT64_MAX, most = 0;
    uint32_t value = row->value != NULL ? (uint32_t)value_i64(&row->value->value) : NO_VALUE;
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct made *call = &made[t][i];
            if (call->function != row->function || call->value != value)
                continue;
            uint64_t took = call->end - call->start;
            calls++;
            self += call->self;
            total += is_outermost(t, call) ? took : 0;
            least = took < least ? took : least;
            most = took > most ? took : most;
        }
    assert_int_not_equal(calls, 0);
    assert_int_equal(row->calls, calls);
    assert_int_equal(row->self.ns, self);
    assert_int_equal(row->total.ns, total);
    assert_int_equal(row->min.ns, least);
    assert_int_equal(row->max.ns, most);
}

static size_t expected_rows(void)
{
    bool seen[FUNCTIONS + 1][VALUES + 1] = {{false}};
    size_t rows = 0;
    for (uint32_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < counts[t]; i++)
            if (made[t][i].function <= VALUED)
                seen[made[t][i].function][made[t][i].value] = true;
    for (uint32_t f = 1; f <= VALUED; f++)
        for (uint32_t v = 0; v <= VALUES; v++)
            rows += seen[f][v];
    return rows;
}

static void values_are_told_apart(void **state)
{
    static const bool wanted[] = {false, true};
    (void)state;
    for (seed = 1; seed <= ROUNDS; seed++) {
        uint64_t round = seed;
        struct tape *tape = random_tape();
        struct error error;
        struct profile profile;
        const struct gather_source source = {.tape = tape, .workers = (uint32_t)round % 3, .piece_events = 50};
        assert_int_equal(profile_make_by_value(&profile, wanted, &source, &error), 0);
        assert_int_equal(profile.count, expected_rows());
        assert_int_equal(profile.sums.calls, counts[0] + counts[1] + counts[2]);
        uint64_t calls = profile.sums.valueless;
        for (size_t i = 0; i < profile.count; i++) {
            check_row(&profile.rows[i]);
            calls += profile.rows[i].calls;
        }
        assert_int_equal(calls, profile.sums.calls);
        assert_true(profile.sums.valueless != 0);
        profile_free(&profile);
        tape_close(tape);
        seed = round;
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
