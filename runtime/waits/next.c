#include "next.h"

#include <dlfcn.h>
#include <stddef.h>

struct next next_functions;
bool next_found;

/* Of conditions x86-64 has two kinds, and dlsym of glibc before 2.36 finds the older one, which is another structure.
 */
#define CONDITIONS_VERSION "GLIBC_2.3.2"

static const struct {
    const char *name;
    void *to;
} functions[] = {
    {"pthread_create", &next_functions.create},
    {"pthread_join", &next_functions.join},
    {"pthread_timedjoin_np", &next_functions.timedjoin},
    {"pthread_mutex_trylock", &next_functions.mutex_trylock},
    {"pthread_mutex_lock", &next_functions.mutex_lock},
    {"pthread_mutex_timedlock", &next_functions.mutex_timedlock},
    {"pthread_mutex_clocklock", &next_functions.mutex_clocklock},
    {"pthread_mutex_unlock", &next_functions.mutex_unlock},
    {"pthread_cond_wait", &next_functions.cond_wait},
    {"pthread_cond_timedwait", &next_functions.cond_timedwait},
    {"pthread_cond_clockwait", &next_functions.cond_clockwait},
    {"pthread_cond_signal", &next_functions.cond_signal},
    {"pthread_cond_broadcast", &next_functions.cond_broadcast},
    {"pthread_rwlock_tryrdlock", &next_functions.tryrdlock},
    {"pthread_rwlock_rdlock", &next_functions.rdlock},
    {"pthread_rwlock_timedrdlock", &next_functions.timedrdlock},
    {"pthread_rwlock_clockrdlock", &next_functions.clockrdlock},
    {"pthread_rwlock_trywrlock", &next_functions.trywrlock},
    {"pthread_rwlock_wrlock", &next_functions.wrlock},
    {"pthread_rwlock_timedwrlock", &next_functions.timedwrlock},
    {"pthread_rwlock_clockwrlock", &next_functions.clockwrlock},
    {"pthread_rwlock_unlock", &next_functions.rwlock_unlock},
    {"pthread_barrier_wait", &next_functions.barrier_wait},
    {"sem_trywait", &next_functions.sem_trywait},
    {"sem_wait", &next_functions.sem_wait},
    {"sem_timedwait", &next_functions.sem_timedwait},
    {"sem_clockwait", &next_functions.sem_clockwait},
    {"sem_post", &next_functions.sem_post},
};

static bool same_library(const void *a, const void *b)
{
    Dl_info of_a, of_b;
    return dladdr(a, &of_a) && dladdr(b, &of_b) && of_a.dli_fbase == of_b.dli_fbase;
}

/* A sanitizer's has no version, and comes first. */
static void *find(const char *name)
{
    void *next_one = dlsym(RTLD_NEXT, name), *condition = dlvsym(RTLD_NEXT, name, CONDITIONS_VERSION);
    return next_one && condition && same_library(next_one, condition) ? condition : next_one;
}

void next_find(void)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        __atomic_store_n((void **)functions[i].to, find(functions[i].name), __ATOMIC_RELAXED);
    __atomic_store_n(&next_found, true, __ATOMIC_RELEASE);
}

__attribute__((constructor)) static void find_early(void)
{
    next();
}
