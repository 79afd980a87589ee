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
