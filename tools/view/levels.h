/* What is drawn of one thread, at every zoom: the timeline's level-of-detail pyramid.
 *
 * Glossary
 *   segment  a stretch of a call that is drawn as one box: the whole call, or, where its thread runs other stacks in
 *            between, one of the stretches during which its own stack is current.
 *   row      segments of one depth of one thread. They follow each other and never overlap. Row 0 holds marks (below),
 *            row d + 1 the calls of depth d.
 *   level    a resolution: at level L time is divided into buckets of 4^L ns, counted from the recording's start.
 *   tile     256 buckets of one level, all rows of a thread: what is stored, sent and drawn as a unit.
 *   span     in a tile: a segment with its exact times. Segments at least as long as a bucket are spans, and so are
 *            those that cross the tile's border.
 *   density  in a tile: what all other segments that touch one bucket come to: the time that they cover, how many began
 *            there, and the function that covers most. Each bucket keeps the time of its 16 longest functions: where
 *            there are more, the rarest share a place, and the one told may be one that is nearly the longest.
 *   mark     a stretch of which something else than calls is to be told: enum mark.
 *
 * Segments come once, when they end, to the finest level. A level hands on to the next what is longer than its buckets
 * as it is, and what is shorter as the sums of a bucket: so a segment costs the work of the levels at which it is a
 * span, and of one more. Memory goes with rows and levels and one tile's content of each, never with the events.
 *
 * A long thread is drawn in windows of time, each with levels of its own up to those whose tile is the window; what
 * coarser levels show of it is handed on to levels that take one window after the other.
 *
 * A tile of which the next coarser level shows all as well, because it holds nothing but segments that are spans there
 * too, is not kept: who finds none looks at the coarser level. So idle time, long calls and short recordings cost
 * nothing at fine levels. The coarsest level is one tile. */
#ifndef CALLTAPE_VIEW_LEVELS_H
#define CALLTAPE_VIEW_LEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "calls/calls.h"
#include "view/bytes.h"

enum { VIEW_LEVELS = 28, VIEW_ROWS_MOST = 1024 };

enum mark { MARK_WAIT = 1, MARK_LOST, MARK_GAP, MARK_OVERWRITTEN, MARK_PAUSED, MARK_PREEMPTED };

/* Behind those of enum call_flag; CALL_EARLIER and CALL_LATER of a span: it goes on in the tile before, or after. */
enum segment_flag {
    SEGMENT_RESUMED = 1024, /* the call began before: its stack is current again */
    SEGMENT_LEFT = 2048,    /* the call goes on later: another stack is current now */
    SEGMENT_UNSEEN = 4096,  /* it began at the start told here or before: earlier events were not looked at */
};

struct segment {
    uint64_t start, end; /* ns */
    uint32_t function;   /* the lowest id of it; in row 0 enum mark */
    uint32_t flags;      /* enum call_flag, enum segment_flag */
};

static inline unsigned level_shift(unsigned level)
{
    return 2 * level;
}

static inline unsigned tile_shift(unsigned level)
{
    return 2 * level + 8;
}

/* The coarsest level that a recording of `ns` needs. */
unsigned level_of_all(uint64_t ns);

/* Gets each tile that is kept, as it is done; nonzero ends the drawing. The bytes, LEB128 numbers all but one: count of
 * rows; for each its number, its count of items, the items, which begin with
 *     flags * 2 + 1   a span: function; what its start lies before the tile (CALL_EARLIER), else behind the span before
 *                     in the row, or the tile's start; without CALL_LATER, its length in the tile
 *     gap * 2         density: buckets since the density before in the row, or the tile's first; function; a byte,
 *                     covered time in 1/255 of the bucket; segments that began there */
typedef int levels_tile(void *context, unsigned level, uint64_t tile, const struct bytes *bytes);

struct levels;

/* What is drawn at which levels. */
struct levels_wish {
    unsigned finest, coarsest;
    uint64_t from;      /* ns: the first tiles hold this */
    struct bytes *hand; /* gets what is for coarser levels: levels_take; NULL: there are none */
};

/* NULL: no memory. */
struct levels *levels_create(const struct levels_wish *wish, levels_tile *tile, void *context);
void levels_destroy(struct levels *levels); /* NULL is allowed */

/* What goes on: `open` is drawn at row 1 and following, `mark`, which may be NULL, at row 0. */
struct levels_open {
    const struct segment *mark, *open;
    uint32_t count;
};

/* Time passes to `now`, and all of `open` with it: tiles that end before are done. */
int levels_pass(struct levels *levels, uint64_t now, const struct levels_open *open);
/* A segment that ended; not before any that was told before. Nothing of rows from VIEW_ROWS_MOST on is drawn. */
int levels_segment(struct levels *levels, uint32_t row, const struct segment *segment);
/* When the next tile ends: until then levels_pass does nothing. */
uint64_t levels_due(const struct levels *levels);
/* All tiles that began are done. */
int levels_finish(struct levels *levels);
/* Takes what other levels handed on, all of it from before the next tile ends. What is SEGMENT_UNSEEN there began, by
 * row, as `known` says. False: it can't be, or there is no memory. */
bool levels_take(struct levels *levels, struct reading *hand, const struct levels_open *known);

#endif
