/* A recording in the formats of other tools.
 *
 * Formats of *calls* hold every call with its times; they are written while the tape is read, thread by thread, and
 * need memory for the open calls and the names only. Those of *sums* hold calls merged by path, and are written from
 * struct paths. One file of this folder a format; formats.c lists them, and the *page*, which is the viewer's. */
#ifndef CALLTAPE_EXPORT_EXPORT_H
#define CALLTAPE_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "analyze/overview.h"
#include "analyze/paths.h"
#include "analyze/profile.h"
#include "analyze/samples.h"
#include "base/output.h"

/* What is exported. Lives as long as the export. */
struct export_source {
    struct tape *tape;
    const struct overview *overview;
    const struct labels *labels;
    struct filter_choice choice; /* a whole one, threads listed */
    bool filtered;               /* false: `choice` leaves nothing out */
    bool raw;                    /* of sums: what recording cost stays in */
    bool compress;
    bool per_thread;         /* of paths: a root for each thread */
    uint32_t most_functions; /* of graphs: so many functions, those with the largest totals */
    const struct calls_watch *watch;
};

/* Where it goes. */
struct export_target {
    const char *path;        /* a file, or a directory where the format needs one; NULL: `standard` */
    struct output *standard; /* not closed with the target */
    bool nowhere;            /* bytes are counted only */
    bool made, opened;       /* the directory; at least one file */
    uint64_t bytes;          /* that were written to all that was closed */
};

/* `name`: of a file in the target's directory; NULL: the target itself. NULL: the error is set. */
struct output *export_open(struct export_target *target, const char *name, struct error *error);
int export_close(struct export_target *target, struct output *output, struct error *error);
/* After a failure: nothing that was made stays. */
void export_undo(const struct export_target *target, bool directory);

/* One export of a format of calls; the formats put it first in structures of their own. `receiver` gets the calls of
 * one thread after the other, properly closed: every begin() has its end(). */
struct export_writer {
    struct calls_receiver receiver;
    int (*thread)(struct export_writer *writer, uint32_t thread); /* whose calls follow; may be NULL */
    bool (*again)(struct export_writer *writer); /* the thread is read: once more, please; may be NULL */
    int (*close)(struct export_writer *writer);  /* writes the rest; frees, also on failure */
};

/* What an exporter keeps of its surroundings. */
struct export_base {
    const struct export_source *source;
    struct export_target *target;
    struct error *error;
    struct tape_line line; /* of the clock: the last one needed */
};

static inline uint64_t export_ns(struct export_base *base, uint64_t ticks)
{
    return tape_near_ns(base->source->tape, &base->line, ticks);
}

/* What formats of sums do not show by itself. */
struct export_left {
    uint64_t folded;         /* calls that have no paths of their own */
    bool threads;            /* are not told apart: there would be too many paths */
    size_t functions, edges; /* that a graph leaves out */
};

/* What formats of sums are written from. */
struct export_sums {
    const struct export_source *source;
    const struct paths *paths;     /* of formats of graphs; else NULL */
    const struct samples *samples; /* of formats of paths; else NULL */
    const struct profile *profile;
    struct export_left *left; /* a graph tells it of what it leaves out */
    struct error *error;
};

/* The frame of calls that have no paths of their own, below the deepest that there is. */
#define EXPORT_DEEPER "[deeper]"

enum export_kind { EXPORT_CALLS, EXPORT_SUMS, EXPORT_PAGE };

struct export_format {
    const char *name;
    const char *viewer;  /* which opens it, how, and up to what size: lines of at most 79 columns */
    uint64_t most_bytes; /* up to that size; 0: any */
    enum export_kind kind;
    const char *waits_in; /* of calls: which of its times have the thread's waits in them, as a part of a sentence */
    bool directory;       /* several files */
    bool binary;
    bool paths;              /* of sums: by path, deeper calls as EXPORT_DEEPER */
    bool threads;            /* of those: tells threads apart, whatever was asked for */
    uint32_t most_functions; /* of a graph, by default; 0: it is none */
    struct export_writer *(*open)(const struct export_base *base);       /* of EXPORT_CALLS; NULL: the error is set */
    int (*write)(const struct export_sums *sums, struct output *output); /* of EXPORT_SUMS */
};

extern const struct export_format export_formats[];
extern const size_t export_format_count;

/* Reads what `source` chooses into an export of that format. `sums` is what a reader must be told of what was read,
 * `events` how many entries and exits were written. -1: the error is set; its text is empty where standard output's
 * reader has gone. */
int export_calls(const struct export_source *source, const struct export_format *format, struct export_target *target,
                 struct sums *sums, uint64_t *events, struct error *error);
/* The same into a writer at hand. */
int export_read(const struct export_source *source, struct export_writer *writer, struct sums *sums, uint64_t *events,
                struct error *error);
int export_merged(const struct export_source *source, const struct export_format *format, struct export_target *target,
                  struct sums *sums, struct export_left *left, struct error *error);

/* The formats. */
struct export_writer *chrome_open(const struct export_base *base);
struct export_writer *perfetto_open(const struct export_base *base);
struct export_writer *speedscope_open(const struct export_base *base);
struct export_writer *ctf_open(const struct export_base *base);
struct export_writer *csv_open(const struct export_base *base);
struct export_writer *jsonl_open(const struct export_base *base);
int folded_write(const struct export_sums *sums, struct output *output);
int pprof_write(const struct export_sums *sums, struct output *output);
int callgrind_write(const struct export_sums *sums, struct output *output);
int dot_write(const struct export_sums *sums, struct output *output);
int mermaid_write(const struct export_sums *sums, struct output *output);

#endif
