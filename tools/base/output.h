/* Standard output of a verb: buffered, checked, coloured and paged where a person reads it.
 *
 * Writes never fail at the call: the first failure is kept and output_close tells it. When the reader has gone (a
 * closed pipe, a pager that was left) what follows is dropped and is no error; long loops ask output_gone(). */
#ifndef CALLTAPE_BASE_OUTPUT_H
#define CALLTAPE_BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum output_colour { OUTPUT_COLOUR_AUTO, OUTPUT_COLOUR_ALWAYS, OUTPUT_COLOUR_NEVER };

enum output_style {
    OUTPUT_PLAIN,
    OUTPUT_HEAD,   /* column titles */
    OUTPUT_DIM,    /* guides, places in files, what matters less */
    OUTPUT_STRONG, /* what the eye should find first */
    OUTPUT_HOT,    /* the hot path */
    OUTPUT_WARN,
    OUTPUT_STYLES,
};

struct output;

/* Takes over file descriptor 1. AUTO colours on a terminal unless NO_COLOR is set and not empty, or TERM is dumb.
 * With `page` and a terminal, a pager shows it: $CALLTAPE_PAGER, else $PAGER, else `less -FRX`; empty or `cat`: none.
 * SIGPIPE is ignored from here on. NULL with the error set when there is no memory. */
struct output *output_open(enum output_colour colour, bool page, struct error *error);
/* The same interface for other places, without colour and width: a file, created or emptied; memory, see output_taken;
 * nowhere, where bytes are only counted. */
struct output *output_file(const char *path, struct error *error);
struct output *output_memory(struct error *error);
struct output *output_nowhere(struct error *error);
/* Gives memory what a terminal has: rows fit into `width` columns, styles are marked. */
void output_like_terminal(struct output *output, size_t width, bool utf8);
/* The style that such a mark at *text begins, which it is moved past; OUTPUT_STYLES: there is none. */
enum output_style output_mark(const char **text);
/* Flushes, waits for the pager, frees. -1 with the error set when something could not be written. */
int output_close(struct output *output, struct error *error);
/* Removes a file that will not be finished. Only files: pipes, devices and links stay. */
void output_undo(const char *path);

/* Sends what is buffered. A terminal or pager sees output at once after this. */
void output_flush(struct output *output);

bool output_locale_utf8(void);
bool output_utf8(const struct output *output);     /* the locale's characters are UTF-8 */
bool output_terminal(const struct output *output); /* a person reads: keep flushing */
/* Columns that rows must fit: $COLUMNS, else the terminal's; 0: no limit, which may be asked for. */
size_t output_width(const struct output *output);
void output_unlimited(struct output *output);
bool output_coloured(const struct output *output);
bool output_gone(const struct output *output);
uint64_t output_written(const struct output *output); /* bytes, those in the buffer included */

/* What memory holds so far, ending in a NUL, to be freed; the output is empty again. NULL: no memory. */
char *output_taken(struct output *output, size_t *count);

/* For writers that must be fast: room for `count` bytes, at most OUTPUT_ROOM, and then up to where it was filled. */
enum { OUTPUT_ROOM = 4096 };
char *output_room(struct output *output, size_t count);
void output_filled(struct output *output, const char *end);

/* There was no memory for what was to be written: no part is left out silently, output_close tells it. */
void output_no_memory(struct output *output);
/* Writes text that was made for it, and frees it; NULL: there was no memory. */
void output_made(struct output *output, char *text);

void output_bytes(struct output *output, const void *bytes, size_t count);
void output_text(struct output *output, const char *text);
void output_format(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));
void output_style(struct output *output, enum output_style style); /* nothing without colour */
void output_pad(struct output *output, size_t columns);            /* spaces */
void output_left(struct output *output, const char *text, size_t columns);
void output_right(struct output *output, const char *text, size_t columns);
/* Text from a file, made safe by text_escape; returns its width. */
size_t output_escaped(struct output *output, const char *text);

#endif
