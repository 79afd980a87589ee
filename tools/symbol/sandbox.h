/* Work on hostile input by libraries that may crash, hang or eat memory over it: done in a child process under limits,
 * so that all it can cost is its own answer. */
#ifndef CALLTAPE_SYMBOL_SANDBOX_H
#define CALLTAPE_SYMBOL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_limits {
    uint32_t cpu_seconds;
    uint32_t seconds;      /* that pass */
    uint64_t memory_bytes; /* more than this process has when it begins */
    size_t answer_bytes;
    bool writes; /* may write files */
};

/* Runs in the child, which is a copy of this process without its standard files; writes its answer with
 * sandbox_answer. What it does not free, nobody misses. */
typedef void sandbox_work(void *context, int answer);

/* In the child; gives up with all else where nobody reads any more. */
void sandbox_answer(int answer, const void *bytes, size_t size);

/* What the child answered until it ended, was stopped or crashed. To be freed; NULL: no child, no memory, or nothing.
 * `*whole`: the work returned by itself. */
void *sandbox_run(sandbox_work *work, void *context, const struct sandbox_limits *limits, size_t *bytes, bool *whole);

#endif
