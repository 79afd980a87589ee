/* Mutexes and read-write locks. One that can be had at once is taken by the trylock that libc's lock would begin with,
 * and nothing is told. What else a trylock answers (a robust mutex's dead owner, too many readers) the lock would
 * answer as well, but for EBUSY. */
#include <errno.h>

#include "next.h"
#include "waiters.h"

EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    int result = next()->mutex_trylock(mutex);
    if (__builtin_expect(result != EBUSY, 1))
        return result;
    struct waited waited = {mutex, NULL};
    wait_begin("mutex", &waited);
    result = next()->mutex_lock(mutex);
    wait_end("mutex", &waited);
    return result;
}

EXPORT int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *end)
{
    int result = next()->mutex_trylock(mutex);
    if (result != EBUSY)
        return result;
    struct waited waited = {mutex, NULL};
    wait_begin("mutex", &waited);
    result = next()->mutex_timedlock(mutex, end);
    wait_end("mutex", &waited);
    return result;
}

EXPORT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end)
{
    int result = next()->mutex_trylock(mutex);
    if (result != EBUSY)
        return result;
    struct waited waited = {mutex, NULL};
    wait_begin("mutex", &waited);
    result = next()->mutex_clocklock(mutex, clock, end);
    wait_end("mutex", &waited);
    return result;
}

EXPORT int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    bool told = wake_before(mutex);
    int result = next()->mutex_unlock(mutex);
    wake_after(mutex, told);
    return result;
}

EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    int result = next()->tryrdlock(lock);
    if (__builtin_expect(result != EBUSY, 1))
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("read lock", &waited);
    result = next()->rdlock(lock);
    wait_end("read lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *end)
{
    int result = next()->tryrdlock(lock);
    if (result != EBUSY)
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("read lock", &waited);
    result = next()->timedrdlock(lock, end);
    wait_end("read lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end)
{
    int result = next()->tryrdlock(lock);
    if (result != EBUSY)
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("read lock", &waited);
    result = next()->clockrdlock(lock, clock, end);
    wait_end("read lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    int result = next()->trywrlock(lock);
    if (__builtin_expect(result != EBUSY, 1))
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("write lock", &waited);
    result = next()->wrlock(lock);
    wait_end("write lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *end)
{
    int result = next()->trywrlock(lock);
    if (result != EBUSY)
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("write lock", &waited);
    result = next()->timedwrlock(lock, end);
    wait_end("write lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end)
{
    int result = next()->trywrlock(lock);
    if (result != EBUSY)
        return result;
    struct waited waited = {lock, NULL};
    wait_begin("write lock", &waited);
    result = next()->clockwrlock(lock, clock, end);
    wait_end("write lock", &waited);
    return result;
}

EXPORT int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    bool told = wake_before(lock);
    int result = next()->rwlock_unlock(lock);
    wake_after(lock, told);
    return result;
}
