/* Writing Protocol Buffers, protobuf.dev/programming-guides/encoding: varints and strings behind their tags. Each
 * function writes at `at`, where there must be room, and returns the end. A message within another is written behind a
 * gap of PROTOBUF_GAP bytes for its tag and length, which are known only then. */
#ifndef CALLTAPE_EXPORT_PROTOBUF_H
#define CALLTAPE_EXPORT_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { PROTOBUF_VARINT = 10, PROTOBUF_NUMBER = 15 }; /* most bytes of one, and of one with its tag */

static inline uint8_t *protobuf_varint(uint8_t *at, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        *at++ = (uint8_t)(n | 0x80);
    *at++ = (uint8_t)n;
    return at;
}

static inline uint8_t *protobuf_number(uint8_t *at, uint32_t field, uint64_t n)
{
    return protobuf_varint(protobuf_varint(at, field << 3), n);
}

static inline uint8_t *protobuf_double(uint8_t *at, uint32_t field, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    at = protobuf_varint(at, field << 3 | 1);
    for (int i = 0; i < 8; i++, bits >>= 8)
        *at++ = (uint8_t)bits;
    return at;
}

/* Before so many bytes, which are to follow. */
static inline uint8_t *protobuf_length(uint8_t *at, uint32_t field, uint64_t bytes)
{
    return protobuf_varint(protobuf_varint(at, field << 3 | 2), bytes);
}

static inline uint8_t *protobuf_bytes(uint8_t *at, uint32_t field, const void *bytes, size_t count)
{
    at = protobuf_length(at, field, count);
    memcpy(at, bytes, count);
    return at + count;
}

/* As much of a text as a viewer needs, in UTF-8, as readers demand it: fields that hold one stay small. */
enum { PROTOBUF_TEXT = 4096 };
static inline uint8_t *protobuf_text(uint8_t *at, uint32_t field, const char *text)
{
    char valid[PROTOBUF_TEXT];
    return protobuf_bytes(at, field, valid, text_valid(valid, sizeof valid, text));
}

/* Puts tag and length before the message `from` .. `to` of less than 2^21 bytes, of a field below 16, which has
 * PROTOBUF_GAP bytes free there. Returns where it now begins. */
enum { PROTOBUF_GAP = 4 };
static inline uint8_t *protobuf_wrap(uint8_t *from, const uint8_t *to, uint32_t field)
{
    uint64_t bytes = (uint64_t)(to - from);
    uint8_t *first = from - 2 - (bytes >= 1 << 7) - (bytes >= 1 << 14);
    protobuf_length(first, field, bytes);
    return first;
}

/* The same where something stands before the gap: the message moves up to it. Returns its end. */
static inline uint8_t *protobuf_close(uint8_t *from, const uint8_t *to, uint32_t field)
{
    uint8_t *first = protobuf_wrap(from, to, field);
    memmove(from - PROTOBUF_GAP, first, (size_t)(to - first));
    return from - PROTOBUF_GAP + (to - first);
}

#endif
