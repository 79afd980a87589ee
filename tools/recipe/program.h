/* The operations that fetch a value, and how they go on from where it is to what is recorded of it. Pure. */
#ifndef CALLTAPE_RECIPE_PROGRAM_H
#define CALLTAPE_RECIPE_PROGRAM_H

#include <stdbool.h>

#include "calltape/recipe.h"
#include "symbol/leaf.h"
#include "symbol/location.h"

struct program {
    struct ct_op ops[CT_RECIPE_OPS_MAX];
    uint32_t count;
    enum ct_recipe_kind kind;
    uint32_t most;
    bool is_signed;
};

/* Where one piece of a value is. */
struct piece {
    enum location_kind kind;
    uint64_t bytes; /* 0: all that follows */
    struct program ops;
};

struct base {
    struct piece pieces[LOCATION_PIECES];
    uint32_t count;
};

/* False: there is no room. */
bool program_put(struct program *to, enum ct_op_kind kind, uint32_t from, int64_t value);
bool program_load(struct program *to, uint32_t bytes, int64_t value);

/* What of the value itself is needed. */
uint32_t leaf_first_bytes(const struct leaf *leaf);

/* What lies in the function's own frame, which `frame` (enum ct_register; -1: none) leads to, is read without a check.
 * False: what the leaf wants is nowhere in the base. */
bool program_fetch(struct program *to, const struct base *base, const struct leaf *leaf, int frame);

#endif
