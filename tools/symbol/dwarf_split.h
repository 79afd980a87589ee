/* Split DWARF: the program keeps a skeleton of each unit, the rest lies in a .dwo file, or in a .dwp that packs many.
 * To be run in a sandbox only: see dwarf_access.h. */
#ifndef CALLTAPE_SYMBOL_DWARF_SPLIT_H
#define CALLTAPE_SYMBOL_DWARF_SPLIT_H

#include "symbol/dwarf_die.h"
#include "symbol/split_places.h"

/* Zero but for the first two. */
struct dwarf_split {
    const struct elf_file *file; /* with the skeletons */
    const struct split_places *places;
    struct dwarf_reading skeletons; /* the same file again: libdwarf marks in a file which unit is read */
    struct split_file *package, *loose;
    size_t known; /* so many skeletons are known by their signatures */
    bool begun;
};

enum split_end { SPLIT_NOT, SPLIT_FOUND, SPLIT_MISSING };

/* The whole unit of a skeleton, and in place of *reading, which is the skeleton's, the one that it belongs to; what was
 * opened stays so. SPLIT_MISSING: there is no such file, or it is another build's; `*path` is where the skeleton says
 * that it is, until the next call. SPLIT_NOT: the unit is no skeleton. */
enum split_end dwarf_split_find(struct dwarf_split *split, const struct dwarf_unit *skeleton,
                                struct dwarf_reading *reading, struct dwarf_unit *unit, const char **path);

#endif
