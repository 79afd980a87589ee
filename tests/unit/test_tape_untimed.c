/* Events without a time get the one that FORMAT.md 3.3 says. The reference here works the formula out as it stands
 * there, over all events of a thread at once, in 128 bits; it shares no code with the reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "naive.h"
#include "raw_tape.h"
#include "tape/check.h"
#include "tape/checksum.h"
#include "tape/recover.h"
#include "tape_support.h"

enum { FUNCTIONS = 10, STACKS = 4, MOST_BLOCKS = 12, MOST_WORDS = 16000, THREAD = 1 };

struct example {
    struct raw_block blocks[MOST_BLOCKS];
    struct raw_gaps gaps[MOST_BLOCKS][FUNCTIONS];
    struct raw_word words[MOST_WORDS];
    size_t block_count, word_count;
};

/* ---- the reference ---------------------------------------------------------------------------------------------- */

struct naive_stack {
    uint64_t gaps[MOST_WORDS];
    size_t depth;
};

struct naive {
    struct tape_event events[MOST_WORDS + 2 * MOST_BLOCKS];
    uint64_t g[MOST_WORDS + 2 * MOST_BLOCKS]; /* of each event */
    const struct raw_block *block[MOST_WORDS + 2 * MOST_BLOCKS];
    size_t count, run; /* run: the first event behind A */
    uint64_t a, stack;
    struct naive_stack stacks[STACKS];
    uint64_t timed, untimed;
    uint64_t long_runs, short_runs, waits; /* cases that the examples must come to */
};

static uint64_t limited(uint64_t number)
{
    return number < UINT32_MAX ? number : UINT32_MAX;
}

static uint64_t gap_in(const struct raw_block *block, uint32_t function, bool entry)
{
    uint64_t gap = !block->has_gaps ? 0 : entry ? block->gaps[function].entry : block->gaps[function].exit;
    return gap != 0 ? limited(gap) : 16;
}

static uint64_t cost_in(const struct raw_block *block, bool timed)
{
    return !block->has_gaps ? 0 : limited(timed ? block->timed_cost : block->untimed_cost);
}

static uint64_t share(uint64_t x, uint64_t part, uint64_t whole)
{
    return (uint64_t)((unsigned __int128)x * (part * (UINT64_MAX / whole)) >> 64);
}

static bool is_event(const struct tape_event *event)
{
    return event->kind == TAPE_ENTRY || event->kind == TAPE_EXIT;
}

/* Events that no timed one follows. */
static void leave_flat(struct naive *naive, size_t end)
{
    for (size_t i = naive->run; i < end; i++) {
        naive->events[i].ticks = naive->a;
        naive->events[i].cost = 0;
    }
    naive->run = end;
}

static uint64_t wait_of(const struct tape_event *event)
{
    return event->kind == TAPE_WAIT ? event->n : event->kind == TAPE_COST ? event->n / 16 : 0;
}

static void end_run(struct naive *naive)
{
    size_t n = naive->count - 1;
    uint64_t b = naive->events[n].ticks, all_waits = 0, C = 0, G = 0, w = 0, C_i = 0, G_i = 0, time = naive->a;
    naive->long_runs += n - naive->run > CT_RUN_MAX;
    if (n - naive->run > CT_RUN_MAX)
        leave_flat(naive, n);
    for (size_t i = naive->run; i <= n; i++) {
        const struct tape_event *event = &naive->events[i];
        all_waits += wait_of(event) < UINT64_MAX - all_waits ? wait_of(event) : UINT64_MAX - all_waits;
        C += is_event(event) ? cost_in(naive->block[n], i == n) : 0;
        G += is_event(event) ? naive->g[i] : 0;
    }
    all_waits = all_waits < b - naive->a ? all_waits : b - naive->a;
    uint64_t net = b - naive->a - all_waits, D = net < UINT64_C(1) << 59 ? 16 * net : INT64_MAX, slack = 0;
    naive->short_runs += D < C && n - naive->run > 1;
    naive->waits += all_waits != 0 && n - naive->run > 2;
    for (size_t i = naive->run; i < n; i++) {
        struct tape_event *event = &naive->events[i];
        w = wait_of(event) < all_waits - w ? w + wait_of(event) : all_waits;
        if (is_event(event)) {
            C_i += cost_in(naive->block[n], false);
            G_i += naive->g[i];
            uint64_t P = D >= C ? C_i + share(D - C, G_i, G) : share(D, C_i, C);
            time = naive->a + w + P / 16;
            event->cost = (uint32_t)cost_in(naive->block[n], false);
            slack = net;
        }
        event->ticks = time;
        if (is_event(event) || event->kind == TAPE_STRAY || event->kind == TAPE_INHERIT)
            event->slack = slack;
    }
    naive->events[n].cost = (uint32_t)cost_in(naive->block[n], true);
    naive->a = b;
    naive->run = n + 1;
}

static void add(struct naive *naive, const struct raw_block *block, struct tape_event event, uint64_t gap)
{
    naive->block[naive->count] = block;
    naive->g[naive->count] = gap;
    naive->events[naive->count++] = event;
}

static void add_gap(struct naive *naive, const struct raw_block *block, uint64_t first_ticks)
{
    leave_flat(naive, naive->count);
    add(naive, block, (struct tape_event){.ticks = naive->a, .kind = TAPE_GAP}, 0);
    naive->run = naive->count;
    for (size_t i = 0; i < STACKS; i++)
        naive->stacks[i].depth = 0;
    naive->a = first_ticks > naive->a ? first_ticks : naive->a;
}

static void add_event(struct naive *naive, const struct raw_block *block, const struct raw_word *word)
{
    struct naive_stack *stack = &naive->stacks[naive->stack];
    struct tape_event event = {.kind = TAPE_EXIT, .timed = word->timed};
    uint64_t gap = stack->depth != 0 ? stack->gaps[stack->depth - 1] : 16;
    if (word->kind == RAW_ENTRY) {
        event.kind = TAPE_ENTRY;
        event.function = word->function;
        gap = gap_in(block, word->function, true);
        stack->gaps[stack->depth++] = gap_in(block, word->function, false);
    } else if (stack->depth != 0) {
        stack->depth--;
    }
    naive->timed += word->timed;
    naive->untimed += !word->timed;
    event.ticks = word->ticks > naive->a ? word->ticks : naive->a;
    add(naive, block, event, gap);
    if (word->timed)
        end_run(naive);
}

static void add_special(struct naive *naive, const struct raw_block *block, const struct raw_word *word)
{
    static const uint8_t kinds[] = {
        [CT_SPECIAL_JUMP] = TAPE_JUMP, [CT_SPECIAL_STACK] = TAPE_STACK,     [CT_SPECIAL_STRAY] = TAPE_STRAY,
        [CT_SPECIAL_LOST] = TAPE_LOST, [CT_SPECIAL_INHERIT] = TAPE_INHERIT, [CT_SPECIAL_WAIT] = TAPE_WAIT,
        [CT_SPECIAL_COST] = TAPE_COST,
    };
    struct naive_stack *stack = &naive->stacks[naive->stack];
    struct tape_event event = {.ticks = naive->a, .kind = kinds[word->special], .n = word->payload};
    if (word->special == CT_SPECIAL_STRAY || word->special == CT_SPECIAL_INHERIT) {
        event.function = (uint32_t)word->payload;
        event.n = 0;
    }
    if (word->special == CT_SPECIAL_JUMP)
        stack->depth -= word->payload < stack->depth ? word->payload : stack->depth;
    if (word->special == CT_SPECIAL_STACK)
        naive->stack = word->payload;
    if (word->special == CT_SPECIAL_INHERIT)
        stack->gaps[stack->depth++] = 16;
    add(naive, block, event, 0);
}

static struct naive *naive_read(const struct example *example)
{
    struct naive *naive = calloc(1, sizeof *naive);
    assert_non_null(naive);
    uint64_t expected = 0;
    for (size_t i = 0; i < example->block_count; i++) {
        const struct raw_block *block = &example->blocks[i];
        if (block->first_sequence != expected)
            add_gap(naive, block, block->first_ticks);
        else if (i == 0)
            naive->a = block->first_ticks;
        expected = block->first_sequence + block->chunks;
        if (block->stack != naive->stack)
            add(naive, block, (struct tape_event){.ticks = naive->a, .kind = TAPE_STACK, .n = block->stack}, 0);
        naive->stack = block->stack;
        for (size_t word = 0; word < block->count; word++)
            (block->words[word].kind == RAW_SPECIAL ? add_special : add_event)(naive, block, &block->words[word]);
    }
    leave_flat(naive, naive->count);
    return naive;
}

/* ---- random examples -------------------------------------------------------------------------------------------- */

static uint64_t sometimes_huge(struct naive_random *random, uint32_t usual)
{
    static const uint64_t huge[] = {0, UINT32_MAX, UINT64_MAX, UINT64_C(1) << 32, (UINT64_C(1) << 59) - 1};
    if (naive_below(random, 40) == 0)
        return huge[naive_below(random, sizeof huge / sizeof *huge)];
    return naive_below(random, usual);
}

static struct raw_word random_special(struct naive_random *random)
{
    static const uint8_t kinds[] = {CT_SPECIAL_JUMP,    CT_SPECIAL_STACK, CT_SPECIAL_STRAY, CT_SPECIAL_LOST,
                                    CT_SPECIAL_INHERIT, CT_SPECIAL_WAIT,  CT_SPECIAL_COST};
    struct raw_word word = {.kind = RAW_SPECIAL, .special = kinds[naive_below(random, sizeof kinds)]};
    word.payload = naive_below(random, STACKS);
    if (word.special == CT_SPECIAL_WAIT || word.special == CT_SPECIAL_COST)
        word.payload = sometimes_huge(random, 300);
    if (word.special == CT_SPECIAL_STRAY || word.special == CT_SPECIAL_INHERIT)
        word.payload = naive_below(random, FUNCTIONS);
    return word;
}

/* `untimed` in a hundred events have no time; times are of what size it may be. */
static void random_words(struct example *example, struct naive_random *random, size_t count, uint32_t untimed,
                         uint64_t *now, uint64_t *stack)
{
    for (size_t i = 0; i < count; i++) {
        struct raw_word word = {.kind = RAW_ENTRY, .function = naive_below(random, FUNCTIONS)};
        if (naive_below(random, 100) < 4)
            word = random_special(random);
        else if (naive_below(random, 2) == 0)
            word.kind = RAW_EXIT;
        word.timed = word.kind != RAW_SPECIAL && naive_below(random, 100) >= untimed;
        if (word.timed) {
            *now += naive_below(random, 2000) == 0 ? UINT64_C(1) << naive_below(random, 50) : naive_below(random, 3000);
            word.ticks = *now;
        }
        if (word.kind == RAW_SPECIAL && word.special == CT_SPECIAL_STACK)
            *stack = word.payload;
        example->words[example->word_count++] = word;
    }
}

static void random_block(struct example *example, struct naive_random *random, size_t words, uint32_t untimed,
                         uint64_t *now, uint64_t *stack)
{
    static const uint32_t costs[] = {1, 100, 600, 20000};
    size_t index = example->block_count++;
    struct raw_block *block = &example->blocks[index];
    uint64_t sequence = index != 0 ? block[-1].first_sequence + block[-1].chunks : 0;
    *block = (struct raw_block){
        .thread = THREAD,
        .first_sequence = (uint32_t)sequence + (naive_below(random, 6) == 0),
        .chunks = 1 + naive_below(random, 3),
        .first_ticks = *now += naive_below(random, 1000),
        .stack = *stack = naive_below(random, 4) == 0 ? naive_below(random, STACKS) : *stack,
        .words = &example->words[example->word_count],
        .count = words,
        .apart = naive_below(random, 4) != 0,
        .has_gaps = naive_below(random, 5) != 0,
        .timed_cost = sometimes_huge(random, costs[naive_below(random, 4)]),
        .untimed_cost = sometimes_huge(random, costs[naive_below(random, 4)]),
        .gaps = example->gaps[index],
    };
    for (size_t i = 0; i < FUNCTIONS; i++) {
        example->gaps[index][i].entry = naive_below(random, 4) == 0 ? 0 : sometimes_huge(random, 1000);
        example->gaps[index][i].exit = naive_below(random, 4) == 0 ? 0 : sometimes_huge(random, 30000);
    }
    random_words(example, random, words, untimed, now, stack);
    /* Where a block begins earlier than the one before ended, its times are raised. */
    if (naive_below(random, 8) == 0)
        *now -= naive_below(random, 500);
}

static struct example *random_example(struct naive_random *random)
{
    static const uint32_t shares[] = {0, 10, 60, 95, 100};
    struct example *example = calloc(1, sizeof *example);
    assert_non_null(example);
    uint64_t now = 1000, stack = 0;
    size_t blocks = 1 + naive_below(random, MOST_BLOCKS);
    for (size_t i = 0; i < blocks; i++) {
        size_t words = naive_below(random, 10) == 0 ? 0 : naive_below(random, 4) == 0 ? 1 : naive_below(random, 700);
        bool long_run = naive_below(random, 10) == 0 && i < 2;
        if (long_run)
            words = CT_RUN_MAX - 100 + naive_below(random, 400);
        random_block(example, random, words, long_run ? 100 : shares[naive_below(random, 5)], &now, &stack);
    }
    return example;
}

/* ---- comparing -------------------------------------------------------------------------------------------------- */

static struct tape *tape_of(const struct example *example)
{
    struct error error = {""};
    static struct test_records records;
    records.used = 0;
    records_small(&records);
    struct raw_tape *raw = raw_tape_open(test_path("untimed"));
    raw_tape_records(raw, records.bytes, records.used);
    for (size_t i = 0; i < example->block_count; i++)
        raw_tape_block(raw, &example->blocks[i]);
    raw_tape_close(raw);
    struct tape *tape = tape_open(test_path("untimed"), &error);
    if (!tape)
        fail_msg("%s", error.text);
    return tape;
}

static void expect_same(const struct tape_event *event, const struct tape_event *expected, size_t index)
{
    if (event->kind != expected->kind || event->function != expected->function || event->ticks != expected->ticks ||
        event->n != expected->n || event->cost != expected->cost || event->timed != expected->timed)
        fail_msg("event %zu: kind %u function %u ticks %llu n or slack %llu cost %u timed %u instead of "
                 "kind %u function %u ticks %llu n or slack %llu cost %u timed %u",
                 index, event->kind, event->function, (unsigned long long)event->ticks, (unsigned long long)event->n,
                 event->cost, event->timed, expected->kind, expected->function, (unsigned long long)expected->ticks,
                 (unsigned long long)expected->n, expected->cost, expected->timed);
}

/* By single events or by batches: both must give the same. */
static void expect_reading(const struct example *example, const struct naive *naive, bool batches)
{
    struct error error = {""};
    struct tape *tape = tape_of(example);
    struct tape_cursor *cursor = tape_cursor_open(tape, THREAD, &error);
    size_t at = 0, count = 1;
    struct tape_event one;
    const struct tape_event *events = &one;
    uint64_t before = 0;
    assert_non_null(cursor);
    while (batches ? tape_cursor_batch(cursor, &events, &count, &error) : tape_cursor_next(cursor, &one, &error)) {
        for (size_t i = 0; i < count; i++) {
            assert_true(at < naive->count && events[i].ticks >= before);
            before = events[i].ticks;
            expect_same(&events[i], &naive->events[at], at);
            at++;
        }
    }
    assert_int_equal(at, naive->count);
    assert_int_equal(tape_cursor_times(cursor)->timed, naive->timed);
    assert_int_equal(tape_cursor_times(cursor)->untimed, naive->untimed);
    assert_int_equal(tape_totals(tape).untimed, naive->untimed);
    struct check_result checked;
    const size_t damages = damage_count(tape);
    assert_int_equal(check_tape(tape, &checked, &error), 0);
    assert_int_equal(checked.found, damages);
    tape_cursor_close(cursor);
    tape_close(tape);
}

static void random_runs_as_the_format_says(void **state)
{
    (void)state;
    struct naive_random random = {20250131};
    uint64_t long_runs = 0, short_runs = 0, waits = 0;
    for (size_t round = 0; round < 400; round++) {
        struct example *example = random_example(&random);
        struct naive *naive = naive_read(example);
        expect_reading(example, naive, round % 2);
        long_runs += naive->long_runs;
        short_runs += naive->short_runs;
        waits += naive->waits;
        free(naive);
        free(example);
    }
    assert_true(long_runs > 5 && short_runs > 100 && waits > 100);
}

/* ---- by hand ---------------------------------------------------------------------------------------------------- */

static struct raw_word entry(uint32_t function, uint64_t ticks)
{
    return (struct raw_word){.kind = RAW_ENTRY, .function = function, .ticks = ticks, .timed = ticks != 0};
}

static struct raw_word leave(uint64_t ticks)
{
    return (struct raw_word){.kind = RAW_EXIT, .ticks = ticks, .timed = ticks != 0};
}

static struct raw_word special(enum ct_special kind, uint64_t payload)
{
    return (struct raw_word){.kind = RAW_SPECIAL, .special = kind, .payload = payload};
}

static struct tape_times read_ticks(const struct raw_word *words, size_t count, const struct raw_gaps *gaps,
                                    uint64_t timed_cost, uint64_t untimed_cost, uint64_t *ticks)
{
    struct error error = {""};
    static struct example example;
    example = (struct example){.block_count = 1};
    example.blocks[0] = (struct raw_block){.thread = THREAD,
                                           .chunks = 1,
                                           .first_ticks = 1000,
                                           .words = words,
                                           .count = count,
                                           .has_gaps = true,
                                           .timed_cost = timed_cost,
                                           .untimed_cost = untimed_cost,
                                           .gaps = gaps};
    struct tape *tape = tape_of(&example);
    struct tape_cursor *cursor = tape_cursor_open(tape, THREAD, &error);
    struct tape_event event;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        ticks[i] = event.ticks;
    }
    struct tape_times times = *tape_cursor_times(cursor);
    tape_cursor_close(cursor);
    tape_close(tape);
    return times;
}

/* Gaps of 1 to 8 on 64, and of what is more than costs each gets its part. */
static void time_goes_by_learned_gaps(void **state)
{
    (void)state;
    const struct raw_gaps gaps[FUNCTIONS] = {[1] = {32, 64}, [2] = {512, 416}};
    const struct raw_word words[] = {entry(1, 2000), entry(2, 0), leave(0), entry(1, 0), leave(2201)};
    uint64_t ticks[5];
    /* 201 ticks, of which 3 * 2 + 10 are costs: 185 for gaps of 32, 26, 2 and 4 ticks, so 2.89 for each */
    read_ticks(words, 5, gaps, 160, 32, ticks);
    assert_int_equal(ticks[0], 2000);
    assert_int_equal(ticks[1], 2000 + 2 + 185 * 32 / 64);
    assert_int_equal(ticks[2], 2000 + 4 + 185 * 58 / 64);
    assert_int_equal(ticks[3], 2000 + 6 + 185 * 60 / 64);
    assert_int_equal(ticks[4], 2201);
    /* costs that are more than there is: time goes by them alone */
    read_ticks(words, 5, gaps, 16 * 700, 16 * 100, ticks);
    assert_int_equal(ticks[1], 2000 + 20);
    assert_int_equal(ticks[2], 2000 + 40);
    assert_int_equal(ticks[3], 2000 + 60);
}

static void waits_move_what_follows(void **state)
{
    (void)state;
    const struct raw_gaps gaps[FUNCTIONS] = {{0}};
    const struct raw_word words[] = {entry(1, 2000), entry(2, 0), special(CT_SPECIAL_WAIT, 500), leave(0), leave(2803)};
    uint64_t ticks[5];
    read_ticks(words, 5, gaps, 0, 0, ticks);
    assert_in_range(ticks[1], 2100, 2101);
    assert_int_equal(ticks[2], ticks[1]);
    assert_in_range(ticks[3], 2701, 2702);
    assert_int_equal(ticks[4], 2803);
}

static void surprises_are_counted(void **state)
{
    (void)state;
    const struct raw_gaps gaps[FUNCTIONS] = {[1] = {16 * 100, 16 * 100}};
    struct raw_word words[] = {entry(1, 2000), entry(1, 0), leave(0), entry(1, 3000), leave(0), leave(3300)};
    uint64_t ticks[6];
    struct tape_times times = read_ticks(words, 6, gaps, 0, 0, ticks);
    assert_int_equal(times.surprises, 0);
    words[5].ticks = 9000; /* 6,000 ticks instead of 200 */
    times = read_ticks(words, 6, gaps, 16 * 7, 16 * 2, ticks);
    assert_int_equal(times.surprises, 1);
    assert_int_equal(times.surprise_ticks, 6000);
    assert_int_equal(times.timed, 3);
    assert_int_equal(times.untimed, 3);
    assert_true(times.timed_cost == 3 * 16 * 7 && times.untimed_cost == 3 * 16 * 2);
    /* Nothing is surprising where all is timed. */
    for (size_t i = 0; i < 6; i++)
        words[i] = i % 2 ? leave(2000 + 100000 * i) : entry(1, 2000 + 100000 * i);
    assert_int_equal(read_ticks(words, 6, gaps, 0, 0, ticks).surprises, 0);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

/* Changes the block, and mends the checksums. */
static struct tape *with_head(const struct example *example, void change(struct ct_block *head))
{
    struct error error = {""};
    tape_close(tape_of(example));
    size_t bytes;
    uint8_t *file = file_load(test_path("untimed"), &bytes);
    for (size_t at = sizeof(struct ct_tape); at < bytes;) {
        struct ct_section *section = (struct ct_section *)(void *)(file + at);
        struct ct_block *head = (struct ct_block *)(void *)(section + 1);
        if (section->type == CT_SECTION_BLOCK) {
            change(head);
            head->checksum = checksum(head, offsetof(struct ct_block, checksum));
            section->checksum = checksum(head, section->bytes);
            section->head_checksum = checksum(section, offsetof(struct ct_section, head_checksum));
        }
        at += sizeof *section + (section->bytes + 7) / 8 * 8;
    }
    file_store(test_path("untimed"), file, bytes);
    free(file);
    struct tape *tape = tape_open(test_path("untimed"), &error);
    assert_non_null(tape);
    return tape;
}

static void one_more_untimed(struct ct_block *head)
{
    head->untimed++;
}

/* The first word in TIMED lies behind the last one. */
static void first_of_timed_is_none(struct ct_block *head)
{
    const struct ct_part *parts = (const struct ct_part *)(void *)(head + 1);
    uint8_t *column = (uint8_t *)(uintptr_t)(parts + head->parts);
    for (uint32_t i = 0; parts[i].type != CT_PART_TIMED; i++)
        column += parts[i].packed_bytes;
    assert_int_equal(*column, 1);
    *column = 5;
}

/* Behind some events. */
static void expect_gap(struct tape *tape, size_t events, const char *why)
{
    struct error error = {""};
    struct tape_cursor *cursor = tape_cursor_open(tape, THREAD, &error);
    struct tape_event event;
    for (size_t i = 0; i < events; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_true(event.kind <= TAPE_EXIT);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.kind, TAPE_GAP);
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    char *damages = damage_text(tape);
    assert_non_null(strstr(damages, why));
    free(damages);
    tape_cursor_close(cursor);
    tape_close(tape);
    struct check_result checked;
    struct recover_result recovered;
    assert_non_null(tape = tape_open(test_path("untimed"), &error));
    assert_int_equal(check_tape(tape, &checked, &error), 0);
    assert_int_equal(checked.damaged_blocks, 1);
    tape_close(tape);
    remove(test_path("mended"));
    if (recover(test_path("untimed"), test_path("mended"), NULL, NULL, &recovered, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(recovered.events, 0);
}

static void wrong_counts_are_damage(void **state)
{
    (void)state;
    static struct example example;
    const struct raw_word words[] = {entry(1, 2000), leave(0)};
    example.block_count = 1;
    example.blocks[0] = (struct raw_block){.thread = THREAD, .chunks = 1, .words = words, .count = 2};
    for (int apart = 0; apart < 2; apart++) {
        example.blocks[0].apart = apart;
        expect_gap(with_head(&example, one_more_untimed), 0, "do not fit each other");
    }
    expect_gap(with_head(&example, first_of_timed_is_none), 1, "do not fit each other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_runs_as_the_format_says), cmocka_unit_test(time_goes_by_learned_gaps),
        cmocka_unit_test(waits_move_what_follows),        cmocka_unit_test(surprises_are_counted),
        cmocka_unit_test(wrong_counts_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
