/* The recipes of one module, as the runtime reads them: built from programs. Pure. */
#ifndef CALLTAPE_RECIPE_SET_H
#define CALLTAPE_RECIPE_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "recipe/compile.h"

struct set_builder;

struct set_builder *set_create(void); /* NULL: no memory */

/* Begins a hook call of a function (by its address), whose keys are its leaves. False: another function of this
 * address has other leaves. */
bool set_begin_site(struct set_builder *set, const struct function *function, uint64_t address, uint64_t site);
/* Of the call that was begun last; `leaf` is its number in the function. */
void set_add(struct set_builder *set, uint32_t leaf, const struct program *program);

/* In one piece, to be freed; NULL: no memory, or nothing was added. `path` is of the module, by which it is known where
 * it has no build-id. */
struct ct_recipes *set_finish(struct set_builder *set, const char *path, const uint8_t *build_id,
                              size_t build_id_bytes);

#endif
