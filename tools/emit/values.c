#include "emit/values.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/values.h"
#include "base/text.h"

enum { MOST_BYTES_SHOWN = 16, MOST_ENUMERATOR = 512, MOST_VALUE = 512 };

const char *value_kind(const struct tape_key *key)
{
    static const char *const kinds[] = {"value",   "argument", "return", "note", "counter",
                                        "message", "frame",    "wait",   "wake"};
    return kinds[key->kind < sizeof kinds / sizeof *kinds ? key->kind : 0];
}

const char *value_state(const struct tape_value *value)
{
    static const char *const states[] = {"whole", "cut", "unreadable", "optimised out", "null"};
    return value->state < sizeof states / sizeof *states ? states[value->state] : "unknown";
}

/* Has it bytes that mean something? */
static bool is_there(const struct tape_value *value)
{
    return value->state == CT_VALUE_WHOLE || value->state == CT_VALUE_CUT;
}

/* NULs within as \0; and, where it is to be `quoted`, quotes and backslashes as in C. */
static void escape_text(char to[VALUE_LETTERS], const struct tape_value *value, bool quoted)
{
    for (size_t i = 0; i < value->size && i < CT_VALUE_MAX; i++) {
        char letter = (char)value->bytes[i];
        if (letter == '\0' || (quoted && (letter == '"' || letter == '\\')))
            *to++ = '\\';
        *to++ = letter != '\0' ? letter : '0';
    }
    *to = '\0';
}

void value_letters(char to[VALUE_LETTERS], const struct tape_value *value)
{
    escape_text(to, value, false);
}

static size_t quote(char *to, size_t size, const struct tape_value *value, bool utf8)
{
    char quoted[VALUE_LETTERS], safe[4 * CT_VALUE_MAX + 1];
    escape_text(quoted, value, true);
    text_escape(safe, sizeof safe, quoted, utf8);
    return (size_t)snprintf(to, size, "\"%s\"%s", safe, value->state == CT_VALUE_CUT ? "..." : "");
}

static size_t bytes_text(char *to, size_t size, const struct tape_value *value)
{
    size_t used = 0, shown = value->size < MOST_BYTES_SHOWN ? value->size : MOST_BYTES_SHOWN;
    char text[3 * MOST_BYTES_SHOWN + 8] = "<";
    used = 1;
    for (size_t i = 0; i < shown; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%02x", i != 0 ? " " : "", value->bytes[i]);
    snprintf(text + used, sizeof text - used, "%s>", shown < value->size ? " ..." : "");
    return (size_t)snprintf(to, size, "%s", text);
}

/* The enumerator of that number; NULL: there is none. */
static const char *enumerator(const char *details, int64_t number, size_t *length)
{
    const char *name;
    uint64_t bits;
    while (value_next_enumerator(&details, &name, length, &bits))
        if (bits == (uint64_t)number && name[*length] == '=')
            return name;
    return NULL;
}

static size_t enum_text(char *to, size_t size, const struct tape_key *key, int64_t number, bool utf8)
{
    size_t length;
    const char *name = enumerator(key->details, number, &length);
    if (name == NULL)
        return (size_t)snprintf(to, size, value_is_natural(key) ? "%llu" : "%lld", (long long)number);
    char copy[MOST_ENUMERATOR];
    snprintf(copy, sizeof copy, "%.*s", (int)(length < sizeof copy ? length : sizeof copy), name);
    return text_escape(to, size, copy, utf8);
}

static bool is_letter(int64_t number)
{
    return number > 0 && number < 128 && isprint((int)number);
}

static size_t char_text(char *to, size_t size, int64_t number)
{
    if (is_letter(number))
        return (size_t)snprintf(to, size, "'%s%c'", number == '\'' || number == '\\' ? "\\" : "", (int)number);
    return (size_t)snprintf(to, size, "%lld", (long long)number);
}

size_t value_text(char *to, size_t size, const struct tape_key *key, const struct tape_value *value, bool utf8)
{
    char number[TEXT_NUMBER];
    if (value->state == CT_VALUE_NULL)
        return (size_t)snprintf(to, size, "NULL");
    if (!is_there(value))
        return (size_t)snprintf(to, size, "<%s>", value_state(value));
    switch ((enum ct_value_type)key->type) {
    case CT_TYPE_I64:
        return (size_t)snprintf(to, size, "%lld", (long long)value_i64(value));
    case CT_TYPE_U64:
        return (size_t)snprintf(to, size, "%llu", (unsigned long long)value_u64(value));
    case CT_TYPE_F64:
        return (size_t)snprintf(to, size, "%s", text_real(number, value_f64(value)));
    case CT_TYPE_BOOL:
        return (size_t)snprintf(to, size, "%s", value_u64(value) != 0 ? "true" : "false");
    case CT_TYPE_CHAR:
        return char_text(to, size, value_i64(value));
    case CT_TYPE_POINTER:
        return (size_t)snprintf(to, size, "0x%llx", (unsigned long long)value_u64(value));
    case CT_TYPE_STRING:
        return quote(to, size, value, utf8);
    case CT_TYPE_ENUM:
        return enum_text(to, size, key, value_i64(value), utf8);
    default:
        return bytes_text(to, size, value);
    }
}

void value_plain(char *to, size_t size, const struct tape_key *key, const struct tape_value *value)
{
    static const char more[] = "...";
    char text[VALUE_LETTERS];
    if (is_there(value) && key->type == CT_TYPE_STRING) {
        value_letters(text, value);
        size_t length = text_valid(to, size - strlen(more), text);
        if (value->state == CT_VALUE_CUT || length < strlen(text))
            strcpy(to + length, more);
    } else if (is_there(value) && key->type == CT_TYPE_CHAR && is_letter(value_i64(value))) {
        snprintf(to, size, "%c", (int)value_i64(value));
    } else {
        value_text(to, size, key, value, true);
    }
}

/* What no version knows of yet stands among the notes. */
static enum ct_key_kind kind_of(const struct tape_key *keys, const struct kept_value *kept)
{
    uint32_t kind = keys[kept->value.key].kind;
    return kind == CT_KEY_ARGUMENT ? CT_KEY_ARGUMENT : kind == CT_KEY_RETURN ? CT_KEY_RETURN : CT_KEY_NOTE;
}

struct told {
    const struct tape_key *keys;
    const struct kept_value *values;
    bool utf8;
    size_t widest; /* columns that a value may have */
};

/* A text's or bytes' last letter stays behind the gap. */
static void put_value(FILE *to, const struct told *told, const char *value)
{
    const char *end = *value == '"' ? "\"" : *value == '<' ? ">" : "";
    size_t kept = strlen(end) + 1;
    if (text_width(value) <= told->widest || kept >= told->widest) {
        fputs(value, to);
        return;
    }
    fwrite(value, 1, text_fit(value, told->widest - kept), to);
    fprintf(to, "%s%s", told->utf8 ? "…" : "~", end);
}

/* "name=value" of a kind, with what stands before the first and between them; "": there are none; NULL: no memory. */
static char *values_of(const struct told *told, enum ct_key_kind kind, const char *first, const char *between,
                       const char *last)
{
    char *text = NULL, one[MOST_VALUE];
    size_t bytes;
    bool whole = true;
    FILE *to = open_memstream(&text, &bytes);
    if (to == NULL)
        return NULL;
    for (const struct kept_value *kept = told->values; kept != NULL; kept = kept->next) {
        const struct tape_key *key = &told->keys[kept->value.key];
        if (kind_of(told->keys, kept) != kind)
            continue;
        char *name = text_escaped(kind != CT_KEY_RETURN ? key->name : "", told->utf8);
        whole &= name != NULL;
        value_text(one, sizeof one, key, &kept->value, told->utf8);
        fputs(ftell(to) == 0 ? first : between, to);
        fprintf(to, "%s%s", name != NULL ? name : "", name != NULL && *name != '\0' ? "=" : "");
        put_value(to, told, one);
        free(name);
    }
    if (ftell(to) != 0)
        fputs(last, to);
    text = text_end(to, &text);
    if (whole)
        return text;
    free(text);
    return NULL;
}

static char *tell(const struct told *told)
{
    char *text = NULL;
    char *arguments = values_of(told, CT_KEY_ARGUMENT, "(", ", ", ")");
    char *result = values_of(told, CT_KEY_RETURN, " = ", ", ", "");
    char *notes = values_of(told, CT_KEY_NOTE, "  ", ", ", "");
    if (arguments == NULL || result == NULL || notes == NULL || asprintf(&text, "%s%s%s", arguments, result, notes) < 0)
        text = NULL;
    free(arguments);
    free(result);
    free(notes);
    return text;
}

char *values_told(const struct tape_key *keys, const struct kept_value *values, bool utf8)
{
    const struct told told = {keys, values, utf8, SIZE_MAX};
    return tell(&told);
}

/* By bisection: the widest that values may be for all to fit. */
char *values_fit(const struct tape_key *keys, const struct kept_value *values, bool utf8, size_t columns)
{
    enum { LEAST = 5 };
    char *text = values_told(keys, values, utf8);
    size_t fits = LEAST, beyond = columns;
    if (text == NULL || text_width(text) <= columns)
        return text;
    struct told told = {keys, values, utf8, LEAST};
    for (free(text); fits + 1 < beyond;) {
        told.widest = (fits + beyond) / 2;
        text = tell(&told);
        bool fit = text != NULL && text_width(text) <= columns;
        fits = fit ? told.widest : fits;
        beyond = fit ? beyond : told.widest;
        free(text);
    }
    told.widest = fits;
    return tell(&told);
}

static void text_json(struct json *json, const char *name, const struct tape_key *key, const struct tape_value *value)
{
    char text[64];
    value_text(text, sizeof text, key, value, true);
    json_string(json, name, text);
}

static void string_json(struct json *json, const char *name, const struct tape_value *value)
{
    char text[CT_VALUE_MAX + 1];
    size_t size = value->size < CT_VALUE_MAX ? value->size : CT_VALUE_MAX;
    memcpy(text, value->bytes, size);
    text[size] = '\0';
    json_text(json, name, text, size);
}

void value_json(struct json *json, const char *name, const struct tape_key *key, const struct tape_value *value)
{
    if (!is_there(value)) {
        json_null(json, name);
        return;
    }
    switch ((enum ct_value_type)key->type) {
    case CT_TYPE_I64:
        json_integer(json, name, value_i64(value));
        break;
    case CT_TYPE_U64:
        json_number(json, name, value_u64(value));
        break;
    case CT_TYPE_F64:
        json_exact(json, name, value_f64(value));
        break;
    case CT_TYPE_BOOL:
        json_bool(json, name, value_u64(value) != 0);
        break;
    case CT_TYPE_STRING:
        string_json(json, name, value);
        break;
    default:
        text_json(json, name, key, value);
        break;
    }
}

void value_json_object(struct json *json, const struct tape_key *key, const struct tape_value *value)
{
    json_open_object(json, NULL);
    json_string(json, "name", key->name);
    json_string(json, "kind", value_kind(key));
    value_json(json, "value", key, value);
    if (value->state != CT_VALUE_WHOLE)
        json_string(json, "state", value_state(value));
    json_close_object(json);
}

void values_json(struct json *json, const struct tape_key *keys, const struct kept_value *values)
{
    if (values == NULL)
        return;
    json_open_array(json, "values");
    for (; values != NULL; values = values->next)
        value_json_object(json, &keys[values->value.key], &values->value);
    json_close_array(json);
}
