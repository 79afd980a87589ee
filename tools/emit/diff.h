/* What differs between recordings. */
#ifndef CALLTAPE_EMIT_DIFF_H
#define CALLTAPE_EMIT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "analyze/diff.h"
#include "analyze/parting.h"
#include "base/output.h"
#include "emit/names.h"

struct diff_view {
    const struct diff *diff;
    const struct measures *measures;
    const struct matching *matching;
    const struct recording *recordings; /* as many as are matched */
    struct shown_names *const *names;   /* of each recording */
    const struct parting *parting;      /* of the first recordings of each side */
    const struct parting *itself;       /* of two of one side; NULL: none has two */
    size_t first[2];                    /* these recordings */
    size_t limit;                       /* rows of a table */
    bool all;                           /* rows of what was not found to differ too */
};

void diff_text(struct output *output, const struct diff_view *view);
/* One object: old, new (tapes), self (of all), pace_change, functions, paths, parting; its keys are told in
 * `calltape diff --help`. */
void diff_json(struct output *output, const struct diff_view *view);
/* A row for each function, then for each path. */
void diff_csv(struct output *output, const struct diff_view *view);

/* Of a row: "slower", "faster", "more calls", "fewer calls", "new", "gone", two of them with a comma, or "". "slower?"
 * where each side has one recording. */
enum { DIFF_FINDING = 40 };
const char *diff_finding(char buffer[DIFF_FINDING], const struct diff_row *row);
/* By how many percent the second is more; NAN: of nothing that is not told. */
double diff_percent(const double sides[2]);
const struct label *diff_label(const struct diff_view *view, uint32_t item);
/* Is the row to be shown? Below a path that is new, or gone, all are: only the outermost is told. */
bool diff_shown(const struct diff_view *view, const struct diff_row *row);
/* Text of the path from the outermost call on, "main > run > work"; to be freed, NULL: no memory. */
char *diff_path(const struct diff_view *view, uint32_t path);

#endif
