/* What the ordinary call of a function that has recipes needs of them: recipes.c prepares it, asked.c uses it. */
#ifndef CALLTAPE_ASKED_H
#define CALLTAPE_ASKED_H

#include "arch.h"

/* A recipe that is nothing but a slot of the stack: one of the function's frame, or where a register is kept. */
struct plain {
    uint64_t word;  /* VALUE, its key to be counted from the function's first */
    int32_t offset; /* PLAIN_NOT, which is nowhere near: the recipe is none of these */
    uint8_t from;   /* of struct registers */
    uint8_t above;  /* bits that do not count: 0, or more than 7 */
    uint8_t is_signed;
};
#define PLAIN_NOT INT32_MAX

/* A function that has recipes, in a module that is loaded. */
struct asked {
    const struct ct_recipes *set;
    const struct ct_recipe_site *sites;
    const struct plain *plain; /* by the set's recipes */
    uintptr_t base;
    uint64_t entry;      /* the word of a timed entry */
    uint32_t site_count; /* at least one */
    uint32_t first_key;
    uint32_t mark; /* of the function: MARK_ASKED, or 0 where only its entries come here */
    bool results;  /* whether any hook of an exit has something to tell */
};

/* By function; NULL: there are no recipes. */
extern const struct asked **recipes_asked __attribute__((visibility("hidden")));

static inline const struct asked *asked_of(const struct function *function)
{
    return __atomic_load_n(&recipes_asked[function_index(function)], __ATOMIC_ACQUIRE);
}

/* Few functions have more than two. NULL: nothing is asked for there. */
static inline const struct ct_recipe_site *asked_site(const struct asked *what, uintptr_t hook_return)
{
    const struct ct_recipe_site *site = what->sites;
    uint64_t address = hook_return - what->base;
    for (uint32_t count = what->site_count; count > 1;) {
        uint32_t half = count / 2;
        site += site[half].address <= address ? half : 0;
        count -= half;
    }
    return site->address == address ? site : NULL;
}

/* So many bytes of the stack, from the kept registers on, are surely there. */
#define FRAME_MOST (UINT64_C(1) << 16)

static inline bool is_in_frame(const struct registers *registers, uintptr_t address)
{
    return likely(address - (uintptr_t)registers <= FRAME_MOST);
}

#endif
