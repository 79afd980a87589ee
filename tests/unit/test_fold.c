/* Folded calls: what they come to is what the same words come to that were not folded, worked out the slow way; words
 * that are not to be folded are not; folds that cannot be are damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/profile.h"
#include "naive.h"
#include "raw_tape.h"
#include "tape/check.h"
#include "tape_support.h"

enum { FUNCTIONS = 10, COST_TICKS = 20, BRIEF_TICKS = 64 * COST_TICKS, CHUNKS = 6, DEPTH = 12 };

/* Both tapes of the same chunks. */
static const char plain[] = "plain.tape", folded[] = "folded.tape";

static struct tape *open_tape(const char *name)
{
    struct error error = {""};
    struct check_result result;
    struct tape *tape = tape_open(test_path(name), &error);
    if (!tape)
        fail_msg("%s", error.text);
    assert_int_equal(check_tape(tape, &result, &error), 0);
    assert_int_equal(result.found, 0);
    return tape;
}

/* Returns how many calls were folded. */
static uint64_t write_tape(const char *name, union test_chunk *const *chunks, size_t count, uint64_t most)
{
    struct error error = {""};
    struct writer *writer = writer_small(name);
    const struct ct_chunk *heads[CHUNKS];
    for (size_t i = 0; i < count; i++)
        heads[i] = &chunks[i]->head;
    if (most != UINT64_MAX)
        assert_int_equal(writer_fold(writer, most, &error), 0);
    assert_int_equal(writer_chunks(writer, heads, count, &error), 0);
    uint64_t calls = writer_folded(writer).calls;
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    return calls;
}

/* ---- random words ----------------------------------------------------------------------------------------------- */

struct maker {
    struct naive_random random;
    union test_chunk *chunk;
    uint64_t ticks;
    uint32_t depth;
};

/* Mostly short; now and then long, or a step back that another processor's clock makes. */
static uint64_t pass(struct maker *maker)
{
    uint32_t kind = naive_below(&maker->random, 200);
    if (kind == 0)
        return maker->ticks - naive_below(&maker->random, 30);
    return maker->ticks += kind == 1 ? 10 * BRIEF_TICKS : naive_below(&maker->random, kind < 10 ? 300 : 6);
}

static void leaf(struct maker *maker, uint32_t function)
{
    chunk_add(maker->chunk, entry_at(function, pass(maker)));
    if (naive_below(&maker->random, 300) == 0) {
        chunk_add(maker->chunk, CT_SPECIAL(CT_SPECIAL_DATA, 5));
        chunk_add(maker->chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 4, CT_VALUE_WHOLE)));
    }
    chunk_add(maker->chunk, exit_at(pass(maker)));
}

static void special(struct maker *maker)
{
    static const enum ct_special kinds[] = {CT_SPECIAL_STACK, CT_SPECIAL_STRAY, CT_SPECIAL_LOST, CT_SPECIAL_WAIT,
                                            CT_SPECIAL_COST,  CT_SPECIAL_FOLD,  CT_SPECIAL_EPOCH};
    uint32_t kind = naive_below(&maker->random, 9);
    uint32_t payload = naive_below(&maker->random, 3);
    if (kind < 7) {
        chunk_add(maker->chunk, CT_SPECIAL(kinds[kind], kind == 6 ? maker->ticks >> CT_EPOCH_SHIFT : payload));
        maker->ticks += kinds[kind] == CT_SPECIAL_WAIT ? 40 : 0; /* it takes the time that it tells of */
    } else if (payload <= maker->depth) {
        chunk_add(maker->chunk, CT_SPECIAL(CT_SPECIAL_JUMP, payload));
        maker->depth -= payload;
    }
}

/* Loops that call one or two functions many times, among other things. */
static void step(struct maker *maker)
{
    uint32_t kind = naive_below(&maker->random, 40), function = 1 + naive_below(&maker->random, FUNCTIONS - 1);
    if (kind < 12 && maker->depth < DEPTH) {
        chunk_add(maker->chunk, entry_at(function, pass(maker)));
        maker->depth++;
    } else if (kind < 22 && maker->depth != 0) {
        chunk_add(maker->chunk, exit_at(pass(maker)));
        maker->depth--;
    } else if (kind == 22) {
        special(maker);
    } else if (kind < 30) {
        leaf(maker, function);
    } else {
        for (uint32_t i = naive_below(&maker->random, 60); i != 0; i--)
            leaf(maker, function - naive_below(&maker->random, function < 5 ? 1 : 2));
    }
}

static void random_chunks(struct naive_random *random, union test_chunk **chunks)
{
    struct maker maker = {.random = *random, .ticks = (UINT64_C(1) << CT_EPOCH_SHIFT) - 20000};
    for (uint32_t i = 0; i < CHUNKS; i++) {
        maker.chunk = chunks[i] = chunk_new(0, 0, i, maker.ticks + naive_below(&maker.random, 20));
        maker.chunk->head.probe = CT_PROBE(16 * COST_TICKS, 16);
        while (maker.chunk->head.reserved[0] < CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS - 300)
            step(&maker);
    }
    *random = maker.random;
}

static void free_chunks(union test_chunk **chunks)
{
    for (uint32_t i = 0; i < CHUNKS; i++)
        free(chunks[i]);
}

/* ---- the slow way ----------------------------------------------------------------------------------------------- */

/* Of calls of one function by another (0: by none): raw ticks, and as the probe's cost leaves them. */
struct edge {
    uint64_t calls, total, cost, least, most;
};

struct slow {
    struct edge edges[FUNCTIONS][FUNCTIONS];
    uint64_t others; /* events of other kinds, in a number that depends on their order and times */
    uint64_t events, untimed;
};

struct open {
    uint32_t function;
    uint64_t ticks, cost;
};

static void end_call(struct slow *slow, const struct open *call, const struct open *caller, uint64_t ticks,
                     uint64_t cost)
{
    struct edge *edge = &slow->edges[caller ? caller->function : 0][call->function];
    uint64_t took = ticks - call->ticks;
    edge->least = edge->calls == 0 || took < edge->least ? took : edge->least;
    edge->most = took > edge->most ? took : edge->most;
    edge->calls++;
    edge->total += took;
    edge->cost += cost - call->cost;
}

/* Stack switches are among the other events: each stack's calls are paired with all that come, which is as good. */
static void read_slowly(struct slow *slow, struct tape *tape)
{
    struct error error = {""};
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event event;
    static struct open open[1 << 16];
    uint32_t depth = 0;
    uint64_t cost = 0, last = 0;
    *slow = (struct slow){0};
    assert_non_null(cursor);
    while (tape_cursor_next(cursor, &event, &error) == 1) {
        assert_true(event.ticks >= last);
        last = event.ticks;
        if (event.kind > TAPE_EXIT) {
            uint64_t n = event.kind == TAPE_VALUE ? event.value->size : event.n;
            slow->others = slow->others * 31 + event.kind + 7 * n + 1001 * event.ticks + 77 * event.function;
            continue;
        }
        slow->events++;
        slow->untimed += !event.timed;
        cost += event.cost;
        assert_int_equal(event.slack, 0);
        if (event.kind == TAPE_ENTRY)
            open[depth++] = (struct open){event.function, event.ticks, cost};
        else if (depth != 0 && depth-- != 0)
            end_call(slow, &open[depth], depth != 0 ? &open[depth - 1] : NULL, event.ticks, cost);
    }
    tape_cursor_close(cursor);
}

static void expect_same_rows(const struct profile *one, const struct profile *other)
{
    assert_int_equal(one->count, other->count);
    for (size_t i = 0; i < one->count; i++) {
        const struct profile_row *a = &one->rows[i], *b = &other->rows[i];
        const struct duration *as[] = {&a->total, &a->self, &a->average, &a->min, &a->max};
        const struct duration *bs[] = {&b->total, &b->self, &b->average, &b->min, &b->max};
        assert_int_equal(a->function, b->function);
        assert_int_equal(a->calls, b->calls);
        assert_int_equal(a->jumped, b->jumped);
        for (int k = 0; k < 5; k++) {
            assert_int_equal(as[k]->ns, bs[k]->ns);
            assert_int_equal(as[k]->cost_ns, bs[k]->cost_ns);
            assert_int_equal(as[k]->bound_ns, 0);
            assert_int_equal(bs[k]->bound_ns, 0);
        }
    }
}

static void expect_same_profile(struct tape *one, struct tape *other, int flags)
{
    struct profile a, b;
    struct error error = {""};
    assert_int_equal(profile_make(&a, one, NULL, (enum profile_flag)flags, NULL, &error), 0);
    assert_int_equal(profile_make(&b, other, NULL, (enum profile_flag)flags, NULL, &error), 0);
    expect_same_rows(&a, &b);
    profile_free(&a);
    profile_free(&b);
}

static void sums_stay(void **state)
{
    struct naive_random random = {3};
    static struct slow before, after;
    uint64_t all = 0;
    (void)state;
    for (uint32_t round = 0; round < 12; round++) {
        union test_chunk *chunks[CHUNKS];
        random_chunks(&random, chunks);
        uint64_t none = write_tape(plain, chunks, CHUNKS, UINT64_MAX);
        uint64_t calls = write_tape(folded, chunks, CHUNKS, round * 40);
        struct tape *one = open_tape(plain), *other = open_tape(folded);
        read_slowly(&before, one);
        read_slowly(&after, other);
        assert_memory_equal(before.edges, after.edges, sizeof before.edges);
        assert_int_equal(before.others, after.others);
        assert_int_equal(before.events, after.events);
        assert_int_equal(tape_totals(other).events, after.events);
        assert_int_equal(tape_totals(other).entries, tape_totals(one).entries);
        assert_int_equal(before.untimed, 0);
        assert_int_equal(after.untimed, 2 * calls);
        assert_int_equal(tape_totals(other).untimed, 0);
        assert_int_equal(none, 0);
        all += calls;
        expect_same_profile(one, other, 0);
        expect_same_profile(one, other, PROFILE_RAW);
        tape_close(one);
        tape_close(other);
        free_chunks(chunks);
    }
    assert_true(all > 12 * 4000);
}

/* ---- what is folded --------------------------------------------------------------------------------------------- */

/* Calls of 2 by 1, which took 1, 2, 3 and so on, 5 after each other. */
static uint64_t add_calls(union test_chunk *chunk, uint64_t ticks, uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        chunk_add(chunk, entry_at(2, ticks + 5));
        chunk_add(chunk, exit_at(ticks += 5 + i));
    }
    return ticks;
}

static union test_chunk *begin_chunk(void)
{
    union test_chunk *chunk = chunk_new(0, 0, 0, 5000);
    chunk->head.probe = CT_PROBE(16 * COST_TICKS, 16);
    chunk_add(chunk, entry_at(1, 5010));
    chunk_add(chunk, entry_at(3, 5020));
    return chunk;
}

static uint64_t folded_of(union test_chunk *chunk, uint64_t most)
{
    uint64_t calls = write_tape(folded, &chunk, 1, most);
    tape_close(open_tape(folded));
    free(chunk);
    return calls;
}

static void calls_are_laid_out(void **state)
{
    enum { CALLS = 20, KEPT = 4 };
    union test_chunk *chunk = begin_chunk();
    uint64_t end = add_calls(chunk, 5020, CALLS), total = 0;
    struct error error = {""};
    (void)state;
    chunk_add(chunk, exit_at(end + 3));
    chunk_add(chunk, exit_at(end + 4));
    assert_int_equal(write_tape(folded, &chunk, 1, KEPT), CALLS - KEPT);
    struct tape *tape = open_tape(folded);
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event entry, exit;
    for (int i = 0; i < 2; i++)
        assert_int_equal(tape_cursor_next(cursor, &entry, &error), 1);
    for (uint64_t i = 1; i <= CALLS; i++) {
        uint64_t before = i == 1 ? 5020 : exit.ticks;
        assert_int_equal(tape_cursor_next(cursor, &entry, &error), 1);
        assert_int_equal(tape_cursor_next(cursor, &exit, &error), 1);
        assert_int_equal(entry.ticks - before, 5);
        uint64_t took = exit.ticks - entry.ticks, mean = (CALLS + KEPT + 1) / 2;
        total += took;
        if (i <= KEPT + 1 || i == CALLS)
            assert_int_equal(took, i);
        else
            assert_in_range(took, mean, mean + 1);
        assert_int_equal(entry.timed, i <= KEPT);
        assert_int_equal(exit.timed, i <= KEPT);
        assert_int_equal(exit.cost, 16 * COST_TICKS);
    }
    assert_int_equal(total, CALLS * (CALLS + 1) / 2);
    assert_int_equal(exit.ticks, end);
    assert_int_equal(tape_cursor_next(cursor, &exit, &error), 1);
    assert_int_equal(exit.ticks, end + 3);
    assert_int_equal(exit.timed, 1);
    tape_cursor_close(cursor);
    tape_close(tape);
    free(chunk);
}

static void others_are_kept(void **state)
{
    (void)state;
    /* too few in a row */
    union test_chunk *chunk = begin_chunk();
    add_calls(chunk, 5020, 7);
    assert_int_equal(folded_of(chunk, 0), 0);

    /* not often enough by then */
    chunk = begin_chunk();
    add_calls(chunk, 5020, 30);
    assert_int_equal(folded_of(chunk, 23), 0);

    /* one of them is long, one comes late */
    for (uint64_t late = 0; late < 2; late++) {
        chunk = begin_chunk();
        uint64_t ticks = add_calls(chunk, 5020, 10) + 5 + late * BRIEF_TICKS;
        chunk_add(chunk, entry_at(2, ticks));
        chunk_add(chunk, exit_at(ticks += BRIEF_TICKS + 1 - late));
        add_calls(chunk, ticks, 12);
        assert_int_equal(folded_of(chunk, 1), 9 + 12);
    }

    /* what is told stands between them, or in one */
    for (int in = 0; in < 2; in++) {
        chunk = begin_chunk();
        uint64_t ticks = add_calls(chunk, 5020, 10);
        if (in)
            chunk_add(chunk, entry_at(2, ticks + 1));
        chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 0, CT_VALUE_WHOLE)));
        if (in)
            chunk_add(chunk, exit_at(ticks + 2));
        add_calls(chunk, ticks + 2, 12);
        assert_int_equal(folded_of(chunk, 0), 10 + 12 - !in);
    }

    /* without a time */
    chunk = begin_chunk();
    for (int i = 0; i < 40; i++) {
        chunk_add(chunk, entry_untimed(2));
        chunk_add(chunk, exit_untimed());
    }
    assert_int_equal(folded_of(chunk, 0), 0);
}

/* ---- what cannot be --------------------------------------------------------------------------------------------- */

enum { EVENTS = 4 };

static struct tape *raw(const uint64_t *numbers, size_t count, uint64_t calls)
{
    static struct test_records records;
    struct error error = {""};
    const struct raw_word words[EVENTS + 1] = {
        {.kind = RAW_ENTRY, .function = 1, .timed = true, .ticks = 2000},
        {.kind = RAW_ENTRY, .function = 3},
        {.kind = RAW_EXIT},
        {.kind = RAW_SPECIAL, .special = CT_SPECIAL_FOLD, .payload = 2},
        {.kind = RAW_EXIT, .timed = true, .ticks = 2000},
    };
    struct raw_tape *tape = raw_tape_open(test_path(folded));
    records.used = 0;
    records_small(&records);
    raw_tape_records(tape, records.bytes, records.used);
    raw_tape_block(tape, &(struct raw_block){.chunks = 1,
                                             .first_ticks = 1990,
                                             .words = words,
                                             .count = EVENTS + 1,
                                             .folds = numbers,
                                             .fold_numbers = count,
                                             .fold_calls = calls});
    raw_tape_close(tape);
    struct tape *opened = tape_open(test_path(folded), &error);
    assert_non_null(opened);
    return opened;
}

/* Also where the reader shares out times, as events without one are there. */
static void a_fold_is_read(void **state)
{
    struct error error = {""};
    struct tape *tape = raw((const uint64_t[]){3, 6, 1, 4, 2}, 5, 3);
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    struct tape_event event;
    static const uint64_t ticks[] = {2000, 2000, 2001, 2002, 2003, 2005, 2008, 2010, 2015, 2015};
    (void)state;
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.ticks, ticks[i]);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    tape_cursor_close(cursor);
    tape_close(tape);
}

static void impossible_folds_are_damage(void **state)
{
    static const struct {
        uint64_t numbers[10];
        size_t count;
        uint64_t calls;
    } wrong[] = {
        {{0, 0, 0, 0, 0}, 5, 0},                                   /* no call */
        {{1, 0, 3, 1, 0}, 5, 1},                                   /* one that is of two lengths */
        {{2, 0, 3, 1, 1}, 5, 2},                                   /* more than the longest */
        {{5, 0, 3, 1, 4}, 5, 5},                                   /* likewise */
        {{2, UINT64_C(1) << 41, 3, 1, 0}, 5, 2},                   /* longer than there is room for */
        {{2, 0, 1 << 25, 1, 0}, 5, 2},                             /* likewise */
        {{CT_BLOCK_WORDS_MAX, 0, 0, 0, 0}, 5, CT_BLOCK_WORDS_MAX}, /* more than a block holds */
        {{2, 0, 3, 1, 0}, 5, 3},                                   /* not what the head says */
        {{2, 0, 3, 1, 0}, 4, 2},                                   /* a number is missing */
        {{2, 0, 3, 1, 0, 2, 0, 3, 1, 0}, 10, 2},                   /* one fold too many */
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tape *tape = raw(wrong[i].numbers, wrong[i].count, wrong[i].calls);
        struct check_result result;
        struct error error = {""};
        assert_int_equal(check_tape(tape, &result, &error), 0);
        assert_int_equal(result.damaged_blocks, 1);
        tape_close(tape);
    }
}

/* What an older reader cannot understand it must not try to. */
static void the_version_tells(void **state)
{
    size_t bytes;
    (void)state;
    for (int fold = 0; fold < 2; fold++) {
        struct error error = {""};
        struct writer *writer = writer_small(folded);
        if (fold)
            assert_int_equal(writer_fold(writer, 7, &error), 0);
        assert_int_equal(writer_finish(writer, 0, &error), 0);
        struct ct_tape *head = (void *)file_load(test_path(folded), &bytes);
        assert_int_equal(head->version, fold ? CT_TAPE_VERSION : CT_TAPE_VERSION_PLAIN);
        head->version = CT_TAPE_VERSION + 1;
        file_store(test_path(folded), head, bytes);
        free(head);
        assert_null(tape_open(test_path(folded), &error));
        assert_non_null(strstr(error.text, "version 3, this calltape reads versions 1 to 2"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_stay),
        cmocka_unit_test(calls_are_laid_out),
        cmocka_unit_test(others_are_kept),
        cmocka_unit_test(a_fold_is_read),
        cmocka_unit_test(impossible_folds_are_damage),
        cmocka_unit_test(the_version_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
