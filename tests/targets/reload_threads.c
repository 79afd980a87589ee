/* Two threads load and close a library each, of their own, at once. argv: the two libraries. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "count.h"

enum { ROUNDS = 4000 };

typedef int function(int);

static void turn(const char *path, int n)
{
    COUNT();
    void *library = dlopen(path, RTLD_NOW);
    function *work = library ? (function *)dlsym(library, "plugin_work") : NULL;
    if (!work || work(n) != n || dlclose(library) != 0)
        abort();
}

static void *turns(void *path)
{
    COUNT();
    for (int i = 0; i < ROUNDS; i++)
        turn(path, i);
    return NULL;
}

int main(int count, char **arguments)
{
    COUNT();
    pthread_t other;
    if (count != 3 || pthread_create(&other, NULL, turns, arguments[1]) != 0)
        return 2;
    turns(arguments[2]);
    pthread_join(other, NULL);
    puts("both are done");
    return 0;
}
