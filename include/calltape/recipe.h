/* Recipes: where a hook finds a function's arguments or its result. The recorder compiles them when a recording begins
 * and lays them into the arena (struct ct_arena: recipes); the runtime runs them (runtime/recipes.c). Nothing of this
 * is on the tape.
 *
 * The arena has one struct ct_recipes for each module (a program or library), one after the other: the head, then its
 * arrays in the order of their counts, then its text. Addresses are those in the module's file. A recipe is a run of
 * operations on a stack of CT_RECIPE_DEPTH words, none of which jumps. */
#ifndef CALLTAPE_RECIPE_H
#define CALLTAPE_RECIPE_H

#include <stdint.h>

#define CT_RECIPE_DEPTH 8u
#define CT_RECIPE_OPS_MAX 64u
#define CT_RECIPE_STRING_MAX 4000u /* bytes that a text may be cut to */

/* What a function must leave as it found it, so that it is in a hook what it was at the call. */
enum ct_register { CT_RBX, CT_RBP, CT_R12, CT_R13, CT_R14, CT_R15, CT_RSP, CT_REGISTERS };

enum ct_op_kind {
    CT_OP_PUSH,     /* value */
    CT_OP_REGISTER, /* what `from` (enum ct_register) held when the hook was called, plus value */
    CT_OP_LOAD,     /* puts in place of an address the `from` (1 to 8) bytes that lie `value` behind it */
    CT_OP_ZERO,     /* keeps the lowest `from` bits */
    CT_OP_SIGN,     /* likewise, and extends the highest of them */
    CT_OP_ADD,      /* of two operands the one on top is the second */
    CT_OP_SUB,
    CT_OP_MUL,
    CT_OP_DIV, /* signed; by 0: 0 */
    CT_OP_AND,
    CT_OP_OR,
    CT_OP_XOR,
    CT_OP_SHL,
    CT_OP_SHR,
    CT_OP_SAR,
    CT_OP_NEG,
    CT_OP_NOT,
    CT_OP_DUP,
    CT_OP_SWAP,
    CT_OP_OVER,
    CT_OP_DROP,
    CT_OP_KINDS,
};

struct ct_op {
    uint8_t kind;
    uint8_t from;
    uint16_t reserved[3];
    int64_t value;
};

enum ct_recipe_kind {
    CT_RECIPE_GONE,   /* the compiler has kept it nowhere */
    CT_RECIPE_NUMBER, /* the word on top: as few bytes as hold it */
    CT_RECIPE_FLOAT,  /* the lowest `most` (4 or 8) bytes of the word on top */
    CT_RECIPE_STRING, /* at the address on top: up to a NUL */
    CT_RECIPE_TEXT,   /* at the address below the top: so many bytes as the top says */
};

struct ct_recipe {
    uint32_t first_op;
    uint16_t ops;
    uint8_t kind;
    uint8_t reserved;
    uint16_t key;  /* of the function's */
    uint16_t most; /* bytes */
};

/* A call of a hook, in the function or in one that it was inlined into. */
struct ct_recipe_site {
    uint64_t address; /* the hook's return address */
    uint32_t first_recipe;
    uint32_t recipes;
};

/* Sorted by address; likewise its sites. */
struct ct_recipe_function {
    uint64_t address;
    uint32_t first_site, sites;
    uint32_t first_key, keys;
};

/* What a KEY record says. Strings are offsets in the text, of something that ends there. */
struct ct_recipe_key {
    uint32_t kind, type, size, index;
    uint32_t name, type_name, details;
    uint32_t reserved;
};

#define CT_RECIPE_BUILD_ID_BYTES 40

struct ct_recipes {
    uint32_t bytes; /* of all of it, a multiple of 8 */
    uint32_t build_id_bytes;
    uint8_t build_id[CT_RECIPE_BUILD_ID_BYTES];
    uint32_t path; /* in the text; of a module without a build-id */
    uint32_t functions, sites, recipes, ops, keys, text_bytes;
    uint32_t reserved;
};

_Static_assert(sizeof(struct ct_op) == 16 && sizeof(struct ct_recipe) == 12 && sizeof(struct ct_recipe_site) == 16 &&
                   sizeof(struct ct_recipe_function) == 24 && sizeof(struct ct_recipe_key) == 32 &&
                   sizeof(struct ct_recipes) == 80,
               "recorder and runtime share these");

#endif
