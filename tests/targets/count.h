/* The books of a target program: how often each traced function was called, kept by the functions themselves.
 *
 * Every traced function begins with COUNT(); what must not be traced says UNTRACED. count.c is linked into each
 * module of a target (program and libraries keep separate books) and writes them to the file $COUNTS, one line
 * `function calls`, when the process that began them exits; counts of several processes and modules add up.
 * Counting is one atomic addition: good in signal handlers, before relocation, after main. */
#ifndef TARGETS_COUNT_H
#define TARGETS_COUNT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UNTRACED __attribute__((no_instrument_function))
#define NOINLINE __attribute__((noinline))
#define COUNTS_MAX 512

/* Each COUNT() places its function's name in the section "counted"; the count has the same index. */
extern const char *const __start_counted[] __attribute__((visibility("hidden"), weak));
extern const char *const __stop_counted[] __attribute__((visibility("hidden"), weak));
extern unsigned long target_counts[COUNTS_MAX] __attribute__((visibility("hidden")));

#define COUNT_AS(text)                                                                                                 \
    do {                                                                                                               \
        static const char *const name_ __attribute__((section("counted"), used)) = text;                               \
        __atomic_fetch_add(&target_counts[&name_ - __start_counted], 1, __ATOMIC_RELAXED);                             \
    } while (0)
#define COUNT() COUNT_AS(__func__)

/* From here on, processes forked later keep the same books; call it before the first fork. */
void counts_share(void) __attribute__((visibility("hidden")));
/* Writes them now; for a process that ends without exit(). */
void counts_write(void) __attribute__((visibility("hidden")));
/* The calling process is the one that writes them when it exits; the one that was so far is not told. */
void counts_adopt(void) __attribute__((visibility("hidden")));
/* Nobody writes them when this process exits. */
void counts_leave(void) __attribute__((visibility("hidden")));

#ifdef __cplusplus
}
#endif
#endif
