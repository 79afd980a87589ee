/* Types: how values of them are passed, and what of them is recorded. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_TYPE_H
#define CALLTAPE_SYMBOL_DWARF_TYPE_H

#include "symbol/dwarf_die.h"
#include "symbol/leaf.h"

/* Of a variable, a parameter or (its result's) of a function; NULL: it has none, or it can't be read. */
Dwarf_Die dwarf_type_of(struct dwarf_reading *reading, Dwarf_Die die);

struct passing dwarf_type_passing(struct dwarf_reading *reading, Dwarf_Die type);
/* Whether a function says that its parameters are passed in another way. */
bool dwarf_passes_otherwise(struct dwarf_reading *reading, Dwarf_Die function);

enum { LEAVES_OF_ONE = 8 };

/* Fills `leaves` (LEAVES_OF_ONE of them) with what is recorded of a value of the type that is called `name`, by a wish
 * whose path begins with that name. How many; 0: nothing, and *why says it,
 * or is "": there is nothing in it. `linkage` is the function's name. */
uint32_t dwarf_type_leaves(struct dwarf_reading *reading, Dwarf_Die type, const char *name,
                           const struct leaf_wish *wish, const char *linkage, struct leaf *leaves, char why[256]);

#endif
