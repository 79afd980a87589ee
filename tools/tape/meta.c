/* META sections into tables. An index that cannot be is damage; one that nothing describes gets an empty row
 * (meta_finish), so that what other stages hold are always indices of something. */
#include <stdlib.h>
#include <string.h>

#include "tape/checksum.h"
#include "tape/file.h"
#include "tape/records.h"
#include "tape/state.h"

struct place {
    struct tape *tape;
    uint64_t offset; /* of the record in the file */
};

/* The item that a record describes or names, or NULL: *status is then 0 for damage, -1 for want of memory. */
static void *item_of(const struct place *place, struct table *table, uint32_t index, const char *what, int *status)
{
    *status = 0;
    if (index >= place->tape->id_limit) {
        damages_add(&place->tape->damages, place->offset, "a record names %s %u, which cannot be", what, index);
        return NULL;
    }
    void *item = table_at(table, index);
    *status = item ? 0 : -1;
    return item;
}

static int read_session(const struct place *place, const struct record *record)
{
    struct tape *tape = place->tape;
    if (tape->has_session)
        return 0;
    tape->has_session = true;
    struct tape_session *session = &tape->session;
    session->start_ticks = record->session.start_ticks;
    session->start_real_ns = record->session.start_real_ns;
    session->clock = record->session.clock;
    session->directory = record->strings[0];
    session->host = record->strings[1];
    session->machine = record->strings[2];
    session->kernel = record->strings[3];
    session->version = record->strings[4];
    tape->arguments_told = record->session.argument_count;
    if (record->session.clock > CT_CLOCK_CNTVCT) {
        damages_add(&tape->damages, place->offset, "clock %u is not known: ticks are taken for nanoseconds",
                    record->session.clock);
        session->clock = CT_CLOCK_MONOTONIC;
    }
    return clock_add_pair(&tape->clock, record->session.start_ticks, record->session.start_monotonic_ns);
}

static int read_argument(const struct place *place, const struct record *record)
{
    const char **argument = table_add(&place->tape->arguments);
    if (!argument)
        return -1;
    *argument = record->strings[0];
    return 0;
}

static int read_process(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_process *from = &record->process;
    struct tape_process *process = item_of(place, &place->tape->processes, from->process, "process", &status);
    if (!process || process->executable)
        return status;
    process->pid = from->pid;
    process->ppid = from->ppid;
    process->parent = from->parent;
    process->start = from->start;
    process->start_ticks = from->ticks;
    process->executable = record->strings[0];
    process->command = record->strings[1];
    return 0;
}

static int read_process_end(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_process_end *from = &record->process_end;
    struct tape_process *process = item_of(place, &place->tape->processes, from->process, "process", &status);
    if (!process)
        return status;
    if (process->end_cause == CT_END_UNKNOWN) {
        process->end_cause = from->cause <= CT_END_EXEC ? from->cause : CT_END_UNKNOWN;
        process->end_status = from->status;
    }
    if (process->end_ticks == UINT64_MAX || from->ticks > process->end_ticks)
        process->end_ticks = from->ticks;
    return 0;
}

static int read_thread(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_thread *from = &record->thread;
    struct tape_thread *thread = item_of(place, &place->tape->threads, from->thread, "thread", &status);
    if (!thread || thread->process != CT_NONE)
        return status;
    thread->process = from->process;
    thread->tid = from->tid;
    thread->start_ticks = from->ticks;
    return 0;
}

static int read_thread_name(const struct place *place, const struct record *record)
{
    int status;
    struct tape_thread *thread = item_of(place, &place->tape->threads, record->thread_name.thread, "thread", &status);
    if (thread)
        thread->name = record->strings[0];
    return status;
}

static int read_thread_end(const struct place *place, const struct record *record)
{
    int status;
    struct tape_thread *thread = item_of(place, &place->tape->threads, record->thread_end.thread, "thread", &status);
    if (thread)
        thread->end_ticks = record->thread_end.ticks;
    return status;
}

static int read_module(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_module *from = &record->module;
    struct tape_module *module = item_of(place, &place->tape->modules, from->module, "module", &status);
    if (!module || module->path)
        return status;
    module->process = from->process;
    module->base = from->base;
    module->start = from->start;
    module->end = from->end;
    module->load_ticks = from->ticks;
    module->path = record->strings[0];
    if (from->build_id_bytes > CT_BUILD_ID_BYTES) {
        damages_add(&place->tape->damages, place->offset, "module %u: its build-id has %u bytes, which cannot be",
                    from->module, from->build_id_bytes);
        return 0;
    }
    module->build_id_bytes = from->build_id_bytes;
    memcpy(module->build_id, from->build_id, from->build_id_bytes);
    return 0;
}

static int read_module_end(const struct place *place, const struct record *record)
{
    int status;
    struct tape_module *module = item_of(place, &place->tape->modules, record->module_end.module, "module", &status);
    if (module)
        module->unload_ticks = record->module_end.ticks;
    return status;
}

static int read_function(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_function *from = &record->function;
    struct tape_function *function = item_of(place, &place->tape->functions, from->function, "function", &status);
    if (!function || from->function == 0 || function->module != CT_NONE)
        return status;
    function->module = from->module;
    function->address = from->address;
    function->left_out = (from->answer & CT_ANSWER_LEFT_OUT) != 0;
    return 0;
}

static int read_symbol(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_symbol *from = &record->symbol;
    struct tape_function *function = item_of(place, &place->tape->functions, from->function, "function", &status);
    if (!function || from->function == 0)
        return status;
    function->name = *record->strings[0] ? record->strings[0] : NULL;
    function->file = *record->strings[1] ? record->strings[1] : NULL;
    function->symbol = *record->strings[2] ? record->strings[2] : NULL;
    function->line = from->line;
    return 0;
}

static int read_clock(const struct place *place, const struct record *record)
{
    return clock_add_pair(&place->tape->clock, record->clock.ticks, record->clock.monotonic_ns);
}

static int read_note(const struct place *place, const struct record *record)
{
    place->tape->tells_loss |= record->note.kind == CT_NOTE_LOSS;
    return tape_add_note(place->tape, record->strings[0]);
}

/* Kinds and types are not checked: who shows a value shows those it does not know as bytes. */
static int read_key(const struct place *place, const struct record *record)
{
    int status;
    const struct ct_key *from = &record->key;
    struct tape_key *key = item_of(place, &place->tape->keys, from->key, "key", &status);
    if (!key || from->key == 0 || key->kind != 0)
        return status;
    *key = (struct tape_key){
        .function = from->function,
        .kind = from->kind,
        .type = from->type,
        .size = from->size,
        .index = from->index,
        .name = record->strings[0],
        .type_name = record->strings[1],
        .details = record->strings[2],
    };
    return 0;
}

static int read_left(const struct place *place, const struct record *record)
{
    int status;
    if (!item_of(place, &place->tape->functions, record->left.function, "function", &status))
        return status;
    struct ct_left *left = table_add(&place->tape->left_indices);
    if (!left)
        return -1;
    *left = record->left;
    return 0;
}

static int read_left_calls(const struct place *place, const struct record *record)
{
    int status;
    if (!item_of(place, &place->tape->threads, record->left_calls.thread, "thread", &status))
        return status;
    struct ct_left_calls *calls = table_add(&place->tape->left_calls);
    if (!calls)
        return -1;
    *calls = record->left_calls;
    return 0;
}

static int read_record(const struct place *place, const struct record *record)
{
    static int (*const readers[])(const struct place *, const struct record *) = {
        [CT_RECORD_SESSION] = read_session,         [CT_RECORD_PROCESS] = read_process,
        [CT_RECORD_PROCESS_END] = read_process_end, [CT_RECORD_THREAD] = read_thread,
        [CT_RECORD_THREAD_NAME] = read_thread_name, [CT_RECORD_THREAD_END] = read_thread_end,
        [CT_RECORD_MODULE] = read_module,           [CT_RECORD_MODULE_END] = read_module_end,
        [CT_RECORD_FUNCTION] = read_function,       [CT_RECORD_CLOCK] = read_clock,
        [CT_RECORD_SYMBOL] = read_symbol,           [CT_RECORD_NOTE] = read_note,
        [CT_RECORD_ARGUMENT] = read_argument,       [CT_RECORD_LEFT] = read_left,
        [CT_RECORD_LEFT_CALLS] = read_left_calls,   [CT_RECORD_KEY] = read_key,
    };
    return readers[record->type](place, record);
}

static int read_records(struct tape *tape, const uint8_t *payload, size_t bytes, uint64_t offset)
{
    struct bytes at = bytes_of(payload, bytes);
    for (;;) {
        struct record record;
        enum record_status status = record_next(&at, &record);
        struct place place = {tape, offset + record.position};
        if (status == RECORD_END)
            return 0;
        if (status == RECORD_TORN) {
            damages_add(&tape->damages, place.offset, "the rest of the records here cannot be read");
            return 0;
        }
        if (status == RECORD_DAMAGED)
            damages_add(&tape->damages, place.offset, "a record of type %u is too short for its fields", record.type);
        if (status == RECORD_KNOWN && read_record(&place, &record) != 0)
            return -1;
    }
}

/* A section's payload, kept for its strings; NULL without memory, or (with *damaged) when it cannot be believed, or be
 * read: then errno is not 0. */
static uint8_t *read_payload(struct tape *tape, const struct ct_index_entry *entry, bool *damaged)
{
    struct ct_section head;
    *damaged = !section_head(tape->fd, entry->offset, tape->size, &head) || head.bytes != entry->bytes;
    if (*damaged)
        return NULL;
    uint8_t *payload = malloc(entry->bytes + 1);
    if (!payload)
        return NULL;
    if (file_read(tape->fd, entry->offset + sizeof head, payload, entry->bytes) == entry->bytes &&
        checksum(payload, entry->bytes) == head.checksum)
        return payload;
    free(payload);
    *damaged = true;
    return NULL;
}

int meta_read(struct tape *tape, struct error *error)
{
    tape->payloads = calloc(tape->sections.count + 1, sizeof *tape->payloads);
    if (!tape->payloads)
        return -1;
    for (size_t i = 0; i < tape->sections.count; i++) {
        const struct ct_index_entry *entry = &tape->sections.at[i];
        if (entry->type != CT_SECTION_META)
            continue;
        bool damaged;
        uint8_t *payload = read_payload(tape, entry, &damaged);
        if (!payload && (!damaged || file_unread(tape->path, entry->offset, error) != 0))
            return -1;
        if (damaged) {
            damages_add(&tape->damages, entry->offset,
                        "%llu bytes about processes, threads and functions are damaged and left out",
                        (unsigned long long)entry->bytes);
            continue;
        }
        tape->payloads[tape->payload_count++] = payload;
        if (read_records(tape, payload, entry->bytes, entry->offset + sizeof(struct ct_section)) != 0)
            return -1;
    }
    return 0;
}
