/* Interposed: after a library is closed another may be loaded where it was, and its functions must not be taken for the
 * old one's. */
#include "arch.h"
#include "sys.h"

#include <dlfcn.h>

__attribute__((visibility("default"))) int dlclose(void *handle)
{
    static int (*next)(void *);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "dlclose");
    if (!next)
        return -1; /* a static program: there is no library to close */
    int result = next(handle);
    if (runtime.words) {
        uint64_t mask;
        signals_block(&mask);
        functions_forget_closed();
        signals_restore(&mask);
    }
    return result;
}
