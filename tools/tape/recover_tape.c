/* Copying what is whole in a tape: records one by one, blocks as they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tape/block.h"
#include "tape/checksum.h"
#include "tape/file.h"
#include "tape/records.h"
#include "tape/recovery.h"
#include "tape/sections.h"

static int no_memory(const struct recovery *recovery, struct error *error)
{
    return error_set(error, "cannot recover '%s': out of memory", recovery->path);
}

void recovery_saw(struct recovery *recovery, const struct record *record)
{
    recovery->has_session |= record->type == CT_RECORD_SESSION;
    recovery->clock_pairs += record->type == CT_RECORD_SESSION || record->type == CT_RECORD_CLOCK;
}

static int copy_records(struct recovery *recovery, const uint8_t *payload, size_t bytes, struct error *error)
{
    struct bytes at = bytes_of(payload, bytes);
    for (;;) {
        struct record record;
        enum record_status status = record_next(&at, &record);
        if (status == RECORD_END)
            return 0;
        recovery->damaged += status == RECORD_TORN || status == RECORD_DAMAGED;
        if (status == RECORD_TORN)
            return 0;
        if (status == RECORD_DAMAGED)
            continue;
        if (status == RECORD_KNOWN)
            recovery_saw(recovery, &record);
        if (writer_records(recovery->writer, payload + record.position, bytes_position(&at) - record.position, error) !=
            0)
            return -1;
    }
}

static int copy_meta(struct recovery *recovery, uint64_t size, const struct ct_index_entry *entry, struct error *error)
{
    struct ct_section head;
    if (!section_head(recovery->tape, entry->offset, size, &head) || head.bytes != entry->bytes) {
        recovery->damaged++;
        return file_unread(recovery->path, entry->offset, error);
    }
    uint8_t *payload = malloc(entry->bytes + 1);
    if (!payload)
        return no_memory(recovery, error);
    int status = 0;
    if (file_read(recovery->tape, entry->offset + sizeof head, payload, entry->bytes) == entry->bytes &&
        checksum(payload, entry->bytes) == head.checksum)
        status = copy_records(recovery, payload, entry->bytes, error);
    else if ((status = file_unread(recovery->path, entry->offset, error)) == 0)
        recovery->damaged++;
    free(payload);
    return status;
}

static int add_range(struct recovery *recovery, const struct ct_block *block)
{
    if (recovery->range_count == recovery->range_room) {
        size_t room = recovery->range_room ? recovery->range_room * 2 : 64;
        void *ranges = realloc(recovery->ranges, room * sizeof *recovery->ranges);
        if (!ranges)
            return -1;
        recovery->ranges = ranges;
        recovery->range_room = room;
    }
    recovery->ranges[recovery->range_count++] =
        (struct range){block->thread, block->first_sequence, (uint64_t)block->first_sequence + block->chunks};
    return 0;
}

static void see(void *writer, uint32_t function)
{
    writer_function_seen(writer, function);
}

static int copy_block(struct recovery *recovery, struct block *block, uint64_t size, const struct ct_index_entry *entry,
                      struct error *error)
{
    const char *why;
    enum block_status status = block_load(block, recovery->tape, size, entry, UINT32_MAX, &why);
    if (status == BLOCK_DAMAGED || (status == BLOCK_OK && !block_fits(block, &why))) {
        errno = block->unread;
        recovery->damaged++;
        return file_unread(recovery->path, entry->offset, error);
    }
    if (status == BLOCK_NO_MEMORY || add_range(recovery, &block->head) != 0)
        return no_memory(recovery, error);
    block_functions(block, see, recovery->writer);
    return writer_block(recovery->writer, block->payload, entry->bytes, error);
}

static int copy_sections(struct recovery *recovery, const struct sections *sections, uint64_t size, struct error *error)
{
    struct block block = {0};
    int status = 0;
    for (size_t i = 0; i < sections->count && status == 0; i++) {
        const struct ct_index_entry *entry = &sections->at[i];
        if (entry->type == CT_SECTION_META)
            status = copy_meta(recovery, size, entry, error);
        else if (entry->type == CT_SECTION_BLOCK)
            status = copy_block(recovery, &block, size, entry, error);
    }
    block_free(&block);
    return status;
}

static int list_sections(struct recovery *recovery, struct sections *sections, uint64_t size, struct damages *damages,
                         struct error *error)
{
    if (recovery->copied == 0)
        return sections_read(sections, recovery->tape, size, recovery->path, damages, error);
    *sections = (struct sections){0};
    return sections_scan(sections, recovery->tape, recovery->copied, size, recovery->path, damages, error);
}

/* That a tape has no end is no damaged section; nor is a torn one beside an arena, which still has what it told. */
static uint64_t count_damages(const struct recovery *recovery, const struct damages *damages,
                              const struct sections *sections, bool first)
{
    uint64_t expected = (first && !sections->indexed) + (recovery->arena >= 0 && sections->torn);
    return damages->count > expected ? damages->count - expected : 0;
}

int recover_tape(struct recovery *recovery, struct error *error)
{
    struct stat stat;
    if (fstat(recovery->tape, &stat) != 0)
        return error_set(error, "cannot ask for the size of '%s': %s", recovery->path, strerror(errno));
    uint64_t size = (uint64_t)stat.st_size;
    bool first = recovery->copied == 0;
    if (size <= recovery->copied)
        return 0;
    struct damages *damages = malloc(sizeof *damages);
    if (!damages)
        return no_memory(recovery, error);
    damages_init(damages);
    struct sections sections;
    int status = list_sections(recovery, &sections, size, damages, error);
    if (status == 0) {
        uint64_t lost = writer_totals(recovery->writer).lost_events;
        recovery->damaged += count_damages(recovery, damages, &sections, first);
        recovery->finished |= sections.finished;
        recovery->copied = sections.end;
        status = copy_sections(recovery, &sections, size, error);
        lost = writer_totals(recovery->writer).lost_events - lost;
        if (sections.lost_events > lost)
            recovery->lost_events += sections.lost_events - lost;
    }
    free(sections.at);
    damages_free(damages);
    free(damages);
    return status;
}
