/* Writing JSON (RFC 8259): always valid, always UTF-8. Bytes that are not UTF-8 become U+FFFD. */
#ifndef CALLTAPE_BASE_JSON_H
#define CALLTAPE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/output.h"

struct json {
    struct output *output;
    bool comma; /* the next value or key needs one in front */
};

/* A key is followed by exactly one value; `key` NULL: an element of an array or the document itself. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);
void json_string(struct json *json, const char *key, const char *text); /* NULL: null */
/* `size` bytes, NULs among them as \u0000; one stands behind them. */
void json_text(struct json *json, const char *key, const char *text, size_t size);
void json_number(struct json *json, const char *key, uint64_t n);
void json_integer(struct json *json, const char *key, int64_t n);
void json_real(struct json *json, const char *key, double x, int decimals);
void json_exact(struct json *json, const char *key,
                double x); /* the fewest digits that give it back; not finite: null */
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
/* A line break and `indent` spaces, after the comma that the next value needs, if any. */
void json_line(struct json *json, size_t indent);

#endif
