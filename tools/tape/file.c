#include "tape/file.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

size_t file_read(int fd, uint64_t offset, void *to, size_t bytes)
{
    size_t done = 0;
    errno = 0;
    while (done < bytes) {
        ssize_t n = pread(fd, (char *)to + done, bytes - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) {
            errno = 0;
            continue;
        }
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

int file_unread(const char *path, uint64_t offset, struct error *error)
{
    if (errno == 0)
        return 0;
    return error_set(error, "'%s', byte %llu: cannot be read: %s", path, (unsigned long long)offset, strerror(errno));
}

int file_write(int fd, uint64_t offset, const void *from, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        ssize_t n = pwrite(fd, (const char *)from + done, bytes - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC; /* a device that takes nothing and says nothing */
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    return 0;
}
