/* Values: their words packed and read again, what half-written ones leave, whose they are, and who is told of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/timeline.h"
#include "analyze/values.h"
#include "calls/filter.h"
#include "tape_maker.h"
#include "tape_support.h"

enum { MOST = 4000, KEYS = 3 };

/* ---- what comes back -------------------------------------------------------------------------------------------- */

struct expected {
    uint8_t kind;
    uint32_t key, size;
    uint64_t ticks, bits;
    uint8_t bytes[CT_VALUE_MAX];
};

static uint32_t below(uint32_t limit)
{
    return (uint32_t)random() % limit;
}

static uint64_t put_value(union test_chunk *chunk, struct expected *expected, uint64_t now)
{
    expected->kind = TAPE_VALUE;
    expected->key = 1 + below(KEYS);
    expected->bits = below(4) == 0 ? CT_VALUE_TIMED : 0;
    expected->size = below(50) == 0 ? CT_VALUE_MAX - 8 : below(3) == 0 ? below(300) : below(9);
    for (uint32_t i = 0; i < expected->size; i++)
        expected->bytes[i] = (uint8_t)below(256);
    expected->ticks = now + (expected->bits ? below(5) : 0);
    uint8_t all[CT_VALUE_MAX];
    uint32_t clock = expected->bits ? 8 : 0, size = expected->size + clock;
    memcpy(all, &expected->ticks, clock);
    memcpy(all + clock, expected->bytes, expected->size);
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(expected->key, size, 0) | expected->bits));
    for (uint32_t i = 0; i < size; i += CT_VALUE_DATA_BYTES) {
        uint64_t data = 0;
        memcpy(&data, all + i, size - i < CT_VALUE_DATA_BYTES ? size - i : CT_VALUE_DATA_BYTES);
        chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, data));
    }
    return expected->ticks;
}

static void add_keys(struct writer *writer)
{
    static const char *const names[KEYS][3] = {{"rows", "", ""}, {"text", "char *", ""}, {"rows", "", ""}};
    struct error error;
    for (uint32_t i = 0; i < KEYS; i++) {
        struct ct_key key = {.key = i + 1, .kind = CT_KEY_NOTE, .type = i == 1 ? CT_TYPE_STRING : CT_TYPE_I64};
        assert_int_equal(writer_record(writer, CT_RECORD_KEY, &key, sizeof key, names[i], 3, &error), 0);
    }
}

/* Of that chunk alone, with the keys. */
static struct tape *tape_of(const char *name, union test_chunk *chunk)
{
    struct error error = {""};
    chunk_seal(chunk);
    struct writer *writer = writer_small(name);
    add_keys(writer);
    write_chunk(writer, chunk);
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(test_path(name), &error);
    assert_non_null(tape);
    return tape;
}

/* With `others` there are specials that are not of values. */
static size_t fill_chunk(union test_chunk *chunk, struct expected *expected, uint64_t *now, uint32_t untimed,
                         bool others)
{
    size_t count = 0;
    for (uint32_t i = 0; i < 300 && chunk->head.reserved[0] < 7000; i++) {
        struct expected *one = &expected[count++];
        *one = (struct expected){0};
        if (below(3) == 0) {
            put_value(chunk, one, *now);
            continue;
        }
        bool timed = below(100) >= untimed;
        if (others && below(10) == 0) {
            one->kind = TAPE_COST;
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_COST, (uint64_t)below(2000) << below(40)));
            continue;
        }
        *now += timed ? 10 + below(100) : 0;
        one->kind = i % 2 ? TAPE_EXIT : TAPE_ENTRY;
        one->ticks = timed ? *now : 0;
        if (one->kind == TAPE_ENTRY)
            chunk_add(chunk, timed ? entry_at(1, *now) : entry_untimed(1));
        else
            chunk_add(chunk, timed ? exit_at(*now) : exit_untimed());
    }
    chunk_seal(chunk);
    return count;
}

static void expect_events(struct tape *tape, const struct expected *expected, size_t count, bool timed)
{
    struct error error = {""};
    struct tape_event event;
    uint64_t ticks = 0;
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    for (size_t i = 0; i < count; i++, expected++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.kind, expected->kind);
        assert_true(event.ticks >= ticks);
        ticks = event.ticks;
        if (expected->kind != TAPE_VALUE)
            continue;
        assert_int_equal(event.value->key, expected->key);
        assert_int_equal(event.value->size, expected->size);
        assert_int_equal(event.value->state, CT_VALUE_WHOLE);
        assert_int_equal(event.value->timed, expected->bits != 0);
        assert_memory_equal(event.value->bytes, expected->bytes, expected->size);
        assert_true(event.value->ticks >= event.ticks);
        if (timed || event.value->timed)
            assert_int_equal(event.value->ticks, expected->ticks > event.ticks ? expected->ticks : event.ticks);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 0);
    tape_cursor_close(cursor);
}

/* Who asks for no values gets all other events, the same as with them. */
static void expect_others_alone(struct tape *tape)
{
    struct error error = {""};
    struct tape_event event, alone;
    struct tape_cursor *all = tape_cursor_open(tape, 0, &error), *some = tape_cursor_open(tape, 0, &error);
    tape_cursor_pass_values(some);
    while (tape_cursor_next(all, &event, &error) == 1) {
        if (event.kind == TAPE_VALUE)
            continue;
        assert_int_equal(tape_cursor_next(some, &alone, &error), 1);
        assert_int_equal(alone.kind, event.kind);
        assert_int_equal(alone.function, event.function);
        assert_int_equal(alone.n, event.n);
        assert_int_equal(alone.ticks, event.ticks);
        assert_int_equal(alone.slack, event.slack);
        assert_int_equal(alone.cost, event.cost);
        assert_int_equal(alone.timed, event.timed);
    }
    assert_int_equal(tape_cursor_next(some, &alone, &error), 0);
    assert_memory_equal(tape_cursor_times(some), tape_cursor_times(all), sizeof(struct tape_times));
    tape_cursor_close(all);
    tape_cursor_close(some);
}

static void values_come_back(void **state)
{
    enum { CHUNKS = 6 };
    static struct expected expected[300 * CHUNKS];
    (void)state;
    srandom(2);
    for (uint32_t round = 0; round < 30; round++) {
        struct error error = {""};
        struct writer *writer = writer_small("values");
        const struct ct_chunk *chunks[CHUNKS];
        uint64_t now = 5000;
        size_t count = 0;
        uint32_t untimed = round % 3 == 0 ? 0 : round % 3 == 1 ? 60 : 99;
        add_keys(writer);
        for (uint32_t i = 0; i < CHUNKS; i++) {
            union test_chunk *chunk = chunk_new(0, 0, i, now);
            count += fill_chunk(chunk, expected + count, &now, untimed, round % 2 == 0);
            chunks[i] = &chunk->head;
        }
        for (uint32_t i = 0; i < CHUNKS; i += 2)
            assert_int_equal(writer_chunks(writer, chunks + i, 2, &error), 0);
        assert_int_equal(writer_finish(writer, 0, &error), 0);
        struct tape *tape = tape_open(test_path("values"), &error);
        assert_non_null(tape);
        expect_events(tape, expected, count, untimed == 0);
        expect_others_alone(tape);
        assert_int_equal(damage_count(tape), 0);
        tape_close(tape);
        for (uint32_t i = 0; i < CHUNKS; i++)
            free((void *)(uintptr_t)chunks[i]);
    }
}

/* A run is as long as its words are, whether values are asked for or not: 4,096 of them are few enough, 4,097 are not.
 */
static void values_lengthen_runs(void **state)
{
    (void)state;
    struct error error = {""};
    for (uint32_t more = 0; more < 2; more++) {
        union test_chunk *chunk = chunk_new(0, 0, 0, 1000);
        chunk_add(chunk, entry_at(1, 1010));
        for (uint32_t i = 0; i < CT_RUN_MAX / 2 + more; i++)
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 0, 0)));
        for (uint32_t i = 0; i < CT_RUN_MAX / 2; i++)
            chunk_add(chunk, i % 2 == 0 ? entry_untimed(1) : exit_untimed());
        chunk_add(chunk, exit_at(90000));
        struct tape *tape = tape_of("runs", chunk);
        struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
        struct tape_event event;
        tape_cursor_pass_values(cursor);
        for (uint32_t i = 0; i < 2; i++)
            assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.kind, TAPE_ENTRY);
        assert_int_equal(event.ticks > 1010, more == 0);
        tape_cursor_close(cursor);
        expect_others_alone(tape);
        tape_close(tape);
    }
}

static void keys_are_read(void **state)
{
    (void)state;
    struct error error;
    uint32_t count;
    struct writer *writer = writer_small("keys");
    add_keys(writer);
    struct ct_key alien = {.key = 5, .function = 1000, .kind = CT_KEY_ARGUMENT, .type = CT_TYPE_I64};
    static const char *const names[3] = {"n", "int", ""};
    writer_record(writer, CT_RECORD_KEY, &alien, sizeof alien, names, 3, &error);
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(test_path("keys"), &error);
    const struct tape_key *keys = tape_keys(tape, &count);
    assert_int_equal(count, 6);
    assert_string_equal(keys[0].name, "");
    assert_string_equal(keys[2].type_name, "char *");
    assert_int_equal(keys[3].same, 1);
    assert_int_equal(keys[2].same, 2);
    assert_int_equal(keys[4].kind, 0);
    assert_string_equal(keys[5].name, "n");
    assert_int_equal(keys[5].function, 0);
    assert_int_equal(damage_count(tape), 1);
    tape_close(tape);
}

/* What dying writers and hostile ones leave. */
static void halves_of_values(void **state)
{
    (void)state;
    static const struct {
        uint32_t size, state;
    } expected[] = {
        {3, CT_VALUE_WHOLE}, {7, CT_VALUE_CUT}, {0, CT_VALUE_WHOLE}, {0, CT_VALUE_UNREADABLE}, {0, CT_VALUE_CUT}};
    struct error error = {""};
    struct tape_event event;
    union test_chunk *chunk = chunk_new(0, 0, 0, 1000);
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 0x77)); /* of nobody */
    chunk_add(chunk, entry_at(1, 1010));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 3, 0)));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 0x030201));
    chunk_hole(chunk);
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 0x040302)); /* whose VALUE was never stored */
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 100, 0)));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 0x77));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 0, 0)));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(99, 0, CT_VALUE_UNREADABLE)));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 0x1fff, 0) | CT_VALUE_TIMED));
    chunk_add(chunk, exit_at(1020));
    struct tape *tape = tape_of("halves", chunk);
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.kind, TAPE_ENTRY);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
        assert_int_equal(event.kind, TAPE_VALUE);
        assert_int_equal(event.value->size, expected[i].size);
        assert_int_equal(event.value->state, expected[i].state);
        assert_int_equal(event.value->ticks, 1010);
        assert_int_equal(event.value->key, i == 3 ? 0 : 1);
    }
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(event.kind, TAPE_EXIT);
    tape_cursor_close(cursor);
    assert_int_equal(damage_count(tape), 0);
    tape_close(tape);
}

static void an_arena_keeps_values(void **state)
{
    (void)state;
    static struct test_records records;
    struct error error = {""};
    struct tape_event event;
    uint32_t count;
    struct test_arena *arena = arena_new("arena", CT_CLOCK_MONOTONIC, 0);
    union test_chunk *chunk = chunk_new(0, 0, 0, 2000);
    struct ct_key key = {.key = 1, .kind = CT_KEY_COUNTER, .type = CT_TYPE_U64};
    record_process(&records, 0, CT_NONE, 999999999);
    record_thread(&records, 0, 0);
    record_add(&records, CT_RECORD_KEY, &key, sizeof key, (const char *const[]){"queue", "", ""}, 3);
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_VALUE, CT_VALUE(1, 9, 0) | CT_VALUE_TIMED));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 2345));
    chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_DATA, 42 << 8));
    arena_put(arena, chunk, CT_CHUNK_EVENTS);
    arena_put_records(arena, 0, 0, &records, CT_CHUNK_META);
    arena_store(arena);
    struct tape *tape = tape_open(test_path("arena"), &error);
    struct tape_cursor *cursor = tape_cursor_open(tape, 0, &error);
    assert_int_equal(tape_cursor_next(cursor, &event, &error), 1);
    assert_int_equal(value_u64(event.value), 42);
    assert_int_equal(event.value->ticks, 2345);
    assert_string_equal(tape_keys(tape, &count)[event.value->key].name, "queue");
    tape_cursor_close(cursor);
    tape_close(tape);
}

/* A float is what its source says, 0.1f 0.1; what a float can hold exactly stays so. */
static void floats_are_their_shortest_text(void **state)
{
    (void)state;
    static const struct {
        float is;
        double shown;
    } floats[] = {{0.1f, 0.1},
                  {-2.7f, -2.7},
                  {0.25f, 0.25},
                  {16777216.f, 16777216},
                  {1e30f, (double)1e30f},
                  {3.4028235e-38f, 3.4028235e-38},
                  {1.1754944f, 1.1754944}};
    struct {
        struct tape_value value;
        uint8_t bytes[8];
    } all = {.value.size = sizeof(float)};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        memcpy(all.value.bytes, &floats[i].is, sizeof(float));
        assert_true(value_f64(&all.value) == floats[i].shown);
        assert_true((float)value_f64(&all.value) == floats[i].is);
    }
}

static void numbers_are_extended(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 127, 128, -128, -129, 70000, -70000, INT64_MAX, INT64_MIN};
    struct {
        struct tape_value value;
        uint8_t bytes[8];
    } all;
    double number;
    const struct tape_key key = {.type = CT_TYPE_I64}, text = {.type = CT_TYPE_STRING}, real = {.type = CT_TYPE_F64};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (uint16_t size = 0; size <= 8; size++) {
            memset(&all, 0, sizeof all);
            all.value.size = size;
            memcpy(all.value.bytes, &numbers[i], size);
            int64_t high = size == 8 ? 0 : numbers[i] >> (size ? 8 * size - 1 : 0);
            bool fits = size == 8 || (size == 0 ? numbers[i] == 0 : high == 0 || high == -1);
            if (!fits)
                continue;
            assert_int_equal(value_i64(&all.value), numbers[i]);
            assert_true(value_number(&key, &all.value, &number));
            assert_true(number == (double)numbers[i]);
            assert_false(value_number(&text, &all.value, &number));
        }
    double pi = 3.140625, endless = 1 / (pi - pi);
    float narrow = (float)pi;
    all.value.size = 8;
    memcpy(all.value.bytes, &pi, 8);
    assert_true(value_number(&real, &all.value, &number) && number == pi);
    memcpy(all.value.bytes, &endless, 8);
    assert_false(value_number(&real, &all.value, &number));
    all.value.size = 4;
    memcpy(all.value.bytes, &narrow, 4);
    assert_true(value_number(&real, &all.value, &number) && number == pi);
    all.value.state = CT_VALUE_CUT;
    assert_false(value_number(&real, &all.value, &number));
}

/* ---- whose they are --------------------------------------------------------------------------------------------- */

struct story {
    char text[1000];
    size_t used;
    struct tape *tape;
};

static int on_begin(void *context, struct call *call, const struct call *parent)
{
    struct story *story = context;
    (void)parent;
    story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, "(%u", call->function);
    return 0;
}

static int on_end(void *context, struct call *call, const struct call *parent)
{
    struct story *story = context;
    (void)call;
    (void)parent;
    story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, ")");
    return 0;
}

static int on_value(void *context, const struct tape_event *event, struct call *call)
{
    struct story *story = context;
    story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, " %lld@%u ",
                                    (long long)value_i64(event->value), call ? call->function : 0);
    return 0;
}

static void add_timed(struct tape_maker *maker, uint32_t key, uint64_t ticks, uint8_t number)
{
    uint8_t bytes[9];
    memcpy(bytes, &ticks, 8);
    bytes[8] = number;
    tape_maker_value(maker, key, CT_VALUE_TIMED, bytes, sizeof bytes);
}

/* 1 calls 2, which calls 3; 9 is a counter's. */
static struct tape *nested(void)
{
    struct error error;
    struct tape_maker *maker = tape_maker_open(test_path("nested"));
    uint32_t process = tape_maker_process(maker, CT_NONE, "demo");
    uint32_t module = tape_maker_module(maker, process, "/usr/bin/demo");
    for (uint32_t i = 1; i <= 3; i++)
        tape_maker_function(maker, module, 0x100 * i, "abc" + i - 1, NULL, 0);
    uint32_t note = tape_maker_key(maker, CT_KEY_NOTE, CT_TYPE_I64, 0, "n", NULL);
    uint32_t counter = tape_maker_key(maker, CT_KEY_COUNTER, CT_TYPE_I64, 0, "c", NULL);
    tape_maker_thread(maker, process, "demo", 0, 100000);
    tape_maker_number(maker, note, 5);
    tape_maker_enter(maker, 1, 1000);
    tape_maker_number(maker, note, 10);
    tape_maker_enter(maker, 2, 2000);
    tape_maker_number(maker, note, 20);
    tape_maker_enter(maker, 3, 3000);
    tape_maker_number(maker, note, 30);
    add_timed(maker, counter, 3500, 9);
    tape_maker_exit(maker, 4000);
    tape_maker_number(maker, note, 21);
    tape_maker_enter(maker, 3, 5000);
    tape_maker_special(maker, CT_SPECIAL_JUMP, 2);
    tape_maker_number(maker, note, 11);
    tape_maker_exit(maker, 9000);
    tape_maker_finish(maker, 0);
    return tape_open(test_path("nested"), &error);
}

static void expect_story(struct tape *tape, const struct filter_choice *choice, const char *expected)
{
    struct error error;
    struct story story = {.tape = tape};
    struct tape_times times = {0};
    struct filter_left left = {0};
    const struct calls_receiver receiver = {.begin = on_begin, .end = on_end, .context = &story, .value = on_value};
    assert_int_equal(calls_of_thread(tape, 0, choice, &receiver, NULL, &times, &left, &error), 0);
    assert_string_equal(story.text, expected);
}

static void values_have_calls(void **state)
{
    (void)state;
    static const uint32_t threads[1];
    struct tape *tape = nested();
    uint8_t functions[4] = {1, 1, 1, 1};
    struct filter_choice choice = {.threads = threads, .thread_count = 1, .depth = UINT32_MAX, .to_ticks = UINT64_MAX};
    choice.functions = functions;
    expect_story(tape, NULL, " 5@0 (1 10@1 (2 20@2 (3 30@3  9@3 ) 21@2 (3 11@1 )))");
    functions[2] = 0; /* its values are left out with it */
    expect_story(tape, &choice, " 5@0 (1 10@1 (3 30@3  9@3 )(3 11@1 ))");
    functions[2] = functions[1] = 1;
    functions[3] = 0; /* the counter is the thread's */
    expect_story(tape, &choice, " 5@0 (1 10@1 (2 20@2  9@2  21@2  11@1 ))");
    functions[3] = 1;
    choice.least_ticks = 2500; /* is known only once they end: only 3's second call, with 2 and 1 */
    expect_story(tape, &choice, " 5@0 (1 10@1  11@1 (2 20@2  9@2  21@2 (3)))");
    choice.least_ticks = 0;
    choice.roots = true;
    functions[2] |= FILTER_ROOT;
    expect_story(tape, &choice, "(2 20@2 (3 30@3  9@3 ) 21@2 (3))");
    choice.roots = false;
    choice.from_ticks = 4500; /* what was told before is not looked at */
    expect_story(tape, &choice, "(1(2(3 11@1 )))");
    tape_close(tape);
}

/* ---- in a timeline ---------------------------------------------------------------------------------------------- */

static int on_item(void *context, const struct timeline_item *item)
{
    static const char *const kinds[] = {"begin", "end", "leaf", "note"};
    struct story *story = context;
    story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, "%s%s %u",
                                    story->used ? "; " : "", kinds[item->kind], item->function);
    for (const struct kept_value *kept = item->values; kept; kept = kept->next)
        story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, " %lld",
                                        (long long)value_i64(&kept->value));
    return 0;
}

static void a_timeline_gives_values_to_its_items(void **state)
{
    (void)state;
    struct error error;
    struct sums sums;
    struct tape *tape = nested();
    for (int fold = 0; fold < 2; fold++) {
        struct story story = {.tape = tape};
        const struct timeline_choice choice = {.fold = fold != 0};
        assert_int_equal(timeline_play(tape, &choice, on_item, &story, &sums, &error), 0);
        assert_string_equal(story.text, "note 0 5; begin 1 10; begin 2 20; begin 3 30; note 0 9; end 3; leaf 3; "
                                        "end 2 21; end 1 11");
    }
    tape_close(tape);
}

static int stop_soon(void *context, const struct timeline_item *item)
{
    int *left = context;
    (void)item;
    return --*left == 0;
}

/* However early it stops: nothing may be left behind. */
static void a_timeline_may_stop_anywhere(void **state)
{
    (void)state;
    struct error error;
    struct sums sums;
    struct tape *tape = nested();
    for (int i = 1; i < 12; i++) {
        int left = i;
        const struct timeline_choice choice = {.fold = i % 2 != 0};
        assert_int_equal(timeline_play(tape, &choice, stop_soon, &left, &sums, &error), 0);
    }
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(values_lengthen_runs),
        cmocka_unit_test(keys_are_read),
        cmocka_unit_test(halves_of_values),
        cmocka_unit_test(an_arena_keeps_values),
        cmocka_unit_test(floats_are_their_shortest_text),
        cmocka_unit_test(numbers_are_extended),
        cmocka_unit_test(values_have_calls),
        cmocka_unit_test(a_timeline_gives_values_to_its_items),
        cmocka_unit_test(a_timeline_may_stop_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
