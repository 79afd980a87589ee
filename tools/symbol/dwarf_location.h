/* Where a variable is at an address of the code, by its DWARF location. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_LOCATION_H
#define CALLTAPE_SYMBOL_DWARF_LOCATION_H

#include "symbol/dwarf_die.h"
#include "symbol/location.h"

/* At an address. `base` is the frame base of the function, for DW_OP_fbreg. */
void dwarf_location_find(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base, uint64_t pc,
                         struct location_set *to);

/* Whether the debug information tells somewhere that the variable is what it was when its function began: no statement
 * before there has changed it. */
bool dwarf_location_is_kept(struct dwarf_reading *reading, Dwarf_Die variable);

/* The frame base of a function; of kind LOCATION_NOWHERE where it is not known. */
void dwarf_location_frame_base(struct dwarf_reading *reading, Dwarf_Die function, struct location *to);

#endif
