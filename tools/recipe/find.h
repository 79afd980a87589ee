/* Finding recipes in a program's code and debug information. To be run in a sandbox only; little is freed. */
#ifndef CALLTAPE_RECIPE_FIND_H
#define CALLTAPE_RECIPE_FIND_H

#include <stdio.h>

#include "recipe/spec.h"
#include "symbol/elf_file.h"
#include "symbol/split_places.h"

/* What is told beside, each a letter, a text and a NUL. */
enum {
    TOLD_MATCH = 'm',   /* the number of a spec that a function matched */
    TOLD_NEAREST = 'n', /* likewise of one that none did, a space, and the nearest name */
    TOLD_GRANTED = 'g', /* likewise of one of whose paths a function has one */
    TOLD_DENIED = 'x',  /* likewise of one of whose paths it has not one, a space, and why */
    TOLD_REFUSED = 'r', /* a sentence about what is left out */
    TOLD_MISSING = 'd', /* the path of a .dwo file that is not there */
};

struct find_query {
    const char *path; /* the program's */
    const struct elf_file *program, *debug;
    const struct split_places *split;
    const struct spec *specs;
    size_t spec_count;
    FILE *texts;
};

/* NULL: there are none, or no memory. */
struct ct_recipes *find_recipes(const struct find_query *query);

#endif
