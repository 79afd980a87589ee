/* Return addresses of which an older copy lies nearer: a function called at the same place from further down has left
 * it where later the unused part of a large frame is, larger than a page. Nothing is ever jumped out of. */
#include <alloca.h>

#include "count.h"

enum { PAGE = 4096, STEP = 128 };

static volatile int sink;

#define KEEP(array) __asm__ volatile("" : : "r"(array) : "memory")

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void mark(int n)
{
    COUNT();
    sink = n;
}

/* One place that calls all; no hook of its own overwrites what it leaves. */
static NOINLINE UNTRACED void call(void (*function)(int), int n)
{
    function(n);
    sink = n;
}

/* Its frame is filled only after its entry. */
static NOINLINE void large(int n)
{
    COUNT();
    volatile char filled[6000];
    KEEP(filled);
    for (unsigned i = 0; i < sizeof filled; i++)
        filled[i] = (char)n;
    call(leaf, filled[5]);
    sink = n;
}

static NOINLINE void further_down(unsigned bytes)
{
    COUNT();
    volatile char *room = alloca(bytes);
    KEEP(room);
    call(mark, (int)bytes);
}

int main(void)
{
    COUNT();
    for (unsigned offset = 0; offset < PAGE; offset += STEP) {
        volatile char *room = alloca(STEP);
        KEEP(room);
        for (unsigned bytes = 5000; bytes < 5900; bytes += 100) {
            further_down(bytes);
            call(large, (int)bytes);
        }
    }
    return 0;
}
