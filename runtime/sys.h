/* System calls, made directly: no errno, no functions that the program may have replaced by its own. All return the
 * kernel's value: a negative error number on failure. */
#ifndef CALLTAPE_SYS_H
#define CALLTAPE_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* -EPERM without a call where the program has forbidden it (sandbox.h). */
long sys_call(long number, long a, long b, long c, long d, long e, long f) __attribute__((visibility("hidden")));
long sys_call_unchecked(long number, long a, long b, long c, long d, long e, long f)
    __attribute__((visibility("hidden")));

/* Blocks every signal for this thread; the mask before goes to *old. */
void signals_block(uint64_t *old) __attribute__((visibility("hidden")));
void signals_restore(const uint64_t *old) __attribute__((visibility("hidden")));

void *memory_map(size_t bytes) __attribute__((visibility("hidden"))); /* private, zero, unreserved; NULL on failure */
void memory_unmap(void *address, size_t bytes) __attribute__((visibility("hidden")));
void memory_wipe_on_fork(void *address, size_t bytes) __attribute__((visibility("hidden")));

int file_open(const char *path, int flags, int mode) __attribute__((visibility("hidden")));
void file_close(int file) __attribute__((visibility("hidden")));
/* Up to size - 1 bytes of the file, then a NUL; how many, 0 on failure. */
size_t file_read_all(const char *path, char *buffer, size_t size) __attribute__((visibility("hidden")));

/* False: the time is over, and nothing came. */
bool futex_wait(uint32_t *word, uint32_t expected, int64_t nanoseconds) __attribute__((visibility("hidden")));
void futex_wake(uint32_t *word) __attribute__((visibility("hidden")));

/* Plain loops; the flags of this folder keep the compiler from making calls of them. */
static inline void bytes_copy(void *to, const void *from, size_t count)
{
    char *t = to;
    const char *f = from;
    while (count--)
        *t++ = *f++;
}

static inline void bytes_clear(void *to, size_t count)
{
    char *t = to;
    while (count--)
        *t++ = 0;
}

static inline size_t text_length(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

#endif
