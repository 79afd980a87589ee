/* Where functions were written, and what they are called, by a file's DWARF. To be run in a sandbox only: see
 * dwarf_access.h. */
#ifndef CALLTAPE_SYMBOL_DEBUG_INFO_H
#define CALLTAPE_SYMBOL_DEBUG_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"
#include "symbol/split_places.h"

struct debug_info_query {
    const struct elf_file *file;
    const struct split_places *split;
    const uint64_t *addresses; /* of functions, in the file, sorted */
    const bool *nameless;      /* those whose names are wanted too */
    size_t count;
};

struct debug_info_found {
    size_t index;     /* of the address */
    const char *name; /* as the linker has it, else the source's; NULL: not known or not asked for */
    const char *file; /* full path; NULL: not known */
    uint32_t line;
    const char *missing; /* the .dwo file that may know the name, but is not there; NULL: none */
};

/* Calls `take` as soon as something is known about an address. */
typedef void debug_info_take(void *context, const struct debug_info_found *found);
void debug_info_read(const struct debug_info_query *query, debug_info_take *take, void *context);

#endif
