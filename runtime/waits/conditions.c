/* Condition variables and barriers. Who waits for a condition ends up waiting for its mutex, so that one's unlocks are
 * told as well meanwhile. A wait that is cancelled leaves its span open: it ends by a jump, as any call does then. */
#include "next.h"
#include "waiters.h"

EXPORT int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    struct waited waited = {condition, mutex};
    int result;
    wait_begin("condition", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->cond_wait(condition, mutex);
    pthread_cleanup_pop(0);
    wait_end("condition", &waited);
    return result;
}

EXPORT int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *end)
{
    struct waited waited = {condition, mutex};
    int result;
    wait_begin("condition", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->cond_timedwait(condition, mutex, end);
    pthread_cleanup_pop(0);
    wait_end("condition", &waited);
    return result;
}

EXPORT int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                                  const struct timespec *end)
{
    struct waited waited = {condition, mutex};
    int result;
    wait_begin("condition", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->cond_clockwait(condition, mutex, clock, end);
    pthread_cleanup_pop(0);
    wait_end("condition", &waited);
    return result;
}

EXPORT int pthread_cond_signal(pthread_cond_t *condition)
{
    wake_before(condition);
    return next()->cond_signal(condition);
}

EXPORT int pthread_cond_broadcast(pthread_cond_t *condition)
{
    wake_before(condition);
    return next()->cond_broadcast(condition);
}

/* The last to come lets all others go on; nobody knows that it is the last until it has. So each tells that it has
 * come. */
EXPORT int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    calltape_wait_begin("barrier", barrier);
    calltape_wake(barrier);
    int result = next()->barrier_wait(barrier);
    calltape_wait_end("barrier");
    return result;
}
