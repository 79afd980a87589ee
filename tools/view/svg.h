/* SVG drawings for documents: a fixed width, boxes with names in the page's colours, light or dark as the reader's
 * system wishes, no scripts. Nothing else knows SVG. Lengths are pixels. Texts are UTF-8 that is safe to print. */
#ifndef CALLTAPE_VIEW_SVG_H
#define CALLTAPE_VIEW_SVG_H

#include "base/output.h"

enum {
    SVG_WIDTH = 1000,
    SVG_MARGIN = 10,
    SVG_INNER = SVG_WIDTH - 2 * SVG_MARGIN,
    SVG_ROW = 18,         /* of a box, with the gap to the next */
    SVG_HEAD = 52,        /* title and subtitle */
    SVG_MERGED = 1 << 16, /* the colour of what many share */
    SVG_MOST_BYTES = 200000,
};

struct svg_box {
    double x, y, width; /* x from the inner left */
    unsigned colour;    /* svg_colour, or SVG_MERGED */
    double covered;     /* how much of it is: 0 to 1 */
    const char *name;   /* cut to fit; NULL: none */
    const char *aside;  /* stands behind the name where there is room; NULL: nothing */
    const char *tip;    /* lines */
};

enum svg_text { SVG_TITLE, SVG_PLAIN, SVG_QUIET, SVG_WARNING };

/* The same for each name, in every recording: as tools/view/page/colour.js. `name`: as the tape has it. */
unsigned svg_colour(const char *name);

void svg_open(struct output *output, double height, const char *title, const char *subtitle);
void svg_box(struct output *output, const struct svg_box *box);
/* A stretch in which nothing ran, behind boxes: hatched, with a stroke above. */
void svg_hatch(struct output *output, double x, double y, double width, double height, const char *tip);
/* Cut where it does not fit between x and the right edge. */
void svg_text(struct output *output, enum svg_text style, double x, double baseline, const char *text);
void svg_line(struct output *output, double x, double from_y, double to_y); /* upright and faint */
void svg_close(struct output *output);

#endif
