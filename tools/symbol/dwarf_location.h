/* Where a variable is at an address of the code, by its DWARF location. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_LOCATION_H
#define CALLTAPE_SYMBOL_DWARF_LOCATION_H

#include "symbol/dwarf_die.h"
#include "symbol/location.h"

/* At an address. `base` is the frame base of the function, for DW_OP_fbreg. */
void dwarf_location_find(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base, uint64_t pc,
                         struct location_set *to);

/* Likewise, as the registers that it is in. */
struct location_registers dwarf_location_registers(struct dwarf_reading *reading, Dwarf_Die variable,
                                                   const struct location *base, uint64_t pc);

/* All places of a variable that has a list of them, in the order of their addresses, each of which the list tells of
 * once. False: it has no such list, or too long a one. */
bool dwarf_location_list(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base,
                         struct location_list *to);

/* The frame base of a function; of kind LOCATION_NOWHERE where it is not known. */
void dwarf_location_frame_base(struct dwarf_reading *reading, Dwarf_Die function, struct location *to);

#endif
