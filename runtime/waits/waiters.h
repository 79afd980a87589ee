/* Who waits for which object: so that only what lets somebody go on is told. */
#ifndef CALLTAPE_WAITS_WAITERS_H
#define CALLTAPE_WAITS_WAITERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape.h"

/* Objects by a hash of their address: of two that share a place, wakes are told for the other's waiters as well, and
 * end nobody's wait. */
enum { WAITERS_PLACES = 4096 };
extern uint32_t waiters_counts[WAITERS_PLACES];

static inline uint32_t *waiters_of(const void *object)
{
    return &waiters_counts[(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}

/* What a thread waits for; the lock, of a condition, NULL else. */
struct waited {
    const void *object, *lock;
};

void waiters_add(const struct waited *waited);
/* A struct waited's; the argument is as a cleanup handler has it. */
void waiters_remove(void *waited);

/* Around what lets others go on: told before it; after it, where somebody has come to wait in between. The object may
 * be gone by then: its address alone is looked at. */
static inline bool wake_before(const void *object)
{
    bool wanted = __atomic_load_n(waiters_of(object), __ATOMIC_SEQ_CST) != 0;
    if (__builtin_expect(wanted, 0))
        calltape_wake(object);
    return wanted;
}

static inline void wake_after(const void *object, bool told)
{
    if (!told)
        wake_before(object);
}

/* To be part of the function that waits, whose frame the span is in. */
CALLTAPE_INLINE void wait_begin(const char *what, const struct waited *waited)
{
    calltape_wait_begin(what, waited->object);
    if (waited->lock)
        calltape_wait_also(waited->lock);
    waiters_add(waited);
}

CALLTAPE_INLINE void wait_end(const char *what, struct waited *waited)
{
    waiters_remove(waited);
    calltape_wait_end(what);
}

#endif
