// Exceptions through traced frames and, in exceptions_untraced.cpp, untraced ones; caught half way up a recursion;
// thrown again; destructors that call traced functions while the stack unwinds. g++ calls the exit hook of a frame that
// an exception leaves, clang++ does not: the tree is the same. e2e/exceptions.tree is what must be seen.
// Everything is NOINLINE: frames that clang++ inlined into one another cannot be told apart once an exception left
// them.
#include <cstdlib>

#include "count.h"

void through_untraced(void (*function)(int), int depth);

static volatile int sink;

static NOINLINE void after(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void thrower(int depth)
{
    COUNT();
    if (depth == 0)
        throw 1;
    thrower(depth - 1);
    after(depth);
}

static NOINLINE void plain()
{
    COUNT();
    try {
        thrower(5);
    } catch (int) {
        after(0);
    }
    after(1);
}

// Catches in its own frame at depth 3 what it threw at depth 0.
static NOINLINE int half_way(int depth)
{
    COUNT();
    if (depth == 0)
        throw 2;
    if (depth != 3)
        return half_way(depth - 1) + 1;
    try {
        return half_way(depth - 1);
    } catch (int) {
        after(depth);
        return 0;
    }
}

static NOINLINE void again(int depth)
{
    COUNT();
    try {
        thrower(depth);
    } catch (...) {
        after(0);
        throw;
    }
}

static NOINLINE void thrown_again()
{
    COUNT();
    try {
        again(2);
    } catch (int) {
        after(0);
    }
}

static NOINLINE void over_untraced()
{
    COUNT();
    try {
        through_untraced(thrower, 2);
    } catch (int) {
        after(0);
    }
    after(1);
}

static NOINLINE void clean_up(int n)
{
    COUNT();
    sink = n;
}

struct Guard {
    int number;
    UNTRACED explicit Guard(int n) : number(n)
    {
    }
    UNTRACED NOINLINE ~Guard()
    {
        clean_up(number);
        clean_up(number);
    }
};

static NOINLINE void guarded(int depth)
{
    COUNT();
    Guard guard(depth);
    if (depth == 0)
        throw 3;
    guarded(depth - 1);
    after(depth);
}

static NOINLINE void with_destructors()
{
    COUNT();
    try {
        guarded(2);
    } catch (int) {
        after(0);
    }
}

static NOINLINE void often()
{
    COUNT();
    for (int i = 0; i < 1000; i++) {
        try {
            thrower(1);
        } catch (int) {
        }
    }
}

int main()
{
    COUNT();
    plain();
    half_way(6);
    thrown_again();
    over_untraced();
    with_destructors();
    often();
    after(9);
    return 0;
}
