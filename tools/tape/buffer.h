/* Bytes that grow. */
#ifndef CALLTAPE_TAPE_BUFFER_H
#define CALLTAPE_TAPE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *data;
    size_t bytes, room;
};

/* Where `more` bytes (at least one) can be put; they count once `bytes` is raised. NULL: out of memory. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t more);
/* 0, or -1: out of memory. */
int buffer_add(struct buffer *buffer, const void *data, size_t bytes);

#endif
