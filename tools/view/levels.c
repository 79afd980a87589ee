#include "view/levels.h"

#include <stdlib.h>
#include <string.h>

enum { SHARES = 16, COVERED_ALL = 255 };

struct share {
    uint32_t function;
    uint64_t ns;
};

/* The density of the bucket at which a row is. */
struct bucket {
    uint64_t index; /* since the recording's start */
    uint64_t covered, segments;
    uint32_t shares; /* 0: there is none */
    struct share of[SHARES];
};

struct row {
    struct bucket bucket;
    struct bytes items; /* of the level's tile */
    uint64_t count;
    uint64_t last_bucket, last_end; /* what the next item's numbers count from */
    bool used;                      /* in the level's tile; else what it holds is of an earlier one */
};

struct level {
    unsigned level;
    uint64_t tile;
    bool finer; /* than the next level shows it */
    struct row *rows;
    uint32_t *used; /* the rows that are: a tile costs what happened in it, not the depth of the calls that are open */
    uint32_t row_count, used_count;
};

struct levels {
    struct level levels[VIEW_LEVELS];
    unsigned count;
    levels_tile *tile;
    void *context;
    struct bytes *hand;
    struct bytes done; /* the tile that is told */
};

unsigned level_of_all(uint64_t ns)
{
    unsigned level = 0;
    while (level + 1 < VIEW_LEVELS && ns >> tile_shift(level) != 0)
        level++;
    return level;
}

static uint64_t tile_start(const struct level *level)
{
    return level->tile << tile_shift(level->level);
}

static uint64_t tile_end(const struct level *level)
{
    return (level->tile + 1) << tile_shift(level->level);
}

static struct row *begin_row(struct level *level, uint32_t at)
{
    struct row *row = &level->rows[at];
    level->used[level->used_count++] = at;
    row->used = true;
    row->items.count = 0;
    row->count = 0;
    row->last_bucket = level->tile << 8;
    row->last_end = tile_start(level);
    return row;
}

struct levels *levels_create(const struct levels_wish *wish, levels_tile *tile, void *context)
{
    struct levels *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (unsigned level = wish->finest; level <= wish->coarsest && level < VIEW_LEVELS; level++)
        rows->levels[rows->count++] = (struct level){.level = level, .tile = wish->from >> tile_shift(level)};
    rows->tile = tile;
    rows->context = context;
    rows->hand = wish->hand;
    return rows;
}

void levels_destroy(struct levels *rows)
{
    if (rows == NULL)
        return;
    for (unsigned i = 0; i < rows->count; i++) {
        for (uint32_t row = 0; row < rows->levels[i].row_count; row++)
            bytes_free(&rows->levels[i].rows[row].items);
        free(rows->levels[i].rows);
        free(rows->levels[i].used);
    }
    bytes_free(&rows->done);
    free(rows);
}

static bool make_room(struct level *level, uint32_t row)
{
    uint32_t count = row + row / 2 + 4;
    struct row *rows = realloc(level->rows, count * sizeof *rows);
    if (rows != NULL)
        level->rows = rows;
    uint32_t *used = rows != NULL ? realloc(level->used, count * sizeof *used) : NULL;
    if (used == NULL)
        return false;
    level->used = used;
    memset(rows + level->row_count, 0, (count - level->row_count) * sizeof *rows);
    level->row_count = count;
    return true;
}

static struct row *row_of(struct level *level, uint32_t at)
{
    if (at >= level->row_count && !make_room(level, at))
        return NULL;
    struct row *row = &level->rows[at];
    return row->used ? row : begin_row(level, at);
}

/* ---- density ---------------------------------------------------------------------------------------------------- */

static struct share *least_share(struct bucket *bucket)
{
    struct share *least = &bucket->of[0];
    for (uint32_t i = 1; i < bucket->shares; i++)
        if (bucket->of[i].ns < least->ns)
            least = &bucket->of[i];
    return least;
}

/* A function that finds no place takes that of the shortest, with its time: so the longest ones stay. */
static void add_share(struct bucket *bucket, uint32_t function, uint64_t ns)
{
    struct share *share = bucket->of, *end = bucket->of + bucket->shares;
    while (share != end && share->function != function)
        share++;
    if (share == end && bucket->shares < SHARES) {
        *share = (struct share){.function = function};
        bucket->shares++;
    } else if (share == end) {
        share = least_share(bucket);
        share->function = function;
    }
    share->ns += ns;
}

static const struct share *longest_share(const struct bucket *bucket)
{
    const struct share *longest = &bucket->of[0];
    for (uint32_t i = 1; i < bucket->shares; i++)
        if (bucket->of[i].ns > longest->ns)
            longest = &bucket->of[i];
    return longest;
}

static void write_density(struct level *level, struct row *row)
{
    const struct bucket *bucket = &row->bucket;
    uint64_t whole = UINT64_C(1) << level_shift(level->level);
    uint64_t covered = bucket->covered < whole ? bucket->covered : whole;
    uint8_t part = (uint8_t)(((unsigned __int128)covered * COVERED_ALL + whole / 2) / whole);
    bytes_number(&row->items, (bucket->index - row->last_bucket) * 2);
    bytes_number(&row->items, longest_share(bucket)->function);
    bytes_put(&row->items, &part, 1);
    bytes_number(&row->items, bucket->segments);
    row->last_bucket = bucket->index;
    row->count++;
}

/* Kinds of what is handed on; behind it row and numbers. */
enum { HAND_BUCKET, HAND_SEGMENT };

static int hand_bucket(struct bytes *hand, uint32_t at, const struct bucket *bucket)
{
    const uint64_t numbers[] = {HAND_BUCKET, at, bucket->index, bucket->covered, bucket->segments, bucket->shares};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        bytes_number(hand, numbers[i]);
    for (uint32_t i = 0; i < bucket->shares; i++) {
        bytes_number(hand, bucket->of[i].function);
        bytes_number(hand, bucket->of[i].ns);
    }
    return hand->failed ? -1 : 0;
}

static int hand_segment(struct bytes *hand, uint32_t at, const struct segment *segment)
{
    const uint64_t numbers[] = {HAND_SEGMENT, at, segment->start, segment->end, segment->function, segment->flags};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        bytes_number(hand, numbers[i]);
    return hand->failed ? -1 : 0;
}

static int end_bucket(struct levels *rows, unsigned i, uint32_t at);

/* The row's bucket of that index: the one before it is done. */
static struct bucket *bucket_at(struct levels *rows, unsigned i, uint32_t at, uint64_t index)
{
    struct row *row = row_of(&rows->levels[i], at);
    if (row == NULL || (row->bucket.index != index && end_bucket(rows, i, at) != 0))
        return NULL;
    row->bucket.index = index;
    return &row->bucket;
}

/* Adds a bucket of the next finer level. */
static int add_bucket(struct levels *rows, unsigned i, uint32_t at, const struct bucket *finer)
{
    struct bucket *bucket = bucket_at(rows, i, at, finer->index >> 2);
    if (bucket == NULL)
        return -1;
    for (uint32_t j = 0; j < finer->shares; j++)
        add_share(bucket, finer->of[j].function, finer->of[j].ns);
    bucket->covered += finer->covered;
    bucket->segments += finer->segments;
    return 0;
}

/* Writes the row's density and hands it on to the next level. */
static int end_bucket(struct levels *rows, unsigned i, uint32_t at)
{
    struct level *level = &rows->levels[i];
    struct row *row = &level->rows[at];
    struct bucket *bucket = &row->bucket;
    int status = 0;
    if (bucket->shares == 0)
        return 0;
    write_density(level, row);
    level->finer = true;
    if (i + 1 < rows->count)
        status = add_bucket(rows, i + 1, at, bucket);
    else if (rows->hand != NULL)
        status = hand_bucket(rows->hand, at, bucket);
    bucket->shares = 0;
    bucket->covered = bucket->segments = 0;
    return status;
}

/* A segment shorter than a bucket touches one or two of them. */
static int add_density(struct levels *rows, unsigned i, uint32_t at, const struct segment *segment)
{
    unsigned shift = level_shift(rows->levels[i].level);
    uint64_t border = (segment->end >> shift) << shift;
    bool parted = segment->start < border && border < segment->end;
    uint64_t first_end = parted ? border : segment->end;
    struct bucket *bucket = bucket_at(rows, i, at, segment->start >> shift);
    if (bucket == NULL)
        return -1;
    add_share(bucket, segment->function, first_end - segment->start);
    bucket->covered += first_end - segment->start;
    bucket->segments++;
    if (!parted)
        return 0;
    bucket = bucket_at(rows, i, at, border >> shift);
    if (bucket == NULL)
        return -1;
    add_share(bucket, segment->function, segment->end - border);
    bucket->covered += segment->end - border;
    return 0;
}

/* ---- spans ------------------------------------------------------------------------------------------------------ */

static int write_span(struct levels *rows, unsigned i, uint32_t at, const struct segment *segment, uint32_t flags)
{
    struct level *level = &rows->levels[i];
    struct row *row = row_of(level, at);
    if (row == NULL || end_bucket(rows, i, at) != 0)
        return -1;
    uint64_t from = tile_start(level);
    bool earlier = segment->start < from;
    flags = segment->flags | flags | (earlier ? CALL_EARLIER : 0);
    bytes_number(&row->items, (uint64_t)flags * 2 + 1);
    bytes_number(&row->items, segment->function);
    bytes_number(&row->items, earlier ? from - segment->start : segment->start - row->last_end);
    row->last_end = segment->end;
    if ((flags & CALL_LATER) == 0)
        bytes_number(&row->items, segment->end - (earlier ? from : segment->start));
    row->count++;
    return 0;
}

/* Whether it is a span at the next level that one alone knows where it began before what is seen here. */
static int hand_on(struct levels *rows, uint32_t at, const struct segment *segment)
{
    struct level *last = &rows->levels[rows->count - 1];
    last->finer |= segment->end - segment->start < UINT64_C(4) << level_shift(last->level);
    return hand_segment(rows->hand, at, segment);
}

int levels_segment(struct levels *rows, uint32_t at, const struct segment *segment)
{
    if (at >= VIEW_ROWS_MOST)
        return 0;
    for (unsigned i = 0; i < rows->count; i++) {
        struct level *level = &rows->levels[i];
        bool is_short = segment->end - segment->start < UINT64_C(1) << level_shift(level->level);
        if (is_short && segment->start >= tile_start(level)) {
            if (i != 0)
                rows->levels[i - 1].finer = true;
            return add_density(rows, i, at, segment);
        }
        if (write_span(rows, i, at, segment, 0) != 0)
            return -1;
    }
    return rows->hand != NULL ? hand_on(rows, at, segment) : 0;
}

/* ---- from finer levels, to coarser ones ------------------------------------------------------------------------- */

static bool take_bucket(struct levels *rows, uint32_t at, struct reading *hand)
{
    struct bucket bucket = {.index = read_number(hand)};
    bucket.covered = read_number(hand);
    bucket.segments = read_number(hand);
    bucket.shares = (uint32_t)read_number(hand);
    if (bucket.shares == 0 || bucket.shares > SHARES)
        return false;
    for (uint32_t i = 0; i < bucket.shares; i++) {
        bucket.of[i].function = (uint32_t)read_number(hand);
        bucket.of[i].ns = read_number(hand);
    }
    return add_bucket(rows, 0, at, &bucket) == 0;
}

static bool take_segment(struct levels *rows, uint32_t at, struct reading *hand, const struct levels_open *known)
{
    struct segment segment = {.start = read_number(hand)};
    segment.end = read_number(hand);
    segment.function = (uint32_t)read_number(hand);
    segment.flags = (uint32_t)read_number(hand);
    if ((segment.flags & SEGMENT_UNSEEN) != 0 && at - 1 < known->count) {
        segment.start = known->open[at - 1].start;
        segment.flags = (segment.flags & ~(uint32_t)SEGMENT_UNSEEN) | known->open[at - 1].flags;
    }
    return levels_segment(rows, at, &segment) == 0;
}

bool levels_take(struct levels *rows, struct reading *hand, const struct levels_open *known)
{
    bool good = true;
    while (good && hand->at < hand->end) {
        uint64_t kind = read_number(hand);
        uint32_t at = (uint32_t)read_number(hand);
        good = kind == HAND_BUCKET ? take_bucket(rows, at, hand) : take_segment(rows, at, hand, known);
        good = good && !hand->failed;
    }
    return good;
}

/* ---- tiles ------------------------------------------------------------------------------------------------------ */

/* What is still open goes on in the next tile. */
static int write_cut(struct levels *rows, unsigned i, uint32_t at, const struct segment *segment)
{
    const struct level *level = &rows->levels[i];
    struct segment cut = {segment->start, tile_end(level), segment->function, segment->flags};
    return cut.start < cut.end ? write_span(rows, i, at, &cut, CALL_LATER) : 0;
}

static int write_open(struct levels *rows, unsigned i, const struct levels_open *open)
{
    int status = open->mark != NULL ? write_cut(rows, i, 0, open->mark) : 0;
    for (uint32_t at = 0; at < open->count && at + 1 < VIEW_ROWS_MOST && status == 0; at++)
        status = write_cut(rows, i, at + 1, &open->open[at]);
    return status;
}

/* Whether it is a span at the next level is not known yet. */
static bool cut_is_finer(const struct level *level, const struct segment *segment)
{
    uint64_t end = tile_end(level);
    return segment->start < end && end - segment->start < UINT64_C(4) << level_shift(level->level);
}

/* Of the calls that are open an inner one never began before an outer one. */
static bool open_is_finer(const struct level *level, const struct levels_open *open)
{
    if (open->mark != NULL && cut_is_finer(level, open->mark))
        return true;
    uint32_t at = open->count < VIEW_ROWS_MOST ? open->count : VIEW_ROWS_MOST - 1;
    while (at != 0 && open->open[at - 1].start >= tile_end(level))
        at--;
    return at != 0 && cut_is_finer(level, &open->open[at - 1]);
}

static int tell_tile(struct levels *rows, struct level *level)
{
    rows->done.count = 0;
    bytes_number(&rows->done, level->used_count);
    for (uint32_t at = 0; at < level->row_count; at++) {
        const struct row *row = &level->rows[at];
        if (!row->used)
            continue;
        bytes_number(&rows->done, at);
        bytes_number(&rows->done, row->count);
        bytes_put(&rows->done, row->items.at, row->items.count);
        rows->done.failed |= row->items.failed;
    }
    return rows->done.failed ? -1 : rows->tile(rows->context, level->level, level->tile, &rows->done);
}

static int end_tile(struct levels *rows, unsigned i, const struct levels_open *open)
{
    struct level *level = &rows->levels[i];
    for (uint32_t j = 0; j < level->used_count; j++)
        if (end_bucket(rows, i, level->used[j]) != 0)
            return -1;
    bool coarsest = i + 1 == rows->count && rows->hand == NULL;
    if (!level->finer && !coarsest && !open_is_finer(level, open))
        return 0;
    return write_open(rows, i, open) == 0 ? tell_tile(rows, level) : -1;
}

static void begin_tile(struct level *level, uint64_t tile)
{
    while (level->used_count != 0)
        level->rows[level->used[--level->used_count]].used = false;
    level->tile = tile;
    level->finer = false;
}

int levels_pass(struct levels *rows, uint64_t now, const struct levels_open *open)
{
    for (unsigned i = 0; i < rows->count; i++) {
        struct level *level = &rows->levels[i];
        uint64_t tile = now >> tile_shift(level->level);
        if (tile <= level->tile)
            return 0; /* and no coarser one ends here */
        if (end_tile(rows, i, open) != 0)
            return -1;
        begin_tile(level, tile);
    }
    return 0;
}

uint64_t levels_due(const struct levels *rows)
{
    const struct level *level = &rows->levels[0];
    return (level->tile + 1) << tile_shift(level->level);
}

int levels_finish(struct levels *rows)
{
    static const struct levels_open nothing;
    for (unsigned i = 0; i < rows->count; i++)
        if (end_tile(rows, i, &nothing) != 0)
            return -1;
    return 0;
}
