#include "import/taping.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/output.h"
#include "symbol/demangle.h"
#include "tape/write.h"

enum { GROUP = 32 }; /* chunks of a block, as the recorder has them */

struct taping {
    struct writer *writer;
    char *path;
    uint32_t processes, modules, functions, threads, keys;
    uint64_t now, latest; /* of the thread; of all */
    struct ct_chunk head; /* of the chunk being filled */
    uint8_t *room;        /* of GROUP chunks */
    size_t chunks;        /* in it */
};

/* ---- events ------------------------------------------------------------------------------------------------------ */

static struct ct_chunk *chunk_at(const struct taping *taping, size_t i)
{
    return (struct ct_chunk *)(void *)(taping->room + i * CT_CHUNK_BYTES);
}

static int flush(struct taping *taping, struct error *error)
{
    const struct ct_chunk *chunks[GROUP];
    size_t count = taping->chunks;
    for (size_t i = 0; i < count; i++)
        chunks[i] = chunk_at(taping, i);
    taping->chunks = 0;
    return count != 0 ? writer_chunks(taping->writer, chunks, count, error) : 0;
}

/* For so many words. Chunks end where the clock's epoch does, too: so no word needs to tell it. */
static bool is_full(const struct taping *taping, size_t words)
{
    if (taping->chunks == 0)
        return true;
    const struct ct_chunk *chunk = chunk_at(taping, taping->chunks - 1);
    return chunk->words + words > CT_CHUNK_WORDS ||
           chunk->base_ticks >> CT_EPOCH_SHIFT != taping->now >> CT_EPOCH_SHIFT;
}

static int open_chunk(struct taping *taping, struct error *error)
{
    if (taping->chunks == GROUP && flush(taping, error) != 0)
        return -1;
    taping->head.sequence_plus_1++;
    taping->head.base_ticks = taping->now;
    *chunk_at(taping, taping->chunks++) = taping->head;
    return 0;
}

static int add_word(struct taping *taping, uint64_t word, struct error *error)
{
    if (is_full(taping, 1) && open_chunk(taping, error) != 0)
        return -1;
    struct ct_chunk *chunk = chunk_at(taping, taping->chunks - 1);
    memcpy((uint8_t *)chunk + (size_t)chunk->words++ * sizeof word, &word, sizeof word);
    chunk->sealed_ticks = taping->now;
    return 0;
}

void taping_pass(struct taping *taping, uint64_t ns)
{
    if (ns > taping->now)
        taping->now = ns;
    if (taping->now > taping->latest)
        taping->latest = taping->now;
}

static int add_event(struct taping *taping, uint64_t word, uint64_t ns, struct error *error)
{
    taping_pass(taping, ns);
    return add_word(taping, word | CT_TIMED | (taping->now & CT_CLOCK_MASK), error);
}

int taping_enter(struct taping *taping, uint32_t function, uint64_t ns, struct error *error)
{
    return add_event(taping, CT_ENTRY | (uint64_t)function << CT_CLOCK_BITS, ns, error);
}

int taping_exit(struct taping *taping, uint64_t ns, struct error *error)
{
    return add_event(taping, CT_EXIT, ns, error);
}

int taping_jump(struct taping *taping, uint64_t n, struct error *error)
{
    return add_word(taping, CT_SPECIAL(CT_SPECIAL_JUMP, n), error);
}

int taping_stray(struct taping *taping, uint32_t function, struct error *error)
{
    return add_word(taping, CT_SPECIAL(CT_SPECIAL_STRAY, function), error);
}

int taping_lost(struct taping *taping, uint64_t n, struct error *error)
{
    return add_word(taping, CT_SPECIAL(CT_SPECIAL_LOST, n), error);
}

int taping_inherit(struct taping *taping, uint32_t function, uint64_t ns, struct error *error)
{
    taping_pass(taping, ns);
    return add_word(taping, CT_SPECIAL(CT_SPECIAL_INHERIT, function), error);
}

static int add_value(struct taping *taping, uint64_t value, const void *bytes, size_t count, struct error *error)
{
    size_t words = 1 + (count + CT_VALUE_DATA_BYTES - 1) / CT_VALUE_DATA_BYTES;
    /* A value's words stand in one chunk. */
    if (is_full(taping, words) && open_chunk(taping, error) != 0)
        return -1;
    int status = add_word(taping, CT_SPECIAL(CT_SPECIAL_VALUE, value), error);
    for (size_t at = 0; at < count && status == 0; at += CT_VALUE_DATA_BYTES) {
        uint64_t data = 0;
        memcpy(&data, (const char *)bytes + at, count - at < CT_VALUE_DATA_BYTES ? count - at : CT_VALUE_DATA_BYTES);
        status = add_word(taping, CT_SPECIAL(CT_SPECIAL_DATA, data), error);
    }
    return status;
}

int taping_value(struct taping *taping, uint32_t key, const void *bytes, size_t count, bool cut, struct error *error)
{
    return add_value(taping, CT_VALUE(key, count, cut ? CT_VALUE_CUT : CT_VALUE_WHOLE), bytes, count, error);
}

int taping_mark(struct taping *taping, uint32_t key, const void *bytes, size_t count, bool cut, struct error *error)
{
    uint8_t all[CT_VALUE_MAX];
    size_t clock = sizeof taping->now;
    memcpy(all, &taping->now, clock);
    memcpy(all + clock, bytes, count);
    uint64_t value = CT_VALUE(key, clock + count, cut ? CT_VALUE_CUT : CT_VALUE_WHOLE) | CT_VALUE_TIMED;
    return add_value(taping, value, all, clock + count, error);
}

/* ---- what there is ----------------------------------------------------------------------------------------------- */

struct taping *taping_open(const char *path, struct error *error)
{
    uint64_t session[2] = {0, 0};
    struct taping *taping = calloc(1, sizeof *taping);
    if (taping != NULL) {
        taping->path = strdup(path);
        taping->room = calloc(GROUP, CT_CHUNK_BYTES);
    }
    if (taping == NULL || taping->path == NULL || taping->room == NULL) {
        error_set(error, "out of memory");
    } else if (getrandom(session, sizeof session, 0) == (ssize_t)sizeof session) {
        taping->writer = writer_create(path, session, error);
        if (taping->writer != NULL)
            return taping;
    } else {
        error_set(error, "no random number to be had");
    }
    if (taping != NULL) {
        free(taping->path);
        free(taping->room);
    }
    free(taping);
    return NULL;
}

static int write_arguments(struct taping *taping, const char *command, struct error *error)
{
    int status = 0;
    while (*command != '\0' && status == 0) {
        struct ct_argument argument = {0};
        size_t length = strcspn(command, " ");
        char *word = strndup(command, length);
        if (word == NULL)
            return error_set(error, "out of memory");
        const char *const strings[] = {word};
        status = writer_record(taping->writer, CT_RECORD_ARGUMENT, &argument, sizeof argument, strings, 1, error);
        free(word);
        command += length + strspn(command + length, " ");
    }
    return status;
}

static uint32_t count_words(const char *command)
{
    uint32_t count = 0;
    for (; *command != '\0'; count++) {
        command += strcspn(command, " ");
        command += strspn(command, " ");
    }
    return count;
}

int taping_session(struct taping *taping, const char *command, const char *host, const char *tool, uint64_t start_ns,
                   uint64_t real_ns, struct error *error)
{
    const char *const strings[] = {"", host, "", "", tool};
    struct ct_session session = {
        .start_ticks = start_ns,
        .start_monotonic_ns = start_ns,
        .start_real_ns = real_ns,
        .clock = CT_CLOCK_MONOTONIC,
        .argument_count = count_words(command),
    };
    taping->latest = start_ns;
    if (writer_record(taping->writer, CT_RECORD_SESSION, &session, sizeof session, strings, 5, error) != 0)
        return -1;
    return write_arguments(taping, command, error);
}

int taping_process(struct taping *taping, uint32_t pid, uint32_t ppid, const char *executable, const char *command,
                   uint64_t ns, uint32_t *process, struct error *error)
{
    const char *const strings[] = {executable, command};
    struct ct_process record = {
        .process = *process = taping->processes++, .parent = CT_NONE, .pid = pid, .ppid = ppid, .ticks = ns};
    return writer_record(taping->writer, CT_RECORD_PROCESS, &record, sizeof record, strings, 2, error);
}

int taping_module(struct taping *taping, uint32_t process, const char *path, uint64_t start, uint64_t end,
                  uint32_t *module, struct error *error)
{
    struct ct_module record = {
        .module = *module = taping->modules++, .process = process, .base = start, .start = start, .end = end};
    return writer_record(taping->writer, CT_RECORD_MODULE, &record, sizeof record, &path, 1, error);
}

static int write_symbol(struct taping *taping, uint32_t function, const char *symbol, const char *file, uint32_t line,
                        struct error *error)
{
    struct ct_symbol record = {.function = function, .line = line};
    char *name = demangle(symbol, DEMANGLE_NAME);
    if (name == NULL)
        return error_set(error, "out of memory for names");
    const char *const strings[] = {name, file != NULL ? file : "", strcmp(name, symbol) != 0 ? symbol : ""};
    int status = writer_record(taping->writer, CT_RECORD_SYMBOL, &record, sizeof record, strings, 3, error);
    free(name);
    return status;
}

int taping_function(struct taping *taping, uint32_t module, uint64_t address, const char *symbol, const char *file,
                    uint32_t line, uint32_t *function, struct error *error)
{
    if (taping->functions == CT_FUNCTION_MAX)
        return error_set(error, "more functions than a tape can hold: %u", CT_FUNCTION_MAX);
    struct ct_function record = {.function = *function = ++taping->functions, .module = module, .address = address};
    if (writer_record(taping->writer, CT_RECORD_FUNCTION, &record, sizeof record, NULL, 0, error) != 0)
        return -1;
    return symbol != NULL ? write_symbol(taping, *function, symbol, file, line, error) : 0;
}

int taping_key(struct taping *taping, uint32_t kind, uint32_t type, const char *name, uint32_t *key,
               struct error *error)
{
    const char *const strings[] = {name, "", ""};
    if (taping->keys == CT_KEY_MAX)
        return error_set(error, "more names of values than a tape can hold: %u", CT_KEY_MAX);
    struct ct_key record = {.key = *key = ++taping->keys, .kind = kind, .type = type};
    return writer_record(taping->writer, CT_RECORD_KEY, &record, sizeof record, strings, 3, error);
}

/* The thread at work, if any, ends with its last event. */
static int end_thread(struct taping *taping, struct error *error)
{
    if (taping->threads == 0)
        return 0;
    struct ct_thread_end end = {.thread = taping->threads - 1, .ticks = taping->now};
    if (flush(taping, error) != 0)
        return -1;
    return writer_record(taping->writer, CT_RECORD_THREAD_END, &end, sizeof end, NULL, 0, error);
}

int taping_thread(struct taping *taping, uint32_t process, uint32_t tid, const char *name, uint64_t ns,
                  struct error *error)
{
    if (end_thread(taping, error) != 0)
        return -1;
    struct ct_thread thread = {.thread = taping->threads, .process = process, .tid = tid, .ticks = ns};
    struct ct_thread_name named = {.thread = taping->threads};
    taping->head = (struct ct_chunk){.process = process, .thread = taping->threads, .words = CT_CHUNK_HEADER_WORDS};
    taping->threads++;
    taping->now = ns;
    if (writer_record(taping->writer, CT_RECORD_THREAD, &thread, sizeof thread, NULL, 0, error) != 0)
        return -1;
    return writer_record(taping->writer, CT_RECORD_THREAD_NAME, &named, sizeof named, &name, 1, error);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static void free_taping(struct taping *taping)
{
    free(taping->path);
    free(taping->room);
    free(taping);
}

static int end_processes(struct taping *taping, struct error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < taping->processes && status == 0; i++) {
        struct ct_process_end end = {.process = i, .ticks = taping->latest};
        status = writer_record(taping->writer, CT_RECORD_PROCESS_END, &end, sizeof end, NULL, 0, error);
    }
    return status;
}

static int end_all(struct taping *taping, struct error *error)
{
    if (taping->processes == 0)
        return error_set(error, "nothing in it could be read as a call, mark or counter: no tape was written");
    return end_thread(taping, error) == 0 && end_processes(taping, error) == 0 ? 0 : -1;
}

int taping_finish(struct taping *taping, struct error *error)
{
    if (end_all(taping, error) != 0) {
        taping_abort(taping);
        return -1;
    }
    int status = writer_finish(taping->writer, 0, error);
    if (status != 0)
        output_undo(taping->path);
    free_taping(taping);
    return status;
}

void taping_abort(struct taping *taping)
{
    if (taping == NULL)
        return;
    writer_abort(taping->writer);
    output_undo(taping->path);
    free_taping(taping);
}
