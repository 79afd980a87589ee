#include "import/chrome_event.h"

#include <stdlib.h>
#include <string.h>

/* Microseconds with decimals to nanoseconds; what is before 0 counts as 0. */
static uint64_t nanoseconds(const char *text)
{
    char *end;
    unsigned long long us = strtoull(text, &end, 10);
    uint64_t rest = 0, unit = 100;
    if (*text == '-' || strpbrk(text, "eE") != NULL) {
        double ns = strtod(text, NULL) * 1000;
        return ns >= 0 && ns < 9e18 ? (uint64_t)ns : 0;
    }
    for (end += *end == '.'; *end >= '0' && *end <= '9' && unit != 0; end++, unit /= 10)
        rest += (uint64_t)(*end - '0') * unit;
    return us < UINT64_MAX / 2000 ? us * 1000 + rest : 0;
}

/* A number, or a text as one that others hardly have. */
static uint32_t identity(const struct json_reader *reader)
{
    char *end;
    unsigned long long number = strtoull(reader->text, &end, 10);
    if (end != reader->text && (*end == '\0' || *end == '.'))
        return (uint32_t)number;
    uint32_t hash = 2166136261u;
    for (const char *at = reader->text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    return hash;
}

static void copy(char *to, size_t size, const struct json_reader *reader)
{
    size_t length = reader->length < size - 1 ? reader->length : size - 1;
    memcpy(to, reader->text, length);
    to[length] = '\0';
}

static int read_arguments(struct json_reader *reader, struct chrome_event *event)
{
    int more, piece = json_next(reader);
    if (piece != JSON_OBJECT)
        return piece < 0 ? -1 : json_skip_rest(reader, (enum json_piece)piece);
    for (bool first = true; (more = json_member(reader, first)) > 0; first = false) {
        bool name = strcmp(reader->text, "name") == 0, place = strcmp(reader->text, "at") == 0;
        if ((piece = json_next(reader)) < 0)
            return -1;
        if (piece == JSON_STRING && name)
            copy(event->value, sizeof event->value, reader);
        else if (piece == JSON_STRING && place)
            copy(event->place, sizeof event->place, reader);
        else if (json_skip_rest(reader, (enum json_piece)piece) != 0)
            return -1;
    }
    return more;
}

static void take(struct chrome_event *event, const char *member, const struct json_reader *reader)
{
    if (strcmp(member, "ph") == 0) {
        event->kind = reader->text[0];
    } else if (strcmp(member, "ts") == 0) {
        event->timed = true;
        event->ns = nanoseconds(reader->text);
    } else if (strcmp(member, "dur") == 0) {
        event->length_ns = nanoseconds(reader->text);
    } else if (strcmp(member, "pid") == 0) {
        event->pid = identity(reader);
    } else if (strcmp(member, "tid") == 0) {
        event->tid = identity(reader);
    } else if (strcmp(member, "name") == 0) {
        event->named = true;
        copy(event->name, sizeof event->name, reader);
    }
}

static int read_member(struct json_reader *reader, struct chrome_event *event, bool *has_tid)
{
    char member[16];
    copy(member, sizeof member, reader);
    if (strcmp(member, "args") == 0)
        return read_arguments(reader, event);
    int piece = json_next(reader);
    if (piece < 0)
        return -1;
    if (piece != JSON_STRING && piece != JSON_NUMBER)
        return json_skip_rest(reader, (enum json_piece)piece);
    *has_tid = *has_tid || strcmp(member, "tid") == 0;
    take(event, member, reader);
    return 0;
}

int chrome_event_read(struct json_reader *reader, struct chrome_event *event)
{
    int more;
    bool has_tid = false;
    event->kind = '\0';
    event->named = event->timed = false;
    event->ns = event->length_ns = event->pid = event->tid = 0;
    event->name[0] = event->value[0] = event->place[0] = '\0';
    for (bool first = true; (more = json_member(reader, first)) > 0; first = false)
        if (read_member(reader, event, &has_tid) != 0)
            return -1;
    if (!has_tid)
        event->tid = event->pid;
    return more;
}
