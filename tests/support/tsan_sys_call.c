/* Takes the place of the runtime's own sys_call() in a ThreadSanitizer build: memory must be mapped through libc there,
 * or the sanitizer does not know of it. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

long sys_call(long number, long a, long b, long c, long d, long e, long f);

/* Not libc's, which sets errno: a signal handler may come before it is set back. */
static long directly(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
    if (number != SYS_mmap && number != SYS_munmap)
        return directly(number, a, b, c, d, e, f);
    int before = errno;
    long result =
        number == SYS_mmap ? (long)mmap((void *)a, (size_t)b, (int)c, (int)d, (int)e, f) : munmap((void *)a, (size_t)b);
    if (result == -1)
        result = -errno;
    errno = before;
    return result;
}
