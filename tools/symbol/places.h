/* Where functions were written, read from hostile debug information in a child process. */
#ifndef CALLTAPE_SYMBOL_PLACES_H
#define CALLTAPE_SYMBOL_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"
#include "symbol/split_places.h"

const char *places_library(void); /* "libdwarf 2.3.1": of the one that runs */

struct place {
    char *name; /* as the linker has it; NULL: not known, or not asked for */
    char *file; /* full path; NULL: not known */
    uint32_t line;
    char *missing; /* the .dwo file that may know the name, but is not there; NULL: none */
};

/* How the reading went: to its end, or only so far as `places` tell. */
enum places_end { PLACES_WHOLE, PLACES_CUT };

/* Fills places[i] for addresses[i] (sorted), and its name where nameless[i]. The caller zeroes them before and gives
 * them to places_free. */
enum places_end places_find(const struct elf_file *file, const struct split_places *split, const uint64_t *addresses,
                            const bool *nameless, size_t count, struct place *places);
/* Its second half: takes what the child answered, which may be anything. */
void places_take(const char *answers, size_t bytes, struct place *places, size_t count);
void places_free(struct place *places, size_t count);

#endif
