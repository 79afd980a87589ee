/* From where a value is to the operations that fetch it. */
#ifndef CALLTAPE_RECIPE_COMPILE_H
#define CALLTAPE_RECIPE_COMPILE_H

#include "recipe/follow.h"
#include "recipe/program.h"
#include "symbol/functions.h"

/* A call of a hook. */
struct compile_site {
    const struct function *function;
    const struct function_site *site;
    /* The entry hook: what was followed to it, or NULL; the exit hook: what was followed to the function's end. */
    const struct follow *follow;
    struct follow *onward; /* the entry hook: what was followed from it, or NULL */
    bool from_start;       /* what follow's terms begin with is the function's beginning */
    bool ordinary;         /* and the function gets its parameters as all others do */
};

/* The registers that a parameter comes in, by DWARF's numbers: one for each 8 bytes. False: it comes in memory, or the
 * rules for calls do not tell. */
bool compile_registers(const struct function *function, uint32_t parameter, uint8_t numbers[2]);

/* False: it is nowhere; the program is then of kind CT_RECIPE_GONE. */
bool compile_argument(const struct compile_site *at, const struct leaf *leaf, struct program *to);
bool compile_result(const struct compile_site *at, const struct leaf *leaf, struct program *to);

#endif
