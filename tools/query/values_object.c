/* Values of calls as JSON, for SQL to take apart. */
#include <math.h>
#include <string.h>

#include "analyze/values.h"
#include "calls/kept.h"
#include "query/tables.h"

/* A NUL becomes \0, a backslash and a digit, for SQLite's JSON ends texts at \u0000. What is no character's place is
 * taken by JSON's \\u escapes. */
static void put_letters(sqlite3_str *to, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\0')
            sqlite3_str_appendall(to, "\\\\0");
        else if ((unsigned char)text[i] < ' ')
            sqlite3_str_appendf(to, "\\u%04x", text[i]);
        else {
            if (text[i] == '"' || text[i] == '\\')
                sqlite3_str_appendchar(to, 1, '\\');
            sqlite3_str_append(to, &text[i], 1); /* not %c, which takes a code point */
        }
}

static void put_string(sqlite3_str *to, const char *text, size_t size)
{
    sqlite3_str_appendchar(to, 1, '"');
    put_letters(to, text, size);
    sqlite3_str_appendchar(to, 1, '"');
}

/* JSON has no word for what is no number, and null is what was not recorded. */
static void put_real(sqlite3_str *to, double real)
{
    if (isfinite(real))
        sqlite3_str_appendf(to, "%!.17g", real);
    else
        sqlite3_str_appendall(to, isnan(real) ? "\"nan\"" : real > 0 ? "\"inf\"" : "\"-inf\"");
}

/* SQLite's integers are signed: what they do not hold would become a real, and is a text that is exact. */
static void put_natural(sqlite3_str *to, uint64_t number)
{
    const char *quote = number > INT64_MAX ? "\"" : "";
    sqlite3_str_appendf(to, "%s%llu%s", quote, (unsigned long long)number, quote);
}

/* A text that was cut is its first bytes; else what is not whole is null. */
static void put_value(sqlite3_str *to, const struct tape_key *key, const struct tape_value *value)
{
    bool text = key->type == CT_TYPE_STRING && value->state == CT_VALUE_CUT;
    switch (value->state == CT_VALUE_WHOLE || text ? key->type : 0) {
    case CT_TYPE_U64:
    case CT_TYPE_POINTER:
        return put_natural(to, value_u64(value));
    case CT_TYPE_ENUM:
        if (value_is_natural(key))
            return put_natural(to, (uint64_t)value_i64(value));
        return sqlite3_str_appendf(to, "%lld", (long long)value_i64(value));
    case CT_TYPE_I64:
    case CT_TYPE_CHAR:
        return sqlite3_str_appendf(to, "%lld", (long long)value_i64(value));
    case CT_TYPE_BOOL:
        return sqlite3_str_appendall(to, value_u64(value) != 0 ? "true" : "false");
    case CT_TYPE_F64:
        return put_real(to, value_f64(value));
    case CT_TYPE_STRING:
        return put_string(to, (const char *)value->bytes, value->size);
    default:
        return sqlite3_str_appendall(to, "null");
    }
}

static bool comes_again(const struct tape_key *keys, uint32_t count, const struct kept_value *value)
{
    const struct value_name name = value_name_of(keys, count, value->value.key);
    for (const struct kept_value *later = value->next; later != NULL; later = later->next) {
        const struct value_name other = value_name_of(keys, count, later->value.key);
        if (value_name_same(&other, &name))
            return true;
    }
    return false;
}

char *values_object(const struct tape *tape, const struct kept_value *values)
{
    uint32_t count;
    const struct tape_key *keys = tape_keys(tape, &count);
    sqlite3_str *to = sqlite3_str_new(NULL);
    for (const struct kept_value *kept = values; kept != NULL; kept = kept->next) {
        const struct tape_key *key = &keys[kept->value.key];
        const struct value_name name = value_name_of(keys, count, kept->value.key);
        if (comes_again(keys, count, kept))
            continue;
        sqlite3_str_appendall(to, sqlite3_str_length(to) == 0 ? "{\"" : ",\"");
        put_letters(to, name.name, strlen(name.name));
        put_letters(to, name.part, strlen(name.part));
        sqlite3_str_appendall(to, "\":");
        put_value(to, key, &kept->value);
    }
    sqlite3_str_appendchar(to, 1, '}');
    return sqlite3_str_finish(to);
}
