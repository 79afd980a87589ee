/* Whole reads and writes at a place in a file, whatever the kernel hands out at once. */
#ifndef CALLTAPE_TAPE_FILE_H
#define CALLTAPE_TAPE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Bytes read: fewer than asked at the end of the file or on an error. errno is the error's; else 0. */
size_t file_read(int fd, uint64_t offset, void *to, size_t bytes);
/* After file_read came short, or what calls it failed: -1 with an error where the file could not be read, 0 where it
 * could. */
int file_unread(const char *path, uint64_t offset, struct error *error);
/* 0, or -1 with errno set; then part may have been written. */
int file_write(int fd, uint64_t offset, const void *from, size_t bytes);

#endif
