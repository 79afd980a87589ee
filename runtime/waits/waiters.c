#include "waiters.h"

#include <pthread.h>

uint32_t waiters_counts[WAITERS_PLACES];

void waiters_add(const struct waited *waited)
{
    __atomic_fetch_add(waiters_of(waited->object), 1, __ATOMIC_SEQ_CST);
    if (waited->lock)
        __atomic_fetch_add(waiters_of(waited->lock), 1, __ATOMIC_SEQ_CST);
}

/* A child of a fork that a signal handler made in the middle of a wait has forgotten that wait. */
static void remove_one(uint32_t *count)
{
    uint32_t old = __atomic_load_n(count, __ATOMIC_RELAXED);
    while (old && !__atomic_compare_exchange_n(count, &old, old - 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        ;
}

void waiters_remove(void *argument)
{
    const struct waited *waited = argument;
    remove_one(waiters_of(waited->object));
    if (waited->lock)
        remove_one(waiters_of(waited->lock));
}

/* The child has none of the threads that waited. */
static void forget_all(void)
{
    for (size_t i = 0; i < WAITERS_PLACES; i++)
        __atomic_store_n(&waiters_counts[i], 0, __ATOMIC_RELAXED);
}

__attribute__((constructor)) static void forget_in_children(void)
{
    pthread_atfork(NULL, NULL, forget_all);
}
