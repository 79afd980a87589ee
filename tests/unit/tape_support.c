#include "tape_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const uint64_t support_session[2] = {0x1111222233334444, 0x5555666677778888};

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "set-up failed: %s\n", what);
    exit(99);
}

/* ---- chunks ----------------------------------------------------------------------------------------------------- */

union test_chunk *chunk_new(uint32_t process, uint32_t thread, uint32_t sequence, uint64_t base_ticks)
{
    union test_chunk *chunk = aligned_alloc(64, sizeof *chunk);
    require(chunk, "memory");
    memset(chunk, 0, sizeof *chunk);
    chunk->head = (struct ct_chunk){
        .process = process,
        .thread = thread,
        .sequence_plus_1 = sequence + 1,
        .base_ticks = base_ticks,
    };
    return chunk;
}

/* reserved[0] counts the words while a test fills a chunk. */
void chunk_add(union test_chunk *chunk, uint64_t word)
{
    require(chunk->head.reserved[0] < CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS, "a chunk is full");
    chunk->words[CT_CHUNK_HEADER_WORDS + chunk->head.reserved[0]++] = word;
}

void chunk_hole(union test_chunk *chunk)
{
    chunk_add(chunk, 0);
}

void chunk_seal(union test_chunk *chunk)
{
    chunk->head.words = CT_CHUNK_HEADER_WORDS + (uint32_t)chunk->head.reserved[0];
    chunk->head.sealed_ticks = chunk->head.base_ticks + 1;
}

uint64_t entry_at(uint32_t function, uint64_t ticks)
{
    return CT_ENTRY | CT_TIMED | (uint64_t)function << CT_CLOCK_BITS | (ticks & CT_CLOCK_MASK);
}

uint64_t exit_at(uint64_t ticks)
{
    return CT_EXIT | CT_TIMED | (ticks & CT_CLOCK_MASK);
}

uint64_t entry_untimed(uint32_t function)
{
    return CT_ENTRY | (uint64_t)function << CT_CLOCK_BITS;
}

uint64_t exit_untimed(void)
{
    return CT_EXIT;
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

void record_add(struct test_records *records, uint32_t type, const void *fixed, size_t fixed_bytes,
                const char *const *strings, size_t string_count)
{
    uint8_t *start = records->bytes + records->used, *at = start + fixed_bytes;
    require(records->used + fixed_bytes + 1024 < sizeof records->bytes, "room for records");
    memcpy(start, fixed, fixed_bytes);
    for (size_t i = 0; i < string_count; i++)
        at = (uint8_t *)stpcpy((char *)at, strings[i]) + 1;
    while ((at - start) % 8)
        *at++ = 0;
    struct ct_record head = {type, (uint32_t)(at - start)};
    memcpy(start, &head, sizeof head);
    records->used += head.bytes;
}

void record_session(struct test_records *records, enum ct_clock clock, uint64_t ticks, uint64_t ns)
{
    const char *const strings[] = {"/home/user", "host", "x86_64", "6.1.0", "0.1.0"};
    const char *const words[] = {"./program", "-x"};
    struct ct_session session = {
        .start_ticks = ticks,
        .start_monotonic_ns = ns,
        .start_real_ns = UINT64_C(1800000000000000000),
        .clock = clock,
        .argument_count = 2,
    };
    record_add(records, CT_RECORD_SESSION, &session, sizeof session, strings, 5);
    for (int i = 0; i < 2; i++)
        record_add(records, CT_RECORD_ARGUMENT, &(struct ct_argument){{0, 0}}, sizeof(struct ct_argument), &words[i],
                   1);
}

void record_process(struct test_records *records, uint32_t process, uint32_t parent, uint32_t pid)
{
    const char *const strings[] = {"/bin/program", "program -x"};
    struct ct_process fixed = {.process = process, .parent = parent, .pid = pid, .ppid = 1, .ticks = 1000};
    record_add(records, CT_RECORD_PROCESS, &fixed, sizeof fixed, strings, 2);
}

void record_process_end(struct test_records *records, uint32_t process, uint32_t cause, uint32_t status, uint64_t ticks)
{
    struct ct_process_end fixed = {.process = process, .cause = cause, .status = status, .ticks = ticks};
    record_add(records, CT_RECORD_PROCESS_END, &fixed, sizeof fixed, NULL, 0);
}

void record_thread(struct test_records *records, uint32_t thread, uint32_t process)
{
    struct ct_thread fixed = {.thread = thread, .process = process, .tid = 100 + thread, .ticks = 1000};
    record_add(records, CT_RECORD_THREAD, &fixed, sizeof fixed, NULL, 0);
}

void record_module(struct test_records *records, uint32_t module, uint32_t process, uint64_t base, const char *path)
{
    struct ct_module fixed = {.module = module,
                              .process = process,
                              .base = base,
                              .start = base,
                              .end = base + 0x1000,
                              .ticks = 1000,
                              .build_id_bytes = 20};
    memset(fixed.build_id, 0xab, 20);
    record_add(records, CT_RECORD_MODULE, &fixed, sizeof fixed, &path, 1);
}

void record_function(struct test_records *records, uint32_t function, uint32_t module, uint64_t address)
{
    struct ct_function fixed = {.function = function, .module = module, .address = address};
    record_add(records, CT_RECORD_FUNCTION, &fixed, offsetof(struct ct_function, answer), NULL, 0);
}

void record_symbol(struct test_records *records, uint32_t function, const char *name, const char *file)
{
    const char *const strings[] = {name, file};
    struct ct_symbol fixed = {.function = function, .line = 10 * function};
    record_add(records, CT_RECORD_SYMBOL, &fixed, sizeof fixed, strings, 2);
}

void record_clock(struct test_records *records, uint64_t ticks, uint64_t ns)
{
    struct ct_clock_pair fixed = {.ticks = ticks, .monotonic_ns = ns, .real_ns = ns};
    record_add(records, CT_RECORD_CLOCK, &fixed, sizeof fixed, NULL, 0);
}

void record_note(struct test_records *records, const char *text)
{
    struct ct_note fixed = {.process = CT_NONE};
    record_add(records, CT_RECORD_NOTE, &fixed, sizeof fixed, &text, 1);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static char directory[] = "/tmp/calltape-test-XXXXXX";

static void remove_directory(void)
{
    char command[sizeof directory + 16];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    if (system(command) != 0)
        fprintf(stderr, "%s stays\n", directory);
}

const char *test_path(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    static bool made;
    if (!made) {
        require(mkdtemp(directory), "a temporary directory");
        atexit(remove_directory);
        made = true;
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

uint8_t *file_load(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    struct stat stat;
    require(file && fstat(fileno(file), &stat) == 0, path);
    *bytes = (size_t)stat.st_size;
    uint8_t *data = malloc(*bytes + 1);
    require(data && fread(data, 1, *bytes, file) == *bytes, path);
    fclose(file);
    return data;
}

void file_store(const char *path, const void *data, size_t bytes)
{
    unlink(path); /* some file systems wait for the disk when a file is emptied and written anew */
    FILE *file = fopen(path, "wb");
    require(file && fwrite(data, 1, bytes, file) == bytes && fclose(file) == 0, path);
}

/* ---- a small tape ----------------------------------------------------------------------------------------------- */

void records_small(struct test_records *records)
{
    record_session(records, CT_CLOCK_TSC, 1000, 5000);
    record_process(records, 0, CT_NONE, 4711);
    record_process(records, 1, 0, 4712);
    for (uint32_t i = 0; i < 3; i++)
        record_thread(records, i, i == 2);
    record_module(records, 0, 0, 0x400000, "/bin/program");
    record_module(records, 1, 1, 0x500000, "/bin/program");
    for (uint32_t i = 1; i < 10; i++)
        record_function(records, i, i > 5, (i > 5 ? 0x500000 : 0x400000) + 16 * (i > 5 ? i - 5 : i));
    record_symbol(records, 1, "main", "main.c");
    record_clock(records, 1000 + 2000000000, 5000 + 1000000000);
}

struct writer *writer_small(const char *name)
{
    static struct test_records records;
    struct error error;
    records.used = 0;
    records_small(&records);
    struct writer *writer = writer_create(test_path(name), support_session, &error);
    require(writer && writer_records(writer, records.bytes, records.used, &error) == 0, "a writer");
    return writer;
}

void write_chunk(struct writer *writer, union test_chunk *chunk)
{
    struct error error = {""};
    const struct ct_chunk *one = &chunk->head;
    require(writer_chunks(writer, &one, 1, &error) == 0, error.text);
    free(chunk);
}

const char *tape_small(const char *name)
{
    struct writer *writer = writer_small(name);
    struct error error = {""};
    for (uint32_t thread = 0; thread < 3; thread++)
        for (uint32_t sequence = 0; sequence < 2; sequence++) {
            uint64_t t = 2000 + 100000 * sequence;
            union test_chunk *chunk = chunk_new(thread == 2, thread, sequence, t);
            chunk_add(chunk, entry_at(thread + 1, t + 10));
            chunk_add(chunk, entry_untimed(thread + 2));
            chunk_add(chunk, exit_untimed());
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_STACK, sequence));
            chunk_hole(chunk);
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_STRAY, 7));
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_LOST, 3));
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_WAIT, 1000));
            chunk_add(chunk, entry_at(thread + 3, t + 70000));
            chunk_add(chunk, CT_SPECIAL(CT_SPECIAL_JUMP, 1));
            chunk_add(chunk, exit_at(t + 90000));
            chunk_seal(chunk);
            write_chunk(writer, chunk);
        }
    require(writer_finish(writer, 0, &error) == 0, error.text);
    return test_path(name);
}

/* ---- arenas ----------------------------------------------------------------------------------------------------- */

enum { ARENA_CHUNKS = 61 };

struct test_arena {
    uint8_t bytes[ARENA_CHUNKS][CT_CHUNK_BYTES];
    uint32_t next;
    const char *path;
};

struct test_arena *arena_new(const char *name, enum ct_clock clock, uint32_t recorder_pid)
{
    struct test_arena *arena = aligned_alloc(64, (sizeof *arena + 63) / 64 * 64);
    require(arena, "memory");
    memset(arena, 0, sizeof *arena);
    arena->next = 1;
    arena->path = strdup(test_path(name));
    *arena_head(arena) = (struct ct_arena){
        .magic = CT_ARENA_MAGIC,
        .version = CT_ARENA_VERSION,
        .byte_order = CT_BYTE_ORDER,
        .chunk_count = ARENA_CHUNKS,
        .first_chunk = 1,
        .buffer_chunks = ARENA_CHUNKS - 1,
        .clock = clock,
        .session = {support_session[0], support_session[1]},
        .start_ticks = 1000,
        .start_monotonic_ns = 5000,
        .start_real_ns = UINT64_C(1800000000000000000),
        .recorder_pid = recorder_pid,
    };
    return arena;
}

struct ct_arena *arena_head(struct test_arena *arena)
{
    return (struct ct_arena *)(void *)arena->bytes[0];
}

void arena_put(struct test_arena *arena, union test_chunk *chunk, enum ct_chunk_state state)
{
    require(arena->next < ARENA_CHUNKS, "room in the arena");
    uint32_t *states = (uint32_t *)(void *)(arena->bytes[0] + CT_ARENA_STATES_OFFSET);
    states[arena->next] = state | CT_CHUNK_TOUCHED;
    memcpy(arena->bytes[arena->next++], chunk, sizeof *chunk);
    free(chunk);
}

void arena_put_records(struct test_arena *arena, uint32_t process, uint32_t sequence,
                       const struct test_records *records, enum ct_chunk_state state)
{
    union test_chunk *chunk = chunk_new(process, CT_NONE, sequence, 1000);
    require(records->used <= CT_CHUNK_BYTES - sizeof chunk->head, "room for the records");
    memcpy(&chunk->words[CT_CHUNK_HEADER_WORDS], records->bytes, records->used);
    chunk->head.reserved[0] = records->used / 8;
    if (state == CT_CHUNK_SEALED_META)
        chunk_seal(chunk);
    arena_put(arena, chunk, state);
}

void arena_store(struct test_arena *arena)
{
    file_store(arena->path, arena->bytes, sizeof arena->bytes);
    free((char *)arena->path);
    free(arena);
}

/* ---- a tape as text --------------------------------------------------------------------------------------------- */

static void print_events(FILE *to, struct tape *tape, uint32_t thread)
{
    struct error error;
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    require(cursor, "a cursor");
    struct tape_event event;
    uint64_t before = 0;
    while (tape_cursor_next(cursor, &event, &error) == 1) {
        require(event.ticks >= before, "times that go on");
        before = event.ticks;
        fprintf(to, "  %llu %u %u %llu %d\n", (unsigned long long)event.ticks, event.kind, event.function,
                (unsigned long long)event.n, event.timed);
    }
    tape_cursor_close(cursor);
}

char *tape_text(struct tape *tape)
{
    char *text;
    size_t bytes;
    uint32_t count;
    FILE *to = open_memstream(&text, &bytes);
    const struct tape_session *session = tape_session(tape);
    fprintf(to, "%s %s %s %u %llu %llu\n", session->directory, session->host, session->version, session->argument_count,
            (unsigned long long)session->start_ticks, (unsigned long long)session->end_ticks);
    const struct tape_process *processes = tape_processes(tape, &count);
    for (uint32_t i = 0; i < count; i++)
        fprintf(to, "process %u %u %s %s %llu\n", processes[i].pid, processes[i].parent, processes[i].executable,
                processes[i].command, (unsigned long long)processes[i].end_ticks);
    const struct tape_module *modules = tape_modules(tape, &count);
    for (uint32_t i = 0; i < count; i++)
        fprintf(to, "module %u %llx %s %u\n", modules[i].process, (unsigned long long)modules[i].base, modules[i].path,
                modules[i].build_id[0]);
    const struct tape_function *functions = tape_functions(tape, &count);
    for (uint32_t i = 0; i < count; i++)
        fprintf(to, "function %u %u %llx %s %s %u\n", functions[i].module, functions[i].same,
                (unsigned long long)functions[i].address, functions[i].name ? functions[i].name : "-",
                functions[i].file ? functions[i].file : "-", functions[i].line);
    const struct tape_thread *threads = tape_threads(tape, &count);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(to, "thread %u %u %s %llu\n", threads[i].process, threads[i].tid, threads[i].name,
                (unsigned long long)threads[i].events);
        print_events(to, tape, i);
    }
    struct tape_totals totals = tape_totals(tape);
    fprintf(to, "%llu %llu %llu %llu\n", (unsigned long long)totals.events, (unsigned long long)totals.entries,
            (unsigned long long)totals.lost_events, (unsigned long long)tape_ns(tape, 1000001000));
    fclose(to);
    return text;
}

char *damage_text(struct tape *tape)
{
    char *text;
    size_t bytes, count;
    FILE *to = open_memstream(&text, &bytes);
    const struct tape_damage *damages = tape_damages(tape, &count);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%llu: %s\n", (unsigned long long)damages[i].offset, damages[i].what);
    fclose(to);
    return text;
}

size_t damage_count(struct tape *tape)
{
    size_t count;
    tape_damages(tape, &count);
    return count;
}
