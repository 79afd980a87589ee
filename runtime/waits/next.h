/* libc's own functions, behind those of this library; or a sanitizer's, which must not find its own of what it is
 * doing already: so none is called but through here. */
#ifndef CALLTAPE_WAITS_NEXT_H
#define CALLTAPE_WAITS_NEXT_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

struct next {
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int (*join)(pthread_t, void **);
    int (*timedjoin)(pthread_t, void **, const struct timespec *);
    int (*mutex_trylock)(pthread_mutex_t *);
    int (*mutex_lock)(pthread_mutex_t *);
    int (*mutex_timedlock)(pthread_mutex_t *, const struct timespec *);
    int (*mutex_clocklock)(pthread_mutex_t *, clockid_t, const struct timespec *);
    int (*mutex_unlock)(pthread_mutex_t *);
    int (*cond_wait)(pthread_cond_t *, pthread_mutex_t *);
    int (*cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    int (*cond_clockwait)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
    int (*cond_signal)(pthread_cond_t *);
    int (*cond_broadcast)(pthread_cond_t *);
    int (*tryrdlock)(pthread_rwlock_t *);
    int (*rdlock)(pthread_rwlock_t *);
    int (*timedrdlock)(pthread_rwlock_t *, const struct timespec *);
    int (*clockrdlock)(pthread_rwlock_t *, clockid_t, const struct timespec *);
    int (*trywrlock)(pthread_rwlock_t *);
    int (*wrlock)(pthread_rwlock_t *);
    int (*timedwrlock)(pthread_rwlock_t *, const struct timespec *);
    int (*clockwrlock)(pthread_rwlock_t *, clockid_t, const struct timespec *);
    int (*rwlock_unlock)(pthread_rwlock_t *);
    int (*barrier_wait)(pthread_barrier_t *);
    int (*sem_trywait)(sem_t *);
    int (*sem_wait)(sem_t *);
    int (*sem_timedwait)(sem_t *, const struct timespec *);
    int (*sem_clockwait)(sem_t *, clockid_t, const struct timespec *);
    int (*sem_post)(sem_t *);
};

extern struct next next_functions;
extern bool next_found;
__attribute__((cold, noinline)) void next_find(void);

/* Other libraries may lock before this one is initialised. */
static inline const struct next *next(void)
{
    if (__builtin_expect(!__atomic_load_n(&next_found, __ATOMIC_ACQUIRE), 0))
        next_find();
    return &next_functions;
}

#endif
