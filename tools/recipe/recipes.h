/* The recipes for what --args and --returns ask of a program: found in its code and debug information by a child
 * process under limits. */
#ifndef CALLTAPE_RECIPE_RECIPES_H
#define CALLTAPE_RECIPE_RECIPES_H

#include <stddef.h>

#include "base/error.h"
#include "calltape/recipe.h"
#include "recipe/spec.h"

struct recipes {
    struct ct_recipes *set; /* of the program */
    char **problems;        /* sentences about what is left out, safe to print */
    size_t problem_count;
};

/* -1 with the error set: something that was asked for is not there at all. To be given to recipes_free in any case. */
int recipes_compile(const char *program, const struct spec *specs, size_t count, struct recipes *to,
                    struct error *error);
void recipes_free(struct recipes *recipes);

#endif
