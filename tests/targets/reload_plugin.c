/* Compiled once for each plugin, with PLUGIN its name: same code, same offsets, other names. */
#include "count.h"

#define JOIN(a, b) a##b
#define NAMED(a, b) JOIN(a, b)
#define HELPER NAMED(PLUGIN, _helper)
#define WORK NAMED(PLUGIN, _work)

int plugin_work(int n);

static volatile int sink;

static int HELPER(int n)
{
    COUNT();
    sink = n;
    return sink;
}

static int WORK(int n)
{
    COUNT();
    return HELPER(HELPER(n));
}

UNTRACED int plugin_work(int n)
{
    return WORK(n);
}
