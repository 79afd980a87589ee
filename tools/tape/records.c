#include "tape/records.h"

#include <string.h>

/* Sizes of the fixed structs, how many strings follow them, and how many more since later versions, by type; last, how
 * many bytes of the struct some records go without. */
static const struct layout {
    uint16_t fixed;
    uint8_t strings, added, optional;
} layouts[] = {
    [CT_RECORD_SESSION] = {sizeof(struct ct_session), 5, 0, 0},
    [CT_RECORD_PROCESS] = {sizeof(struct ct_process), 2, 0, 0},
    [CT_RECORD_PROCESS_END] = {sizeof(struct ct_process_end), 0, 0, 0},
    [CT_RECORD_THREAD] = {sizeof(struct ct_thread), 0, 0, 0},
    [CT_RECORD_THREAD_NAME] = {sizeof(struct ct_thread_name), 1, 0, 0},
    [CT_RECORD_THREAD_END] = {sizeof(struct ct_thread_end), 0, 0, 0},
    [CT_RECORD_MODULE] = {sizeof(struct ct_module), 1, 0, 0},
    [CT_RECORD_MODULE_END] = {sizeof(struct ct_module_end), 0, 0, 0},
    [CT_RECORD_FUNCTION] = {sizeof(struct ct_function), 0, 0,
                            sizeof(struct ct_function) - offsetof(struct ct_function, answer)},
    [CT_RECORD_LEFT] = {sizeof(struct ct_left), 0, 0, 0},
    [CT_RECORD_LEFT_CALLS] = {sizeof(struct ct_left_calls), 0, 0, 0},
    [CT_RECORD_CLOCK] = {sizeof(struct ct_clock_pair), 0, 0, 0},
    [CT_RECORD_SYMBOL] = {sizeof(struct ct_symbol), 2, 1, 0},
    [CT_RECORD_NOTE] = {sizeof(struct ct_note), 1, 0, 0},
    [CT_RECORD_ARGUMENT] = {sizeof(struct ct_argument), 1, 0, 0},
    [CT_RECORD_KEY] = {sizeof(struct ct_key), 3, 0, 0},
};

static const struct layout *layout_of(uint32_t type)
{
    return type < sizeof layouts / sizeof *layouts && layouts[type].fixed ? &layouts[type] : NULL;
}

/* The record's bytes after a head that can be, or a truncated cursor. */
static struct bytes body_of(struct bytes *bytes, struct ct_record *head)
{
    struct bytes at = *bytes;
    bytes_read(&at, head, sizeof *head);
    at.truncated |= head->bytes < sizeof *head || head->bytes % 8 != 0 || head->bytes > bytes_left(bytes);
    if (at.truncated)
        return at;
    return bytes_of(bytes->at, head->bytes);
}

static void skip_zero_words(struct bytes *bytes)
{
    uint64_t word;
    while (bytes_left(bytes) >= sizeof word) {
        memcpy(&word, bytes->at, sizeof word);
        if (word != 0)
            return;
        bytes->at += sizeof word;
    }
}

/* Reads what the layout says; what stays in `body` is padding, or fields of a later version. */
static void read_body(struct bytes *body, const struct layout *layout, struct record *record)
{
    size_t fixed = layout->fixed;
    if (bytes_left(body) < fixed)
        fixed -= layout->optional;
    memset(&record->head, 0, layout->fixed);
    bytes_read(body, &record->head, fixed);
    for (uint16_t i = 0; i < layout->strings; i++)
        record->strings[i] = bytes_string(body);
    for (uint16_t i = 0; i < layout->added; i++)
        record->strings[layout->strings + i] = bytes_left(body) > 0 ? bytes_string(body) : "";
}

enum record_status record_next(struct bytes *bytes, struct record *record)
{
    skip_zero_words(bytes);
    record->position = bytes_position(bytes);
    if (bytes_left(bytes) == 0)
        return RECORD_END;
    struct ct_record head;
    struct bytes body = body_of(bytes, &head);
    if (body.truncated)
        return RECORD_TORN;
    bytes_take(bytes, head.bytes);
    record->type = head.type;
    const struct layout *layout = layout_of(head.type);
    if (!layout)
        return RECORD_UNKNOWN;
    read_body(&body, layout, record);
    return body.truncated ? RECORD_DAMAGED : RECORD_KNOWN;
}

bool record_is_exact(const struct bytes *bytes)
{
    struct bytes here = *bytes;
    struct ct_record head;
    struct bytes body = body_of(&here, &head);
    const struct layout *layout = layout_of(head.type);
    if (body.truncated || !layout)
        return false;
    struct record record;
    read_body(&body, layout, &record);
    if (body.truncated || bytes_left(&body) >= 8)
        return false;
    while (bytes_left(&body) > 0)
        if (*bytes_take(&body, 1) != 0)
            return false;
    return true;
}
