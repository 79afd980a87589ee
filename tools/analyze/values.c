#include "analyze/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t value_u64(const struct tape_value *value)
{
    uint64_t number = 0;
    size_t size = value->size < sizeof number ? value->size : sizeof number;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)value->bytes[i] << (8 * i);
    return number;
}

int64_t value_i64(const struct tape_value *value)
{
    uint64_t number = value_u64(value);
    size_t bits = 8u * value->size;
    if (bits != 0 && bits < 64 && number >> (bits - 1))
        number |= UINT64_MAX << bits;
    return (int64_t)number;
}

/* Keys of a function's result stand together. */
static bool is_part_beside(const struct tape_key *key, const struct tape_key *beside)
{
    return beside->kind == CT_KEY_RETURN && beside->function == key->function && strcmp(beside->name, key->name) != 0;
}

struct value_name value_name_of(const struct tape_key *keys, uint32_t count, uint32_t index)
{
    const struct tape_key *key = &keys[index];
    if (key->kind != CT_KEY_RETURN)
        return (struct value_name){key->name, ""};
    bool parts = (index > 0 && is_part_beside(key, key - 1)) || (index + 1 < count && is_part_beside(key, key + 1));
    return (struct value_name){"ret", parts ? key->name : ""};
}

bool value_name_same(const struct value_name *a, const struct value_name *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->part, b->part) == 0;
}

char *value_name_text(const struct value_name *name)
{
    char *text;
    return asprintf(&text, "%s%s", name->name, name->part) < 0 ? NULL : text;
}

bool value_next_enumerator(const char **at, const char **name, size_t *length, uint64_t *bits)
{
    *name = *at;
    *length = strcspn(*at, "=,");
    if (**at == '\0')
        return false;
    *bits = (*at)[*length] == '=' ? strtoull(*at + *length + 1, NULL, 10) : 0;
    *at += strcspn(*at, ",");
    *at += **at == ',';
    return true;
}

static bool has_large_enumerator(const char *details)
{
    const char *name;
    size_t length;
    uint64_t bits;
    while (value_next_enumerator(&details, &name, &length, &bits))
        if (bits > INT64_MAX && name[length + 1] != '-')
            return true;
    return false;
}

bool value_is_natural(const struct tape_key *key)
{
    return key->type == CT_TYPE_U64 || key->type == CT_TYPE_BOOL || key->type == CT_TYPE_POINTER ||
           (key->type == CT_TYPE_ENUM && key->size == 8 && has_large_enumerator(key->details));
}

/* 0.1f is 0.1 and not 0.100000001490116: by the shortest text that reads back as it. Whole numbers are what they are.
 */
static double widened(float narrow)
{
    char text[32];
    for (int digits = 6; digits <= 9 && isfinite(narrow) && narrow != truncf(narrow); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)narrow);
        if (strtof(text, NULL) == narrow)
            return strtod(text, NULL);
    }
    return (double)narrow;
}

double value_f64(const struct tape_value *value)
{
    double wide = NAN;
    float narrow;
    if (value->size == sizeof wide) {
        memcpy(&wide, value->bytes, sizeof wide);
    } else if (value->size == sizeof narrow) {
        memcpy(&narrow, value->bytes, sizeof narrow);
        wide = widened(narrow);
    }
    return wide;
}

bool value_number(const struct tape_key *key, const struct tape_value *value, double *number)
{
    if (value->state != CT_VALUE_WHOLE)
        return false;
    switch ((enum ct_value_type)key->type) {
    case CT_TYPE_I64:
        *number = (double)value_i64(value);
        return true;
    case CT_TYPE_U64:
        *number = (double)value_u64(value);
        return true;
    case CT_TYPE_F64:
        *number = value_f64(value);
        return isfinite(*number);
    default:
        return false;
    }
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_bytes(const struct tape_value *a, const struct tape_value *b)
{
    size_t both = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->bytes, b->bytes, both);
    return order != 0 ? order : COMPARE(a->size, b->size);
}

/* Numbers of the same size may take more bytes or fewer. */
static bool is_integer(enum ct_value_type type)
{
    return type == CT_TYPE_I64 || type == CT_TYPE_CHAR || type == CT_TYPE_ENUM || type == CT_TYPE_U64 ||
           type == CT_TYPE_BOOL || type == CT_TYPE_POINTER;
}

static int compare_numbers(const struct tape_key *key, const struct tape_value *a, const struct tape_value *b)
{
    enum ct_value_type type = (enum ct_value_type)key->type;
    if (type == CT_TYPE_F64)
        return COMPARE(value_f64(a), value_f64(b));
    if (type == CT_TYPE_ENUM && value_is_natural(key))
        return COMPARE((uint64_t)value_i64(a), (uint64_t)value_i64(b));
    if (is_integer(type) && !value_is_natural(key))
        return COMPARE(value_i64(a), value_i64(b));
    return is_integer(type) ? COMPARE(value_u64(a), value_u64(b)) : 0;
}

int value_compare(const struct tape_key *keys, const struct tape_value *a, const struct tape_value *b)
{
    const struct tape_key *key = &keys[a->key], *other = &keys[b->key];
    int order = COMPARE(key->kind, other->kind);
    order = order != 0 ? order : COMPARE(key->type, other->type);
    order = order != 0 ? order : COMPARE(a->state, b->state);
    order = order != 0 ? order : compare_numbers(key, a, b);
    if (order != 0 || (is_integer((enum ct_value_type)key->type) && a->state == CT_VALUE_WHOLE))
        return order;
    return compare_bytes(a, b);
}

static uint64_t mix(uint64_t hash, uint64_t with)
{
    hash = (hash ^ with) * UINT64_C(0xff51afd7ed558ccd);
    return hash ^ hash >> 32;
}

uint64_t value_hash(const struct tape_key *keys, const struct tape_value *value)
{
    const struct tape_key *key = &keys[value->key];
    uint64_t hash = mix(key->kind, value->state);
    if (is_integer((enum ct_value_type)key->type) && value->state == CT_VALUE_WHOLE)
        return mix(hash, key->type == CT_TYPE_I64 || key->type == CT_TYPE_CHAR || key->type == CT_TYPE_ENUM
                             ? (uint64_t)value_i64(value)
                             : value_u64(value));
    for (size_t i = 0; i < value->size; i++)
        hash = mix(hash, value->bytes[i]);
    return hash;
}
