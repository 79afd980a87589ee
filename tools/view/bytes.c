#include "view/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "base/deflate.h"

enum { FIRST_ROOM = 64, NUMBER_MOST = 10 };

uint8_t *bytes_more(struct bytes *bytes, size_t count)
{
    if (bytes->room - bytes->count < count) {
        size_t room = bytes->room + bytes->room / 2 + FIRST_ROOM;
        if (room < bytes->count + count)
            room = bytes->count + count;
        uint8_t *wider = realloc(bytes->at, room);
        if (wider == NULL) {
            bytes->failed = true;
            return NULL;
        }
        bytes->at = wider;
        bytes->room = room;
    }
    bytes->count += count;
    return bytes->at + bytes->count - count;
}

void bytes_put(struct bytes *bytes, const void *from, size_t count)
{
    uint8_t *to = count != 0 ? bytes_more(bytes, count) : NULL;
    if (to != NULL)
        memcpy(to, from, count);
}

void bytes_number(struct bytes *bytes, uint64_t n)
{
    uint8_t packed[NUMBER_MOST];
    size_t count = 0;
    for (; n >= 0x80; n >>= 7)
        packed[count++] = (uint8_t)(n | 0x80);
    packed[count++] = (uint8_t)n;
    bytes_put(bytes, packed, count);
}

bool bytes_deflate(struct bytes *bytes, const void *from, size_t count)
{
    size_t most = deflate_most(count);
    uint8_t *to = bytes_more(bytes, most);
    if (to == NULL)
        return false;
    size_t packed = deflate_bytes(to, most, from, count);
    bytes->count -= most - packed;
    return packed != 0;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){0};
}

uint64_t read_number(struct reading *reading)
{
    uint64_t n = 0;
    for (unsigned shift = 0; reading->at < reading->end && shift < 64; shift += 7) {
        uint8_t byte = *reading->at++;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return n;
    }
    reading->failed = true;
    return 0;
}
