/* `view --svg`. */
#ifndef CALLTAPE_CMD_PICTURE_H
#define CALLTAPE_CMD_PICTURE_H

#include "analyze/labels.h"
#include "cmd/cmd.h"
#include "cmd/filter.h"

struct picture_choices {
    const char *path; /* NULL: no picture is asked for */
    int draw;         /* index of picture_drawings; -1: not given */
};

extern const char *const picture_drawings[];

/* -1 with the error set: options that exclude each other or need --svg. */
int picture_check(const struct picture_choices *choices, const char *html, const struct cmd_filter *filter,
                  struct error *error);
/* Returns the exit status; errors were printed. */
int cmd_picture(struct tape *tape, const struct labels *labels, const struct picture_choices *choices,
                const struct cmd_spelling *spelling, const struct cmd_filter *filter);

#endif
