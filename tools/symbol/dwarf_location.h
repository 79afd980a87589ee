/* Where a variable is at an address of the code, by its DWARF location. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_LOCATION_H
#define CALLTAPE_SYMBOL_DWARF_LOCATION_H

#include "symbol/dwarf_die.h"
#include "symbol/location.h"

/* At an address. `base` is the frame base of the function, for DW_OP_fbreg. */
void dwarf_location_find(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base, uint64_t pc,
                         struct location_set *to);

/* Whether a parameter of a function, which goes from `start` to `end`, is everywhere in it what it was when that began,
 * so that no statement of it is one that changes it. It is told of throughout, and is in the register that it came in,
 * or in another, of which `keeps` says that it holds the same, or said to be what it was. */
struct kept_question {
    uint64_t start, end;
    uint32_t bytes;                                             /* of the parameter */
    bool (*keeps)(void *context, const struct kept_copy *copy); /* of struct functions_query */
    bool (*ends)(void *context, uint64_t from, uint64_t to);
    void *context;
};
bool dwarf_location_is_kept(struct dwarf_reading *reading, Dwarf_Die parameter, const struct kept_question *question);

/* The frame base of a function; of kind LOCATION_NOWHERE where it is not known. */
void dwarf_location_frame_base(struct dwarf_reading *reading, Dwarf_Die function, struct location *to);

#endif
