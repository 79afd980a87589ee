/* Types as they are built, and their members. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_DWARF_MEMBER_H
#define CALLTAPE_SYMBOL_DWARF_MEMBER_H

#include "symbol/dwarf_die.h"

enum { DWARF_TYPES_DEEPEST = 16, DWARF_MOST_MEMBERS = 512 };

Dwarf_Half dwarf_tag_of(struct dwarf_reading *reading, Dwarf_Die die);
bool dwarf_has(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name);
/* Whether other files can name what a definition defines, as it or its declaration says. */
bool dwarf_is_external(struct dwarf_reading *reading, Dwarf_Die die);
/* Without typedefs and qualifiers. */
Dwarf_Die dwarf_plain_type(struct dwarf_reading *reading, Dwarf_Die type);
/* What a pointer leads to, or an array consists of. */
Dwarf_Die dwarf_pointed_type(struct dwarf_reading *reading, Dwarf_Die type);
bool dwarf_is_record(Dwarf_Half tag);
bool dwarf_is_reference(Dwarf_Half tag);
/* C++'s std::nullptr_t, C23's nullptr_t. */
bool dwarf_is_null_pointer(struct dwarf_reading *reading, Dwarf_Die type);
uint64_t dwarf_elements_of(struct dwarf_reading *reading, Dwarf_Die array);
uint64_t dwarf_bytes_of(struct dwarf_reading *reading, Dwarf_Die type);

struct dwarf_member {
    Dwarf_Die die, type;
    const char *name; /* NULL: it has none, or is a base class */
    bool base;
    int64_t offset;
};

/* False stops. */
typedef bool dwarf_see_member(void *context, const struct dwarf_member *member);

void dwarf_each_member(struct dwarf_reading *reading, Dwarf_Die type, dwarf_see_member *see, void *context);
/* The first bit of a bit-field, counted from where its member is; false: not told. */
bool dwarf_first_bit(struct dwarf_reading *reading, const struct dwarf_member *member, uint64_t bits, uint64_t *first);

/* For a member by name, with each_member. */
struct dwarf_member_search {
    struct dwarf_reading *reading;
    const char *name;
    size_t length;
    int depth;
    struct dwarf_member found; /* its offset in the outermost */
    bool is_found;
    const char *names[64]; /* that were met */
    size_t name_count;
};

bool dwarf_match_member(void *context, const struct dwarf_member *member);
bool dwarf_find_member(struct dwarf_reading *reading, Dwarf_Die type, const char *name, struct dwarf_member *found);

#endif
