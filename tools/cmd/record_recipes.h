/* --args and --returns of record. */
#ifndef CALLTAPE_CMD_RECORD_RECIPES_H
#define CALLTAPE_CMD_RECORD_RECIPES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/options.h"

struct record_asked {
    const struct option_list *arguments, *returns;
    bool all;           /* that is left out is said, and not only the first few */
    char *const *words; /* behind the program's name: a program that calls no hooks may start one of these */
    int word_count;
};

/* Compiles the recipes for what is asked for of the program and its libraries, and says on standard error what is left
 * out, and why. *recipes: struct ct_recipes, one after the other, to be freed; NULL where nothing was asked for. -1
 * with the error set: a word is wrong, or names nothing. */
int record_recipes(const char *program, const struct record_asked *asked, char **recipes, size_t *bytes,
                   struct error *error);

#endif
