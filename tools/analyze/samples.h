/* Calls merged by path, as samples of a profiler have them: how many there were and their self time, and nothing of
 * what formats that add up the rest themselves do without. So a path takes some 40 bytes, a fifth of one of paths.h. */
#ifndef CALLTAPE_ANALYZE_SAMPLES_H
#define CALLTAPE_ANALYZE_SAMPLES_H

#include "analyze/gather.h"
#include "analyze/paths.h"
#include "analyze/profile.h"

/* In place of a function: the calls below that are deeper than PATHS_MOST_DEPTH or beyond PATHS_MOST_NODES paths. */
#define SAMPLES_DEEPER (CT_NONE - 1)

struct sample {
    uint32_t function; /* lowest id of the function; CT_NONE: of a root; SAMPLES_DEEPER */
    uint32_t parent;   /* index; of a root: its process or thread, or CT_NONE where one root is for all */
    uint64_t calls;
    uint64_t ns;   /* self; ticks while it is made */
    uint64_t cost; /* 1/16 ticks, likewise */
};

struct samples {
    struct gathered gathered;
    struct sample *of; /* roots come first, parents before their children */
    size_t count, room;
    size_t roots;
    uint32_t *table; /* open addressing by (parent, function): indices, 0: free */
    size_t slots;
    uint32_t *root_of; /* by thread: its root */
    const struct tape_function *same;
    uint64_t folded; /* calls in SAMPLES_DEEPER */
    bool per_thread; /* roots are threads */
    bool full;       /* some calls are beyond PATHS_MOST_NODES */
};

/* Reads the whole tape, or what `choice` leaves of it; that and `watch` may be NULL. The selfs of each function sum to
 * what the profile of the same says; where calls are in SAMPLES_DEEPER they have what functions lack. `per_thread`: a
 * root for each thread, unless that is too many paths; else one for each process where there are several. NULL with the
 * error set. To be freed by samples_free. */
struct samples *samples_make(struct tape *tape, const struct filter_choice *choice, bool per_thread,
                             const struct profile *profile, const struct calls_watch *watch, struct error *error);
void samples_free(struct samples *samples); /* NULL is allowed */

/* Brings them to agree with the profile; samples_make does. -1: no memory. */
int samples_agree(struct samples *samples, const struct profile *profile);

#endif
