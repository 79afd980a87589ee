#include "tape/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tape/arena.h"
#include "tape/buffer.h"
#include "tape/bytes.h"
#include "tape/checksum.h"
#include "tape/compress.h"
#include "tape/file.h"
#include "tape/pack.h"

enum { META_FLUSH_BYTES = 1 << 20, PARTS_MAX = 7 };

struct writer {
    int fd;
    char *path;
    uint64_t offset; /* end of the last whole section */
    bool failed;
    struct buffer meta;    /* pending records */
    struct buffer section; /* the section being built, its head first */
    struct ct_index_entry *index;
    size_t index_count, index_room;
    uint64_t events, entries, lost_events;
    struct packer packer;
    struct compressor *compressor;
};

static int fail(struct writer *writer, struct error *error, const char *what)
{
    writer->failed = true;
    return error_set(error, "cannot write '%s' at byte %llu: %s; what was written up to there stays readable",
                     writer->path, (unsigned long long)writer->offset, what);
}

static int fail_memory(struct writer *writer, struct error *error)
{
    return fail(writer, error, "out of memory");
}

static int check_usable(struct writer *writer, struct error *error)
{
    return writer->failed ? error_set(error, "'%s' is closed to writing: an earlier write failed", writer->path) : 0;
}

/* ---- sections --------------------------------------------------------------------------------------------------- */

static int section_begin(struct writer *writer)
{
    static const struct ct_section empty;
    writer->section.bytes = 0;
    return buffer_add(&writer->section, &empty, sizeof empty);
}

/* Writes the section that was built. A torn one is cut off again, so that the file ends with a whole section. */
static int section_end(struct writer *writer, uint32_t type, struct error *error)
{
    static const uint8_t zeros[8];
    struct buffer *section = &writer->section;
    size_t bytes = section->bytes - sizeof(struct ct_section);
    if (buffer_add(section, zeros, -bytes & 7) != 0)
        return fail_memory(writer, error);
    struct ct_section head = {.type = type, .bytes = bytes};
    head.checksum = checksum(section->data + sizeof head, bytes);
    head.head_checksum = checksum(&head, offsetof(struct ct_section, head_checksum));
    memcpy(section->data, &head, sizeof head);
    if (file_write(writer->fd, writer->offset, section->data, section->bytes) != 0) {
        fail(writer, error, strerror(errno));
        (void)!ftruncate(writer->fd, (off_t)writer->offset);
        return -1;
    }
    writer->offset += section->bytes;
    return 0;
}

/* Room for one more entry is made before its section is written: a section that stands is in the index. */
static struct ct_index_entry *index_reserve(struct writer *writer)
{
    if (writer->index_count == writer->index_room) {
        size_t room = writer->index_room ? writer->index_room * 2 : 64;
        void *index = realloc(writer->index, room * sizeof *writer->index);
        if (!index)
            return NULL;
        writer->index = index;
        writer->index_room = room;
    }
    return &writer->index[writer->index_count];
}

static int indexed_section_end(struct writer *writer, uint32_t type, uint32_t thread, const struct ct_block *block,
                               struct error *error)
{
    struct ct_index_entry *entry = index_reserve(writer);
    if (!entry)
        return fail_memory(writer, error);
    *entry = (struct ct_index_entry){
        .offset = writer->offset,
        .bytes = writer->section.bytes - sizeof(struct ct_section),
        .type = type,
        .thread = thread,
    };
    if (block) {
        entry->first_sequence = block->first_sequence;
        entry->chunks = block->chunks;
        entry->first_ticks = block->first_ticks;
        entry->last_ticks = block->last_ticks;
        entry->events = block->events;
        entry->entries = block->entries;
        writer->lost_events += block->lost_events;
        writer->events += block->events;
        writer->entries += block->entries;
    }
    if (section_end(writer, entry->type, error) != 0)
        return -1;
    writer->index_count++;
    return 0;
}

/* ---- opening and closing ---------------------------------------------------------------------------------------- */

static void writer_free(struct writer *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    packer_free(&writer->packer);
    compressor_free(writer->compressor);
    free(writer->index);
    free(writer->section.data);
    free(writer->meta.data);
    free(writer->path);
    free(writer);
}

static int write_header(struct writer *writer, const uint64_t session[2], struct error *error)
{
    struct ct_tape header = {
        .magic = CT_TAPE_MAGIC,
        .version = CT_TAPE_VERSION,
        .byte_order = CT_BYTE_ORDER,
        .session = {session[0], session[1]},
    };
    header.checksum = checksum(&header, offsetof(struct ct_tape, checksum));
    if (file_write(writer->fd, 0, &header, sizeof header) != 0)
        return fail(writer, error, strerror(errno));
    writer->offset = sizeof header;
    return 0;
}

struct writer *writer_attach(int fd, const char *path, const uint64_t session[2], struct error *error)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        close(fd);
        error_set(error, "cannot write '%s': out of memory", path);
        return NULL;
    }
    writer->fd = fd;
    writer->path = strdup(path);
    writer->compressor = compressor_create();
    if (packer_init(&writer->packer) != 0 || !writer->path || !writer->compressor)
        error_set(error, "cannot write '%s': out of memory", path);
    else if (write_header(writer, session, error) == 0)
        return writer;
    writer_free(writer);
    return NULL;
}

struct writer *writer_create(const char *path, const uint64_t session[2], struct error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_set(error, "cannot create '%s': %s", path, strerror(errno));
        return NULL;
    }
    return writer_attach(fd, path, session, error);
}

void writer_abort(struct writer *writer)
{
    if (writer)
        writer_free(writer);
}

static int write_index(struct writer *writer, struct error *error)
{
    if (section_begin(writer) != 0 ||
        buffer_add(&writer->section, writer->index, writer->index_count * sizeof *writer->index) != 0)
        return fail_memory(writer, error);
    return section_end(writer, CT_SECTION_INDEX, error);
}

static int write_end(struct writer *writer, uint64_t index_offset, struct error *error)
{
    struct ct_end end = {index_offset, writer->events, writer->entries, writer->lost_events};
    if (section_begin(writer) != 0 || buffer_add(&writer->section, &end, sizeof end) != 0)
        return fail_memory(writer, error);
    return section_end(writer, CT_SECTION_END, error);
}

int writer_finish(struct writer *writer, uint64_t lost_events, struct error *error)
{
    int status = writer_flush_meta(writer, error);
    writer->lost_events += lost_events;
    uint64_t index_offset = writer->offset;
    if (status == 0)
        status = write_index(writer, error);
    if (status == 0)
        status = write_end(writer, index_offset, error);
    int closed = close(writer->fd); /* some file systems say only now that there was no room */
    if (closed != 0 && status == 0)
        status = fail(writer, error, strerror(errno));
    writer->fd = -1;
    writer_free(writer);
    return status;
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

int writer_flush_meta(struct writer *writer, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    if (writer->meta.bytes == 0)
        return 0;
    if (section_begin(writer) != 0 || buffer_add(&writer->section, writer->meta.data, writer->meta.bytes) != 0)
        return fail_memory(writer, error);
    writer->meta.bytes = 0;
    return indexed_section_end(writer, CT_SECTION_META, CT_NONE, NULL, error);
}

int writer_records(struct writer *writer, const void *records, size_t bytes, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    if (buffer_add(&writer->meta, records, bytes) != 0)
        return fail_memory(writer, error);
    return writer->meta.bytes >= META_FLUSH_BYTES ? writer_flush_meta(writer, error) : 0;
}

int writer_record(struct writer *writer, uint32_t type, void *fixed, size_t fixed_bytes, const char *const *strings,
                  size_t string_count, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    size_t bytes = fixed_bytes;
    for (size_t i = 0; i < string_count; i++)
        bytes += strlen(strings[i]) + 1;
    bytes = (bytes + 7) & ~(size_t)7;
    uint8_t *to = buffer_reserve(&writer->meta, bytes);
    if (!to)
        return fail_memory(writer, error);
    struct ct_record head = {.type = type, .bytes = (uint32_t)bytes};
    memcpy(fixed, &head, sizeof head);
    memset(to, 0, bytes);
    memcpy(to, fixed, fixed_bytes);
    to += fixed_bytes;
    for (size_t i = 0; i < string_count; i++)
        to = (uint8_t *)stpcpy((char *)to, strings[i]) + 1;
    writer->meta.bytes += bytes;
    return writer->meta.bytes >= META_FLUSH_BYTES ? writer_flush_meta(writer, error) : 0;
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

/* Appends bytes, packed where that is smaller; tells by which codec, and how many they became. */
static int add_packed(struct writer *writer, const struct buffer *column, enum compress_how how, uint32_t *codec,
                      uint64_t *packed_bytes)
{
    size_t room = compress_bound(column->bytes);
    uint8_t *to = buffer_reserve(&writer->section, room);
    if (!to)
        return -1;
    size_t packed = compress(writer->compressor, how, to, room, column->data, column->bytes);
    bool smaller = packed != 0 && packed < column->bytes;
    if (!smaller)
        memcpy(to, column->data, column->bytes);
    *codec = smaller ? CT_CODEC_ZSTD : CT_CODEC_NONE;
    *packed_bytes = smaller ? packed : column->bytes;
    writer->section.bytes += *packed_bytes;
    return 0;
}

static int add_part(struct writer *writer, struct ct_part *part, uint32_t type, const struct buffer *column,
                    enum compress_how how)
{
    *part = (struct ct_part){.type = type, .raw_bytes = column->bytes};
    return add_packed(writer, column, how, &part->codec, &part->packed_bytes);
}

/* Times repeat themselves little; where most events have one they are most of the work. */
static enum compress_how how_to_compress(const struct packer *packer, const struct buffer *column)
{
    return column == &packer->times && 2 * column->bytes > packer->words ? COMPRESS_SYMBOLS : COMPRESS_MATCHES;
}

static int build_block(struct writer *writer)
{
    struct packer *packer = &writer->packer;
    const struct {
        uint32_t type;
        const struct buffer *column;
    } columns[PARTS_MAX] = {
        {CT_PART_FUNCTIONS, &packer->functions}, {CT_PART_KINDS, &packer->kinds}, {CT_PART_ENTRIES, &packer->entries},
        {CT_PART_TIMED, &packer->timed},         {CT_PART_TIMES, &packer->times}, {CT_PART_SPECIALS, &packer->specials},
        {CT_PART_GAPS, &packer->gap_column},
    };
    struct ct_part parts[PARTS_MAX];
    if (packer_end(packer) != 0 || section_begin(writer) != 0)
        return -1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < PARTS_MAX; i++)
        count += columns[i].column->bytes != 0;
    packer->block.parts = count;
    packer->block.checksum = checksum(&packer->block, offsetof(struct ct_block, checksum));
    size_t table = sizeof(struct ct_section) + sizeof packer->block;
    if (buffer_add(&writer->section, &packer->block, sizeof packer->block) != 0 ||
        !buffer_reserve(&writer->section, sizeof parts))
        return -1;
    writer->section.bytes += count * sizeof *parts;
    uint32_t next = 0;
    for (uint32_t i = 0; i < PARTS_MAX; i++) {
        const struct buffer *column = columns[i].column;
        if (column->bytes &&
            add_part(writer, &parts[next++], columns[i].type, column, how_to_compress(packer, column)) != 0)
            return -1;
    }
    memcpy(writer->section.data + table, parts, count * sizeof *parts);
    return 0;
}

static int write_block(struct writer *writer, struct error *error)
{
    if (build_block(writer) != 0)
        return fail_memory(writer, error);
    return indexed_section_end(writer, CT_SECTION_BLOCK, writer->packer.block.thread, &writer->packer.block, error);
}

/* Whether `chunk` goes on where the block being packed ends. */
static bool continues(const struct packer *packer, const struct ct_chunk *chunk)
{
    const struct ct_block *block = &packer->block;
    return block->chunks != 0 && chunk->process == block->process && chunk->thread == block->thread &&
           chunk->sequence_plus_1 - 1 == block->first_sequence + block->chunks && packer_has_room(packer);
}

int writer_chunks(struct writer *writer, const struct ct_chunk *const *chunks, size_t count, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    struct packer *packer = &writer->packer;
    packer->block.chunks = 0;
    for (size_t i = 0; i < count; i++) {
        if (!continues(packer, chunks[i])) {
            if (packer->block.chunks != 0 && write_block(writer, error) != 0)
                return -1;
            packer_begin(packer, chunks[i]);
        }
        const uint64_t *words = (const uint64_t *)chunks[i] + CT_CHUNK_HEADER_WORDS;
        if (packer_add(packer, chunks[i]->base_ticks, words, arena_chunk_words(chunks[i])) != 0)
            return fail_memory(writer, error);
    }
    return packer->block.chunks != 0 ? write_block(writer, error) : 0;
}

int writer_words(struct writer *writer, const struct ct_chunk *head, const uint64_t *words, size_t count,
                 uint32_t chunks, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    struct packer *packer = &writer->packer;
    packer_begin(packer, head);
    for (size_t at = 0; at < count; at += CHUNK_WORDS_MAX) {
        size_t some = count - at < CHUNK_WORDS_MAX ? count - at : CHUNK_WORDS_MAX;
        if (packer_add(packer, head->base_ticks, words + at, (uint32_t)some) != 0)
            return fail_memory(writer, error);
    }
    packer->block.chunks = chunks;
    return write_block(writer, error);
}

int writer_block(struct writer *writer, const void *payload, size_t bytes, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    struct ct_block block;
    memcpy(&block, payload, sizeof block);
    if (section_begin(writer) != 0 || buffer_add(&writer->section, payload, bytes) != 0)
        return fail_memory(writer, error);
    return indexed_section_end(writer, CT_SECTION_BLOCK, block.thread, &block, error);
}

static int build_summary(struct writer *writer, const struct ct_summary *summary, const struct buffer *numbers)
{
    struct ct_summary head = *summary;
    uint64_t packed;
    head.raw_bytes = numbers->bytes;
    if (section_begin(writer) != 0 || buffer_add(&writer->section, &head, sizeof head) != 0 ||
        add_packed(writer, numbers, COMPRESS_MATCHES, &head.codec, &packed) != 0)
        return -1;
    memcpy(writer->section.data + sizeof(struct ct_section), &head, sizeof head);
    return 0;
}

int writer_summary(struct writer *writer, const struct ct_summary *summary, const uint64_t *numbers, size_t count,
                   struct error *error)
{
    struct buffer column = {0};
    if (check_usable(writer, error) != 0)
        return -1;
    uint8_t *at = buffer_reserve(&column, count * LEB128_BYTES_MAX + 1);
    for (size_t i = 0; at && i < count; i++)
        at = leb128_write(at, numbers[i]);
    column.bytes = at ? (size_t)(at - column.data) : 0;
    int status = at ? build_summary(writer, summary, &column) : -1;
    free(column.data);
    if (status != 0)
        return fail_memory(writer, error);
    return indexed_section_end(writer, CT_SECTION_SUMMARY, summary->thread, NULL, error);
}

void writer_function_seen(struct writer *writer, uint32_t function)
{
    if (function <= CT_FUNCTION_MAX)
        packer_see(&writer->packer, function);
}

const uint64_t *writer_functions_seen(const struct writer *writer, uint32_t *count)
{
    *count = writer->packer.seen_count;
    return writer->packer.seen;
}

struct writer_totals writer_totals(const struct writer *writer)
{
    return (struct writer_totals){
        .bytes = writer->offset,
        .events = writer->events,
        .entries = writer->entries,
        .lost_events = writer->lost_events,
    };
}
