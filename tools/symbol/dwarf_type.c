#include "symbol/dwarf_type.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "calltape/format.h"
#include "symbol/dwarf_library.h"
#include "symbol/dwarf_member.h"

enum { TEXT_MOST = 64 };

/* ---- names of types --------------------------------------------------------------------------------------------- */

static void spell(struct dwarf_reading *reading, Dwarf_Die type, char *to, size_t size, int depth)
{
    const char *name = type ? dwarf_text(reading, type, DW_AT_name) : NULL;
    const char *before = "", *behind = "";
    if (!type)
        name = "void";
    switch (dwarf_tag_of(reading, type)) {
    case DW_TAG_pointer_type:
        behind = " *";
        break;
    case DW_TAG_reference_type:
        behind = " &";
        break;
    case DW_TAG_rvalue_reference_type:
        behind = " &&";
        break;
    case DW_TAG_const_type:
        before = "const ";
        break;
    case DW_TAG_array_type:
        behind = " []";
        break;
    case DW_TAG_enumeration_type:
        snprintf(to, size, "%s%s", name ? "enum " : "enum", name ? name : "");
        return;
    default:
        if (name || depth > DWARF_TYPES_DEEPEST) {
            snprintf(to, size, "%s", name ? name : "...");
            return;
        }
    }
    char inner[LEAF_NAME] = "...";
    if (type && depth < DWARF_TYPES_DEEPEST)
        spell(reading, dwarf_type_of(reading, type), inner, sizeof inner, depth + 1);
    bool stars = behind[0] && inner[0] && strchr("*&", inner[strlen(inner) - 1]);
    snprintf(to, size, "%s%s%s", before, inner, stars ? behind + 1 : behind);
}

/* "RED=0,GREEN=1", as many as there is room for. */
static void list_enumerators(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf)
{
    Dwarf_Die die, next;
    Dwarf_Half form;
    Dwarf_Signed value;
    size_t used = 0;
    bool more = dwarf_is_ok(reading, dwarf_child(type, &die, &reading->error));
    for (int i = 0; more && i < DWARF_MOST_MEMBERS; i++, die = next) {
        const char *name =
            dwarf_tag_of(reading, die) == DW_TAG_enumerator ? dwarf_text(reading, die, DW_AT_name) : NULL;
        Dwarf_Attribute from = name ? dwarf_attribute(reading, die, DW_AT_const_value, &form) : NULL;
        if (from) {
            Dwarf_Unsigned number = 0;
            bool natural = false;
            if (form == DW_FORM_sdata || form == DW_FORM_implicit_const) {
                if (!dwarf_is_ok(reading, dwarf_formsdata(from, &value, &reading->error)))
                    return;
            } else if (dwarf_is_ok(reading, dwarf_formudata(from, &number, &reading->error))) {
                value = (Dwarf_Signed)number;
                natural = !leaf->is_signed;
            } else {
                return;
            }
            leaf->is_signed |= value < 0 && !natural;
            int length = snprintf(leaf->details + used, sizeof leaf->details - used,
                                  natural ? "%s%s=%llu" : "%s%s=%lld", used ? "," : "", name, (long long)value);
            if (length < 0 || (size_t)length >= sizeof leaf->details - used) {
                leaf->details[used] = '\0';
                return;
            }
            used += (size_t)length;
        }
        more = dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error));
    }
}

/* ---- leaves ----------------------------------------------------------------------------------------------------- */

struct growth {
    struct dwarf_reading *reading;
    const struct leaf_wish *wish;
    const char *linkage;
    struct leaf *leaves;
    uint32_t count;
    struct leaf stem; /* name and hops so far */
    bool is_size;     /* the path names a library type's size, which is what it is shown as */
    int depth;
    char *why;
};

static void grow(struct growth *growth, Dwarf_Die type);

static void put_leaf(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    if (growth->count == LEAVES_OF_ONE)
        return;
    if (!leaf.type_name[0])
        spell(growth->reading, type, leaf.type_name, sizeof leaf.type_name, 0);
    growth->leaves[growth->count++] = leaf;
}

static bool is_character(struct dwarf_reading *reading, Dwarf_Die type)
{
    uint64_t encoding =
        type && dwarf_tag_of(reading, type) == DW_TAG_base_type ? dwarf_number(reading, type, DW_AT_encoding) : 0;
    return (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char || encoding == DW_ATE_UTF) &&
           dwarf_bytes_of(reading, type) == 1;
}

/* int8_t and uint8_t, which DWARF does not tell from characters but by name. */
static bool is_small_integer(struct dwarf_reading *reading, Dwarf_Die type)
{
    const char *name = dwarf_text(reading, type, DW_AT_name);
    return strcmp(name, "signed char") == 0 || strcmp(name, "unsigned char") == 0;
}

static uint32_t text_most(const struct growth *growth)
{
    return growth->wish->most ? growth->wish->most : TEXT_MOST;
}

static void grow_base(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    leaf.size = (uint32_t)dwarf_bytes_of(growth->reading, type);
    leaf.read = LEAF_NUMBER;
    switch (dwarf_number(growth->reading, type, DW_AT_encoding)) {
    case DW_ATE_boolean:
        leaf.type = CT_TYPE_BOOL;
        break;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
        leaf.is_signed = dwarf_number(growth->reading, type, DW_AT_encoding) == DW_ATE_signed_char;
        leaf.type = leaf.size == 1 && !is_small_integer(growth->reading, type) ? CT_TYPE_CHAR
                    : leaf.is_signed                                           ? CT_TYPE_I64
                                                                               : CT_TYPE_U64;
        break;
    case DW_ATE_signed:
        leaf.is_signed = true;
        leaf.type = CT_TYPE_I64;
        break;
    case DW_ATE_unsigned:
        leaf.type = CT_TYPE_U64;
        break;
    case DW_ATE_float:
        leaf.type = CT_TYPE_F64;
        leaf.read = LEAF_FLOAT;
        break;
    default:
        leaf.size = 0;
    }
    if (leaf.size == 0 || leaf.size > 8)
        snprintf(growth->why, 256, "values of type %s are not recorded", dwarf_text(growth->reading, type, DW_AT_name));
    else
        put_leaf(growth, type, leaf);
}

/* By what it is built upon, where that is told. */
static bool is_signed_enumeration(struct dwarf_reading *reading, Dwarf_Die type)
{
    Dwarf_Die under = dwarf_pointed_type(reading, type);
    uint64_t encoding = under ? dwarf_number(reading, under, DW_AT_encoding) : 0;
    return encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
}

static void grow_enumeration(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    leaf.type = CT_TYPE_ENUM;
    leaf.read = LEAF_NUMBER;
    leaf.is_signed = is_signed_enumeration(growth->reading, type);
    leaf.size = (uint32_t)dwarf_bytes_of(growth->reading, type);
    list_enumerators(growth->reading, type, &leaf);
    if (leaf.size >= 1 && leaf.size <= 8)
        put_leaf(growth, type, leaf);
}

static void grow_pointer(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    Dwarf_Die pointed = dwarf_pointed_type(growth->reading, type);
    char format = growth->wish->format;
    leaf.size = 8;
    if (format == 's' || (format == 0 && is_character(growth->reading, pointed))) {
        leaf.type = CT_TYPE_STRING;
        leaf.read = LEAF_POINTED;
        leaf.most = text_most(growth);
    } else {
        leaf.type = CT_TYPE_POINTER;
        leaf.read = dwarf_is_null_pointer(growth->reading, type) ? LEAF_NULL : LEAF_NUMBER;
    }
    put_leaf(growth, type, leaf);
}

static bool follow_pointer(struct growth *growth)
{
    if (growth->stem.hops == LEAF_HOPS) {
        snprintf(growth->why, 256, "more than %d pointers are not followed", LEAF_HOPS - 1);
        return false;
    }
    growth->stem.hop[growth->stem.hops++] = 0;
    return true;
}

static void grow_array(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    uint64_t bytes = dwarf_bytes_of(growth->reading, type);
    if (!is_character(growth->reading, dwarf_pointed_type(growth->reading, type)) || bytes == 0) {
        snprintf(growth->why, 256, "arrays are recorded only of characters");
        return;
    }
    leaf.type = CT_TYPE_STRING;
    leaf.read = LEAF_INPLACE;
    leaf.size = (uint32_t)bytes;
    leaf.most = text_most(growth) < bytes ? text_most(growth) : (uint32_t)bytes;
    put_leaf(growth, type, leaf);
}

/* ---- C++'s library ---- */

static bool grow_library(struct growth *growth, Dwarf_Die type)
{
    struct leaf leaf = growth->stem, stem = growth->stem;
    Dwarf_Die member = NULL;
    switch (dwarf_library_look(growth->reading, type, growth->linkage, &leaf, &member)) {
    case LIBRARY_LEAF:
        leaf.most = leaf.read == LEAF_TEXT ? text_most(growth) : 0;
        put_leaf(growth, type, leaf);
        return true;
    case LIBRARY_WRAPPED:
        growth->stem = leaf;
        grow(growth, member);
        growth->stem = stem;
        return true;
    default:
        return false;
    }
}

/* ---- members ---- */

static bool set_bits(struct growth *growth, const struct dwarf_member *member)
{
    struct dwarf_reading *reading = growth->reading;
    uint64_t bits = dwarf_number(reading, member->die, DW_AT_bit_size);
    if (!bits)
        return true;
    uint64_t first;
    if (bits > 64 || !dwarf_first_bit(reading, member, bits, &first))
        return false;
    growth->stem.hop[growth->stem.hops - 1] += (int64_t)(first / 8);
    growth->stem.bit_offset = (uint32_t)(first % 8);
    growth->stem.bit_size = (uint32_t)bits;
    return growth->stem.bit_offset + bits <= 64;
}

static bool grow_member(void *context, const struct dwarf_member *member)
{
    struct growth *growth = context;
    struct leaf stem = growth->stem;
    if (member->name) {
        size_t used = strlen(growth->stem.name);
        snprintf(growth->stem.name + used, sizeof growth->stem.name - used, ".%s", member->name);
    }
    growth->stem.hop[growth->stem.hops - 1] += member->offset;
    if (set_bits(growth, member))
        grow(growth, member->type);
    growth->stem = stem;
    return true;
}

static void grow_record(struct growth *growth, Dwarf_Die type)
{
    if (growth->depth > DWARF_TYPES_DEEPEST || grow_library(growth, type))
        return;
    if (dwarf_tag_of(growth->reading, type) == DW_TAG_union_type)
        snprintf(growth->why, 256, "of a union, one member is to be named: .MEMBER");
    else if (dwarf_has(growth->reading, type, DW_AT_declaration))
        snprintf(growth->why, 256, "its type is not described in this debug information");
    else if (growth->depth < DWARF_TYPES_DEEPEST)
        dwarf_each_member(growth->reading, type, grow_member, growth);
}

static void grow(struct growth *growth, Dwarf_Die type)
{
    Dwarf_Half tag = dwarf_tag_of(growth->reading, type);
    struct leaf leaf = growth->stem;
    growth->depth++;
    if (tag == DW_TAG_base_type)
        grow_base(growth, type, leaf);
    else if (tag == DW_TAG_enumeration_type)
        grow_enumeration(growth, type, leaf);
    else if (tag == DW_TAG_pointer_type || dwarf_is_null_pointer(growth->reading, type))
        grow_pointer(growth, type, leaf);
    else if (dwarf_is_reference(tag) && follow_pointer(growth))
        grow(growth, dwarf_pointed_type(growth->reading, type));
    else if (tag == DW_TAG_array_type)
        grow_array(growth, type, leaf);
    else if (dwarf_is_record(tag))
        grow_record(growth, type);
    else
        snprintf(growth->why, 256, "values of its type are not recorded");
    growth->depth--;
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

static bool no_such_member(struct growth *growth, struct dwarf_member_search *search)
{
    char name[LEAF_NAME];
    snprintf(name, sizeof name, "%.*s", (int)search->length, search->name);
    const char *near = nearest_word(name, search->names, search->name_count);
    snprintf(growth->why, 256, "%.60s has no member %.60s%s%.60s%s", growth->stem.name, name,
             near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return false;
}

/* "->" and "." both follow pointers where there are some. */
static bool reach_record(struct growth *growth, Dwarf_Die *type)
{
    for (int i = 0; i < 2; i++) {
        Dwarf_Half tag = dwarf_tag_of(growth->reading, *type);
        if (tag != DW_TAG_pointer_type && !dwarf_is_reference(tag))
            break;
        if (!follow_pointer(growth))
            return false;
        *type = dwarf_pointed_type(growth->reading, *type);
    }
    return true;
}

/* What is shown as ".size" or ".has_value" is no member. */
static bool is_shown_as(struct growth *growth, Dwarf_Die type, const char *name)
{
    struct leaf leaf = {.hops = 1};
    Dwarf_Die ignored;
    return dwarf_library_look(growth->reading, type, growth->linkage, &leaf, &ignored) != LIBRARY_NONE &&
           leaf.name[0] == '.' && strcmp(leaf.name + 1, name) == 0;
}

/* Goes on to the member that the path names next. */
static bool enter_member(struct growth *growth, Dwarf_Die *type, const char **path)
{
    *path += **path == '-' ? 2 : 1;
    struct dwarf_member_search search = {.reading = growth->reading, .name = *path, .length = strcspn(*path, ".-")};
    if (!reach_record(growth, type))
        return false;
    bool record = *type && dwarf_is_record(dwarf_tag_of(growth->reading, *type));
    if (record)
        dwarf_each_member(growth->reading, *type, dwarf_match_member, &search);
    *path += search.length;
    if (!search.is_found && record && is_shown_as(growth, *type, search.name))
        return growth->is_size = true;
    if (!search.is_found)
        return no_such_member(growth, &search);
    growth->stem.hop[growth->stem.hops - 1] += search.found.offset;
    *type = search.found.type;
    return set_bits(growth, &search.found);
}

uint32_t dwarf_type_leaves(struct dwarf_reading *reading, Dwarf_Die type, const char *name,
                           const struct leaf_wish *wish, const char *linkage, struct leaf *leaves, char why[256])
{
    struct growth growth = {.reading = reading, .wish = wish, .linkage = linkage, .leaves = leaves, .why = why};
    const char *path = wish->path ? wish->path + strcspn(wish->path, ".-") : "";
    growth.stem.hops = 1;
    snprintf(growth.stem.name, sizeof growth.stem.name, "%s", name);
    why[0] = '\0';
    Dwarf_Die at = dwarf_plain_type(reading, type);
    while (*path)
        if (!enter_member(&growth, &at, &path))
            return 0;
    if (wish->path)
        snprintf(growth.stem.name, sizeof growth.stem.name, "%s", wish->path);
    if (at)
        grow(&growth, at);
    if (growth.is_size && growth.count > 0)
        snprintf(leaves[0].name, sizeof leaves[0].name, "%s", wish->path);
    return growth.count;
}
