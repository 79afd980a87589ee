/* Stack switching behind one interface, so that coroutines.c runs on each kind: switch_ucontext.c (makecontext and
 * swapcontext) and switch_assembly.c (a hand-written switch). Neither is traced. */
#ifndef TARGETS_SWITCH_H
#define TARGETS_SWITCH_H

#include <stddef.h>

enum { CONTEXTS = 16 }; /* context 0 is the one that main runs on */

/* `body` must never return; it ends by switching away for good. */
void context_prepare(int context, void *stack, size_t bytes, void (*body)(void));
void context_switch(int from, int to);

#endif
