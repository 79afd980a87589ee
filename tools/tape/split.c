/* Where a thread's blocks may be parted: at edges of which the blocks before tell which calls are open there
 * (FORMAT.md, 3.5). Reads heads and EDGES columns alone. */
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "tape/block.h"
#include "tape/bytes.h"
#include "tape/compress.h"
#include "tape/exits.h"
#include "tape/file.h"
#include "tape/pack.h"
#include "tape/state.h"

enum { FIRST_ROOM = 64, HEAD_READ = 1024 };

static const struct tape_range whole = {0, UINT64_MAX};

/* Blocks just before a range of which one can be begun with. */
enum { EDGES_TRIED = 16 };

/* More open calls than this cost more to begin with than is won. */
enum { OPEN_MOST = 1 << 16 };

struct frames {
    uint64_t number; /* of the stack; first: struct numbers finds it here */
    struct tape_open_call *calls;
    size_t depth, room;
};

struct tape_splitter {
    struct tape *tape;
    uint32_t thread;
    struct tape_range range;
    uint64_t earlier;  /* entries before the range; known from the first piece on */
    size_t next, end;  /* of the tape's blocks */
    uint64_t expected; /* sequence of the chunk that should come next */
    uint64_t floor;    /* time of the last timed event */
    uint64_t entries;  /* so far */
    uint64_t stack;    /* the current one */
    bool lost;         /* what is open is not known any more */
    struct numbers stacks;
    struct ct_block head; /* of block `next`, if it was looked at */
    struct buffer edges;  /* its */
    struct buffer packed; /* as in the file */
    bool looked, has_edges;
};

static void forget_all(struct tape_splitter *splitter)
{
    for (size_t i = 0; i < splitter->stacks.slots; i++) {
        struct frames *frames = splitter->stacks.table[i];
        if (frames)
            free(frames->calls);
        free(frames);
    }
    numbers_free(&splitter->stacks);
}

struct tape_splitter *tape_splitter_open(struct tape *tape, uint32_t thread, struct tape_range range,
                                         struct error *error)
{
    struct tape_splitter *splitter = calloc(1, sizeof *splitter);
    if (!splitter) {
        error_set(error, "cannot read '%s': out of memory", tape->path);
        return NULL;
    }
    splitter->tape = tape;
    splitter->thread = thread;
    splitter->range = range;
    splitter->next = tape->thread_blocks[thread];
    splitter->end = tape->thread_blocks[thread + 1];
    return splitter;
}

void tape_splitter_close(struct tape_splitter *splitter)
{
    if (!splitter)
        return;
    forget_all(splitter);
    free(splitter->edges.data);
    free(splitter->packed.data);
    free(splitter);
}

/* ---- what a block tells ----------------------------------------------------------------------------------------- */

/* The first part, where EDGES is, with the block's head: mostly in one read. */
static bool unpack_edges(struct tape_splitter *splitter, const struct ct_part *part, const uint8_t *packed)
{
    splitter->edges.bytes = 0;
    if (part->raw_bytes == 0 || part->raw_bytes > EDGES_BYTES_MOST(splitter->head.words) ||
        !buffer_reserve(&splitter->edges, part->raw_bytes))
        return false;
    splitter->edges.bytes = part->raw_bytes;
    if (part->codec == CT_CODEC_ZSTD)
        return decompress(splitter->edges.data, part->raw_bytes, packed, part->packed_bytes) == DECOMPRESSED;
    if (part->codec != CT_CODEC_NONE || part->raw_bytes != part->packed_bytes)
        return false;
    memcpy(splitter->edges.data, packed, part->raw_bytes);
    return true;
}

static const uint8_t *read_packed(struct tape_splitter *splitter, uint64_t offset, uint64_t bytes)
{
    splitter->packed.bytes = 0;
    uint8_t *packed = bytes < splitter->tape->size ? buffer_reserve(&splitter->packed, bytes + 1) : NULL;
    return packed && file_read(splitter->tape->fd, offset, packed, bytes) == bytes ? packed : NULL;
}

static bool read_edges(struct tape_splitter *splitter, const struct ct_index_entry *entry)
{
    uint8_t start[HEAD_READ];
    uint64_t offset = entry->offset + sizeof(struct ct_section);
    size_t size = file_read(splitter->tape->fd, offset, start, entry->bytes < HEAD_READ ? entry->bytes : HEAD_READ);
    struct bytes at = bytes_of(start, size);
    struct ct_part part;
    bytes_read(&at, &splitter->head, sizeof splitter->head);
    if (at.truncated || !block_head_sound(&splitter->head, entry) || splitter->head.parts == 0)
        return false;
    bytes_read(&at, &part, sizeof part);
    bytes_take(&at, (splitter->head.parts - UINT64_C(1)) * sizeof part);
    if (at.truncated || part.type != CT_PART_EDGES)
        return false;
    const uint8_t *packed = bytes_take(&at, part.packed_bytes);
    if (!packed)
        packed = read_packed(splitter, offset + sizeof(struct ct_block) + splitter->head.parts * sizeof part,
                             part.packed_bytes);
    return packed && unpack_edges(splitter, &part, packed);
}

static void look(struct tape_splitter *splitter)
{
    if (splitter->looked)
        return;
    splitter->looked = true;
    splitter->has_edges = read_edges(splitter, &splitter->tape->blocks[splitter->next]);
}

/* ---- what is open ----------------------------------------------------------------------------------------------- */

static struct frames *current(struct tape_splitter *splitter)
{
    return numbers_get(&splitter->stacks, splitter->stack, sizeof(struct frames));
}

static bool make_room(struct frames *frames)
{
    if (frames->depth < frames->room)
        return true;
    size_t room = frames->room + frames->room / 2 + FIRST_ROOM;
    struct tape_open_call *calls = realloc(frames->calls, room * sizeof *calls);
    if (!calls)
        return false;
    frames->calls = calls;
    frames->room = room;
    return true;
}

static bool push(struct tape_splitter *splitter, struct frames *frames, uint64_t function, uint64_t gap)
{
    if (!make_room(frames))
        return false;
    bool known = splitter->head.untimed != 0 && gap != 0;
    frames->calls[frames->depth++] = (struct tape_open_call){
        .stack = frames->number,
        .function = function >> 1 < splitter->tape->functions.count ? (uint32_t)(function >> 1) : 0,
        .gap = !known             ? GAP_UNKNOWN
               : gap < UINT32_MAX ? (uint32_t)gap
                                  : UINT32_MAX,
        .inherited = function & 1,
        .block = splitter->next,
        .before = splitter->entries,
    };
    return true;
}

static bool apply_calls(struct tape_splitter *splitter, struct bytes *at)
{
    struct frames *frames = current(splitter);
    uint64_t ended = bytes_leb128(at), count = bytes_leb128(at);
    if (!frames)
        return false;
    frames->depth -= ended < frames->depth ? ended : frames->depth;
    for (; count != 0 && !at->truncated; count--) {
        uint64_t function = bytes_leb128(at), gap = bytes_leb128(at);
        if (frames->depth >= OPEN_MOST || !push(splitter, frames, function, gap))
            return false;
    }
    return true;
}

/* Stacks come and go. */
static void switch_stack(struct tape_splitter *splitter, uint64_t number)
{
    struct frames *left = numbers_find(&splitter->stacks, splitter->stack);
    if (left && left->depth == 0) {
        numbers_take(&splitter->stacks, left->number);
        free(left->calls);
        free(left);
    }
    splitter->stack = number;
}

static bool apply(struct tape_splitter *splitter)
{
    struct bytes at = bytes_of(splitter->edges.data, splitter->edges.bytes);
    bool known = true;
    bytes_leb128(&at);
    if (splitter->stack != splitter->head.stack)
        switch_stack(splitter, splitter->head.stack);
    while (known && bytes_left(&at) > 0 && !at.truncated) {
        uint64_t op = bytes_leb128(&at);
        if (op == CT_EDGE_CALLS)
            known = apply_calls(splitter, &at);
        else if (op == CT_EDGE_STACK)
            switch_stack(splitter, bytes_leb128(&at));
        else if (op == CT_EDGE_FORGET && bytes_leb128(&at) == 0)
            forget_all(splitter);
        else
            known = false;
    }
    return known && !at.truncated;
}

/* Over one block. */
static void pass(struct tape_splitter *splitter)
{
    const struct ct_index_entry *entry = &splitter->tape->blocks[splitter->next];
    bool follows = entry->first_sequence == splitter->expected;
    look(splitter);
    if (!follows)
        forget_all(splitter);
    splitter->lost = splitter->lost || !splitter->has_edges || !apply(splitter);
    if ((splitter->expected == 0 || !follows) && entry->first_ticks > splitter->floor)
        splitter->floor = entry->first_ticks;
    if (splitter->head.untimed < entry->events && entry->last_ticks > splitter->floor)
        splitter->floor = entry->last_ticks;
    splitter->expected = (uint64_t)entry->first_sequence + entry->chunks;
    splitter->entries += entry->entries;
    splitter->looked = false;
    splitter->next++;
}

/* Whether one may begin at block `next`: what stands before it is known, and that its first event has a time, with
 * which the run of those before it ends. */
static bool is_edge(struct tape_splitter *splitter)
{
    if (splitter->lost || splitter->tape->blocks[splitter->next].first_sequence != splitter->expected)
        return false;
    look(splitter);
    struct bytes at = bytes_of(splitter->edges.data, splitter->edges.bytes);
    return splitter->has_edges && bytes_leb128(&at) == 1;
}

/* ---- pieces ----------------------------------------------------------------------------------------------------- */

static int list_open(struct tape_splitter *splitter, struct tape_piece *piece)
{
    size_t count = 0;
    for (size_t i = 0; i < splitter->stacks.slots; i++) {
        const struct frames *frames = splitter->stacks.table[i];
        count += frames ? frames->depth : 0;
    }
    piece->open = malloc((count + 1) * sizeof *piece->open);
    if (!piece->open)
        return -1;
    for (size_t i = 0; i < splitter->stacks.slots; i++) {
        const struct frames *frames = splitter->stacks.table[i];
        if (frames && frames->depth != 0)
            memcpy(piece->open + piece->open_count, frames->calls, frames->depth * sizeof *frames->calls);
        piece->open_count += frames ? frames->depth : 0;
    }
    return 0;
}

static int begin_piece(struct tape_splitter *splitter, struct tape_piece *piece)
{
    *piece = (struct tape_piece){
        .thread = splitter->thread,
        .first = splitter->next,
        .floor = splitter->floor,
        .entries = splitter->entries,
        .stack = splitter->stack,
    };
    return list_open(splitter, piece);
}

/* Blocks of the thread that lie before `ticks` as a whole. */
static size_t blocks_before(const struct tape_splitter *splitter, uint64_t ticks)
{
    size_t from = splitter->next, to = splitter->end;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (splitter->tape->blocks[middle].last_ticks < ticks)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Those that lie before the thread's entry of this number. */
static size_t blocks_before_entry(const struct tape_splitter *splitter, uint64_t number)
{
    size_t before = splitter->next;
    uint64_t entries = 0;
    while (before < splitter->end && (entries += splitter->tape->blocks[before].entries) < number)
        before++;
    return before;
}

static int find_from(struct tape_splitter *splitter, size_t before, struct tape_piece *piece)
{
    while (splitter->next + 1 < before && !splitter->lost) {
        pass(splitter);
        if (splitter->next + EDGES_TRIED < before || !is_edge(splitter))
            continue;
        tape_piece_free(piece);
        if (begin_piece(splitter, piece) != 0)
            return -1;
        piece->end = splitter->end;
    }
    return 0;
}

/* ---- pieces of a range ------------------------------------------------------------------------------------------ */

/* The range goes on here: it begins in the piece before. */
static bool is_edge_in_range(struct tape_splitter *splitter)
{
    const struct ct_index_entry *entry = &splitter->tape->blocks[splitter->next];
    return entry->first_ticks >= splitter->range.from && is_edge(splitter);
}

static bool may_end_range(const struct tape_splitter *splitter)
{
    const struct ct_index_entry *entry = &splitter->tape->blocks[splitter->next];
    return entry->last_ticks >= splitter->range.to || splitter->floor >= splitter->range.to;
}

static void find_end(struct tape_splitter *splitter, uint64_t events, struct tape_piece *piece)
{
    uint64_t passed = 0;
    do {
        passed += splitter->tape->blocks[splitter->next].events;
        pass(splitter);
        if (splitter->next < splitter->end && (splitter->lost || may_end_range(splitter)))
            splitter->next = splitter->end;
    } while (splitter->next < splitter->end && (passed < events || !is_edge_in_range(splitter)));
    piece->end = splitter->next;
}

static int first_piece(struct tape_splitter *splitter, uint64_t events, struct tape_piece *piece)
{
    struct error error;
    *piece = tape_whole_thread(splitter->tape, splitter->thread);
    if (find_from(splitter, blocks_before(splitter, splitter->range.from), piece) != 0)
        return -1;
    find_end(splitter, events, piece);
    if (splitter->range.from == 0 || piece->end == splitter->end)
        return 0;
    return tape_piece_entries(splitter->tape, piece, splitter->range.from, &splitter->earlier, &error);
}

/* Inherited calls, which have no number, come before the entries of their block. */
static void mark_call(const struct tape_splitter *splitter, struct tape_open_call *call, uint64_t number)
{
    uint64_t began = splitter->tape->blocks[call->block].first_ticks;
    call->earlier = call->inherited ? began < splitter->range.from : number <= splitter->earlier;
}

/* Between two entries of the block in which the call was entered. */
static bool range_begins_near(const struct tape_splitter *splitter, const struct tape_open_call *call)
{
    uint64_t entries = splitter->tape->blocks[call->block].entries;
    return call->before < splitter->earlier && splitter->earlier < call->before + entries;
}

/* Entered before the range, as numbers of entries tell; of calls of one block alone it takes their own. */
static int mark_earlier(struct tape_splitter *splitter, struct tape_piece *piece)
{
    struct error error;
    struct tape_piece near = {.open = malloc((piece->open_count + 1) * sizeof *near.open)};
    if (!near.open)
        return -1;
    for (size_t i = 0; i < piece->open_count; i++) {
        mark_call(splitter, &piece->open[i], piece->open[i].before + 1);
        if (range_begins_near(splitter, &piece->open[i]))
            near.open[near.open_count++] = piece->open[i];
    }
    int status = tape_piece_number(splitter->tape, &near, &error);
    for (size_t i = 0, taken = 0; i < piece->open_count && status == 0; i++)
        if (range_begins_near(splitter, &piece->open[i]))
            mark_call(splitter, &piece->open[i], near.open[taken++].number);
    free(near.open);
    return status;
}

static int later_piece(struct tape_splitter *splitter, uint64_t events, struct tape_piece *piece)
{
    if (begin_piece(splitter, piece) != 0)
        return -1;
    piece->inside = true;
    find_end(splitter, events, piece);
    return splitter->range.from != 0 ? mark_earlier(splitter, piece) : 0;
}

int tape_splitter_next(struct tape_splitter *splitter, uint64_t events, struct tape_piece *piece, struct error *error)
{
    const struct tape *tape = splitter->tape;
    bool first = splitter->next == tape->thread_blocks[splitter->thread];
    *piece = (struct tape_piece){.thread = splitter->thread};
    if (splitter->next == splitter->end)
        return 0;
    if ((first ? first_piece : later_piece)(splitter, events, piece) == 0)
        return 1;
    tape_piece_free(piece);
    return error_set(error, "cannot read '%s': out of memory", tape->path);
}

/* ---- the last piece --------------------------------------------------------------------------------------------- */

/* Stands where the piece begins. */
static bool stand_at(struct tape_splitter *splitter, const struct tape_piece *piece)
{
    if (tape_piece_is_first(splitter->tape, piece))
        return true;
    splitter->next = piece->first;
    splitter->expected = splitter->tape->blocks[piece->first].first_sequence;
    splitter->floor = piece->floor;
    splitter->entries = piece->entries;
    splitter->stack = piece->stack;
    for (size_t i = 0; i < piece->open_count; i++) {
        struct frames *frames = numbers_get(&splitter->stacks, piece->open[i].stack, sizeof *frames);
        if (!frames || !make_room(frames))
            return false;
        frames->calls[frames->depth++] = piece->open[i];
    }
    return true;
}

int tape_piece_behind(struct tape *tape, const struct tape_piece *start, uint64_t ticks, bool nearest,
                      struct tape_piece *piece, struct error *error)
{
    struct tape_splitter *splitter = tape_splitter_open(tape, start->thread, whole, error);
    *piece = tape_whole_thread(tape, start->thread);
    if (!splitter)
        return -1;
    bool good = stand_at(splitter, start);
    if (good && !tape_piece_is_first(tape, start)) {
        good = begin_piece(splitter, piece) == 0;
        piece->end = splitter->end;
    }
    size_t before = blocks_before(splitter, ticks);
    if (nearest && before < splitter->end && tape->blocks[before].first_ticks < ticks)
        before++;
    good = good && find_from(splitter, before, piece) == 0;
    tape_splitter_close(splitter);
    if (good)
        return 0;
    tape_piece_free(piece);
    return error_set(error, "cannot read '%s': out of memory", tape->path);
}

int tape_piece_from(struct tape *tape, uint32_t thread, uint64_t ticks, uint64_t number, struct tape_piece *piece,
                    struct error *error)
{
    struct tape_splitter *splitter = tape_splitter_open(tape, thread, whole, error);
    *piece = tape_whole_thread(tape, thread);
    if (!splitter)
        return -1;
    size_t by_ticks = blocks_before(splitter, ticks), by_number = blocks_before_entry(splitter, number);
    int status = find_from(splitter, by_ticks > by_number ? by_ticks : by_number, piece);
    tape_splitter_close(splitter);
    return status == 0 ? 0 : error_set(error, "cannot read '%s': out of memory", tape->path);
}

void tape_piece_free(struct tape_piece *piece)
{
    free(piece->open);
    piece->open = NULL;
}
