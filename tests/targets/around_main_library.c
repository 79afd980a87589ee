/* A library that the runtime does not depend on: its constructors may run before the runtime's. */
#include "count.h"

void library_work(int n);

static volatile int sink;

static void library_helper(int n)
{
    COUNT();
    sink = n;
}

void library_work(int n)
{
    COUNT();
    library_helper(n);
}

__attribute__((constructor(101))) static void library_first_constructor(void)
{
    COUNT();
    library_work(10);
}

__attribute__((constructor)) static void library_constructor(void)
{
    COUNT();
    library_work(11);
}

__attribute__((destructor)) static void library_destructor(void)
{
    COUNT();
    library_work(12);
}
