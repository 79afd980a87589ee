// Traced calls in the destructors of thread-local objects and of pthread keys, which set themselves again for every
// round that there is: some run after anything a library could have registered for the end of the thread.
#include <cstdlib>
#include <pthread.h>

#include "count.h"

static pthread_key_t key;
static volatile long sink;

static void after_thread(long round)
{
    COUNT();
    sink = round;
}

static void key_destructor(void *value)
{
    COUNT();
    long round = reinterpret_cast<long>(value);
    after_thread(round);
    pthread_setspecific(key, reinterpret_cast<void *>(round + 1));
}

namespace
{
struct Local {
    long value;
    Local() : value(1)
    {
        COUNT_AS("(anonymous namespace)::Local::Local");
    }
    ~Local()
    {
        COUNT_AS("(anonymous namespace)::Local::~Local");
        after_thread(value);
    }
};
} // namespace

static void *worker(void *argument)
{
    COUNT();
    static thread_local Local local;
    local.value++;
    pthread_setspecific(key, reinterpret_cast<void *>(1L));
    return argument;
}

int main()
{
    COUNT();
    if (pthread_key_create(&key, key_destructor) != 0)
        abort();
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        if (pthread_create(&thread, nullptr, worker, nullptr) != 0)
            abort();
        pthread_join(thread, nullptr);
    }
    worker(nullptr); // the main thread's own ends with the process
    return 0;
}
