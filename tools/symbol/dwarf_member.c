#include "symbol/dwarf_member.h"

#include <string.h>

#include "symbol/dwarf_type.h"

/* ---- getting about ---------------------------------------------------------------------------------------------- */

Dwarf_Half dwarf_tag_of(struct dwarf_reading *reading, Dwarf_Die die)
{
    Dwarf_Half tag;
    return die && dwarf_is_ok(reading, dwarf_tag(die, &tag, &reading->error)) ? tag : 0;
}

bool dwarf_has(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    return dwarf_attribute(reading, die, name, &form) != NULL;
}

/* Without typedefs and qualifiers. */
Dwarf_Die dwarf_plain_type(struct dwarf_reading *reading, Dwarf_Die type)
{
    for (int i = 0; type && i < DWARF_TYPES_DEEPEST; i++) {
        switch (dwarf_tag_of(reading, type)) {
        case DW_TAG_typedef:
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type:
            type = dwarf_referred(reading, type, DW_AT_type);
            break;
        default:
            return type;
        }
    }
    return NULL;
}

Dwarf_Die dwarf_type_of(struct dwarf_reading *reading, Dwarf_Die die)
{
    return dwarf_referred(reading, die, DW_AT_type);
}

Dwarf_Die dwarf_pointed_type(struct dwarf_reading *reading, Dwarf_Die type)
{
    return dwarf_plain_type(reading, dwarf_type_of(reading, type));
}

bool dwarf_is_record(Dwarf_Half tag)
{
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

bool dwarf_is_reference(Dwarf_Half tag)
{
    return tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

uint64_t dwarf_elements_of(struct dwarf_reading *reading, Dwarf_Die array)
{
    Dwarf_Die range;
    if (!dwarf_is_ok(reading, dwarf_child(array, &range, &reading->error)))
        return 0;
    return dwarf_has(reading, range, DW_AT_count)         ? dwarf_number(reading, range, DW_AT_count)
           : dwarf_has(reading, range, DW_AT_upper_bound) ? dwarf_number(reading, range, DW_AT_upper_bound) + 1
                                                          : 0;
}

bool dwarf_is_null_pointer(struct dwarf_reading *reading, Dwarf_Die type)
{
    const char *name =
        dwarf_tag_of(reading, type) == DW_TAG_unspecified_type ? dwarf_text(reading, type, DW_AT_name) : NULL;
    return name && strstr(name, "nullptr");
}

uint64_t dwarf_bytes_of(struct dwarf_reading *reading, Dwarf_Die type)
{
    Dwarf_Half tag = dwarf_tag_of(reading, type);
    if (tag == DW_TAG_pointer_type || dwarf_is_reference(tag) || dwarf_is_null_pointer(reading, type))
        return 8;
    if (tag == DW_TAG_ptr_to_member_type)
        return dwarf_tag_of(reading, dwarf_pointed_type(reading, type)) == DW_TAG_subroutine_type ? 16 : 8;
    if (tag == DW_TAG_array_type && !dwarf_has(reading, type, DW_AT_byte_size))
        return dwarf_elements_of(reading, type) * dwarf_bytes_of(reading, dwarf_pointed_type(reading, type));
    return type ? dwarf_number(reading, type, DW_AT_byte_size) : 0;
}

/* ---- members ---------------------------------------------------------------------------------------------------- */

static bool take_member(struct dwarf_reading *reading, Dwarf_Die die, struct dwarf_member *member)
{
    Dwarf_Half tag = dwarf_tag_of(reading, die);
    if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) || dwarf_has(reading, die, DW_AT_external) ||
        dwarf_has(reading, die, DW_AT_declaration))
        return false;
    *member = (struct dwarf_member){
        .die = die,
        .type = dwarf_plain_type(reading, dwarf_type_of(reading, die)),
        .name = tag == DW_TAG_member ? dwarf_text(reading, die, DW_AT_name) : NULL,
        .base = tag == DW_TAG_inheritance,
        .offset = (int64_t)dwarf_number(reading, die, DW_AT_data_member_location),
    };
    /* A virtual base is somewhere else in each object. */
    return member->type && !(member->base && dwarf_has(reading, die, DW_AT_virtuality));
}

void dwarf_each_member(struct dwarf_reading *reading, Dwarf_Die type, dwarf_see_member *see, void *context)
{
    Dwarf_Die die, next;
    struct dwarf_member member;
    if (!dwarf_is_ok(reading, dwarf_child(type, &die, &reading->error)))
        return;
    for (int i = 0; i < DWARF_MOST_MEMBERS; i++, die = next) {
        if (take_member(reading, die, &member) && !see(context, &member))
            return;
        if (!dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error)))
            return;
    }
}

/* The first bit of a bit-field, counted from where its member is; false: not told. Before DWARF 4 they were counted
 * from the highest bit of a unit of storage. */
bool dwarf_first_bit(struct dwarf_reading *reading, const struct dwarf_member *member, uint64_t bits, uint64_t *first)
{
    if (dwarf_has(reading, member->die, DW_AT_data_bit_offset)) {
        *first = dwarf_number(reading, member->die, DW_AT_data_bit_offset);
        return true;
    }
    uint64_t unit = dwarf_has(reading, member->die, DW_AT_byte_size)
                        ? dwarf_number(reading, member->die, DW_AT_byte_size)
                        : dwarf_number(reading, member->type, DW_AT_byte_size);
    *first = 8 * unit - dwarf_number(reading, member->die, DW_AT_bit_offset) - bits;
    return dwarf_has(reading, member->die, DW_AT_bit_offset) && *first < 8 * unit;
}

/* Members of base classes and of members without a name are those of the record itself. */
bool dwarf_match_member(void *context, const struct dwarf_member *member)
{
    struct dwarf_member_search *search = context;
    if (member->name && search->name_count < 64)
        search->names[search->name_count++] = member->name;
    if (member->name && strlen(member->name) == search->length &&
        memcmp(member->name, search->name, search->length) == 0) {
        search->found = *member;
        search->is_found = true;
    } else if (!member->name && search->depth < DWARF_TYPES_DEEPEST) {
        search->depth++;
        dwarf_each_member(search->reading, member->type, dwarf_match_member, search);
        search->depth--;
        if (search->is_found)
            search->found.offset += member->offset;
    }
    return !search->is_found;
}

bool dwarf_find_member(struct dwarf_reading *reading, Dwarf_Die type, const char *name, struct dwarf_member *found)
{
    struct dwarf_member_search search = {.reading = reading, .name = name, .length = strlen(name)};
    dwarf_each_member(reading, type, dwarf_match_member, &search);
    *found = search.found;
    return search.is_found;
}

bool dwarf_is_external(struct dwarf_reading *reading, Dwarf_Die die)
{
    Dwarf_Die declared = dwarf_referred(reading, die, DW_AT_specification);
    return dwarf_has(reading, die, DW_AT_external) || (declared && dwarf_has(reading, declared, DW_AT_external));
}
