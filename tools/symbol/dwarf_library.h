/* Types of C++'s library, of which users want the text, the size or the number in them and not its members.
 * libstdc++'s; to be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_LIBRARY_H
#define CALLTAPE_SYMBOL_DWARF_LIBRARY_H

#include "symbol/dwarf_member.h"
#include "symbol/leaf.h"

enum dwarf_library {
    LIBRARY_NONE,    /* not one of those */
    LIBRARY_LEAF,    /* `leaf` tells all, but how many bytes of a text are wished */
    LIBRARY_WRAPPED, /* it is what the member is, which lies in the leaf's place */
};

/* Adds ".size" to the leaf's name where that is what is told. `linkage` is the function's name. */
enum dwarf_library dwarf_library_look(struct dwarf_reading *reading, Dwarf_Die type, const char *linkage,
                                      struct leaf *leaf, Dwarf_Die *member);

/* std::string: by the type's name alone, where the definition is elsewhere. */
bool dwarf_library_is_string(struct dwarf_reading *reading, Dwarf_Die type);

#endif
