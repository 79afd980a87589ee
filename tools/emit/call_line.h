/* One call on a line: its name, what was recorded of it, what is out of the ordinary, and how long it took at the right
 * edge. */
#ifndef CALLTAPE_EMIT_CALL_LINE_H
#define CALLTAPE_EMIT_CALL_LINE_H

#include "analyze/timeline.h"
#include "base/output.h"
#include "emit/names.h"

enum { CALL_LINE_NAME = 12 }; /* columns that a name has at least */

struct call_line {
    struct output *output;
    const struct tape_key *keys;
    struct shown_names *names;
    bool bounds; /* behind durations, how far off they may be */
};

/* What is left for the name behind `used` columns; 0: no limit. */
size_t call_line_room(const struct call_line *line, size_t used);
/* The rest of the titles, and of a line: up to its end. An END has no place, a BEGIN no duration. */
void print_call_title(const struct call_line *line, size_t used);
void print_call_line(const struct call_line *line, const struct timeline_item *item, size_t used);

#endif
