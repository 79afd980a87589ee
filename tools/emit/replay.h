/* A timeline, item by item as it comes. */
#ifndef CALLTAPE_EMIT_REPLAY_H
#define CALLTAPE_EMIT_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/overview.h"
#include "analyze/timeline.h"
#include "base/output.h"
#include "emit/names.h"

struct replay {
    struct output *output;
    const struct overview *overview;
    const struct tape_key *keys;
    const struct labels *labels; /* JSON */
    struct shown_names *names;   /* text */
    bool show_threads;
    bool bounds; /* behind durations, how far off they may be; text */
    size_t thread_width;
    uint64_t lines, most_lines; /* most_lines UINT64_MAX: no limit */
    uint32_t last_thread;       /* of the line before; CT_NONE at first */
};

/* Before the first item: column titles; `threads`: how many of the overview's will come. */
void replay_start(struct replay *replay, const uint32_t *threads, size_t count);
/* Both are a timeline_show with a struct replay: nonzero once the limit is reached or the reader has gone. */
timeline_show replay_text;
/* One object a line: kind (call, begin, end, lost, wait, gap, stray, stack), thread, tid, depth, stack, start_ns and,
 * by kind, function, module, values (what was told of the call so far, of an end: since its begin), name and value
 * (message, counter, frame), duration_ns, self_ns, calls, flags (jumped, open, inherited, cut, earlier, later), events,
 * number, address, bound_ns (of the duration), probe_ns (in or taken out of it). */
timeline_show replay_json;
void replay_foot(struct replay *replay, const struct sums *sums);

#endif
