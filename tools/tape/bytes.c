#include "tape/bytes.h"

#include <string.h>

struct bytes bytes_of(const void *data, size_t size)
{
    const uint8_t *start = data;
    return (struct bytes){.start = start, .at = start, .end = start + size};
}

size_t bytes_left(const struct bytes *bytes)
{
    return (size_t)(bytes->end - bytes->at);
}

size_t bytes_position(const struct bytes *bytes)
{
    return (size_t)(bytes->at - bytes->start);
}

const uint8_t *bytes_take(struct bytes *bytes, uint64_t size)
{
    if (bytes->truncated || size > bytes_left(bytes)) {
        bytes->truncated = true;
        return NULL;
    }
    const uint8_t *here = bytes->at;
    bytes->at += size;
    return here;
}

void bytes_read(struct bytes *bytes, void *to, size_t size)
{
    const uint8_t *from = bytes_take(bytes, size);
    if (from)
        memcpy(to, from, size);
    else
        memset(to, 0, size);
}

uint32_t bytes_u32(struct bytes *bytes)
{
    uint32_t value;
    bytes_read(bytes, &value, sizeof value);
    return value;
}

uint64_t bytes_u64(struct bytes *bytes)
{
    uint64_t value;
    bytes_read(bytes, &value, sizeof value);
    return value;
}

uint64_t bytes_leb128(struct bytes *bytes)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 7 * LEB128_BYTES_MAX; shift += 7) {
        const uint8_t *byte = bytes_take(bytes, 1);
        if (!byte)
            return 0;
        value |= (uint64_t)(*byte & 0x7f) << shift;
        if (!(*byte & 0x80))
            return value;
    }
    bytes->truncated = true;
    return 0;
}

void bytes_pass_leb128(struct bytes *bytes, size_t count)
{
    const uint8_t *at = bytes->at;
    while (count != 0 && at < bytes->end)
        count -= *at++ < 0x80;
    bytes->at = at;
    bytes->truncated |= count != 0;
}

const char *bytes_string(struct bytes *bytes)
{
    const uint8_t *end = bytes->truncated ? NULL : memchr(bytes->at, 0, bytes_left(bytes));
    if (!end) {
        bytes->truncated = true;
        return "";
    }
    const char *string = (const char *)bytes->at;
    bytes->at = end + 1;
    return string;
}

uint8_t *leb128_write(uint8_t *to, uint64_t value)
{
    while (value >= 0x80) {
        *to++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    return to;
}
