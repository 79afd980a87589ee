#include "tape/write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "tape/arena.h"
#include "tape/bytes.h"
#include "tape/checksum.h"
#include "tape/file.h"
#include "tape/lane.h"

enum { META_FLUSH_BYTES = 1 << 20 };

struct writer {
    int fd;
    char *path;
    uint64_t session[2];
    uint64_t offset; /* end of the last whole section */
    bool failed;
    struct buffer meta; /* pending records */
    struct ct_index_entry *index;
    size_t index_count, index_room;
    uint64_t events, entries, lost_events;
    struct lane own;
    pthread_mutex_t mutex; /* of all but meta and own, while there are other lanes */
};

struct writer_lane {
    struct writer *writer;
    struct lane lane;
};

static int fail(struct writer *writer, struct error *error, const char *what)
{
    __atomic_store_n(&writer->failed, true, __ATOMIC_RELAXED);
    return error_set(error, "cannot write '%s' at byte %llu: %s", writer->path, (unsigned long long)writer->offset,
                     what);
}

static int fail_memory(struct writer *writer, struct error *error)
{
    return fail(writer, error, "out of memory");
}

static int check_usable(struct writer *writer, struct error *error)
{
    bool failed = __atomic_load_n(&writer->failed, __ATOMIC_RELAXED);
    return failed ? error_set(error, "'%s' is closed to writing: an earlier write failed", writer->path) : 0;
}

/* ---- sections --------------------------------------------------------------------------------------------------- */

/* Writes the section that was built. A torn one is cut off again, so that the file ends with a whole section. */
static int section_end(struct writer *writer, struct buffer *section, uint32_t type, struct error *error)
{
    static const uint8_t zeros[8];
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

static int add_section(struct writer *writer, struct buffer *section, struct ct_index_entry entry,
                       const struct ct_block *block, struct error *error)
{
    struct ct_index_entry *place = index_reserve(writer);
    if (check_usable(writer, error) != 0)
        return -1;
    if (!place)
        return fail_memory(writer, error);
    entry.offset = writer->offset;
    entry.bytes = section->bytes - sizeof(struct ct_section);
    *place = entry;
    if (block) {
        writer->lost_events += block->lost_events;
        writer->events += block->events;
        writer->entries += block->entries;
    }
    if (section_end(writer, section, entry.type, error) != 0)
        return -1;
    writer->index_count++;
    return 0;
}

static int indexed_section_end(struct writer *writer, struct buffer *section, const struct ct_index_entry *entry,
                               const struct ct_block *block, struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    int status = add_section(writer, section, *entry, block, error);
    pthread_mutex_unlock(&writer->mutex);
    return status;
}

static int block_section_end(struct writer *writer, struct buffer *section, const struct ct_block *block,
                             struct error *error)
{
    const struct ct_index_entry entry = {
        .type = CT_SECTION_BLOCK,
        .thread = block->thread,
        .first_sequence = block->first_sequence,
        .chunks = block->chunks,
        .first_ticks = block->first_ticks,
        .last_ticks = block->last_ticks,
        .events = block->events,
        .entries = block->entries,
    };
    return indexed_section_end(writer, section, &entry, block, error);
}

/* ---- opening and closing ---------------------------------------------------------------------------------------- */

static void writer_free(struct writer *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    lane_free(&writer->own);
    pthread_mutex_destroy(&writer->mutex);
    free(writer->index);
    free(writer->meta.data);
    free(writer->path);
    free(writer);
}

static int write_header(struct writer *writer, uint32_t version, struct error *error)
{
    struct ct_tape header = {
        .magic = CT_TAPE_MAGIC,
        .version = version,
        .byte_order = CT_BYTE_ORDER,
        .session = {writer->session[0], writer->session[1]},
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
    memcpy(writer->session, session, sizeof writer->session);
    pthread_mutex_init(&writer->mutex, NULL);
    if (lane_init(&writer->own) != 0 || !writer->path)
        error_set(error, "cannot write '%s': out of memory", path);
    else if (write_header(writer, CT_TAPE_VERSION_PLAIN, error) == 0)
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
    if (lane_section_begin(&writer->own) != 0 ||
        buffer_add(&writer->own.section, writer->index, writer->index_count * sizeof *writer->index) != 0)
        return fail_memory(writer, error);
    return section_end(writer, &writer->own.section, CT_SECTION_INDEX, error);
}

static int write_end(struct writer *writer, uint64_t index_offset, struct error *error)
{
    struct ct_end end = {index_offset, writer->events, writer->entries, writer->lost_events};
    if (lane_section_begin(&writer->own) != 0 || buffer_add(&writer->own.section, &end, sizeof end) != 0)
        return fail_memory(writer, error);
    return section_end(writer, &writer->own.section, CT_SECTION_END, error);
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
    if (lane_section_begin(&writer->own) != 0 ||
        buffer_add(&writer->own.section, writer->meta.data, writer->meta.bytes) != 0)
        return fail_memory(writer, error);
    writer->meta.bytes = 0;
    const struct ct_index_entry entry = {.type = CT_SECTION_META, .thread = CT_NONE};
    return indexed_section_end(writer, &writer->own.section, &entry, NULL, error);
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

/* ---- folded calls ----------------------------------------------------------------------------------------------- */

int writer_allow_folds(struct writer *writer, struct error *error)
{
    return check_usable(writer, error) == 0 ? write_header(writer, CT_TAPE_VERSION, error) : -1;
}

int writer_fold(struct writer *writer, uint64_t most, struct error *error)
{
    if (writer_allow_folds(writer, error) != 0)
        return -1;
    return folder_on(&writer->own.packer.folder, most) == 0 ? 0 : fail_memory(writer, error);
}

struct fold_totals writer_folded(const struct writer *writer)
{
    return folder_totals(&writer->own.packer.folder);
}

int writer_fold_note(struct writer *writer, struct error *error)
{
    const struct fold_totals folded = writer_folded(writer);
    char text[320], most[TEXT_NUMBER], calls[TEXT_NUMBER], functions[TEXT_NUMBER];
    const char *const strings[] = {text};
    struct ct_note note = {.kind = CT_NOTE_INFO, .process = CT_NONE, .count = folded.calls};
    if (folded.calls == 0)
        return 0;
    snprintf(text, sizeof text,
             "record --fold %s folded %s short calls of %s %s: their number, what they took together, the shortest "
             "and the longest are exact; when each of them was and what it took is not known.",
             text_count(most, writer->own.packer.folder.least), text_count(calls, folded.calls),
             text_count(functions, folded.functions), folded.functions == 1 ? "function" : "functions");
    return writer_record(writer, CT_RECORD_NOTE, &note, sizeof note, strings, 1, error);
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

/* Out of memory in a lane; the writer may be writing another's section meanwhile. */
static int fail_lane(struct writer *writer, struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    fail_memory(writer, error);
    pthread_mutex_unlock(&writer->mutex);
    return -1;
}

static int write_block(struct writer *writer, struct lane *lane, struct error *error)
{
    if (lane_build_block(lane) != 0)
        return fail_lane(writer, error);
    return block_section_end(writer, &lane->section, &lane->packer.block, error);
}

/* Whether `chunk` goes on where the block being packed ends. */
static bool continues(const struct packer *packer, const struct ct_chunk *chunk)
{
    const struct ct_block *block = &packer->block;
    return block->chunks != 0 && chunk->process == block->process && chunk->thread == block->thread &&
           chunk->sequence_plus_1 - 1 == block->first_sequence + block->chunks && packer_has_room(packer);
}

static int write_chunks(struct writer *writer, struct lane *lane, const struct ct_chunk *const *chunks, size_t count,
                        struct error *error)
{
    struct packer *packer = &lane->packer;
    packer->block.chunks = 0;
    for (size_t i = 0; i < count; i++) {
        if (!continues(packer, chunks[i])) {
            if (packer->block.chunks != 0 && write_block(writer, lane, error) != 0)
                return -1;
            packer_begin(packer, chunks[i]);
        }
        const uint64_t *words = (const uint64_t *)chunks[i] + CT_CHUNK_HEADER_WORDS;
        if (packer_add(packer, chunks[i]->base_ticks, words, arena_chunk_words(chunks[i])) != 0)
            return fail_lane(writer, error);
    }
    return packer->block.chunks != 0 ? write_block(writer, lane, error) : 0;
}

int writer_chunks(struct writer *writer, const struct ct_chunk *const *chunks, size_t count, struct error *error)
{
    return write_chunks(writer, &writer->own, chunks, count, error);
}

struct writer_lane *writer_lane_open(struct writer *writer)
{
    struct writer_lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    const struct folder *folder = &writer->own.packer.folder;
    lane->writer = writer;
    if (lane_init(&lane->lane) == 0 && (!folder->on || folder_on(&lane->lane.packer.folder, folder->least) == 0))
        return lane;
    lane_free(&lane->lane);
    free(lane);
    return NULL;
}

int writer_lane_chunks(struct writer_lane *lane, const struct ct_chunk *const *chunks, size_t count,
                       struct error *error)
{
    return write_chunks(lane->writer, &lane->lane, chunks, count, error);
}

void writer_lane_close(struct writer_lane *lane)
{
    const struct packer *packer = &lane->lane.packer;
    for (uint32_t i = 0; i < packer->seen_count; i++)
        if (packer->seen[i / 64] >> (i % 64) & 1)
            packer_see(&lane->writer->own.packer, i);
    struct error error;
    if (folder_merge(&lane->writer->own.packer.folder, &packer->folder) != 0)
        fail_lane(lane->writer, &error);
    lane_free(&lane->lane);
    free(lane);
}

int writer_words(struct writer *writer, const struct ct_chunk *head, const uint64_t *words, size_t count,
                 uint32_t chunks, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    struct packer *packer = &writer->own.packer;
    packer_begin(packer, head);
    for (size_t at = 0; at < count; at += CHUNK_WORDS_MAX) {
        size_t some = count - at < CHUNK_WORDS_MAX ? count - at : CHUNK_WORDS_MAX;
        if (packer_add(packer, head->base_ticks, words + at, (uint32_t)some) != 0)
            return fail_memory(writer, error);
    }
    packer->block.chunks = chunks;
    return write_block(writer, &writer->own, error);
}

int writer_block(struct writer *writer, const void *payload, size_t bytes, struct error *error)
{
    if (check_usable(writer, error) != 0)
        return -1;
    struct ct_block block;
    memcpy(&block, payload, sizeof block);
    if (lane_section_begin(&writer->own) != 0 || buffer_add(&writer->own.section, payload, bytes) != 0)
        return fail_memory(writer, error);
    return block_section_end(writer, &writer->own.section, &block, error);
}

static int build_summary(struct writer *writer, const struct ct_summary *summary, const struct buffer *numbers)
{
    struct ct_summary head = *summary;
    uint64_t packed;
    head.raw_bytes = numbers->bytes;
    if (lane_section_begin(&writer->own) != 0 || buffer_add(&writer->own.section, &head, sizeof head) != 0 ||
        lane_add_packed(&writer->own, numbers, COMPRESS_MATCHES, &head.codec, &packed) != 0)
        return -1;
    memcpy(writer->own.section.data + sizeof(struct ct_section), &head, sizeof head);
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
    const struct ct_index_entry entry = {.type = CT_SECTION_SUMMARY, .thread = summary->thread};
    return indexed_section_end(writer, &writer->own.section, &entry, NULL, error);
}

void writer_function_seen(struct writer *writer, uint32_t function)
{
    if (function <= CT_FUNCTION_MAX)
        packer_see(&writer->own.packer, function);
}

const uint64_t *writer_functions_seen(const struct writer *writer, uint32_t *count)
{
    *count = writer->own.packer.seen_count;
    return writer->own.packer.seen;
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
