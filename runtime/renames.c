/* Threads name themselves mostly after their first events, and many then wait until the program ends or is killed: so
 * the name is looked at just then. Not in the static library, where there is no other function of this name to call. */
#include "arch.h"
#include "sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

EXPORT int pthread_setname_np(pthread_t thread, const char *name)
{
    static int (*next)(pthread_t, const char *);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "pthread_setname_np");
    if (!next)
        return ENOSYS;
    int result = next(thread, name);
    if (result == 0 && pthread_equal(thread, pthread_self()))
        thread_renamed();
    return result;
}
