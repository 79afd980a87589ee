/* Tapes of random events, each way that a clock may leave them, and what they hold worked out by the naive reference:
 * for tests of analyses. */
#ifndef CALLTAPE_TESTS_RANDOM_TAPES_H
#define CALLTAPE_TESTS_RANDOM_TAPES_H

#include "naive.h"
#include "strip_times.h"

enum { THREADS = 3, RULES = 4 };

/* Tapes as the exact clock leaves them, as the adaptive one does, and with costs that no probe has. */
extern const struct strip_rule random_rules[RULES];

/* What the last random tape holds. */
struct expected {
    struct naive_events events[THREADS];
    struct naive_calls calls[THREADS];
};
extern struct expected expected;

/* Three threads; functions 1 to NAIVE_FUNCTIONS; the last two ids are one function. */
struct tape *random_tape(struct naive_random *random, const struct strip_rule *rule);

/* Where the last one stands, if it is to stay. */
extern bool random_tape_stays;
extern const char random_path[];

/* The next tapes' functions from RANDOM_OTHERS on are of a second module, all have names, some
 * files, and thread 1 is of a second process. */
enum { RANDOM_OTHERS = 4 };
extern bool random_tape_varied;
const char *random_module(uint32_t function);
const char *random_file(uint32_t function); /* NULL: none */
uint32_t random_process(uint32_t thread);

/* The lowest id of the function. */
uint32_t same(uint32_t function);
/* Is a call of the same function open around it? Then its time is in that one's total. */
bool is_nested(const struct naive_calls *calls, const struct naive_call *call);

/* What is shown of a time: less its cost, in sixteenths, unless the costs stay in. */
uint64_t shown_ns(uint64_t ns, uint64_t cost, bool raw);

/* What is shown of calls taken together. */
struct shown_sums {
    uint64_t total, total_cost, self, self_cost; /* as recorded */
    uint64_t longest;                            /* shown_ns of the longest single call */
};
struct shown_times {
    uint64_t total, self;
};
struct shown_times shown_sums(const struct shown_sums *sums, bool raw);
void shown_longest(struct shown_sums *sums, const struct naive_call *call, bool raw);

typedef bool belongs(const void *what, uint32_t thread, const struct naive_call *call);
/* The bound of the selfs of all calls that belong to `what`: the runs, each once, of which any gap is theirs. */
uint64_t self_bound(belongs *belong, const void *what);
/* And of their totals: the runs, each once, in which one of them begins or ends without a time. */
uint64_t total_bound(belongs *outermost, const void *what);

#endif
