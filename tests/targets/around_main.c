/* Traced calls before any constructor, in constructors of program and library, in an IFUNC resolver, after main has
 * returned, in atexit functions and in destructors. */
#include <stdlib.h>

#include "count.h"

void library_work(int n);

static volatile int sink;

static void helper(int n)
{
    COUNT();
    sink = n;
}

static void before_constructors(void)
{
    COUNT();
    helper(0);
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = before_constructors;

__attribute__((constructor(101))) static void first_constructor(void)
{
    COUNT();
    helper(1);
    library_work(1);
}

__attribute__((constructor)) static void plain_constructor(void)
{
    COUNT();
    helper(2);
}

static int chosen_implementation(int n)
{
    COUNT();
    helper(n);
    return n;
}

__attribute__((used)) static int (*resolve_chosen(void))(int)
{
    COUNT();
    return chosen_implementation;
}
int chosen(int n) __attribute__((ifunc("resolve_chosen")));

static void at_exit_first(void)
{
    COUNT();
    helper(4);
    library_work(2);
}

static void at_exit_second(void)
{
    COUNT();
    helper(5);
    atexit(at_exit_first);
}

__attribute__((destructor)) static void plain_destructor(void)
{
    COUNT();
    helper(6);
    library_work(3);
}

int main(void)
{
    COUNT();
    atexit(at_exit_first);
    atexit(at_exit_second);
    library_work(chosen(7));
    return 3;
}
