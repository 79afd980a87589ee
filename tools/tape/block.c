#include "tape/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/checksum.h"
#include "tape/columns.h"
#include "tape/compress.h"
#include "tape/file.h"
#include "tape/pack.h"
#include "tape/sections.h"
#include "tape/values.h"

enum { FUNCTIONS_FIRST = CODE_ENTRY / 2, COLUMN_TAIL = 8, PART_TYPE_COUNT = CT_PART_FOLDS + 1 };

/* One column of each type, as the part table tells; type 0 is unused. */
struct column_source {
    const uint8_t *packed;
    struct ct_part part;
};

void block_free(struct block *block)
{
    free(block->payload);
    free(block->raw);
    free(block->joined);
    free(block->by_key);
    free(block->open);
    free(block->functions);
    free(block->gaps);
    *block = (struct block){0};
}

static bool reserve(void *memory, size_t *room, size_t bytes)
{
    void **at = memory;
    if (*room >= bytes)
        return true;
    free(*at);
    *at = malloc(bytes);
    *room = *at ? bytes : 0;
    return *at != NULL;
}

static enum block_status damaged(const char **why, const char *what)
{
    *why = what;
    return BLOCK_DAMAGED;
}

/* For an error of the file, or what else it is. */
static enum block_status unread(struct block *block, const char **why, const char *what)
{
    block->unread = errno;
    return damaged(why, block->unread != 0 ? strerror(block->unread) : what);
}

static enum block_status read_payload(struct block *block, int fd, uint64_t size, const struct ct_index_entry *entry,
                                      const char **why)
{
    struct ct_section head;
    if (!section_head(fd, entry->offset, size, &head))
        return unread(block, why, "the head of the section is damaged");
    if (head.type != CT_SECTION_BLOCK || head.bytes != entry->bytes)
        return damaged(why, "the section is not the one that the index lists");
    if (!reserve(&block->payload, &block->payload_room, head.bytes ? head.bytes : 1))
        return BLOCK_NO_MEMORY;
    if (file_read(fd, entry->offset + sizeof head, block->payload, head.bytes) != head.bytes)
        return unread(block, why, "the file ends here");
    if (checksum(block->payload, head.bytes) != head.checksum)
        return damaged(why, "the block's checksum is wrong");
    return BLOCK_OK;
}

/* Most raw bytes that a column of `words` words can have. */
static uint64_t raw_limit(uint32_t type, uint64_t words)
{
    uint64_t functions = words < DICTIONARY_MAX ? words : DICTIONARY_MAX;
    switch (type) {
    case CT_PART_FUNCTIONS:
        return functions * LEB128_BYTES_MAX;
    case CT_PART_GAPS:
        return (2 + 2 * functions) * LEB128_BYTES_MAX;
    case CT_PART_CODES:
    case CT_PART_ENTRIES:
        return words * sizeof(uint16_t);
    case CT_PART_KINDS:
        return (words + 7) / 8;
    case CT_PART_EDGES:
        return EDGES_BYTES_MOST(words);
    case CT_PART_FOLDS:
        return words * FOLDED_NUMBERS * LEB128_BYTES_MAX;
    default:
        return words * LEB128_BYTES_MAX;
    }
}

/* Splits a payload into head and columns; parts of types that this version does not know are passed over. */
static enum block_status split(struct ct_block *head, const uint8_t *payload, size_t bytes,
                               struct column_source sources[PART_TYPE_COUNT], const char **why)
{
    struct bytes at = bytes_of(payload, bytes);
    bytes_read(&at, head, sizeof *head);
    if (at.truncated || head->checksum != checksum(head, offsetof(struct ct_block, checksum)))
        return damaged(why, "the head of the block is damaged");
    if (head->words > CT_BLOCK_WORDS_MAX || head->events > CT_BLOCK_WORDS_MAX || head->entries > head->events)
        return damaged(why, "the block's counts cannot be");
    struct bytes table = bytes_of(at.at, bytes_left(&at));
    bytes_take(&at, (uint64_t)head->parts * sizeof(struct ct_part));
    for (uint32_t i = 0; i < head->parts && !at.truncated; i++) {
        struct ct_part part;
        bytes_read(&table, &part, sizeof part);
        const uint8_t *packed = bytes_take(&at, part.packed_bytes);
        if (part.type >= PART_TYPE_COUNT)
            continue;
        if (part.raw_bytes > raw_limit(part.type, head->words) || part.codec > CT_CODEC_ZSTD ||
            (part.codec == CT_CODEC_NONE && part.raw_bytes != part.packed_bytes))
            return damaged(why, "a part of the block cannot be unpacked");
        sources[part.type] = (struct column_source){packed, part};
    }
    return at.truncated ? damaged(why, "the block's parts do not fit into it") : BLOCK_OK;
}

static enum block_status unpack_column(uint8_t *to, const struct column_source *source, const char **why)
{
    enum decompressed status = DECOMPRESSED;
    if (source->part.codec == CT_CODEC_ZSTD)
        status = decompress(to, source->part.raw_bytes, source->packed, source->part.packed_bytes);
    else if (source->part.raw_bytes)
        memcpy(to, source->packed, source->part.raw_bytes);
    if (status == DECOMPRESS_NO_MEMORY)
        return BLOCK_NO_MEMORY;
    return status == DECOMPRESSED ? BLOCK_OK : damaged(why, "a part of the block cannot be unpacked");
}

/* Followed by zeros up to the next multiple of 8, and COLUMN_TAIL more. */
static size_t column_room(const struct column_source *source)
{
    return section_padded(source->part.raw_bytes) + COLUMN_TAIL;
}

static enum block_status unpack_padded(uint8_t *to, const struct column_source *source, const char **why)
{
    size_t bytes = source->part.raw_bytes;
    enum block_status status = unpack_column(to, source, why);
    memset(to + bytes, 0, column_room(source) - bytes);
    return status;
}

static enum block_status not_fitting(const char **why)
{
    return damaged(why, BLOCK_MISFIT);
}

/* Columns that codes were taken apart into, each followed by COLUMN_TAIL bytes of zeros. They are put together, in
 * front of them, where all words have a time. */
static enum block_status unpack_apart(struct block *block, const struct column_source sources[PART_TYPE_COUNT],
                                      struct columns_counts *counts, const char **why)
{
    static const uint32_t order[] = {CT_PART_ENTRIES, CT_PART_KINDS, CT_PART_TIMED};
    const bool timed = sources[CT_PART_TIMED].part.raw_bytes == 0;
    uint8_t *columns[PART_TYPE_COUNT];
    size_t sizes[PART_TYPE_COUNT];
    size_t codes = timed ? section_padded(block->head.words * sizeof(uint16_t)) : 0, total = codes;
    for (uint32_t i = 0; i < 3; i++)
        total += column_room(&sources[order[i]]);
    if (!reserve(&block->joined, &block->joined_room, total))
        return BLOCK_NO_MEMORY;
    uint8_t *at = block->joined + codes;
    for (uint32_t i = 0; i < 3; i++) {
        const struct column_source *source = &sources[order[i]];
        sizes[order[i]] = source->part.raw_bytes;
        columns[order[i]] = at;
        enum block_status status = unpack_padded(at, source, why);
        if (status != BLOCK_OK)
            return status;
        at += column_room(source);
    }
    const struct columns_apart apart = {
        .kinds = columns[CT_PART_KINDS],
        .kind_bytes = sizes[CT_PART_KINDS],
        .entries = (uint16_t *)(void *)columns[CT_PART_ENTRIES],
        .entry_count = sizes[CT_PART_ENTRIES] / sizeof(uint16_t),
        .words = block->head.words,
        .timed = bytes_of(columns[CT_PART_TIMED], sizes[CT_PART_TIMED]),
    };
    if (sizes[CT_PART_ENTRIES] % sizeof(uint16_t) != 0 || !columns_apart_fit(&apart, counts) ||
        (!timed && block->head.untimed == 0))
        return not_fitting(why);
    if (!timed) {
        block->apart = apart;
        return BLOCK_OK;
    }
    block->codes = (uint16_t *)(void *)block->joined;
    columns_join(block->codes, &apart);
    return BLOCK_OK;
}

/* Unpacks the dictionary, each id once checked. */
static enum block_status unpack_functions(struct block *block, const uint8_t *raw, size_t bytes,
                                          uint32_t known_functions, const char **why)
{
    size_t room = (FUNCTIONS_FIRST + (size_t)DICTIONARY_MAX) * sizeof *block->functions;
    size_t needed = (FUNCTIONS_FIRST + bytes) * sizeof *block->functions;
    if (!reserve(&block->functions, &block->functions_room, needed < room ? needed : room))
        return BLOCK_NO_MEMORY;
    memset(block->functions, 0, FUNCTIONS_FIRST * sizeof *block->functions);
    block->functions[0] = (struct tape_event){.kind = TAPE_EXIT}.what;
    block->function_count = block->unknown_functions = 0;
    struct bytes at = bytes_of(raw, bytes);
    while (bytes_left(&at) > 0) {
        uint64_t function = bytes_leb128(&at);
        if (at.truncated || block->function_count == DICTIONARY_MAX)
            return damaged(why, "the block's dictionary is damaged");
        bool known = function < known_functions;
        block->unknown_functions += !known;
        const struct tape_event entry = {.function = known ? (uint32_t)function : 0, .kind = TAPE_ENTRY};
        block->functions[FUNCTIONS_FIRST + block->function_count++] = entry.what;
    }
    return BLOCK_OK;
}

static uint32_t small_leb128(struct bytes *at)
{
    uint64_t value = bytes_leb128(at);
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static uint32_t gap_leb128(struct bytes *at)
{
    uint32_t gap = small_leb128(at);
    return gap != 0 ? gap : GAP_UNKNOWN;
}

/* A block without this column knows no cost and no gap. */
static enum block_status unpack_costs(struct block *block, const uint8_t *raw, size_t bytes, const char **why)
{
    if (!reserve(&block->gaps, &block->gaps_room, (FUNCTIONS_FIRST + block->function_count) * sizeof *block->gaps))
        return BLOCK_NO_MEMORY;
    bool known = bytes != 0;
    struct bytes at = bytes_of(raw, bytes);
    memset(block->gaps, 0, FUNCTIONS_FIRST * sizeof *block->gaps);
    block->cost.timed = known ? small_leb128(&at) : 0;
    block->cost.untimed = known ? small_leb128(&at) : 0;
    for (struct gaps *gaps = block->gaps + FUNCTIONS_FIRST, *end = gaps + block->function_count; gaps < end; gaps++) {
        gaps->entry = known ? gap_leb128(&at) : GAP_UNKNOWN;
        gaps->exit = known ? gap_leb128(&at) : GAP_UNKNOWN;
    }
    bool whole = !at.truncated && bytes_left(&at) == 0;
    return whole ? BLOCK_OK : damaged(why, "the block's gaps do not fit its dictionary");
}

/* Room for the words of a block that are left apart, as far as its dictionary goes. */
static enum block_status reserve_steps(struct block *block)
{
    size_t keys = CODE_ENTRY + 2 * (size_t)block->function_count;
    bool room = reserve(&block->by_key, &block->by_key_room, keys * sizeof *block->by_key) &&
                reserve(&block->open, &block->open_room, (block->head.words + 2) * sizeof *block->open);
    return room ? BLOCK_OK : BLOCK_NO_MEMORY;
}

void block_set_steps(const struct block *block)
{
    for (size_t i = 0; i < FUNCTIONS_FIRST + (size_t)block->function_count; i++) {
        block->by_key[2 * i] = step_of(block->functions[i], block->gaps[i].entry);
        block->by_key[2 * i + 1] = step_of(block->functions[0], block->gaps[i].exit);
    }
}

/* Eight bytes at once; a column ends before eight zeros, of which those that are no part of it are taken off. */
static size_t count_leb128(const uint8_t *at, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t x;
        memcpy(&x, at + i, sizeof x);
        count += ((~x & UINT64_C(0x8080808080808080)) >> 7) * UINT64_C(0x0101010101010101) >> 56;
    }
    return count - (-bytes & 7);
}

/* A column of `count` whole LEB128 numbers? */
static bool holds_leb128(const uint8_t *at, size_t bytes, size_t count)
{
    return count_leb128(at, bytes) == count && (bytes == 0 || at[bytes - 1] < 0x80);
}

/* As many folds as there are words of them? Also counts their calls, of which a block cannot have too many. */
static bool folds_fit(const struct block *block, size_t words, uint64_t *calls)
{
    struct bytes at = bytes_of(block->folds, block->folds_bytes);
    struct folded folded;
    for (*calls = 0; words != 0 && folded_read(&at, &folded); words--)
        *calls += folded.calls;
    return words == 0 && bytes_left(&at) == 0;
}

/* Whether the columns fit each other and the head: after this the inner loop needs no check, but for which words have a
 * time where they are left apart. */
static bool columns_fit(struct block *block, const struct columns_counts *counts)
{
    uint32_t highest = counts->highest;
    uint64_t events = block->head.words - counts->specials, folded;
    uint64_t untimed = block->apart.words != 0 ? block->head.untimed : counts->untimed;
    block->values_room = counts->values * value_bytes(CT_VALUE_DATA_BYTES) + counts->data * 8;
    return (highest < CODE_ENTRY || (highest - CODE_ENTRY) / 2 < block->function_count) &&
           folds_fit(block, counts->folds, &folded) && events + 2 * folded == block->head.events &&
           counts->entries + folded == block->head.entries && untimed == block->head.untimed && untimed <= events &&
           holds_leb128(block->times, block->times_bytes, events - untimed) &&
           (!block->specials || holds_leb128(block->specials, block->specials_bytes, counts->specials));
}

/* The payloads of specials, of which those of values are most, are half of the work: they are left packed where all are
 * such, and nobody asks for them. Where words lack times, habits ask for all. */
static bool may_leave_specials(const struct block *block, const struct column_source sources[PART_TYPE_COUNT])
{
    return block->no_values && sources[CT_PART_KINDS].part.raw_bytes != 0 && sources[CT_PART_TIMED].part.raw_bytes == 0;
}

static enum block_status leave_specials(struct block *block, const struct column_source *source,
                                        const struct columns_counts *counts, const char **why)
{
    if (counts->specials != counts->values + counts->data)
        return unpack_padded(block->specials, source, why);
    block->specials = NULL;
    return BLOCK_OK;
}

/* Columns lie one after the other in `raw`, the widest numbers first, each aligned to and followed by
 * COLUMN_TAIL bytes of zeros. */
static enum block_status unpack_columns(struct block *block, const struct column_source sources[PART_TYPE_COUNT],
                                        uint32_t known_functions, const char **why)
{
    enum { PARTS = 6 };
    static const uint32_t order[PARTS] = {CT_PART_CODES,     CT_PART_TIMES, CT_PART_SPECIALS,
                                          CT_PART_FUNCTIONS, CT_PART_GAPS,  CT_PART_FOLDS};
    uint8_t *columns[PART_TYPE_COUNT];
    size_t total = 0;
    const bool leaving = may_leave_specials(block, sources);
    enum block_status status = BLOCK_OK;
    for (uint32_t i = 0; i < PARTS; i++)
        total += column_room(&sources[order[i]]);
    if (!reserve(&block->raw, &block->raw_room, total))
        return BLOCK_NO_MEMORY;
    uint8_t *at = block->raw;
    for (uint32_t i = 0; i < PARTS && status == BLOCK_OK; i++) {
        const struct column_source *source = &sources[order[i]];
        columns[order[i]] = at;
        if (!leaving || order[i] != CT_PART_SPECIALS)
            status = unpack_padded(at, source, why);
        at += column_room(source);
    }
    if (status != BLOCK_OK)
        return status;
    block->codes = (uint16_t *)(void *)columns[CT_PART_CODES];
    block->times = columns[CT_PART_TIMES];
    block->times_bytes = sources[CT_PART_TIMES].part.raw_bytes;
    block->specials = columns[CT_PART_SPECIALS];
    block->specials_bytes = sources[CT_PART_SPECIALS].part.raw_bytes;
    block->folds = columns[CT_PART_FOLDS];
    block->folds_bytes = sources[CT_PART_FOLDS].part.raw_bytes;
    block->apart = (struct columns_apart){0};
    bool apart = sources[CT_PART_KINDS].part.raw_bytes != 0;
    if (!apart && sources[CT_PART_CODES].part.raw_bytes != block->head.words * sizeof(uint16_t))
        return not_fitting(why);
    struct columns_counts counts;
    if (apart)
        status = unpack_apart(block, sources, &counts, why);
    else
        counts = columns_count(block->codes, block->head.words);
    if (status == BLOCK_OK && leaving)
        status = leave_specials(block, &sources[CT_PART_SPECIALS], &counts, why);
    if (status != BLOCK_OK)
        return status;
    status = unpack_functions(block, columns[CT_PART_FUNCTIONS], sources[CT_PART_FUNCTIONS].part.raw_bytes,
                              known_functions, why);
    if (status == BLOCK_OK)
        status = unpack_costs(block, columns[CT_PART_GAPS], sources[CT_PART_GAPS].part.raw_bytes, why);
    if (status == BLOCK_OK && !columns_fit(block, &counts))
        return not_fitting(why);
    return status == BLOCK_OK && block->apart.words != 0 ? reserve_steps(block) : status;
}

static bool as_listed(const struct ct_block *head, const struct ct_index_entry *entry)
{
    return head->thread == entry->thread && head->first_sequence == entry->first_sequence &&
           head->chunks == entry->chunks && head->first_ticks == entry->first_ticks &&
           head->last_ticks == entry->last_ticks && head->events == entry->events && head->entries == entry->entries;
}

bool block_head_sound(const struct ct_block *head, const struct ct_index_entry *entry)
{
    return head->checksum == checksum(head, offsetof(struct ct_block, checksum)) && head->words <= CT_BLOCK_WORDS_MAX &&
           head->events <= CT_BLOCK_WORDS_MAX && as_listed(head, entry);
}

enum block_status block_load(struct block *block, int fd, uint64_t size, const struct ct_index_entry *entry,
                             uint32_t known_functions, const char **why)
{
    struct column_source sources[PART_TYPE_COUNT] = {0};
    block->unread = 0;
    enum block_status status = read_payload(block, fd, size, entry, why);
    if (status == BLOCK_OK)
        status = split(&block->head, block->payload, entry->bytes, sources, why);
    if (status == BLOCK_OK && !as_listed(&block->head, entry))
        return damaged(why, "the block is not the one that the index lists");
    if (status == BLOCK_OK)
        status = unpack_columns(block, sources, known_functions, why);
    return status;
}

void block_functions(const struct block *block, void (*see)(void *context, uint32_t function), void *context)
{
    for (uint32_t i = 0; i < block->function_count; i++)
        see(context, (struct tape_event){.what = block->functions[FUNCTIONS_FIRST + i]}.function);
    struct bytes specials = bytes_of(block->specials, block->specials_bytes);
    const bool apart = block->apart.words != 0;
    const uint16_t *codes = apart ? block->apart.entries : block->codes;
    const size_t count = apart ? block->apart.entry_count : block->head.words;
    for (size_t i = 0; i < count && bytes_left(&specials) > 0; i++) {
        uint32_t kind = codes[i] - (uint32_t)CODE_SPECIAL;
        if (kind >= CODE_ENTRY - CODE_SPECIAL)
            continue;
        uint64_t payload = bytes_leb128(&specials);
        bool names = kind == CT_SPECIAL_STRAY || kind == CT_SPECIAL_INHERIT || kind == CT_SPECIAL_FOLD;
        if (names && payload <= CT_FUNCTION_MAX)
            see(context, (uint32_t)payload);
    }
}
