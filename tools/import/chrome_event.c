#include "import/chrome_event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calltape/format.h"
#include "tape/checksum.h"

#define MOST_US UINT64_C(9000000000000000) /* 285 years: nanoseconds of it are a signed number yet */

/* Of a number that strtod reads, which needs no exact nanoseconds. */
static bool read_real(const char *text, uint64_t *ns)
{
    char *end;
    double us = strtod(text, &end);
    bool good = end != text && *end == '\0' && us >= 0 && us < (double)MOST_US;
    *ns = good ? (uint64_t)(us * 1000) : 0;
    return good;
}

/* Microseconds with decimals to nanoseconds. */
static bool read_ns(const char *text, uint64_t *ns)
{
    size_t whole = strspn(text, "0123456789");
    const char *at = text + whole + (text[whole] == '.');
    uint64_t us = strtoull(text, NULL, 10);
    if (whole == 0 || us >= MOST_US || at[strspn(at, "0123456789")] != '\0')
        return read_real(text, ns);
    *ns = us * 1000;
    for (uint64_t unit = 100; *at != '\0' && unit != 0; at++, unit /= 10)
        *ns += (uint64_t)(*at - '0') * unit;
    return true;
}

static void copy(char *to, size_t size, const struct json_reader *reader)
{
    size_t length = reader->length < size - 1 ? reader->length : size - 1;
    memcpy(to, reader->text, length);
    to[length] = '\0';
}

static struct chrome_id read_id(const struct json_reader *reader)
{
    struct chrome_id id = {0};
    char *end;
    size_t digits = strspn(reader->text, "0123456789");
    id.number = strtoull(reader->text, &end, 10);
    id.plain = digits != 0 && digits <= 10 && id.number <= UINT32_MAX && (*end == '\0' || strcmp(end, ".0") == 0);
    if (id.plain)
        return id;
    id.number = checksum(reader->text, reader->length);
    copy(id.text, sizeof id.text, reader);
    return id;
}

/* A number: an integer where it is written as one and fits. */
static bool add_number(struct told_values *told, uint8_t kind, const char *name, const char *text)
{
    char *end;
    errno = 0;
    long long integer = strtoll(text, &end, 10);
    if (*end == '\0' && errno == 0)
        return told_add(told, kind, CT_TYPE_I64, name, &integer, sizeof integer);
    errno = 0;
    unsigned long long natural = strtoull(text, &end, 10);
    if (*text != '-' && *end == '\0' && errno == 0)
        return told_add(told, kind, CT_TYPE_U64, name, &natural, sizeof natural);
    double real = strtod(text, &end);
    return *end == '\0' && told_add(told, kind, CT_TYPE_F64, name, &real, sizeof real);
}

static bool add_value(const struct json_reader *reader, int piece, const char *name, struct told_values *told)
{
    bool result = strcmp(name, "return") == 0, yes = reader->text[0] == 't';
    uint8_t kind = result ? CT_KEY_RETURN : CT_KEY_ARGUMENT;
    name = result ? "" : name;
    if (piece == JSON_NUMBER)
        return add_number(told, kind, name, reader->text);
    if (piece == JSON_STRING)
        return told_add(told, kind, CT_TYPE_STRING, name, reader->text, reader->length);
    if (piece == JSON_WORD && reader->text[0] != 'n')
        return told_add(told, kind, CT_TYPE_BOOL, name, &yes, sizeof yes);
    return false;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(text, *words) != 0)
        words++;
    return *words != NULL;
}

/* What calltape says of a call beside its values. The first "at" is its: an argument may have that name. */
static bool take_own(const struct json_reader *reader, const char *name, struct chrome_event *event)
{
    static const char *const begins[] = {"inherited", "earlier", NULL};
    static const char *const ends[] = {"cut", "jump", "never", "later", NULL};
    if (strcmp(name, "at") == 0 && event->place[0] == '\0') {
        copy(event->place, sizeof event->place, reader);
        return true;
    }
    bool began = strcmp(name, "began") == 0 && is_one_of(reader->text, begins);
    event->inherited = event->inherited || began;
    return began || (strcmp(name, "ended") == 0 && is_one_of(reader->text, ends));
}

static int read_argument(struct json_reader *reader, struct chrome_event *event)
{
    char name[TOLD_NAME_MOST + 1];
    copy(name, sizeof name, reader);
    int piece = json_next(reader);
    if (piece < 0)
        return -1;
    if (piece == JSON_STRING && strcmp(name, "name") == 0)
        copy(event->value, sizeof event->value, reader);
    if (piece == JSON_STRING && take_own(reader, name, event))
        return 0;
    event->untold += !add_value(reader, piece, name, &event->told);
    return json_skip_rest(reader, (enum json_piece)piece);
}

static int read_arguments(struct json_reader *reader, struct chrome_event *event)
{
    int more, piece = json_next(reader);
    if (piece != JSON_OBJECT)
        return piece < 0 ? -1 : json_skip_rest(reader, (enum json_piece)piece);
    for (bool first = true; (more = json_member(reader, first)) > 0; first = false)
        if (read_argument(reader, event) != 0)
            return -1;
    return more;
}

static void take(struct chrome_event *event, const char *member, const struct json_reader *reader)
{
    if (strcmp(member, "ph") == 0) {
        event->kind = reader->text[0];
    } else if (strcmp(member, "ts") == 0) {
        event->timed = true;
        event->untimely |= !read_ns(reader->text, &event->ns);
    } else if (strcmp(member, "dur") == 0) {
        event->untimely |= !read_ns(reader->text, &event->length_ns);
    } else if (strcmp(member, "pid") == 0) {
        event->pid = read_id(reader);
    } else if (strcmp(member, "tid") == 0) {
        event->tid = read_id(reader);
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
    event->named = event->timed = event->untimely = event->inherited = false;
    event->untold = event->told.bytes = 0;
    event->ns = event->length_ns = 0;
    event->pid = event->tid = (struct chrome_id){.plain = true};
    event->name[0] = event->value[0] = event->place[0] = '\0';
    for (bool first = true; (more = json_member(reader, first)) > 0; first = false)
        if (read_member(reader, event, &has_tid) != 0)
            return -1;
    if (!has_tid)
        event->tid = event->pid;
    return more;
}
