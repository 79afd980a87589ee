#include "raw_tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/checksum.h"
#include "tape/compress.h"
#include "tape/pack.h"

enum { PARTS_MOST = 10 };

struct raw_tape {
    FILE *file;
    struct compressor *compressor;
    uint64_t at;
    struct ct_index_entry *index;
    size_t count;
    uint64_t events, entries, lost_events;
    uint32_t *index_after; /* by function id: its index in the block's dictionary and one; 0: not in it */
};

static void require(bool condition)
{
    if (condition)
        return;
    fprintf(stderr, "raw_tape: out of memory, or a file that cannot be written\n");
    abort();
}

static void *room_for(size_t bytes)
{
    void *room = malloc(bytes + 1);
    require(room != NULL);
    return room;
}

static void put(struct raw_tape *tape, const void *from, size_t bytes)
{
    require(fwrite(from, 1, bytes, tape->file) == bytes);
    tape->at += bytes;
}

struct raw_tape *raw_tape_open(const char *path)
{
    struct raw_tape *tape = calloc(1, sizeof *tape);
    require(tape != NULL && (tape->file = fopen(path, "wb")) != NULL);
    require((tape->compressor = compressor_create()) != NULL);
    require((tape->index_after = calloc(CT_FUNCTION_MAX + 1, sizeof *tape->index_after)) != NULL);
    struct ct_tape head = {.version = CT_TAPE_VERSION, .byte_order = CT_BYTE_ORDER, .session = {1, 2}};
    memcpy(head.magic, CT_TAPE_MAGIC, sizeof head.magic);
    head.checksum = checksum(&head, offsetof(struct ct_tape, checksum));
    put(tape, &head, sizeof head);
    return tape;
}

static void put_section(struct raw_tape *tape, uint32_t type, const void *payload, size_t bytes,
                        const struct ct_index_entry *entry)
{
    static const uint8_t zeros[8];
    struct ct_section head = {.type = type, .bytes = bytes, .checksum = checksum(payload, bytes)};
    head.head_checksum = checksum(&head, offsetof(struct ct_section, head_checksum));
    tape->index = realloc(tape->index, (tape->count + 1) * sizeof *tape->index);
    require(tape->index != NULL);
    tape->index[tape->count] = *entry;
    tape->index[tape->count].type = type;
    tape->index[tape->count].offset = tape->at;
    tape->index[tape->count++].bytes = bytes;
    put(tape, &head, sizeof head);
    put(tape, payload, bytes);
    put(tape, zeros, -bytes & 7);
}

void raw_tape_records(struct raw_tape *tape, const void *records, size_t bytes)
{
    put_section(tape, CT_SECTION_META, records, bytes, &(struct ct_index_entry){.thread = CT_NONE});
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

struct column {
    uint32_t type;
    uint8_t *bytes, *end;
};

static struct column column_of(uint32_t type, size_t room)
{
    uint8_t *bytes = room_for(room);
    return (struct column){type, bytes, bytes};
}

/* The codes and what they name, in the order of the parts. */
struct columns {
    struct column edges, functions, codes, kinds, entries, timed, times, specials, gaps, folds;
    struct ct_block head;
    uint32_t dictionary[DICTIONARY_MAX], dictionary_count;
    uint32_t *index_after; /* the tape's */
};

static uint32_t index_of(struct columns *columns, uint32_t function)
{
    require(function <= CT_FUNCTION_MAX);
    if (columns->index_after[function] == 0) {
        require(columns->dictionary_count < DICTIONARY_MAX);
        columns->dictionary[columns->dictionary_count++] = function;
        columns->functions.end = leb128_write(columns->functions.end, function);
        columns->index_after[function] = columns->dictionary_count;
    }
    return columns->index_after[function] - 1;
}

static uint32_t event_code(struct columns *columns, const struct raw_word *word)
{
    columns->head.events++;
    columns->head.entries += word->kind == RAW_ENTRY;
    columns->head.untimed += !word->timed;
    if (word->timed) {
        columns->times.end = leb128_write(columns->times.end, word->ticks - columns->head.last_ticks);
        columns->head.last_ticks = word->ticks;
    }
    return (word->kind == RAW_ENTRY ? CODE_ENTRY + 2 * index_of(columns, word->function) : CODE_EXIT) + !word->timed;
}

static uint32_t special_code(struct columns *columns, const struct raw_word *word)
{
    columns->head.lost_events += word->special == CT_SPECIAL_LOST ? word->payload : 0;
    columns->specials.end = leb128_write(columns->specials.end, word->payload);
    return CODE_SPECIAL + word->special;
}

static void add_word(struct columns *columns, const struct raw_word *word)
{
    uint32_t code = word->kind == RAW_SPECIAL ? special_code(columns, word) : event_code(columns, word);
    uint16_t narrow = (uint16_t)code;
    memcpy(columns->codes.end, &narrow, sizeof narrow);
    columns->codes.end += sizeof narrow;
    columns->head.words++;
}

/* ---- codes apart, as FORMAT.md says it ("Time by habit") */

/* What an event is of: an entry's code, 0 for none, and which of both it is. */
struct habitual {
    uint32_t code, exit;
    bool timed;
};

/* Whether the two events of the same before it, as far as there are any, had times. */
static bool both_had_times(const struct habitual *events, size_t count)
{
    const struct habitual *event = &events[count];
    for (size_t i = count, seen = 0; i-- > 0 && seen < 2;) {
        if (events[i].code != event->code || events[i].exit != event->exit)
            continue;
        if (!events[i].timed)
            return false;
        seen++;
    }
    return true;
}

static void open_and_close(const struct raw_word *word, uint32_t code, uint32_t *open, size_t *depth)
{
    if (word->kind == RAW_ENTRY)
        open[(*depth)++] = code;
    else if (word->kind == RAW_EXIT)
        *depth -= *depth != 0;
    else if (word->special == CT_SPECIAL_INHERIT)
        open[(*depth)++] = 0;
    else if (word->special == CT_SPECIAL_JUMP)
        *depth -= word->payload < *depth ? word->payload : *depth;
    else if (word->special == CT_SPECIAL_STACK)
        *depth = 0;
}

static void add_apart(struct columns *columns, const struct raw_block *block)
{
    struct habitual *events = room_for((block->count + 1) * sizeof *events);
    uint32_t *open = room_for((block->count + 1) * sizeof *open);
    size_t depth = 0, count = 0, told = 0;
    bool surprised = false;
    memset(columns->kinds.bytes, 0, (block->count + 7) / 8);
    columns->kinds.end += (block->count + 7) / 8;
    for (size_t i = 0; i < block->count; i++) {
        const struct raw_word *word = &block->words[i];
        uint16_t code;
        memcpy(&code, columns->codes.bytes + 2 * i, sizeof code);
        if (word->kind != RAW_SPECIAL)
            code &= 0xfffe;
        if (word->kind != RAW_EXIT) {
            columns->kinds.bytes[i / 8] |= (uint8_t)(1 << i % 8);
            memcpy(columns->entries.end, &code, sizeof code);
            columns->entries.end += sizeof code;
        }
        if (word->kind != RAW_SPECIAL) {
            bool exit = word->kind == RAW_EXIT;
            events[count] = (struct habitual){!exit ? code : depth != 0 ? open[depth - 1] : 0, exit, word->timed};
            bool expected = both_had_times(events, count++) || surprised;
            if (word->timed != expected) {
                columns->timed.end = leb128_write(columns->timed.end, i - told);
                told = i + 1;
            }
            surprised = word->timed && !expected;
        }
        open_and_close(word, code, open, &depth);
    }
    columns->codes.end = columns->codes.bytes;
    free(events);
    free(open);
}

static void add_gaps(struct columns *columns, const struct raw_block *block)
{
    uint8_t *end = leb128_write(columns->gaps.end, block->timed_cost);
    end = leb128_write(end, block->untimed_cost);
    for (uint32_t i = 0; i < columns->dictionary_count; i++) {
        const struct raw_gaps *gaps = &block->gaps[columns->dictionary[i]];
        end = leb128_write(leb128_write(end, gaps->entry), gaps->exit);
    }
    columns->gaps.end = end;
}

static void edge(struct column *edges, uint64_t op, uint64_t argument)
{
    edges->end = leb128_write(leb128_write(edges->end, op), argument);
}

static void edge_call(struct column *edges, uint64_t ended, uint64_t opened)
{
    edge(edges, CT_EDGE_CALLS, ended);
    edges->end = leb128_write(edges->end, opened);
}

/* Word by word, which is more than it takes. */
static void add_edge(struct column *edges, const struct raw_block *block, const struct raw_word *word)
{
    if (word->kind == RAW_EXIT) {
        edge_call(edges, 1, 0);
    } else if (word->kind == RAW_ENTRY) {
        edge_call(edges, 0, 1);
        edge(edges, (uint64_t)word->function << 1, block->has_gaps ? block->gaps[word->function].exit : 0);
    } else if (word->special == CT_SPECIAL_JUMP) {
        edge_call(edges, word->payload, 0);
    } else if (word->special == CT_SPECIAL_INHERIT) {
        edge_call(edges, 0, 1);
        edge(edges, word->payload << 1 | 1, 0);
    } else if (word->special == CT_SPECIAL_STACK) {
        edge(edges, CT_EDGE_STACK, word->payload);
    }
}

static void add_edges(struct column *edges, const struct raw_block *block)
{
    size_t first = 0;
    while (first < block->count && block->words[first].kind == RAW_SPECIAL)
        first++;
    edges->end = leb128_write(edges->end, first < block->count && block->words[first].timed);
    for (size_t i = 0; i < block->count; i++)
        add_edge(edges, block, &block->words[i]);
}

static struct columns *columns_of(struct raw_tape *tape, const struct raw_block *block)
{
    size_t numbers = (block->count + 1) * LEB128_BYTES_MAX;
    struct columns *columns = calloc(1, sizeof *columns);
    require(columns != NULL);
    columns->index_after = tape->index_after;
    columns->edges = column_of(CT_PART_EDGES, 5 * numbers);
    columns->functions = column_of(CT_PART_FUNCTIONS, numbers);
    columns->codes = column_of(CT_PART_CODES, block->count * sizeof(uint16_t));
    columns->kinds = column_of(CT_PART_KINDS, block->count);
    columns->entries = column_of(CT_PART_ENTRIES, block->count * sizeof(uint16_t));
    columns->timed = column_of(CT_PART_TIMED, numbers);
    columns->times = column_of(CT_PART_TIMES, numbers);
    columns->specials = column_of(CT_PART_SPECIALS, numbers);
    columns->gaps = column_of(CT_PART_GAPS, 2 * numbers);
    columns->folds = column_of(CT_PART_FOLDS, block->fold_numbers * LEB128_BYTES_MAX);
    columns->head = (struct ct_block){
        .process = block->process,
        .thread = block->thread,
        .first_sequence = block->first_sequence,
        .chunks = block->chunks,
        .first_ticks = block->first_ticks,
        .last_ticks = block->first_ticks,
        .stack = block->stack,
        .events = 2 * block->fold_calls,
        .entries = block->fold_calls,
    };
    for (size_t i = 0; i < block->fold_numbers; i++)
        columns->folds.end = leb128_write(columns->folds.end, block->folds[i]);
    for (size_t i = 0; i < block->count; i++)
        add_word(columns, &block->words[i]);
    if (block->apart)
        add_apart(columns, block);
    if (block->has_gaps)
        add_gaps(columns, block);
    if (block->has_edges)
        add_edges(&columns->edges, block);
    return columns;
}

/* Head, table and columns, one after the other. */
static uint8_t *payload_of(struct raw_tape *tape, struct columns *columns, size_t *bytes)
{
    const struct column *all = &columns->edges;
    struct ct_part parts[PARTS_MOST];
    size_t room = sizeof columns->head + sizeof parts;
    for (size_t i = 0; i < PARTS_MOST; i++)
        room += compress_bound((size_t)(all[i].end - all[i].bytes));
    uint8_t *payload = room_for(room), *at;
    for (size_t i = 0; i < PARTS_MOST; i++)
        columns->head.parts += all[i].end > all[i].bytes;
    at = payload + sizeof columns->head + columns->head.parts * sizeof *parts;
    for (size_t i = 0, next = 0; i < PARTS_MOST; i++) {
        size_t raw = (size_t)(all[i].end - all[i].bytes);
        if (raw == 0)
            continue;
        size_t packed = compress(tape->compressor, COMPRESS_MATCHES, at, compress_bound(raw), all[i].bytes, raw);
        require(packed != 0);
        bool plain = packed >= raw;
        if (plain)
            memcpy(at, all[i].bytes, packed = raw);
        parts[next++] = (struct ct_part){all[i].type, plain ? CT_CODEC_NONE : CT_CODEC_ZSTD, raw, packed};
        at += packed;
    }
    columns->head.checksum = checksum(&columns->head, offsetof(struct ct_block, checksum));
    memcpy(payload, &columns->head, sizeof columns->head);
    memcpy(payload + sizeof columns->head, parts, columns->head.parts * sizeof *parts);
    *bytes = (size_t)(at - payload);
    return payload;
}

void raw_tape_block(struct raw_tape *tape, const struct raw_block *block)
{
    struct columns *columns = columns_of(tape, block);
    size_t bytes;
    uint8_t *payload = payload_of(tape, columns, &bytes);
    const struct ct_block *head = &columns->head;
    const struct ct_index_entry entry = {
        .thread = head->thread,
        .first_sequence = head->first_sequence,
        .chunks = head->chunks,
        .first_ticks = head->first_ticks,
        .last_ticks = head->last_ticks,
        .events = head->events,
        .entries = head->entries,
    };
    put_section(tape, CT_SECTION_BLOCK, payload, bytes, &entry);
    tape->events += head->events;
    tape->entries += head->entries;
    tape->lost_events += head->lost_events;
    free(payload);
    for (struct column *column = &columns->edges; column <= &columns->folds; column++)
        free(column->bytes);
    for (uint32_t i = 0; i < columns->dictionary_count; i++)
        tape->index_after[columns->dictionary[i]] = 0;
    free(columns);
}

void raw_tape_close(struct raw_tape *tape)
{
    struct ct_end end = {tape->at, tape->events, tape->entries, tape->lost_events};
    const struct ct_index_entry none = {.thread = CT_NONE};
    size_t sections = tape->count;
    struct ct_index_entry *index = room_for(sections * sizeof *index);
    memcpy(index, tape->index, sections * sizeof *index);
    put_section(tape, CT_SECTION_INDEX, index, sections * sizeof *index, &none);
    put_section(tape, CT_SECTION_END, &end, sizeof end, &none);
    require(fclose(tape->file) == 0);
    compressor_free(tape->compressor);
    free(index);
    free(tape->index);
    free(tape->index_after);
    free(tape);
}
