/* Values as numbers (FORMAT.md, 3.4). */
#ifndef CALLTAPE_ANALYZE_VALUES_H
#define CALLTAPE_ANALYZE_VALUES_H

#include "calls/kept.h"

/* Of I64 and all that is stored like it: the sign is extended. More than eight bytes: the lowest. */
int64_t value_i64(const struct tape_value *value);
uint64_t value_u64(const struct tape_value *value);
/* Of four bytes: what is nearest to its shortest text, 0.1 of 0.1f. NaN: neither of four nor of eight bytes. */
double value_f64(const struct tape_value *value);

/* How values of a key are asked for, in two parts: by its name; a result as "ret", and behind it ".a" of a structure's
 * member, "" of what is all that is told of its function's result. */
struct value_name {
    const char *name, *part;
};
struct value_name value_name_of(const struct tape_key *keys, uint32_t count, uint32_t index);
bool value_name_same(const struct value_name *a, const struct value_name *b);
/* To be freed; NULL: no memory. */
char *value_name_text(const struct value_name *name);

/* Is its number unsigned, also where it takes 64 bits? Of an enumeration, whose numbers are stored as signed ones all
 * the same: one of its enumerators says so. */
bool value_is_natural(const struct tape_key *key);
/* Goes through an enumeration's details, "RED=0,GREEN=1": false at the end, else the next one's name, its length and
 * the bits of its number. *at moves behind it. */
bool value_next_enumerator(const char **at, const char **name, size_t *length, uint64_t *bits);

/* The number that a whole value of a type is; false: it is none (a text, a pointer, cut, infinite, ...). */
bool value_number(const struct tape_key *key, const struct tape_value *value, double *number);

/* Below, equal or above 0 as `a` stands before `b`: by kind, type and state, then numbers by size, texts and bytes as
 * strcmp has it. Integers are equal however many bytes they were stored in. */
int value_compare(const struct tape_key *keys, const struct tape_value *a, const struct tape_value *b);

/* The same for values that are equal. */
uint64_t value_hash(const struct tape_key *keys, const struct tape_value *value);

#endif
