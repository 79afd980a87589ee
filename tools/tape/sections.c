#include "tape/sections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tape/checksum.h"
#include "tape/file.h"

#define HEAD_BYTES sizeof(struct ct_section)
enum { WINDOW_MIN = 512, WINDOW_MAX = 1 << 16 };

uint64_t section_padded(uint64_t bytes)
{
    return (bytes + 7) & ~UINT64_C(7);
}

/* Whether 32 bytes at `offset` are a section's head whose payload can be in the file, be it cut short. */
static bool head_holds(const struct ct_section *head)
{
    return head->bytes < UINT64_MAX / 2 &&
           head->head_checksum == checksum(head, offsetof(struct ct_section, head_checksum));
}

bool section_head(int fd, uint64_t offset, uint64_t size, struct ct_section *head)
{
    errno = 0;
    return offset + HEAD_BYTES <= size && file_read(fd, offset, head, sizeof *head) == sizeof *head && head_holds(head);
}

bool section_block_head(int fd, uint64_t offset, uint64_t bytes, struct ct_block *block)
{
    errno = 0;
    return bytes >= sizeof *block && file_read(fd, offset + HEAD_BYTES, block, sizeof *block) == sizeof *block &&
           block->checksum == checksum(block, offsetof(struct ct_block, checksum));
}

int tape_header_check(const struct ct_tape *header, const char *path, struct damages *damages, struct error *error)
{
    if (memcmp(header->magic, CT_TAPE_MAGIC, sizeof header->magic) != 0)
        return error_set(error, "'%s' is not a calltape file; name a .tape that `calltape record` made", path);
    if (header->byte_order != CT_BYTE_ORDER)
        return error_set(error,
                         "'%s', byte 12: the tape is of another byte order; read it on a machine like the one "
                         "that recorded it",
                         path);
    if (header->version < CT_TAPE_VERSION_PLAIN || header->version > CT_TAPE_VERSION)
        return error_set(error,
                         "'%s', byte 8: tape version %u, this calltape reads versions %u to %u; use a newer calltape",
                         path, header->version, CT_TAPE_VERSION_PLAIN, CT_TAPE_VERSION);
    if (header->checksum != checksum(header, offsetof(struct ct_tape, checksum)))
        damages_add(damages, 0, "the tape's header is damaged");
    return 0;
}

static int no_memory(const char *path, struct error *error)
{
    return error_set(error, "cannot read '%s': out of memory", path);
}

static int add_entry(struct sections *sections, const struct ct_index_entry *entry, const char *path,
                     struct error *error)
{
    if (sections->count == sections->room) {
        size_t room = sections->room ? sections->room * 2 : 64;
        void *at = realloc(sections->at, room * sizeof *sections->at);
        if (!at)
            return no_memory(path, error);
        sections->at = at;
        sections->room = room;
    }
    sections->at[sections->count++] = *entry;
    return 0;
}

static int check_required(uint32_t type, uint32_t flags, uint64_t offset, const char *path, struct error *error)
{
    if (type <= CT_SECTION_END || !(flags & CT_SECTION_REQUIRED))
        return 0;
    return error_set(error,
                     "'%s', byte %llu: a section of type %u that this calltape does not know but must; use a "
                     "newer calltape",
                     path, (unsigned long long)offset, type);
}

/* ---- by the index ----------------------------------------------------------------------------------------------- */

/* The END section and what it tells, when it is the file's last bytes and its checksums hold. Without it errno says
 * whether it could not be read. */
static bool read_end(int fd, uint64_t size, struct ct_end *end)
{
    struct ct_section head;
    uint64_t bytes = HEAD_BYTES + sizeof *end;
    errno = 0;
    return size >= sizeof(struct ct_tape) + bytes && section_head(fd, size - bytes, size, &head) &&
           head.type == CT_SECTION_END && head.bytes == sizeof *end &&
           file_read(fd, size - sizeof *end, end, sizeof *end) == sizeof *end &&
           checksum(end, sizeof *end) == head.checksum;
}

/* The index section's payload into sections->at, when its checksums hold and it ends where END begins: 1, else 0; -1:
 * no memory, or it can't be read. */
static int read_index(struct sections *sections, int fd, uint64_t offset, uint64_t end, const char *path,
                      struct error *error)
{
    struct ct_section head;
    if (!section_head(fd, offset, end, &head) || head.type != CT_SECTION_INDEX ||
        head.bytes != end - offset - HEAD_BYTES || head.bytes % sizeof(struct ct_index_entry) != 0)
        return file_unread(path, offset, error);
    struct ct_index_entry *entries = malloc(head.bytes ? head.bytes : 1);
    if (!entries)
        return no_memory(path, error);
    if (file_read(fd, offset + HEAD_BYTES, entries, head.bytes) != head.bytes ||
        checksum(entries, head.bytes) != head.checksum) {
        int status = file_unread(path, offset, error);
        free(entries);
        return status;
    }
    sections->at = entries;
    sections->count = sections->room = head.bytes / sizeof *entries;
    return 1;
}

/* The index covers the file without a hole: every byte up to it belongs to a section that it lists. */
static bool index_covers(const struct sections *sections, uint64_t index_offset)
{
    uint64_t offset = sizeof(struct ct_tape);
    for (size_t i = 0; i < sections->count; i++) {
        const struct ct_index_entry *entry = &sections->at[i];
        if (entry->offset != offset || entry->bytes > index_offset - offset)
            return false;
        offset += HEAD_BYTES + section_padded(entry->bytes);
        if (offset > index_offset)
            return false;
    }
    return offset == index_offset;
}

static int check_index_required(const struct sections *sections, int fd, uint64_t size, const char *path,
                                struct error *error)
{
    for (size_t i = 0; i < sections->count; i++) {
        const struct ct_index_entry *entry = &sections->at[i];
        struct ct_section head;
        if (entry->type <= CT_SECTION_END)
            continue;
        int status = section_head(fd, entry->offset, size, &head)
                         ? check_required(entry->type, head.flags, entry->offset, path, error)
                         : file_unread(path, entry->offset, error);
        if (status != 0)
            return -1;
    }
    return 0;
}

/* ---- by walking ------------------------------------------------------------------------------------------------- */

/* The next offset at or after `from` where a section head stands, or `size`; or what can't be read, with errno. Read
 * through a window that grows: damage may be long, or there may be much of it. A compressed payload holds no head by
 * chance: that takes 64 bits of a checksum. */
static uint64_t find_head(int fd, uint64_t from, uint64_t size)
{
    static const size_t step = 8;
    uint8_t window[WINDOW_MAX];
    uint64_t found = size;
    size_t room = WINDOW_MIN;
    errno = 0;
    while (found == size && from + HEAD_BYTES <= size) {
        size_t bytes = file_read(fd, from, window, room);
        if (errno != 0)
            return from + bytes;
        if (bytes < HEAD_BYTES)
            break;
        size_t at = 0;
        for (; at + HEAD_BYTES <= bytes && found == size; at += step) {
            struct ct_section head;
            memcpy(&head, window + at, sizeof head);
            if (head.type != 0 && head_holds(&head))
                found = from + at;
        }
        from += at;
        room = room < WINDOW_MAX ? room * 2 : WINDOW_MAX;
    }
    return found;
}

static int scan_block(struct sections *sections, int fd, struct ct_index_entry *entry, const char *path,
                      struct damages *damages, struct error *error)
{
    struct ct_block block;
    if (!section_block_head(fd, entry->offset, entry->bytes, &block)) {
        if (file_unread(path, entry->offset, error) != 0)
            return -1;
        damages_add(damages, entry->offset, "the head of a block is damaged: its events are missing");
        return 0;
    }
    entry->thread = block.thread;
    entry->first_sequence = block.first_sequence;
    entry->chunks = block.chunks;
    entry->first_ticks = block.first_ticks;
    entry->last_ticks = block.last_ticks;
    entry->events = block.events;
    entry->entries = block.entries;
    sections->lost_events += block.lost_events;
    return add_entry(sections, entry, path, error);
}

/* An END that holds counts what no block tells: events lost elsewhere. */
static int scan_end(struct sections *sections, int fd, uint64_t offset, const struct ct_section *head, const char *path,
                    struct error *error)
{
    struct ct_end end;
    if (head->bytes != sizeof end)
        return 0;
    if (file_read(fd, offset + HEAD_BYTES, &end, sizeof end) != sizeof end ||
        checksum(&end, sizeof end) != head->checksum)
        return file_unread(path, offset, error);
    sections->finished = true;
    sections->lost_events = end.lost_events;
    sections->told = end;
    return 0;
}

static int scan_section(struct sections *sections, int fd, uint64_t offset, const struct ct_section *head,
                        const char *path, struct damages *damages, struct error *error)
{
    struct ct_index_entry entry = {.offset = offset, .bytes = head->bytes, .type = head->type, .thread = CT_NONE};
    if (head->type == CT_SECTION_BLOCK)
        return scan_block(sections, fd, &entry, path, damages, error);
    if (head->type == CT_SECTION_META)
        return add_entry(sections, &entry, path, error);
    if (head->type == CT_SECTION_END)
        return scan_end(sections, fd, offset, head, path, error);
    return check_required(head->type, head->flags, offset, path, error);
}

int sections_scan(struct sections *sections, int fd, uint64_t from, uint64_t size, const char *path,
                  struct damages *damages, struct error *error)
{
    uint64_t offset = from;
    sections->end = from;
    while (offset < size) {
        struct ct_section head;
        if (!section_head(fd, offset, size, &head)) {
            if (file_unread(path, offset, error) != 0)
                return -1;
            uint64_t next = find_head(fd, (offset & ~UINT64_C(7)) + 8, size);
            if (file_unread(path, next, error) != 0)
                return -1;
            sections->torn = size - offset < HEAD_BYTES;
            damages_add(damages, offset, "%llu bytes are damaged%s", (unsigned long long)(next - offset),
                        next == size ? ", up to the end of the file" : "");
            offset = next;
            continue;
        }
        uint64_t end = offset + HEAD_BYTES + section_padded(head.bytes);
        if (end > size) {
            sections->torn = true;
            damages_add(damages, offset, "the file was cut short: %llu bytes of this section are missing",
                        (unsigned long long)(end - size));
            return 0;
        }
        if (scan_section(sections, fd, offset, &head, path, damages, error) != 0)
            return -1;
        sections->end = offset = end;
    }
    return 0;
}

int sections_read(struct sections *sections, int fd, uint64_t size, const char *path, struct damages *damages,
                  struct error *error)
{
    *sections = (struct sections){0};
    struct ct_end end;
    uint64_t end_offset = size - HEAD_BYTES - sizeof end;
    bool ended = read_end(fd, size, &end);
    if (!ended && file_unread(path, end_offset, error) != 0)
        return -1;
    int indexed = ended && end.index_offset < end_offset
                      ? read_index(sections, fd, end.index_offset, end_offset, path, error)
                      : 0;
    if (indexed < 0)
        return -1;
    if (indexed && index_covers(sections, end.index_offset)) {
        sections->indexed = sections->finished = true;
        sections->lost_events = end.lost_events;
        sections->told = end;
        sections->end = size;
        return check_index_required(sections, fd, size, path, error);
    }
    free(sections->at);
    *sections = (struct sections){0};
    if (sections_scan(sections, fd, sizeof(struct ct_tape), size, path, damages, error) != 0)
        return -1;
    if (!sections->finished)
        damages_add(damages, sections->end, "the recording was not finished");
    else
        damages_add(damages, sections->end, "the index is damaged; every section was looked for instead");
    return 0;
}
