#include "analyze/values.h"

#include <math.h>
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

double value_f64(const struct tape_value *value)
{
    double wide = NAN;
    float narrow;
    if (value->size == sizeof wide) {
        memcpy(&wide, value->bytes, sizeof wide);
    } else if (value->size == sizeof narrow) {
        memcpy(&narrow, value->bytes, sizeof narrow);
        wide = (double)narrow;
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

static int compare_numbers(enum ct_value_type type, const struct tape_value *a, const struct tape_value *b)
{
    switch (type) {
    case CT_TYPE_I64:
    case CT_TYPE_CHAR:
    case CT_TYPE_ENUM:
        return COMPARE(value_i64(a), value_i64(b));
    case CT_TYPE_U64:
    case CT_TYPE_BOOL:
    case CT_TYPE_POINTER:
        return COMPARE(value_u64(a), value_u64(b));
    case CT_TYPE_F64:
        return COMPARE(value_f64(a), value_f64(b));
    default:
        return 0;
    }
}

int value_compare(const struct tape_key *keys, const struct tape_value *a, const struct tape_value *b)
{
    const struct tape_key *key = &keys[a->key], *other = &keys[b->key];
    int order = COMPARE(key->kind, other->kind);
    order = order != 0 ? order : COMPARE(key->type, other->type);
    order = order != 0 ? order : COMPARE(a->state, b->state);
    order = order != 0 ? order : compare_numbers((enum ct_value_type)key->type, a, b);
    return order != 0 ? order : compare_bytes(a, b);
}
