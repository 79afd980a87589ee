/* Values as text and as JSON: the one place that prints a value of a key. */
#ifndef CALLTAPE_EMIT_VALUES_H
#define CALLTAPE_EMIT_VALUES_H

#include "analyze/values.h"
#include "base/json.h"

/* 1000, -3, 0.25, true, 'a', 0x55d0, "text", RED, <12 34>, <unreadable>; like snprintf, always with whole characters.
 * What comes from the tape is made safe to print. */
size_t value_text(char *to, size_t size, const struct tape_key *key, const struct tape_value *value, bool utf8);
/* For formats that have texts of their own: the same, but of a text or a character no more than it is, in UTF-8; "..."
 * stands for what of a text is missing or has no room. `size`: 32 at least. */
void value_plain(char *to, size_t size, const struct tape_key *key, const struct tape_value *value);

/* The letters of a text and nothing else, but that a NUL within is told as \0. */
enum { VALUE_LETTERS = 2 * CT_VALUE_MAX + 1 };
void value_letters(char to[VALUE_LETTERS], const struct tape_value *value);

/* As they stand behind the name of their call: "(n=3) = 7  rows=5"; "": there are none. To be freed; NULL: no memory.
 */
char *values_told(const struct tape_key *keys, const struct kept_value *values, bool utf8);

/* The same in so many columns, where that is possible: what is too long is elided within, so that each value keeps its
 * name and its quotes. */
char *values_fit(const struct tape_key *keys, const struct kept_value *values, bool utf8, size_t columns);

/* The value alone, under `name`, or as an element where that is NULL: a number, true or false, a string; null where it
 * is not whole. */
void value_json(struct json *json, const char *name, const struct tape_key *key, const struct tape_value *value);
/* {"name", "kind", "value"} and, where it is not whole, "state". */
void value_json_object(struct json *json, const struct tape_key *key, const struct tape_value *value);

/* An array "values" of such; nothing where there are none. */
void values_json(struct json *json, const struct tape_key *keys, const struct kept_value *values);

const char *value_kind(const struct tape_key *key);      /* "argument", ... */
const char *value_state(const struct tape_value *value); /* "whole", "cut", "unreadable", "optimised out" */

#endif
