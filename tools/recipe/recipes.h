/* The recipes for what --args and --returns ask of a program and its libraries: found in their code and debug
 * information by a child process under limits. */
#ifndef CALLTAPE_RECIPE_RECIPES_H
#define CALLTAPE_RECIPE_RECIPES_H

#include <stddef.h>

#include "base/error.h"
#include "recipe/spec.h"

struct recipes {
    const struct spec *specs;
    size_t spec_count;
    char *sets; /* struct ct_recipes, one after the other */
    size_t bytes;
    char **problems; /* sentences about what is left out, safe to print */
    size_t problem_count;
    bool *matched, *granted; /* by spec: a function; of its paths, one */
    char **denied;           /* by spec: why of its paths one is not, or NULL */
    char **nearest;          /* by spec: the name of a function that may have been meant, or NULL */
    char *not_told;          /* why a module with hooks could not be looked into; NULL: all could */
    size_t modules;          /* that call hooks */
    size_t missing;          /* .dwo files that are not there */
};

/* -1 with the error set: no memory. Specs must outlive it. To be given to recipes_free in any case. */
int recipes_begin(struct recipes *recipes, const struct spec *specs, size_t count, struct error *error);

/* Adds what a program or library has of the functions that are asked for. One that calls no hooks has nothing. */
void recipes_add(struct recipes *recipes, const char *path);

/* -1 with the error set: something that was asked for is nowhere. */
int recipes_check(const struct recipes *recipes, const char *program, struct error *error);

void recipes_free(struct recipes *recipes);

#endif
