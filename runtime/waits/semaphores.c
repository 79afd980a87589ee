/* Semaphores. sem_post is for signal handlers too: what it does here beside libc's is two loads and, where somebody
 * waits, a wake. */
#include <errno.h>

#include "next.h"
#include "waiters.h"

/* Without the wait; a thread that is to be cancelled ends here all the same. */
static bool taken_at_once(sem_t *semaphore)
{
    int before = errno;
    pthread_testcancel();
    if (next()->sem_trywait(semaphore) == 0)
        return true;
    errno = before;
    return false;
}

EXPORT int sem_wait(sem_t *semaphore)
{
    if (taken_at_once(semaphore))
        return 0;
    struct waited waited = {semaphore, NULL};
    int result;
    wait_begin("semaphore", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->sem_wait(semaphore);
    pthread_cleanup_pop(0);
    wait_end("semaphore", &waited);
    return result;
}

EXPORT int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end)
{
    if (taken_at_once(semaphore))
        return 0;
    struct waited waited = {semaphore, NULL};
    int result;
    wait_begin("semaphore", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->sem_timedwait(semaphore, end);
    pthread_cleanup_pop(0);
    wait_end("semaphore", &waited);
    return result;
}

EXPORT int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict end)
{
    if (taken_at_once(semaphore))
        return 0;
    struct waited waited = {semaphore, NULL};
    int result;
    wait_begin("semaphore", &waited);
    pthread_cleanup_push(waiters_remove, &waited);
    result = next()->sem_clockwait(semaphore, clock, end);
    pthread_cleanup_pop(0);
    wait_end("semaphore", &waited);
    return result;
}

EXPORT int sem_post(sem_t *semaphore)
{
    bool told = wake_before(semaphore);
    int result = next()->sem_post(semaphore);
    wake_after(semaphore, told);
    return result;
}
