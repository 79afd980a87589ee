/* Takes the place of the runtime's own sys_call() in a ThreadSanitizer build: memory must be mapped through libc there,
 * or the sanitizer does not know of it. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

long sys_call(long number, long a, long b, long c, long d, long e, long f);
long sys_call_unchecked(long number, long a, long b, long c, long d, long e, long f); /* the runtime's */

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
    if (number != SYS_mmap && number != SYS_munmap)
        return sys_call_unchecked(number, a, b, c, d, e, f);
    int before = errno;
    long result =
        number == SYS_mmap ? (long)mmap((void *)a, (size_t)b, (int)c, (int)d, (int)e, f) : munmap((void *)a, (size_t)b);
    if (result == -1)
        result = -errno;
    errno = before;
    return result;
}
