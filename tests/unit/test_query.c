/* The table `calls` on tapes of random events: each call once, as the naive reference has it; and the same whether what
 * WHERE says is heeded while reading or compared afterwards (a + in front of a column keeps SQLite from telling). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/query.h"
#include "random_tapes.h"

enum { ROUNDS = 30, TEXT = 1 << 20 };

struct asked {
    struct tape *tape;
    struct labels *labels;
    struct query *query;
};

static void open_query(struct asked *asked, struct tape *tape, const struct filter_choice *choice)
{
    const struct query_limits limits = {64000000, 64000000};
    struct error error;
    asked->tape = tape;
    asked->labels = labels_create(tape, &error);
    assert_non_null(asked->labels);
    asked->query = query_open(tape, asked->labels, choice, &limits, &error);
    assert_non_null(asked->query);
}

static void close_query(struct asked *asked)
{
    query_close(asked->query);
    labels_destroy(asked->labels);
    tape_close(asked->tape);
}

static int no_names(void *context, const char *const *names, int count)
{
    (void)context, (void)names, (void)count;
    return 0;
}

static int no_end(void *context)
{
    (void)context;
    return 0;
}

/* ---- answers as text -------------------------------------------------------------------------------------------- */

struct answer {
    char text[TEXT];
    size_t used, rows;
};

static int add_row(void *context, const struct cell *cells, int count)
{
    struct answer *answer = context;
    for (int i = 0; i < count; i++)
        answer->used +=
            (size_t)snprintf(answer->text + answer->used, TEXT - answer->used, "%d:%lld:%.15g:%s ", cells[i].kind,
                             (long long)cells[i].integer, cells[i].real, cells[i].text != NULL ? cells[i].text : "");
    answer->rows++;
    assert_true(answer->used < TEXT);
    return 0;
}

static void ask(struct query *query, const char *sql, struct answer *answer)
{
    struct error error;
    const struct query_receiver receiver = {no_names, add_row, no_end, answer};
    answer->used = answer->rows = 0;
    answer->text[0] = '\0';
    if (query_run(query, sql, &receiver, &error) != 0)
        fail_msg("%s: %s", sql, error.text);
}

/* ---- each call -------------------------------------------------------------------------------------------------- */

struct calls_seen {
    const struct asked *asked;
    uint64_t count[THREADS];
};

static uint64_t id_of(uint32_t thread, long index)
{
    return (uint64_t)thread << 40 | (uint64_t)(index + 1);
}

static int compare_row(void *context, const struct cell *cells, int count)
{
    struct calls_seen *seen = context;
    uint32_t thread = (uint32_t)cells[0].integer;
    uint64_t number = (uint64_t)cells[1].integer & ((UINT64_C(1) << 40) - 1);
    assert_true(thread < THREADS && number >= 1 && number <= expected.calls[thread].count);
    const struct naive_call *call = &expected.calls[thread].calls[number - 1];
    assert_int_equal(cells[1].integer, id_of(thread, (long)number - 1));
    if (call->parent < 0)
        assert_int_equal(cells[2].kind, CELL_NOTHING);
    else
        assert_int_equal(cells[2].integer, id_of(thread, call->parent));
    assert_int_equal(cells[3].integer, same(call->function));
    assert_int_equal(cells[4].integer, call->start);
    assert_int_equal(cells[5].integer, call->end);
    assert_int_equal(cells[6].integer, naive_total(call));
    assert_int_equal(cells[7].integer, call->self);
    assert_int_equal(cells[6].integer - cells[8].integer, call->cost / 16 + (call->cost % 16 >= 8));
    assert_int_equal(cells[9].integer, call->stack);
    assert_int_equal(count, 10);
    seen->count[thread]++;
    return 0;
}

static void test_each_call_is_a_row(void **state)
{
    struct naive_random random = {31};
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct asked asked;
        struct error error;
        open_query(&asked, random_tape(&random, &random_rules[round % RULES]), NULL);
        struct calls_seen seen = {.asked = &asked};
        const struct query_receiver receiver = {no_names, compare_row, no_end, &seen};
        assert_int_equal(query_run(asked.query,
                                   "select thread, id, parent, function, start, end, raw_total, raw_self, total, stack "
                                   "from calls",
                                   &receiver, &error),
                         0);
        for (uint32_t i = 0; i < THREADS; i++)
            assert_int_equal(seen.count[i], expected.calls[i].count);
        close_query(&asked);
    }
}

/* ---- what is heeded --------------------------------------------------------------------------------------------- */

/* `+`: in front of columns that are not to be heeded. */
static void random_condition(char *text, size_t size, struct naive_random *random, const char *plus)
{
    static const char *const comparisons[] = {"=", "<", "<=", ">", ">="};
    static const struct {
        const char *name;
        uint32_t limit;
    } columns[] = {{"start", 9000}, {"end", 9000}, {"function", 7}, {"thread", 4}, {"process", 2}, {"start", 9000}};
    size_t used = (size_t)snprintf(text, size, "1");
    for (uint32_t i = 1 + naive_below(random, 3); i != 0; i--) {
        uint32_t column = naive_below(random, 6), comparison = naive_below(random, 5);
        uint32_t value = naive_below(random, columns[column].limit);
        bool half = naive_below(random, 3) == 0, negative = naive_below(random, 12) == 0;
        used += (size_t)snprintf(text + used, size - used, " and %s%s %s %s%u%s", plus, columns[column].name,
                                 column == 2 || column == 3 ? "=" : comparisons[comparison], negative ? "-" : "", value,
                                 half ? ".5" : "");
    }
    if (naive_below(random, 4) == 0)
        snprintf(text + used, size - used, " and %sid = %llu", plus,
                 (unsigned long long)id_of(naive_below(random, 4), naive_below(random, 300)));
    else if (naive_below(random, 4) == 0)
        snprintf(text + used, size - used, " and %sname = 'demo+0x10%x0'", plus, naive_below(random, 6));
}

static void compare_plans(struct query *query, struct naive_random random, const char *columns, size_t *rows)
{
    static struct answer heeded, compared;
    struct naive_random again = random;
    char condition[400], sql[800];
    random_condition(condition, sizeof condition, &random, "");
    snprintf(sql, sizeof sql, "select %s from calls where %s order by thread, id, start", columns, condition);
    ask(query, sql, &heeded);
    random_condition(condition, sizeof condition, &again, "+");
    snprintf(sql, sizeof sql, "select %s from calls where %s order by thread, id, start", columns, condition);
    ask(query, sql, &compared);
    if (strcmp(heeded.text, compared.text) != 0)
        fail_msg("%s\n%s\n%s", sql, heeded.text, compared.text);
    *rows += heeded.rows;
}

/* Of many blocks, so that reading begins at one of them. */
static const struct strip_rule many_blocks = {
    .short_ticks = 25, .run = 6, .timed_cost = 130, .untimed_cost = 35, .block_words = 20};

static void test_conditions_that_are_heeded(void **state)
{
    struct naive_random random = {77};
    static const uint32_t threads[] = {0, 2};
    size_t rows = 0;
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct asked asked;
        struct filter_choice choice = {
            .threads = threads, .thread_count = 2, .depth = UINT32_MAX, .to_ticks = UINT64_MAX};
        choice.least_ticks = round % 4 == 1 ? naive_below(&random, 200) : 0;
        choice.from_ticks = round % 4 == 2 ? naive_below(&random, 5000) : 0;
        choice.to_ticks = round % 4 == 2 ? choice.from_ticks + naive_below(&random, 4000) : UINT64_MAX;
        const struct strip_rule *rule = round % 3 != 0 ? &many_blocks : &random_rules[round % RULES];
        open_query(&asked, random_tape(&random, rule), round % 4 != 0 ? &choice : NULL);
        for (size_t i = 0; i < 20; i++) {
            compare_plans(asked.query, random, "*", &rows);
            compare_plans(asked.query, random, "id, start, depth", &rows);
            naive_below(&random, 2);
        }
        close_query(&asked);
    }
    assert_true(rows > 1000);
}

/* ---- what can't be ---------------------------------------------------------------------------------------------- */

static void test_limits(void **state)
{
    static struct answer answer;
    struct naive_random random = {5};
    struct asked asked;
    struct error error;
    const struct query_receiver receiver = {no_names, add_row, no_end, &answer};
    (void)state;
    open_query(&asked, random_tape(&random, &random_rules[0]), NULL);
    assert_int_equal(query_run(asked.query,
                               "with recursive r(x) as (select 1 union select x + 1 from r) select count(*) from r",
                               &receiver, &error),
                     -1);
    assert_non_null(strstr(error.text, "64.0 MB"));
    assert_int_equal(query_run(asked.query, "select x'00' ||", &receiver, &error), -1);
    assert_non_null(strstr(error.text, "incomplete input"));
    ask(asked.query, "select count(*) from calls; select 7", &answer);
    assert_int_equal(answer.rows, 2);
    close_query(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call_is_a_row),
        cmocka_unit_test(test_conditions_that_are_heeded),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
