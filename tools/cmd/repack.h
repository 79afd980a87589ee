/* How large a tape would be without some of its functions: what is left of its events is packed again, to nowhere. */
#ifndef CALLTAPE_CMD_REPACK_H
#define CALLTAPE_CMD_REPACK_H

#include <stdbool.h>

#include "tape/tape.h"

/* Sets *bytes to those of all blocks, records and index left out. `left_out`: by function, tape_function.same. A timed
 * event keeps its distance from the timed one before it, be that left out or not: where the other is not recorded, the
 * time that it took is not there either. (Adding up the distances, less what the events cost, adds up their noise, and
 * foretells half of what is saved.) Reads the whole tape. */
int repacked_bytes(struct tape *tape, const bool *left_out, uint64_t *bytes, struct error *error);

#endif
