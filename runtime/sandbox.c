/* Programs that forbid themselves system calls (seccomp). What a filter would punish is not called at all: filters are
 * noted as the program sets them, and asked before each system call of this library. So prctl() and syscall() are
 * interposed; they do what libc's do. Filters of any thread count for all. Those that were set before the program was
 * executed, or by a system call instruction of its own, are not known. */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>

#include "arch.h"
#include "sys.h"

#ifndef SECCOMP_RET_ACTION_FULL
#define SECCOMP_RET_ACTION_FULL 0xffff0000u
#endif
#ifndef SECCOMP_RET_LOG
#define SECCOMP_RET_LOG 0x7ffc0000u
#endif

struct filter {
    struct filter *before;
    uint32_t length; /* in instructions; 0: it was not accepted, and forbids nothing */
    struct sock_filter code[];
};

static struct filter *filters;
bool sandbox_set;

/* ---- what a filter says: seccomp's part of the classic BPF ---- */

static uint32_t calculate(uint16_t code, uint32_t a, uint32_t b)
{
    switch (BPF_OP(code)) {
    case BPF_ADD:
        return a + b;
    case BPF_SUB:
        return a - b;
    case BPF_MUL:
        return a * b;
    case BPF_DIV:
        return b ? a / b : 0;
    case BPF_AND:
        return a & b;
    case BPF_OR:
        return a | b;
    case BPF_XOR:
        return a ^ b;
    case BPF_LSH:
        return a << (b & 31);
    case BPF_RSH:
        return a >> (b & 31);
    default:
        return -a;
    }
}

static bool is_met(uint16_t code, uint32_t a, uint32_t b)
{
    switch (BPF_OP(code)) {
    case BPF_JEQ:
        return a == b;
    case BPF_JGT:
        return a > b;
    case BPF_JGE:
        return a >= b;
    default:
        return (a & b) != 0;
    }
}

struct machine {
    uint32_t a, x, memory[BPF_MEMWORDS];
};

static uint32_t load(const struct machine *machine, const struct sock_filter *at, const struct seccomp_data *data)
{
    uint32_t value = 0;
    switch (BPF_MODE(at->code)) {
    case BPF_IMM:
        return at->k;
    case BPF_MEM:
        return machine->memory[at->k % BPF_MEMWORDS];
    case BPF_ABS:
        if (at->k <= sizeof *data - sizeof value)
            bytes_copy(&value, (const char *)data + at->k, sizeof value);
        return value;
    default:
        return sizeof *data;
    }
}

/* All but jumps and ends. */
static void step(struct machine *machine, const struct sock_filter *at, const struct seccomp_data *data)
{
    switch (BPF_CLASS(at->code)) {
    case BPF_LD:
        machine->a = load(machine, at, data);
        break;
    case BPF_LDX:
        machine->x = load(machine, at, data);
        break;
    case BPF_ST:
        machine->memory[at->k % BPF_MEMWORDS] = machine->a;
        break;
    case BPF_STX:
        machine->memory[at->k % BPF_MEMWORDS] = machine->x;
        break;
    case BPF_ALU:
        machine->a = calculate(at->code, machine->a, BPF_SRC(at->code) == BPF_X ? machine->x : at->k);
        break;
    default:
        if (BPF_MISCOP(at->code) == BPF_TAX)
            machine->x = machine->a;
        else
            machine->a = machine->x;
    }
}

/* Jumps lead forward only. */
static uint32_t verdict(const struct filter *filter, const struct seccomp_data *data)
{
    struct machine machine = {0};
    for (uint64_t i = 0; i < filter->length; i++) {
        const struct sock_filter *at = &filter->code[i];
        if (BPF_CLASS(at->code) == BPF_RET)
            return BPF_RVAL(at->code) == BPF_A ? machine.a : at->k;
        if (BPF_CLASS(at->code) != BPF_JMP)
            step(&machine, at, data);
        else if (BPF_OP(at->code) == BPF_JA)
            i += at->k;
        else
            i += is_met(at->code, machine.a, BPF_SRC(at->code) == BPF_X ? machine.x : at->k) ? at->jt : at->jf;
    }
    return SECCOMP_RET_ALLOW;
}

/* Where it is answered with an error there is no harm in asking. */
static bool is_harmless(uint32_t action)
{
    action &= SECCOMP_RET_ACTION_FULL;
    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG || action == SECCOMP_RET_ERRNO;
}

bool sandbox_allows(long number, const uint64_t arguments[6])
{
    struct seccomp_data data = {.nr = (int)number, .instruction_pointer = (uintptr_t)sys_call};
#if defined(__x86_64__)
    data.arch = AUDIT_ARCH_X86_64;
#else
    data.arch = AUDIT_ARCH_AARCH64;
#endif
    for (int i = 0; i < 6; i++)
        data.args[i] = arguments[i];
    for (const struct filter *at = __atomic_load_n(&filters, __ATOMIC_ACQUIRE); at; at = at->before) {
        if (!is_harmless(verdict(at, &data)))
            return false;
    }
    return true;
}

/* ---- noting them ---- */

/* The program may hand over anything: what can't be read is left to the kernel to refuse. */
static bool read_memory(void *to, const void *from, size_t size)
{
    const uint64_t local[2] = {(uintptr_t)to, size}, remote[2] = {(uintptr_t)from, size};
    long self = sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    long got = sys_call(SYS_process_vm_readv, self, (long)local, 1, (long)remote, 1, 0);
    if (got < 0 && got != -EFAULT) { /* this call is not to be had: the kernel reads there next, anyway */
        bytes_copy(to, from, size);
        return true;
    }
    return got == (long)size;
}

static struct filter *note(const struct sock_fprog *program)
{
    struct sock_fprog told;
    if (!read_memory(&told, program, sizeof told) || !told.len || told.len > BPF_MAXINSNS)
        return NULL;
    size_t bytes = told.len * sizeof *told.filter;
    struct filter *filter = memory_map(sizeof *filter + bytes);
    if (!filter || !read_memory(filter->code, told.filter, bytes))
        return NULL; /* the second: wrong usage, which is as good as never */
    filter->length = told.len;
    filter->before = __atomic_load_n(&filters, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&filters, &filter->before, filter, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        ;
    return filter;
}

struct call {
    long number, a, b, c, d, e;
};

static long make_call(const struct call *call)
{
    return sys_call_unchecked(call->number, call->a, call->b, call->c, call->d, call->e, 0);
}

/* Before the kernel has it: another thread, or a signal handler, may call at once what the filter forbids. What is to
 * be known later is asked while it can be. */
static long set_filter(const struct call *call, const struct sock_fprog *program)
{
    if (slow_joined())
        stack_find_home(current_thread);
    struct filter *filter = note(program);
    __atomic_store_n(&sandbox_set, true, __ATOMIC_RELEASE);
    long result = make_call(call);
    if (result < 0 && filter)
        __atomic_store_n(&filter->length, 0, __ATOMIC_RELAXED);
    return result;
}

/* Forbids reading the processor's clock as well: that is the end of the recording here. */
static long set_strict(const struct call *call)
{
    uint32_t mode = runtime.mode;
    bool off = runtime.off;
    runtime.off = true;
    runtime.mode = NOT_JOINED;
    long result = make_call(call);
    if (result < 0) {
        runtime.off = off;
        runtime.mode = mode;
    }
    return result;
}

static long answer(long result)
{
    if (result >= 0 || result < -4095)
        return result;
    errno = (int)-result;
    return -1;
}

EXPORT int prctl(int option, ...)
{
    struct call call = {.number = SYS_prctl, .a = option};
    va_list more;
    va_start(more, option);
    call.b = va_arg(more, long);
    call.c = va_arg(more, long);
    call.d = va_arg(more, long);
    call.e = va_arg(more, long);
    va_end(more);
    if (option == PR_SET_SECCOMP && call.b == SECCOMP_MODE_STRICT)
        return (int)answer(set_strict(&call));
    if (option == PR_SET_SECCOMP && call.b == SECCOMP_MODE_FILTER)
        return (int)answer(set_filter(&call, (const struct sock_fprog *)call.c));
    long result = make_call(&call);
    if (option == PR_SET_NAME && result == 0)
        thread_renamed();
    return (int)answer(result);
}

/* syscall() of another number, and with this one. */
HIDDEN long sandbox_failed(long result);
HIDDEN long sandbox_seccomp(long number, long operation, long flags, const struct sock_fprog *program);

long sandbox_failed(long result)
{
    return answer(result);
}

long sandbox_seccomp(long number, long operation, long flags, const struct sock_fprog *program)
{
    const struct call call = {number, operation, flags, (long)program, 0, 0};
    if (operation == SECCOMP_SET_MODE_STRICT)
        return answer(set_strict(&call));
    return answer(operation == SECCOMP_SET_MODE_FILTER ? set_filter(&call, program) : make_call(&call));
}

/* Without a frame, as libc's: it may return in a child that has another stack. */
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl syscall\n"
        ".type syscall, @function\n"
        "syscall:\n"
        "   cmpq $317, %rdi\n" /* SYS_seccomp */
        "   je sandbox_seccomp\n"
        "   movq %rdi, %rax\n"
        "   movq %rsi, %rdi\n"
        "   movq %rdx, %rsi\n"
        "   movq %rcx, %rdx\n"
        "   movq %r8, %r10\n"
        "   movq %r9, %r8\n"
        "   movq 8(%rsp), %r9\n"
        "   syscall\n"
        "   cmpq $-4095, %rax\n"
        "   movq %rax, %rdi\n"
        "   jae sandbox_failed\n"
        "   ret\n"
        ".size syscall, .-syscall\n");
_Static_assert(SYS_seccomp == 317, "as above");
#else
__asm__(".text\n"
        ".globl syscall\n"
        ".type syscall, %function\n"
        "syscall:\n"
        "   cmp x0, #277\n" /* SYS_seccomp */
        "   b.eq sandbox_seccomp\n"
        "   mov x8, x0\n"
        "   mov x0, x1\n"
        "   mov x1, x2\n"
        "   mov x2, x3\n"
        "   mov x3, x4\n"
        "   mov x4, x5\n"
        "   mov x5, x6\n"
        "   svc 0\n"
        "   cmn x0, #4095\n"
        "   b.cs sandbox_failed\n"
        "   ret\n"
        ".size syscall, .-syscall\n");
_Static_assert(SYS_seccomp == 277, "as above");
#endif
