/* Conditions on the values of a call: "nb > 1000 && ret < 0".
 *
 *   a || b   a && b   !a                  of numbers, 0 is false
 *   == != < <= > >=                       of numbers, integers and reals exactly; of texts == and != only
 *   text ~ "glob" or "re:expression"      as patterns elsewhere (pattern.h)
 *   + - * / %                             integers as in C, but of 128 bits (beyond these as reals); reals
 *   p == NULL  p != nullptr              of pointers, and of texts, which may be at a null pointer
 *   12  0x1f  2.5e3  true  false  'c'  "text"  name  req->length  `any name`
 *
 * Precedence is C's, but comparisons can't be chained. A text at a null pointer equals no other. What has no value
 * makes what it stands in unknown, but for false && it and true || it, whatever the order; what is unknown, divided by
 * 0 included, does not hold. Not thread-safe. */
#ifndef CALLTAPE_MATCH_WHERE_H
#define CALLTAPE_MATCH_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum where_kind { WHERE_NOTHING, WHERE_INTEGER, WHERE_REAL, WHERE_TEXT, WHERE_NULL };

struct where_value {
    enum where_kind kind;
    __int128 integer;
    double real;
    const char *text; /* may have NULs within; one stands behind it */
    size_t size;      /* of the text, in bytes */
};

enum { WHERE_NUMBERS = 1, WHERE_TEXTS = 2, WHERE_NULLS = 4 };

/* What a name means: a variable that may have values of these kinds, or an integer. */
struct where_name {
    bool is_constant;
    uint32_t variable;
    unsigned kinds;
    __int128 constant;
};

/* `quoted`: it stands in backquotes. -1 with the error set: it means nothing, and why. */
struct where_names {
    int (*find)(void *context, const char *name, bool quoted, struct where_name *found, struct error *error);
    void *context;
};

struct where;

/* NULL with the error set, which tells the column. */
struct where *where_create(const char *text, const struct where_names *names, struct error *error);
void where_destroy(struct where *where); /* NULL is allowed */

/* `variables` by number. */
bool where_holds(const struct where *where, const struct where_value *variables);
/* What the whole comes to; NOTHING: unknown. */
struct where_value where_value(const struct where *where, const struct where_value *variables);

#endif
