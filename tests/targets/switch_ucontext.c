#include <stdlib.h>
#include <ucontext.h>

#include "switch.h"

static ucontext_t contexts[CONTEXTS];

void context_prepare(int context, void *stack, size_t bytes, void (*body)(void))
{
    if (getcontext(&contexts[context]) != 0)
        abort();
    contexts[context].uc_stack.ss_sp = stack;
    contexts[context].uc_stack.ss_size = bytes;
    contexts[context].uc_link = NULL;
    makecontext(&contexts[context], body, 0);
}

void context_switch(int from, int to)
{
    if (swapcontext(&contexts[from], &contexts[to]) != 0)
        abort();
}
