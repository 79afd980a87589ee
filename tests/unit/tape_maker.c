#include "tape_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tape/write.h"

#define MODULE_BYTES UINT64_C(0x100000)

struct tape_maker {
    struct writer *writer;
    struct error error;
    uint32_t processes, modules, functions, keys, threads;
    uint32_t process, sequence; /* of the current thread */
    uint64_t stack, ticks;
    struct ct_chunk *chunk; /* CT_CHUNK_BYTES of it */
};

static void check(const struct tape_maker *maker, int status)
{
    if (status == 0)
        return;
    fprintf(stderr, "tape_maker: %s\n", maker->error.text);
    abort();
}

static uint64_t base_of(uint32_t module)
{
    return UINT64_C(0x400000) + module * MODULE_BYTES;
}

static void add_arguments(struct tape_maker *maker)
{
    static const char *const words[] = {"demo", "--fast"};
    for (size_t i = 0; i < 2; i++) {
        struct ct_argument argument = {0};
        check(maker, writer_record(maker->writer, CT_RECORD_ARGUMENT, &argument, sizeof argument, &words[i], 1,
                                   &maker->error));
    }
}

struct tape_maker *tape_maker_open(const char *path)
{
    static const char *const words[] = {"/home/demo", "box", "x86_64", "6.1.0", "0.1.0"};
    static const uint64_t id[2] = {1, 2};
    struct ct_session session = {
        .start_real_ns = UINT64_C(1700000000123456789), .clock = CT_CLOCK_MONOTONIC, .argument_count = 2};
    struct tape_maker *maker = calloc(1, sizeof *maker);
    maker->chunk = calloc(1, CT_CHUNK_BYTES);
    maker->writer = writer_create(path, id, &maker->error);
    check(maker, maker->writer != NULL ? 0 : -1);
    check(maker, writer_record(maker->writer, CT_RECORD_SESSION, &session, sizeof session, words, 5, &maker->error));
    add_arguments(maker);
    return maker;
}

void tape_maker_fold(struct tape_maker *maker, uint64_t most)
{
    check(maker, writer_fold(maker->writer, most, &maker->error));
}

uint32_t tape_maker_process(struct tape_maker *maker, uint32_t parent, const char *command)
{
    struct ct_process process = {
        .process = maker->processes,
        .parent = parent,
        .pid = 1000 + maker->processes,
        .ppid = parent == CT_NONE ? 999 : 1000 + parent,
        .start = parent == CT_NONE ? CT_START_EXEC : CT_START_FORK,
    };
    const char *const strings[] = {"/usr/bin/demo", command};
    check(maker, writer_record(maker->writer, CT_RECORD_PROCESS, &process, sizeof process, strings, 2, &maker->error));
    return maker->processes++;
}

uint32_t tape_maker_module(struct tape_maker *maker, uint32_t process, const char *path)
{
    uint64_t base = base_of(maker->modules);
    struct ct_module module = {
        .module = maker->modules, .process = process, .base = base, .start = base, .end = base + MODULE_BYTES};
    check(maker, writer_record(maker->writer, CT_RECORD_MODULE, &module, sizeof module, &path, 1, &maker->error));
    return maker->modules++;
}

uint32_t tape_maker_function(struct tape_maker *maker, uint32_t module, uint64_t address, const char *name,
                             const char *file, uint32_t line)
{
    struct ct_function function = {
        .function = ++maker->functions, .module = module, .address = base_of(module) + address};
    struct ct_symbol symbol = {.function = function.function, .line = line, .start = address, .size = 16};
    const char *const strings[] = {name, file != NULL ? file : ""};
    check(maker, writer_record(maker->writer, CT_RECORD_FUNCTION, &function, offsetof(struct ct_function, answer), NULL,
                               0, &maker->error));
    if (name != NULL)
        check(maker, writer_record(maker->writer, CT_RECORD_SYMBOL, &symbol, sizeof symbol, strings, 2, &maker->error));
    return function.function;
}

uint32_t tape_maker_key(struct tape_maker *maker, enum ct_key_kind kind, enum ct_value_type type, uint32_t function,
                        const char *name, const char *details)
{
    struct ct_key key = {.key = ++maker->keys, .function = function, .kind = kind, .type = type};
    const char *const strings[] = {name, "", details != NULL ? details : ""};
    check(maker, writer_record(maker->writer, CT_RECORD_KEY, &key, sizeof key, strings, 3, &maker->error));
    return key.key;
}

static void open_chunk(struct tape_maker *maker)
{
    memset(maker->chunk, 0, CT_CHUNK_BYTES);
    *maker->chunk = (struct ct_chunk){
        .process = maker->process,
        .thread = maker->threads - 1,
        .sequence_plus_1 = ++maker->sequence,
        .words = CT_CHUNK_HEADER_WORDS,
        .base_ticks = maker->ticks,
        .stack = maker->stack,
    };
}

static void close_chunk(struct tape_maker *maker)
{
    if (maker->threads == 0 || maker->chunk->words == CT_CHUNK_HEADER_WORDS)
        return;
    const struct ct_chunk *chunks[] = {maker->chunk};
    maker->chunk->sealed_ticks = maker->ticks + 1;
    check(maker, writer_chunks(maker->writer, chunks, 1, &maker->error));
}

static void add_word(struct tape_maker *maker, uint64_t word)
{
    if (maker->chunk->words == CT_CHUNK_WORDS) {
        close_chunk(maker);
        open_chunk(maker);
    }
    ((uint64_t *)maker->chunk)[maker->chunk->words++] = word;
}

uint32_t tape_maker_thread(struct tape_maker *maker, uint32_t process, const char *name, uint64_t start, uint64_t end)
{
    close_chunk(maker);
    uint32_t index = maker->threads++;
    struct ct_thread thread = {.thread = index, .process = process, .tid = 2000 + index, .ticks = start};
    struct ct_thread_name named = {.thread = index};
    struct ct_thread_end ended = {.thread = index, .ticks = end};
    check(maker, writer_record(maker->writer, CT_RECORD_THREAD, &thread, sizeof thread, NULL, 0, &maker->error));
    check(maker, writer_record(maker->writer, CT_RECORD_THREAD_NAME, &named, sizeof named, &name, 1, &maker->error));
    check(maker, writer_record(maker->writer, CT_RECORD_THREAD_END, &ended, sizeof ended, NULL, 0, &maker->error));
    maker->process = process;
    maker->sequence = 0;
    maker->stack = 0;
    maker->ticks = start;
    open_chunk(maker);
    return index;
}

/* Words hold the low bits of the clock only; the tests' times are all of epoch 0. */
static uint64_t clock_bits(struct tape_maker *maker, uint64_t ticks)
{
    check(maker, ticks >> CT_EPOCH_SHIFT != 0);
    maker->ticks = ticks;
    return CT_TIMED | ticks;
}

void tape_maker_enter(struct tape_maker *maker, uint32_t function, uint64_t ticks)
{
    add_word(maker, CT_ENTRY | (uint64_t)function << CT_CLOCK_BITS | clock_bits(maker, ticks));
}

void tape_maker_exit(struct tape_maker *maker, uint64_t ticks)
{
    add_word(maker, CT_EXIT | clock_bits(maker, ticks));
}

void tape_maker_special(struct tape_maker *maker, enum ct_special kind, uint64_t payload)
{
    if (kind == CT_SPECIAL_STACK)
        maker->stack = payload;
    add_word(maker, CT_SPECIAL(kind, payload));
}

void tape_maker_value(struct tape_maker *maker, uint32_t key, uint64_t bits, const void *bytes, uint32_t size)
{
    tape_maker_special(maker, CT_SPECIAL_VALUE, CT_VALUE(key, size, 0) | bits);
    for (uint32_t i = 0; i < size; i += CT_VALUE_DATA_BYTES) {
        uint64_t data = 0;
        memcpy(&data, (const uint8_t *)bytes + i, size - i < CT_VALUE_DATA_BYTES ? size - i : CT_VALUE_DATA_BYTES);
        tape_maker_special(maker, CT_SPECIAL_DATA, data);
    }
}

void tape_maker_number(struct tape_maker *maker, uint32_t key, int64_t number)
{
    tape_maker_value(maker, key, 0, &number, sizeof number);
}

void tape_maker_chunk(struct tape_maker *maker, uint32_t skip)
{
    close_chunk(maker);
    maker->sequence += skip;
    open_chunk(maker);
}

void tape_maker_process_end(struct tape_maker *maker, uint32_t process, enum ct_end_cause cause, uint32_t status,
                            uint64_t ticks)
{
    struct ct_process_end end = {.process = process, .cause = cause, .status = status, .ticks = ticks};
    check(maker, writer_record(maker->writer, CT_RECORD_PROCESS_END, &end, sizeof end, NULL, 0, &maker->error));
}

void tape_maker_finish(struct tape_maker *maker, uint64_t lost_events)
{
    close_chunk(maker);
    check(maker, writer_fold_note(maker->writer, &maker->error));
    check(maker, writer_finish(maker->writer, lost_events, &maker->error));
    free(maker->chunk);
    free(maker);
}
