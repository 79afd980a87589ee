#include "sys.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "arch.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#endif
}

void signals_block(uint64_t *old)
{
    uint64_t all = UINT64_MAX;
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)old, sizeof all, 0, 0);
}

void signals_restore(const uint64_t *old)
{
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)old, 0, sizeof *old, 0, 0);
}

static bool is_error(long result)
{
    return result < 0 && result > -4096;
}

void *memory_map(size_t bytes)
{
    long result =
        sys_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return is_error(result) ? NULL : (void *)result;
}

void memory_unmap(void *address, size_t bytes)
{
    sys_call(SYS_munmap, (long)address, (long)bytes, 0, 0, 0, 0);
}

void memory_wipe_on_fork(void *address, size_t bytes)
{
    sys_call(SYS_madvise, (long)address, (long)bytes, MADV_WIPEONFORK, 0, 0, 0);
}

int file_open(const char *path, int flags, int mode)
{
    return (int)sys_call(SYS_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC, mode, 0, 0);
}

void file_close(int file)
{
    sys_call(SYS_close, file, 0, 0, 0, 0, 0);
}

size_t file_read_all(const char *path, char *buffer, size_t size)
{
    size_t used = 0;
    int file = file_open(path, O_RDONLY, 0);
    buffer[0] = 0;
    if (file < 0)
        return 0;
    while (used < size - 1) {
        long got = sys_call(SYS_read, file, (long)(buffer + used), (long)(size - 1 - used), 0, 0, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    file_close(file);
    buffer[used] = 0;
    return used;
}

void futex_wait(uint32_t *word, uint32_t expected, int64_t nanoseconds)
{
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    sys_call(SYS_futex, (long)word, FUTEX_WAIT, expected, (long)&limit, 0, 0);
}

void futex_wake(uint32_t *word)
{
    sys_call(SYS_futex, (long)word, FUTEX_WAKE, INT32_MAX, 0, 0, 0);
}

uint64_t clock_ns(int clock)
{
    struct timespec now = {0};
    sys_call(SYS_clock_gettime, clock, (long)&now, 0, 0, 0, 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t clock_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
