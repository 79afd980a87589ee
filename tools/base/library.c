#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

int library_open(const char *file, const char *purpose, const struct library_function *functions, size_t count,
                 struct error *error)
{
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL)
        return error_set(error, "%s needs a library that can't be loaded; install it: %s", purpose, dlerror());
    for (size_t i = 0; i < count; i++) {
        void *found = dlsym(library, functions[i].name);
        if (found == NULL) {
            error_set(error, "%s: %s has no %s; calltape was built for another version of it", purpose, file,
                      functions[i].name);
            dlclose(library);
            return -1;
        }
        memcpy(functions[i].pointer, &found, sizeof found);
    }
    return 0;
}
