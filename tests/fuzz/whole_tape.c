#include "whole_tape.h"

#include <string.h>

#include "calltape/format.h"
#include "tape/checksum.h"

static void mend_section(uint8_t *at, size_t left)
{
    struct ct_section head;
    memcpy(&head, at, sizeof head);
    size_t room = left - sizeof head;
    if (head.bytes > room)
        head.bytes = room;
    uint8_t *payload = at + sizeof head;
    if (head.type == CT_SECTION_BLOCK && head.bytes >= sizeof(struct ct_block)) {
        uint64_t sum = checksum(payload, offsetof(struct ct_block, checksum));
        memcpy(payload + offsetof(struct ct_block, checksum), &sum, sizeof sum);
    }
    head.checksum = checksum(payload, head.bytes);
    head.head_checksum = checksum(&head, offsetof(struct ct_section, head_checksum));
    memcpy(at, &head, sizeof head);
}

void make_whole(uint8_t *data, size_t size)
{
    struct ct_tape header;
    if (size < sizeof header)
        return;
    memcpy(&header, data, sizeof header);
    memcpy(header.magic, CT_TAPE_MAGIC, sizeof header.magic);
    header.version = CT_TAPE_VERSION;
    header.byte_order = CT_BYTE_ORDER;
    header.checksum = checksum(&header, offsetof(struct ct_tape, checksum));
    memcpy(data, &header, sizeof header);
    size_t at = sizeof header;
    while (at + sizeof(struct ct_section) <= size) {
        struct ct_section head;
        mend_section(data + at, size - at);
        memcpy(&head, data + at, sizeof head);
        at += sizeof head + (size_t)((head.bytes + 7) & ~UINT64_C(7));
    }
}
