/* The switch that every coroutine library has: callee-saved registers on the old stack, then the stack pointer. */
#include <stdint.h>

#include "switch.h"

static void *saved[CONTEXTS];

void swap_stacks(void **save, void *load);

#ifdef __x86_64__
__asm__(".text\n"
        ".globl swap_stacks\n"
        ".type swap_stacks, @function\n"
        "swap_stacks:\n"
        "    push %rbp\n"
        "    push %rbx\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbx\n"
        "    pop %rbp\n"
        "    ret\n"
        ".size swap_stacks, . - swap_stacks\n");
#else
#error "the hand-written switch is written for x86-64"
#endif

void context_prepare(int context, void *stack, size_t bytes, void (*body)(void))
{
    uintptr_t top = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    void **at = (void **)top;
    *--at = NULL; /* a return address that nobody returns to; keeps the alignment of a call */
    *--at = (void *)(uintptr_t)body;
    for (int i = 0; i < 6; i++)
        *--at = NULL;
    saved[context] = at;
}

void context_switch(int from, int to)
{
    swap_stacks(&saved[from], saved[to]);
}
