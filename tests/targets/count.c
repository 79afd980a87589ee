/* Never compiled with -finstrument-functions. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "count.h"

/* Fills its page, so that counts_share() can put shared memory in its place. */
unsigned long target_counts[COUNTS_MAX] __attribute__((aligned(4096)));
_Static_assert(sizeof target_counts == 4096, "one page");

static pid_t owner;
static char path[PATH_MAX]; /* kept, since a target may clear its environment */

__attribute__((constructor(101))) static void begin(void)
{
    const char *name = getenv("COUNTS");
    if (name)
        strncpy(path, name, sizeof path - 1);
    owner = getpid();
}

void counts_share(void)
{
    unsigned long copy[COUNTS_MAX];
    memcpy(copy, target_counts, sizeof copy);
    if (mmap(target_counts, sizeof target_counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
             0) == MAP_FAILED)
        abort();
    memcpy(target_counts, copy, sizeof copy);
}

void counts_write(void)
{
    int file = path[0] ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    if (file < 0)
        return;
    char text[8192];
    int used = 0;
    ptrdiff_t names = __stop_counted - __start_counted;
    for (ptrdiff_t i = 0; i < names && i < COUNTS_MAX; i++)
        if (target_counts[i])
            used += snprintf(text + used, sizeof text - (size_t)used, "%s %lu\n", __start_counted[i], target_counts[i]);
    if (write(file, text, (size_t)used) != used)
        abort();
    close(file);
}

void counts_adopt(void)
{
    owner = getpid();
}

void counts_leave(void)
{
    owner = 0;
}

/* The last destructor of its module to run. */
__attribute__((destructor(101))) static void end(void)
{
    if (getpid() == owner)
        counts_write();
}
