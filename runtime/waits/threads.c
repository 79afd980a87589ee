/* Beginnings and ends of threads. A thread's first call is a wait for what its creator has told just before; its end is
 * a wake for whoever joins it. */
#include "next.h"
#include "waiters.h"

/* What a new thread is to run: as many as may be created and not have begun. There is no allocating here. */
struct beginning {
    void *(*start)(void *);
    void *argument;
    uint32_t taken;
};
enum { BEGINNINGS = 1024 };
static struct beginning beginnings[BEGINNINGS];

static struct beginning *take(void)
{
    static uint32_t hint;
    uint32_t from = __atomic_fetch_add(&hint, 1, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < BEGINNINGS; i++) {
        struct beginning *beginning = &beginnings[(from + i) % BEGINNINGS];
        if (!__atomic_exchange_n(&beginning->taken, 1, __ATOMIC_ACQUIRE))
            return beginning;
    }
    return NULL;
}

static void give_back(struct beginning *beginning)
{
    __atomic_store_n(&beginning->taken, 0, __ATOMIC_RELEASE);
}

/* However the thread ends. */
static void tell_end(void *unused)
{
    (void)unused;
    calltape_wake((const void *)pthread_self());
}

static void *run(void *argument)
{
    struct beginning *beginning = argument, own = *beginning;
    void *result;
    calltape_wait_begin("start", beginning);
    calltape_wait_end("start");
    give_back(beginning);
    pthread_cleanup_push(tell_end, NULL);
    result = own.start(own.argument);
    pthread_cleanup_pop(1);
    return result;
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    struct beginning *beginning = take();
    if (!beginning)
        return next()->create(thread, attributes, start, argument);
    beginning->start = start;
    beginning->argument = argument;
    calltape_wake(beginning);
    int result = next()->create(thread, attributes, run, beginning);
    if (result != 0)
        give_back(beginning);
    return result;
}

EXPORT int pthread_join(pthread_t thread, void **status)
{
    int result;
    calltape_wait_begin("join", (const void *)thread);
    result = next()->join(thread, status);
    calltape_wait_end("join");
    return result;
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **status, const struct timespec *end)
{
    int result;
    calltape_wait_begin("join", (const void *)thread);
    result = next()->timedjoin(thread, status, end);
    calltape_wait_end("join");
    return result;
}
