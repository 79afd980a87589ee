/* What differs between an old and a new side, of one or several recordings each: calls and self times, by function and
 * by path.
 *
 * What is shown of a side is the mean of what a report, or a tree, of each of its recordings shows. By what a change is
 * judged is something else, and told apart from it.
 *
 * A change of time is that of the means of the two sides. How far off it may be by chance is told from how recordings
 * of one side differ, and from how single calls do; what is found is decided by the former, where a side has several
 * recordings, else by the latter, which knows nothing of what differs from run to run. Together, of all functions that
 * are looked at, chance finds one in a twentieth of comparisons (Holm; likewise of all paths). Four fifths of that are
 * for those that take a large share of the time, so that many small ones do not hide them; small ones, which may have
 * become many times as slow, have the rest. Of one recording a side only what has doubled, or halved, however it is
 * compared, and by more than events without a time leave open, is looked at.
 *
 * Times are compared in two ways: as sums, and as what the middle half of calls takes times their number
 * (analyze/typical.h), which knows little of what else the machine does. Of the two chances the less counts, doubled;
 * that of sums must hold by recordings and by calls, for a few overlong calls may be as many in each recording by
 * chance.
 *
 * Recordings of one program differ in speed as a whole, for the machine does other things too. So times are compared
 * relative to the recording's pace: the weighted median, over the functions called as often in all recordings, of how
 * many times as long they took as in the middle recording; each weighs as much as it took, but no more than a
 * tenth of all others, so that one function alone never makes the pace (`absolute`: pace is left in; likewise where
 * these functions take less than a quarter of the time). What does not go with the pace, as sleeping, would seem to
 * change against it: so, where paces differ between the sides or typical calls are not known, nothing is found of which
 * less than a quarter is left without the correction. */
#ifndef CALLTAPE_ANALYZE_DIFF_H
#define CALLTAPE_ANALYZE_DIFF_H

#include "analyze/measures.h"
#include "analyze/student.h"
#include "analyze/typical.h"

enum diff_verdict { DIFF_NONE, DIFF_MORE, DIFF_LESS, DIFF_NEW, DIFF_GONE };

/* One way to compare the self times of two sides. */
struct diff_times {
    double self[2];           /* means of each side, old and new, in ns; what is below 0 counts as 0 */
    struct estimate change;   /* by recordings; freedom 0: each side has only one */
    double by_recordings;     /* chance of such a change; 1 where it is not known */
    struct estimate by_calls; /* the same, from how single calls scatter */
    double plain;             /* the change of the means whatever the pace */
};

struct diff_row {
    uint32_t item;                   /* of the matching */
    uint32_t path;                   /* of the measures; CT_NONE: a function's row */
    double calls[2];                 /* means of each side */
    double shown[2], bound[2];       /* likewise, of self times as measures have them */
    struct diff_times times;         /* the way that tells more */
    bool typical;                    /* it is by typical calls, not by sums */
    double chance;                   /* that time differs so by chance, adjusted for all tests; 1 where none was made */
    bool large, tested;              /* large: diff_choice.least_share */
    bool varies;                     /* calls differ between recordings of one side */
    enum diff_verdict time;          /* more or less, where found */
    enum diff_verdict calls_verdict; /* found: other numbers, or, where they vary, too far from each other for chance */
};

struct diff_choice {
    double least_share; /* of all self time, on either side, from which a row is large; 0 to 1 */
    bool absolute, raw;
    const struct calls_watch *watch; /* may be NULL */
};

struct diff {
    struct diff_row *functions, *paths; /* found changes of time first, then those of calls; by size of the change */
    size_t function_count, path_count;
    struct diff_row whole; /* all self time; absolute, of no item */
    size_t sides[2];       /* recordings of each */
    double *pace;          /* of each recording; 1: as the middle one. All 1 with `absolute` */
    double pace_change;    /* new over old */
    bool absolute;
};

/* Of what is found, the chance that it is by chance: the level of all tests together, and of intervals. */
#define DIFF_LEVEL 0.05

int diff_make(struct diff *diff, const struct measures *measures, const struct matching *matching,
              const struct recording *recordings, const struct diff_choice *choice, struct error *error);
void diff_free(struct diff *diff);

/* Is there anything to tell of it? */
bool diff_found(const struct diff_row *row);

#endif
