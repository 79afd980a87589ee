/* Where a variable is at an address of the code, by its DWARF location. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_LOCATION_H
#define CALLTAPE_SYMBOL_DWARF_LOCATION_H

#include "symbol/dwarf_die.h"
#include "symbol/location.h"

/* At the hook call that ends at `pc`. `base` is the frame base of the function, for DW_OP_fbreg. */
void dwarf_location_find(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base, uint64_t pc,
                      struct location_set *to);

/* The frame base of a function; of kind LOCATION_NOWHERE where it is not known. */
void dwarf_location_frame_base(struct dwarf_reading *reading, Dwarf_Die function, struct location *to);

#endif
