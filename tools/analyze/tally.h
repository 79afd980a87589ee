/* What a profile is made of: the calls of one thread, or of several, counted and summed by function. A thread's can be
 * had from its events, or as numbers that were stored with the tape (FORMAT.md, "SUMMARY"). */
#ifndef CALLTAPE_ANALYZE_TALLY_H
#define CALLTAPE_ANALYZE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/sums.h"
#include "analyze/took.h"
#include "calls/crew.h"

/* Of calls of one function (tape_function.same). */
struct tally {
    uint64_t calls;
    struct took self, total, own; /* own: of all calls, recursive ones too; its bound counts runs each time */
    uint64_t timed, untimed;      /* events, entries and exits; 0 where the tally was loaded */
    uint64_t jumped, open;
    struct took min[2], max[2]; /* [1]: by the times as recorded; [0]: less what the probe cost */
    bool seen;
};

struct tallies {
    struct tally *of;     /* by tape_function.same, or by whatever else tallies_group says, `functions` of them */
    const uint32_t *same; /* by function */
    uint32_t functions;
    struct sums sums; /* what is counted of calls and notes, and `times`; not what sums_finish adds */
};

int tallies_init(struct tallies *tallies, const struct tape *tape); /* -1: out of memory */
void tallies_free(struct tallies *tallies);
/* Calls are counted by keys[function], which is less than `functions`: of functions of one key, totals are of outermost
 * calls of any of them. What was stored with the tape is by function, and can't be loaded then. */
void tallies_group(struct tallies *tallies, const uint32_t *keys);

/* Into tallies that hold nothing yet. Decodes the threads' events, all or as far as `choice` asks (but for its
 * threads); that and `watch` may be NULL. */
int tallies_of_threads(struct tallies *tallies, struct tape *tape, const struct calls_share *share,
                       const struct filter_choice *choice, const struct calls_watch *watch, struct error *error);
int tallies_of_thread(struct tallies *tallies, struct tape *tape, uint32_t thread, const struct filter_choice *choice,
                      const struct calls_watch *watch, struct error *error);
/* Counts a call and what it took by itself: all but `self`, `total` and events. */
void tally_call(struct tally *tally, const struct call *call, const struct took *took);
/* Adds another thread's, or another function's: then totals don't tell what was nested in what. */
void tally_add(struct tally *to, const struct tally *from);
/* Adds another thread's, and empties them for the next. */
void tallies_move(struct tallies *to, struct tallies *from);

/* As numbers, to be freed; NULL: no memory. */
uint64_t *tallies_numbers(const struct tallies *tallies, size_t *count);
/* The other way, into tallies that hold nothing yet: false, and still nothing, where the numbers can't be. */
bool tallies_load(struct tallies *tallies, const uint64_t *numbers, size_t count);

#endif
