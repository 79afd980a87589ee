/* Where a program calls the hooks, by its code and its dynamic relocations (x86-64). */
#ifndef CALLTAPE_RECIPE_HOOKS_H
#define CALLTAPE_RECIPE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"

struct hook_calls {
    uint64_t *sites; /* sorted: the calls' return addresses */
    bool *entry;     /* by site: the entry hook */
    size_t count;
};

/* False: no memory. To be freed by hooks_free. What is found may, rarely, be no call but data or the middle of an
 * instruction: then nothing ever returns there. */
bool hooks_find(const struct elf_file *file, struct hook_calls *calls);
void hooks_free(struct hook_calls *calls);

#endif
