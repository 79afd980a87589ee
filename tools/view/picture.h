/* Pictures for documents, as SVG of at most SVG_MOST_BYTES: what is too narrow for that is drawn merged, and the
 * picture says so. */
#ifndef CALLTAPE_VIEW_PICTURE_H
#define CALLTAPE_VIEW_PICTURE_H

#include "analyze/paths.h"
#include "emit/names.h"

struct picture {
    struct tape *tape;
    const struct labels *labels;
    struct shown_names *names;
    struct output *output;
};

/* The flame graph of paths. */
int picture_flame(const struct picture *picture, const struct paths *paths, struct error *error);

/* A lane for each thread, calls stacked by depth. Reads the events of the range of `choice` (NULL: all). */
int picture_timeline(const struct picture *picture, const struct filter_choice *choice, struct sums *sums,
                     struct error *error);

/* ---- what both share: view/picture.c ---------------------------------------------------------------------------- */

enum { PICTURE_WARNINGS = 4, PICTURE_LINE = 18 };

/* Draws with boxes of `least` pixels or more told apart; the widths that it is tried with double until it is small. */
typedef void picture_draw(struct output *output, const void *drawing, double least);
int picture_write(struct output *output, picture_draw *draw, const void *drawing, struct error *error);

/* The program's name and arguments, safe, to be freed. NULL: no memory. */
char *picture_title(const struct tape *tape);
/* "words.c:40" and the like below the function's name; as much of the name as a reader can want. */
int picture_tip_name(char *tip, size_t size, const struct shown_name *name);

/* The warnings of a recording: how many lines; and them, below `y`. */
size_t picture_warning_count(const struct sums *sums);
void picture_warnings(struct output *output, const struct sums *sums, double y);

#endif
