#include "tape/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tape/block.h"
#include "tape/checksum.h"
#include "tape/file.h"
#include "tape/state.h"

enum { BATCH = 256 };

/* For an error of the file, or what else it is. */
static const char *reason(const char *otherwise)
{
    return errno != 0 ? strerror(errno) : otherwise;
}

/* A section that no other reads: of a type that this version does not know. */
static int check_section(struct tape *tape, const struct ct_index_entry *entry)
{
    struct ct_section head;
    if (!section_head(tape->fd, entry->offset, tape->size, &head) || head.type != entry->type ||
        head.bytes != entry->bytes) {
        damages_add(&tape->damages, entry->offset, "%s", reason("the section is not the one that the index lists"));
        return 0;
    }
    uint8_t *payload = malloc(entry->bytes + 1);
    if (!payload)
        return -1;
    if (file_read(tape->fd, entry->offset + sizeof head, payload, entry->bytes) != entry->bytes ||
        checksum(payload, entry->bytes) != head.checksum)
        damages_add(&tape->damages, entry->offset, "a section of type %u: %s", entry->type,
                    reason("its checksum is wrong"));
    free(payload);
    return 0;
}

/* Whether the events are what the block's head says of them: its last time, what was lost. */
static bool events_fit(const struct block *block, uint32_t known_functions)
{
    struct tape_event events[BATCH];
    struct unpacker unpacker = block_unpacker(block, known_functions, 0);
    uint64_t lost = 0;
    size_t count;
    while ((count = unpack(&unpacker, events, BATCH)) > 0)
        for (size_t i = 0; i < count; i++)
            lost += events[i].kind == TAPE_LOST ? events[i].n : 0;
    return unpacker.ticks == block->head.last_ticks && lost == block->head.lost_events;
}

static int check_block(struct tape *tape, size_t index, struct block *block, struct check_result *result)
{
    const struct ct_index_entry *entry = &tape->blocks[index];
    const char *why;
    enum block_status status = block_load(block, tape->fd, tape->size, entry, tape->functions.count, &why);
    if (status == BLOCK_NO_MEMORY)
        return -1;
    if (status == BLOCK_OK && !block_fits(block, &why))
        status = BLOCK_DAMAGED;
    result->blocks++;
    if (status == BLOCK_DAMAGED) {
        result->damaged_blocks++;
        block_report(tape, index, "%s: %llu events of thread %u are missing", why, (unsigned long long)entry->events,
                     entry->thread);
        return 0;
    }
    result->events += entry->events;
    result->entries += entry->entries;
    block_report_unknown(tape, index, block);
    if (!events_fit(block, tape->functions.count))
        block_report(tape, index, "the events of a block of thread %u are not what its head says", entry->thread);
    return 0;
}

static int check_all(struct tape *tape, struct check_result *result)
{
    struct block block = {0};
    int status = 0;
    for (size_t i = 0; i < tape->sections.count && status == 0; i++)
        if (tape->sections.at[i].type != CT_SECTION_META && tape->sections.at[i].type != CT_SECTION_BLOCK)
            status = check_section(tape, &tape->sections.at[i]);
    for (size_t i = 0; i < tape->block_count && status == 0; i++)
        status = check_block(tape, i, &block, result);
    block_free(&block);
    return status;
}

int check_tape(struct tape *tape, struct check_result *result, struct error *error)
{
    *result = (struct check_result){.sections = tape->sections.count};
    if (check_all(tape, result) != 0)
        return error_set(error, "cannot check '%s': out of memory", tape->path);
    result->findings = tape_damages(tape, &result->finding_count);
    result->found = tape->damages.found;
    return 0;
}
