/* How functions grow with the numbers that were told of their calls: arguments and notes; or, run by run, with the size
 * that each run was given. Any number of tapes: functions of one name and program are one. */
#ifndef CALLTAPE_ANALYZE_GROWTH_H
#define CALLTAPE_ANALYZE_GROWTH_H

#include "analyze/growth_cells.h"
#include "analyze/labels.h"
#include "analyze/sums.h"

struct growth_subject {
    char *name, *module, *file; /* file NULL: not known */
    uint32_t line;
    char *keys[GROWTH_KEYS]; /* the numbers' names */
    int key_count;
    bool more_keys; /* than GROWTH_KEYS, which are not looked at */
    struct growth_cells cells;
};

/* One measure of one function, by one number or two. */
struct growth_result {
    const struct growth_subject *subject;
    enum growth_measure measure;
    int key, other; /* other < 0: by one */
    struct growth_fit fit;
    uint64_t calls;
    struct growth_point *points;
    size_t point_count;
    bool best; /* of its function and measure: the one to tell */
};

struct growth;

struct growth_choice {
    bool raw;                           /* the probe's costs stay in */
    const struct filter_choice *filter; /* NULL: all calls */
    const uint8_t *functions;           /* by id: 1: looked at; NULL: all are */
    const double *size;                 /* the run's, NULL: by the numbers of single calls */
    const char *size_name;
};

/* NULL with the error set: no memory. */
struct growth *growth_create(struct error *error);
void growth_destroy(struct growth *growth); /* NULL is allowed */

/* Adds a tape's calls; those that are not whole (open, cut) are not counted. `watch` may be NULL. */
int growth_read(struct growth *growth, struct tape *tape, const struct labels *labels,
                const struct growth_choice *choice, const struct calls_watch *watch, struct sums *sums,
                struct error *error);

/* All that can be said, the functions that would take most self time at ten times their largest numbers first; by run,
 * those that grow fastest. The results live as long as `growth`. */
int growth_finish(struct growth *growth, const struct growth_result **results, size_t *count, struct error *error);

/* It surely grows faster than n, though how fast is not known well. */
bool growth_is_steep(const struct growth_result *result);

/* Of a result: what its measure would be with its last number (of two: the last one's) at `at`, the other at its
 * largest. */
double growth_beyond(const struct growth_result *result, double at);

#endif
