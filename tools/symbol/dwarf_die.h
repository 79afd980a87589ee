/* What every reader of DWARF needs: units, attributes, ranges of addresses. To be run in a sandbox only: see
 * dwarf_access.h. */
#ifndef CALLTAPE_SYMBOL_DWARF_DIE_H
#define CALLTAPE_SYMBOL_DWARF_DIE_H

#include "symbol/dwarf_access.h"

struct dwarf_reading {
    Dwarf_Debug dbg;
    Dwarf_Error error;
};

struct dwarf_unit {
    Dwarf_Die die; /* the caller's to free */
    Dwarf_Half version;
    Dwarf_Addr low;
};

/* Frees the error, if there is one. */
bool dwarf_is_ok(struct dwarf_reading *reading, int result);

/* False: no unit is left. */
bool dwarf_next_unit(struct dwarf_reading *reading, struct dwarf_unit *unit);

/* NULL, and 0: there is none, or it stands in another file. */
Dwarf_Attribute dwarf_attribute(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name, Dwarf_Half *form);
const char *dwarf_text(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name);
uint64_t dwarf_number(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name);
Dwarf_Die dwarf_referred(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name);

/* Of code that is in one piece; false: it is not, or its addresses are not known. */
bool dwarf_bounds(struct dwarf_reading *reading, Dwarf_Die die, uint64_t *start, uint64_t *end);

typedef void dwarf_see_range(void *context, uint64_t low, uint64_t high);
/* False: the addresses of this unit or function are not known, or not all. */
bool dwarf_each_range(struct dwarf_reading *reading, const struct dwarf_unit *unit, Dwarf_Die die, dwarf_see_range *see,
                      void *context);

#endif
