/* Recipes: where a hook finds a function's arguments or its result. The recorder compiles them when a recording begins
 * and lays them into the arena (struct ct_arena: recipes); the runtime runs them (runtime/recipes.c). Nothing of this
 * is on the tape.
 *
 * The arena has one struct ct_recipes for each module (a program or library), one after the other: the head, then its
 * arrays in the order of their counts, then its text. Addresses are those in the module's file. A recipe is a run of
 * operations on a stack of CT_RECIPE_DEPTH words, none of which jumps. */
#ifndef CALLTAPE_RECIPE_H
#define CALLTAPE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CT_RECIPE_DEPTH 8u
#define CT_RECIPE_OPS_MAX 64u
#define CT_RECIPE_STRING_MAX 1008u /* bytes that a text may be cut to */

/* What a function must leave as it found it, so that it is in a hook what it was at the call. */
enum ct_register { CT_RBX, CT_RBP, CT_R12, CT_R13, CT_R14, CT_R15, CT_RSP, CT_REGISTERS };

enum ct_op_kind {
    CT_OP_PUSH,     /* value */
    CT_OP_ADDRESS,  /* where the address `value` of the module's file is loaded */
    CT_OP_REGISTER, /* what `from` (enum ct_register) held when the hook was called, plus value */
    CT_OP_SLOT,     /* the `bytes` of the function's own frame that lie `value` behind what `from` held */
    CT_OP_LOAD,     /* puts in place of an address the `from` (1 to 8) bytes that lie `value` behind it */
    CT_OP_ZERO,     /* keeps the lowest `from` (1 to 64) bits */
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
    uint8_t bytes;
    uint8_t reserved[5];
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
    uint8_t is_signed; /* of a number */
    uint16_t key;      /* of the function's */
    uint16_t most;     /* bytes */
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

/* Where the arrays are. */
struct ct_recipe_parts {
    const struct ct_recipe_function *functions;
    const struct ct_recipe_site *sites;
    const struct ct_op *ops;
    const struct ct_recipe_key *keys;
    const struct ct_recipe *recipes;
    const char *text;
};

static inline struct ct_recipe_parts ct_recipe_parts(const struct ct_recipes *set)
{
    struct ct_recipe_parts parts;
    parts.functions = (const struct ct_recipe_function *)(set + 1);
    parts.sites = (const struct ct_recipe_site *)(parts.functions + set->functions);
    parts.ops = (const struct ct_op *)(parts.sites + set->sites);
    parts.keys = (const struct ct_recipe_key *)(parts.ops + set->ops);
    parts.recipes = (const struct ct_recipe *)(parts.keys + set->keys);
    parts.text = (const char *)(parts.recipes + set->recipes);
    return parts;
}

static inline bool ct_recipe_within(uint32_t first, uint32_t count, uint32_t all)
{
    return first <= all && count <= all - first;
}

static inline bool ct_op_is_sound(const struct ct_op *op)
{
    switch (op->kind) {
    case CT_OP_REGISTER:
        return op->from < CT_REGISTERS;
    case CT_OP_SLOT:
        return op->from < CT_REGISTERS && op->bytes >= 1 && op->bytes <= 8;
    case CT_OP_LOAD:
        return op->bytes >= 1 && op->bytes <= 8;
    case CT_OP_ZERO:
    case CT_OP_SIGN:
        return op->from >= 1 && op->from <= 64;
    default:
        return op->kind < CT_OP_KINDS;
    }
}

static inline bool ct_recipe_is_sound(const struct ct_recipe *recipe, const struct ct_recipes *set)
{
    return ct_recipe_within(recipe->first_op, recipe->ops, set->ops) && recipe->ops <= CT_RECIPE_OPS_MAX &&
           recipe->kind <= CT_RECIPE_TEXT && recipe->most <= CT_RECIPE_STRING_MAX &&
           (recipe->kind != CT_RECIPE_FLOAT || recipe->most == 4 || recipe->most == 8);
}

/* Whether `size` bytes that anybody may have written begin with a set, in which every index and number is within its
 * bounds. */
static inline bool ct_recipes_are_sound(const struct ct_recipes *set, size_t size)
{
    if (size < sizeof *set || set->bytes > size || set->bytes % 8 || set->build_id_bytes > CT_RECIPE_BUILD_ID_BYTES)
        return false;
    uint64_t needed = sizeof *set + (uint64_t)set->functions * sizeof(struct ct_recipe_function) +
                      (uint64_t)set->sites * sizeof(struct ct_recipe_site) + (uint64_t)set->ops * sizeof(struct ct_op) +
                      (uint64_t)set->keys * sizeof(struct ct_recipe_key) +
                      (uint64_t)set->recipes * sizeof(struct ct_recipe) + set->text_bytes;
    if ((needed + 7) / 8 * 8 != set->bytes || !set->text_bytes)
        return false;
    const struct ct_recipe_parts parts = ct_recipe_parts(set);
    bool sound = !parts.text[set->text_bytes - 1] && set->path < set->text_bytes;
    for (uint32_t i = 0; i < set->functions; i++)
        sound &= ct_recipe_within(parts.functions[i].first_site, parts.functions[i].sites, set->sites) &&
                 ct_recipe_within(parts.functions[i].first_key, parts.functions[i].keys, set->keys);
    for (uint32_t i = 0; i < set->sites; i++)
        sound &= ct_recipe_within(parts.sites[i].first_recipe, parts.sites[i].recipes, set->recipes);
    for (uint32_t i = 0; i < set->ops; i++)
        sound &= ct_op_is_sound(&parts.ops[i]);
    for (uint32_t i = 0; i < set->keys; i++)
        sound &= parts.keys[i].name < set->text_bytes && parts.keys[i].type_name < set->text_bytes &&
                 parts.keys[i].details < set->text_bytes;
    for (uint32_t i = 0; i < set->recipes; i++)
        sound &= ct_recipe_is_sound(&parts.recipes[i], set);
    return sound;
}

#endif
