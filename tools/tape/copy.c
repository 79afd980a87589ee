/* The records of a tape into one that is being written. */
#include <stdlib.h>

#include "tape/checksum.h"
#include "tape/file.h"
#include "tape/state.h"
#include "tape/write.h"

static int copy_section(struct tape *tape, const struct ct_index_entry *entry, struct writer *writer,
                        struct error *error)
{
    struct ct_section head;
    uint8_t *payload = malloc(entry->bytes + 1);
    if (!payload)
        return error_set(error, "out of memory for %llu bytes of records", (unsigned long long)entry->bytes);
    bool whole = section_head(tape->fd, entry->offset, tape->size, &head) && head.bytes == entry->bytes &&
                 file_read(tape->fd, entry->offset + sizeof head, payload, entry->bytes) == entry->bytes &&
                 checksum(payload, entry->bytes) == head.checksum;
    int status =
        whole ? writer_records(writer, payload, entry->bytes, error) : file_unread(tape->path, entry->offset, error);
    if (!whole && status == 0)
        status = error_set(error, "%s: its records can't be read again", tape->path);
    free(payload);
    return status;
}

int tape_copy_records(struct tape *tape, struct writer *writer, struct error *error)
{
    int status = 0;
    for (size_t i = 0; i < tape->sections.count && status == 0; i++)
        if (tape->sections.at[i].type == CT_SECTION_META)
            status = copy_section(tape, &tape->sections.at[i], writer, error);
    return status == 0 ? writer_flush_meta(writer, error) : -1;
}
