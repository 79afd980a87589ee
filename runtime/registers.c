/* Where the slow hooks begin. The hooks come here by a jump, with all registers that a function must leave as they are
 * as their callers have them: these are kept for recipes.c before C code uses them. `here` tells whether it was so: it
 * is where the stack was when the hook was called. */
#include "arch.h"

#if defined(__x86_64__)

/* struct registers on the stack, or NULL, is the fifth argument. */
#define WITH_REGISTERS(name, then)                                                                                     \
    __asm__(".text\n"                                                                                                  \
            ".globl " #name "\n"                                                                                       \
            ".hidden " #name "\n"                                                                                      \
            ".type " #name ", @function\n" #name ":\n"                                                                 \
            ".cfi_startproc\n"                                                                                         \
            "lea 8(%rsp), %rax\n"                                                                                      \
            "xor %r8d, %r8d\n"                                                                                         \
            "sub $72, %rsp\n"                                                                                          \
            ".cfi_adjust_cfa_offset 72\n"                                                                              \
            "mov %rbx, (%rsp)\n"                                                                                       \
            "mov %rbp, 8(%rsp)\n"                                                                                      \
            "mov %r12, 16(%rsp)\n"                                                                                     \
            "mov %r13, 24(%rsp)\n"                                                                                     \
            "mov %r14, 32(%rsp)\n"                                                                                     \
            "mov %r15, 40(%rsp)\n"                                                                                     \
            "mov %rax, 48(%rsp)\n"                                                                                     \
            "mov %rsp, 56(%rsp)\n"                                                                                     \
            "sub $8, %rax\n"                                                                                           \
            "cmp %rax, %rdx\n"                                                                                         \
            "cmove %rsp, %r8\n"                                                                                        \
            "call " #then "\n"                                                                                         \
            "add $72, %rsp\n"                                                                                          \
            ".cfi_adjust_cfa_offset -72\n"                                                                             \
            "ret\n"                                                                                                    \
            ".cfi_endproc\n"                                                                                           \
            ".size " #name ", . - " #name "\n")

_Static_assert(CT_RBX == 0 && CT_RBP == 1 && CT_R12 == 2 && CT_R15 == 5 && CT_RSP == 6 && CT_REGISTERS == 7,
               "stored above in this order");

WITH_REGISTERS(slow_entry, asked_entry);
WITH_REGISTERS(slow_exit, asked_exit);

#else

void slow_entry(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return)
{
    slow_entry_with(function, call_site, here, hook_return, NULL);
}

void slow_exit(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return)
{
    slow_exit_with(function, call_site, here, hook_return, NULL, false);
}

#endif
