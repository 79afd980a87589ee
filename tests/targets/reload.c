/* Two libraries take turns at the same addresses: each is closed before the other is opened, and wants to be loaded
 * where the other was. argv: the two libraries. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "count.h"

enum { ROUNDS = 50 };

typedef int function(int);

static void *load(const char *path)
{
    COUNT();
    void *library = dlopen(path, RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return library;
}

static uintptr_t use(void *library, int n)
{
    COUNT();
    function *work = (function *)dlsym(library, "plugin_work");
    if (!work || work(n) != n)
        abort();
    return (uintptr_t)work;
}

static uintptr_t turn(const char *path, int n)
{
    COUNT();
    void *library = load(path);
    uintptr_t address = use(library, n);
    if (dlclose(library) != 0)
        abort();
    return address;
}

int main(int count, char **arguments)
{
    COUNT();
    if (count != 3)
        return 2;
    int same = 0;
    for (int i = 0; i < ROUNDS; i++)
        same += turn(arguments[1], i) == turn(arguments[2], i);
    printf("at the same address: %s\n", same > 0 ? "yes" : "no");
    return 0;
}
