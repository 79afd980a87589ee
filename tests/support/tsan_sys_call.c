/* Takes the place of the runtime's own sys_call() in a ThreadSanitizer build: memory must be mapped through libc there,
 * or the sanitizer does not know of it. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

long sys_call(long number, long a, long b, long c, long d, long e, long f);

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
    int before = errno;
    long result;
    if (number == SYS_mmap)
        result = (long)mmap((void *)a, (size_t)b, (int)c, (int)d, (int)e, f);
    else if (number == SYS_munmap)
        result = munmap((void *)a, (size_t)b);
    else
        result = syscall(number, a, b, c, d, e, f);
    if (result == -1)
        result = -errno;
    errno = before;
    return result;
}
