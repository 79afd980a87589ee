#include "tape/buffer.h"

#include <stdlib.h>
#include <string.h>

uint8_t *buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->room - buffer->bytes < more) {
        size_t room = buffer->room * 2 > buffer->bytes + more ? buffer->room * 2 : buffer->bytes + more;
        uint8_t *data = realloc(buffer->data, room);
        if (!data)
            return NULL;
        buffer->data = data;
        buffer->room = room;
    }
    return buffer->data + buffer->bytes;
}

int buffer_add(struct buffer *buffer, const void *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    uint8_t *to = buffer_reserve(buffer, bytes);
    if (!to)
        return -1;
    memcpy(to, data, bytes);
    buffer->bytes += bytes;
    return 0;
}
