#include "symbol/dwarf_type.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "calltape/format.h"

enum { DEEPEST = 16, TEXT_MOST = 64, MOST_MEMBERS = 512 };

/* ---- getting about ---------------------------------------------------------------------------------------------- */

static Dwarf_Half tag_of(struct dwarf_reading *reading, Dwarf_Die die)
{
    Dwarf_Half tag;
    return die && dwarf_is_ok(reading, dwarf_tag(die, &tag, &reading->error)) ? tag : 0;
}

static bool has(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    return dwarf_attribute(reading, die, name, &form) != NULL;
}

/* Without typedefs and qualifiers. */
static Dwarf_Die plain_type(struct dwarf_reading *reading, Dwarf_Die type)
{
    for (int i = 0; type && i < DEEPEST; i++) {
        switch (tag_of(reading, type)) {
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

static Dwarf_Die pointed_type(struct dwarf_reading *reading, Dwarf_Die type)
{
    return plain_type(reading, dwarf_type_of(reading, type));
}

static bool is_record(Dwarf_Half tag)
{
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

static bool is_reference(Dwarf_Half tag)
{
    return tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

static uint64_t elements_of(struct dwarf_reading *reading, Dwarf_Die array)
{
    Dwarf_Die range;
    if (!dwarf_is_ok(reading, dwarf_child(array, &range, &reading->error)))
        return 0;
    return has(reading, range, DW_AT_count)         ? dwarf_number(reading, range, DW_AT_count)
           : has(reading, range, DW_AT_upper_bound) ? dwarf_number(reading, range, DW_AT_upper_bound) + 1
                                                    : 0;
}

static uint64_t bytes_of(struct dwarf_reading *reading, Dwarf_Die type)
{
    Dwarf_Half tag = tag_of(reading, type);
    if (tag == DW_TAG_pointer_type || is_reference(tag))
        return 8;
    if (tag == DW_TAG_array_type && !has(reading, type, DW_AT_byte_size))
        return elements_of(reading, type) * bytes_of(reading, pointed_type(reading, type));
    return type ? dwarf_number(reading, type, DW_AT_byte_size) : 0;
}

/* ---- members ---------------------------------------------------------------------------------------------------- */

struct member {
    Dwarf_Die die, type;
    const char *name; /* NULL: it has none, or is a base class */
    bool base;
    int64_t offset;
};

/* False stops. */
typedef bool see_member(void *context, const struct member *member);

static bool take_member(struct dwarf_reading *reading, Dwarf_Die die, struct member *member)
{
    Dwarf_Half tag = tag_of(reading, die);
    if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) || has(reading, die, DW_AT_external) ||
        has(reading, die, DW_AT_declaration))
        return false;
    *member = (struct member){
        .die = die,
        .type = plain_type(reading, dwarf_type_of(reading, die)),
        .name = tag == DW_TAG_member ? dwarf_text(reading, die, DW_AT_name) : NULL,
        .base = tag == DW_TAG_inheritance,
        .offset = (int64_t)dwarf_number(reading, die, DW_AT_data_member_location),
    };
    /* A virtual base is somewhere else in each object. */
    return member->type && !(member->base && has(reading, die, DW_AT_virtuality));
}

static void each_member(struct dwarf_reading *reading, Dwarf_Die type, see_member *see, void *context)
{
    Dwarf_Die die, next;
    struct member member;
    if (!dwarf_is_ok(reading, dwarf_child(type, &die, &reading->error)))
        return;
    for (int i = 0; i < MOST_MEMBERS; i++, die = next) {
        if (take_member(reading, die, &member) && !see(context, &member))
            return;
        if (!dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error)))
            return;
    }
}

/* The first bit of a bit-field, counted from where its member is; false: not told. Before DWARF 4 they were counted
 * from the highest bit of a unit of storage. */
static bool first_bit(struct dwarf_reading *reading, const struct member *member, uint64_t bits, uint64_t *first)
{
    if (has(reading, member->die, DW_AT_data_bit_offset)) {
        *first = dwarf_number(reading, member->die, DW_AT_data_bit_offset);
        return true;
    }
    uint64_t unit = has(reading, member->die, DW_AT_byte_size) ? dwarf_number(reading, member->die, DW_AT_byte_size)
                                                               : dwarf_number(reading, member->type, DW_AT_byte_size);
    *first = 8 * unit - dwarf_number(reading, member->die, DW_AT_bit_offset) - bits;
    return has(reading, member->die, DW_AT_bit_offset) && *first < 8 * unit;
}

struct member_search {
    struct dwarf_reading *reading;
    const char *name;
    size_t length;
    int depth;
    struct member found; /* its offset in the outermost */
    bool is_found;
    const char *names[64]; /* that were met */
    size_t name_count;
};

/* Members of base classes and of members without a name are those of the record itself. */
static bool match_member(void *context, const struct member *member)
{
    struct member_search *search = context;
    if (member->name && search->name_count < 64)
        search->names[search->name_count++] = member->name;
    if (member->name && strlen(member->name) == search->length &&
        memcmp(member->name, search->name, search->length) == 0) {
        search->found = *member;
        search->is_found = true;
    } else if (!member->name && search->depth < DEEPEST) {
        search->depth++;
        each_member(search->reading, member->type, match_member, search);
        search->depth--;
        if (search->is_found)
            search->found.offset += member->offset;
    }
    return !search->is_found;
}

static bool find_member(struct dwarf_reading *reading, Dwarf_Die type, const char *name, struct member *found)
{
    struct member_search search = {.reading = reading, .name = name, .length = strlen(name)};
    each_member(reading, type, match_member, &search);
    *found = search.found;
    return search.is_found;
}

/* ---- how it is passed ------------------------------------------------------------------------------------------- */

enum class { CLASS_NONE, CLASS_INTEGER, CLASS_SSE, CLASS_MEMORY };

struct classes {
    struct dwarf_reading *reading;
    uint64_t at; /* offset in the whole */
    int depth;
    enum class words[2];
    bool known;
};

static void classify(struct classes *classes, Dwarf_Die type);

static void add_class(struct classes *classes, uint64_t bytes, enum class class)
{
    if (bytes == 0 || classes->at + bytes > 16) {
        classes->words[0] = CLASS_MEMORY;
        return;
    }
    for (uint64_t i = classes->at / 8; i <= (classes->at + bytes - 1) / 8; i++)
        if (classes->words[i] == CLASS_NONE || (classes->words[i] == CLASS_SSE && class == CLASS_INTEGER) ||
            class == CLASS_MEMORY)
            classes->words[i] = class;
}

static bool classify_member(void *context, const struct member *member)
{
    struct classes *classes = context;
    uint64_t at = classes->at;
    uint64_t bits = dwarf_number(classes->reading, member->die, DW_AT_bit_size);
    classes->at += (uint64_t)member->offset;
    if (bits) {
        uint64_t first = 0;
        classes->known &= first_bit(classes->reading, member, bits, &first);
        classes->at += first / 8;
        add_class(classes, (first % 8 + bits + 7) / 8, CLASS_INTEGER);
    } else {
        classify(classes, member->type);
    }
    classes->at = at;
    return classes->known;
}

static void classify_array(struct classes *classes, Dwarf_Die type)
{
    Dwarf_Die element = pointed_type(classes->reading, type);
    uint64_t count = elements_of(classes->reading, type), bytes = bytes_of(classes->reading, element);
    uint64_t at = classes->at;
    for (uint64_t i = 0; i < count && i < 17; i++, classes->at += bytes)
        classify(classes, element);
    classes->at = at;
}

static void classify_base(struct classes *classes, Dwarf_Die type)
{
    uint64_t bytes = bytes_of(classes->reading, type);
    switch (dwarf_number(classes->reading, type, DW_AT_encoding)) {
    case DW_ATE_float:
        add_class(classes, bytes, bytes <= 8 ? CLASS_SSE : CLASS_MEMORY);
        break;
    case DW_ATE_complex_float:
    case DW_ATE_decimal_float:
        classes->known = false;
        break;
    default:
        add_class(classes, bytes, CLASS_INTEGER);
    }
}

static void classify(struct classes *classes, Dwarf_Die type)
{
    Dwarf_Half tag = tag_of(classes->reading, type);
    if (classes->depth++ > DEEPEST || !type)
        classes->known = false;
    else if (tag == DW_TAG_base_type)
        classify_base(classes, type);
    else if (tag == DW_TAG_array_type)
        classify_array(classes, type);
    else if (is_record(tag) && bytes_of(classes->reading, type) > 16)
        classes->words[0] = CLASS_MEMORY;
    else if (is_record(tag))
        each_member(classes->reading, type, classify_member, classes);
    else
        add_class(classes, bytes_of(classes->reading, type), CLASS_INTEGER);
    classes->depth--;
}

/* DW_AT_calling_convention tells of records whether they are passed by value; C has no others. */
static bool is_by_reference(struct dwarf_reading *reading, Dwarf_Die type)
{
    return dwarf_number(reading, type, DW_AT_calling_convention) == DW_CC_pass_by_reference;
}

struct passing dwarf_type_passing(struct dwarf_reading *reading, Dwarf_Die type)
{
    struct passing passing = {.how = PASSED_UNKNOWN};
    type = plain_type(reading, type);
    Dwarf_Half tag = tag_of(reading, type);
    bool vector = tag == DW_TAG_array_type && has(reading, type, DW_AT_GNU_vector);
    if (!type || vector)
        return passing;
    passing.bytes = (uint32_t)bytes_of(reading, type);
    if (is_record(tag) && (is_by_reference(reading, type) || has(reading, type, DW_AT_declaration))) {
        passing.how = has(reading, type, DW_AT_declaration) ? PASSED_UNKNOWN : PASSED_REFERENCE;
        return passing;
    }
    struct classes classes = {.reading = reading, .known = true};
    classify(&classes, type);
    if (!classes.known)
        return passing;
    if (classes.words[0] == CLASS_MEMORY || classes.words[1] == CLASS_MEMORY) {
        passing.how = PASSED_MEMORY;
        return passing;
    }
    passing.words = (uint8_t)((classes.words[0] != CLASS_NONE) + (classes.words[1] != CLASS_NONE));
    passing.how = passing.words ? PASSED_REGISTERS : PASSED_NOTHING;
    for (int i = 0; i < 2; i++)
        passing.in_vector[i] = classes.words[i] == CLASS_SSE;
    /* Padding alone in the first word is nothing that compilers make. */
    if (classes.words[0] == CLASS_NONE && classes.words[1] != CLASS_NONE)
        passing.how = PASSED_UNKNOWN;
    return passing;
}

/* ---- names of types --------------------------------------------------------------------------------------------- */

static void spell(struct dwarf_reading *reading, Dwarf_Die type, char *to, size_t size, int depth)
{
    const char *name = type ? dwarf_text(reading, type, DW_AT_name) : NULL;
    const char *before = "", *behind = "";
    if (!type)
        name = "void";
    switch (tag_of(reading, type)) {
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
        if (name || depth > DEEPEST) {
            snprintf(to, size, "%s", name ? name : "...");
            return;
        }
    }
    char inner[LEAF_NAME] = "...";
    if (type && depth < DEEPEST)
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
    for (int i = 0; more && i < MOST_MEMBERS; i++, die = next) {
        const char *name = tag_of(reading, die) == DW_TAG_enumerator ? dwarf_text(reading, die, DW_AT_name) : NULL;
        Dwarf_Attribute from = name ? dwarf_attribute(reading, die, DW_AT_const_value, &form) : NULL;
        if (from) {
            Dwarf_Unsigned number = 0;
            if (form == DW_FORM_sdata || form == DW_FORM_implicit_const) {
                if (!dwarf_is_ok(reading, dwarf_formsdata(from, &value, &reading->error)))
                    return;
            } else if (dwarf_is_ok(reading, dwarf_formudata(from, &number, &reading->error))) {
                value = (Dwarf_Signed)number;
            } else {
                return;
            }
            leaf->is_signed |= value < 0;
            int length = snprintf(leaf->details + used, sizeof leaf->details - used, "%s%s=%lld", used ? "," : "", name,
                                  (long long)value);
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
        type && tag_of(reading, type) == DW_TAG_base_type ? dwarf_number(reading, type, DW_AT_encoding) : 0;
    return (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char || encoding == DW_ATE_UTF) &&
           bytes_of(reading, type) == 1;
}

static uint32_t text_most(const struct growth *growth)
{
    return growth->wish->most ? growth->wish->most : TEXT_MOST;
}

static void grow_base(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    leaf.size = (uint32_t)bytes_of(growth->reading, type);
    leaf.read = LEAF_NUMBER;
    switch (dwarf_number(growth->reading, type, DW_AT_encoding)) {
    case DW_ATE_boolean:
        leaf.type = CT_TYPE_BOOL;
        break;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
        leaf.is_signed = dwarf_number(growth->reading, type, DW_AT_encoding) == DW_ATE_signed_char;
        leaf.type = leaf.size == 1 ? CT_TYPE_CHAR : CT_TYPE_U64;
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

static void grow_enumeration(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    leaf.type = CT_TYPE_ENUM;
    leaf.read = LEAF_NUMBER;
    leaf.size = (uint32_t)bytes_of(growth->reading, type);
    list_enumerators(growth->reading, type, &leaf);
    if (leaf.size >= 1 && leaf.size <= 8)
        put_leaf(growth, type, leaf);
}

static void grow_pointer(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    Dwarf_Die pointed = pointed_type(growth->reading, type);
    char format = growth->wish->format;
    leaf.size = 8;
    if (format == 's' || (format == 0 && is_character(growth->reading, pointed))) {
        leaf.type = CT_TYPE_STRING;
        leaf.read = LEAF_POINTED;
        leaf.most = text_most(growth);
    } else {
        leaf.type = CT_TYPE_POINTER;
        leaf.read = LEAF_NUMBER;
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
    uint64_t bytes = bytes_of(growth->reading, type);
    if (!is_character(growth->reading, pointed_type(growth->reading, type)) || bytes == 0) {
        snprintf(growth->why, 256, "arrays are recorded only of characters");
        return;
    }
    leaf.type = CT_TYPE_STRING;
    leaf.read = LEAF_INPLACE;
    leaf.size = (uint32_t)bytes;
    leaf.most = text_most(growth) < bytes ? text_most(growth) : (uint32_t)bytes;
    put_leaf(growth, type, leaf);
}

/* ---- libstdc++ ---- */

static bool begins(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

/* clang leaves the definition of std::string to libstdc++'s own debug information. */
static bool is_declared_string(struct growth *growth, Dwarf_Die type, const char *name)
{
    return has(growth->reading, type, DW_AT_declaration) && growth->linkage && strstr(growth->linkage, "__cxx11") &&
           begins(name, "basic_string<char, std::char_traits<char>");
}

static bool grow_string(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    const char *name = dwarf_text(growth->reading, type, DW_AT_name);
    struct member data, pointer, length;
    int64_t at = 0;
    if (!begins(name, "basic_string<char,"))
        return false;
    if (is_declared_string(growth, type, name)) {
        leaf.other = 8;
    } else if (find_member(growth->reading, type, "_M_dataplus", &data) &&
               find_member(growth->reading, data.type, "_M_p", &pointer) &&
               find_member(growth->reading, type, "_M_string_length", &length)) {
        at = data.offset + pointer.offset;
        leaf.other = length.offset - at;
    } else {
        return false;
    }
    leaf.hop[leaf.hops - 1] += at;
    leaf.type = CT_TYPE_STRING;
    leaf.read = LEAF_TEXT;
    leaf.size = 32;
    leaf.most = text_most(growth);
    snprintf(leaf.type_name, sizeof leaf.type_name, "std::string");
    put_leaf(growth, type, leaf);
    return true;
}

static bool grow_vector(struct growth *growth, Dwarf_Die type, struct leaf leaf)
{
    struct member data, start, finish;
    const char *name = dwarf_text(growth->reading, type, DW_AT_name);
    if (!begins(name, "vector<") || begins(name, "vector<bool") ||
        !find_member(growth->reading, type, "_M_impl", &data) ||
        !find_member(growth->reading, data.type, "_M_start", &start) ||
        !find_member(growth->reading, data.type, "_M_finish", &finish))
        return false;
    leaf.hop[leaf.hops - 1] += data.offset + start.offset;
    leaf.other = finish.offset - start.offset;
    leaf.element = bytes_of(growth->reading, pointed_type(growth->reading, start.type));
    leaf.type = CT_TYPE_U64;
    leaf.read = LEAF_COUNT;
    leaf.size = 24;
    strncat(leaf.name, ".size", sizeof leaf.name - strlen(leaf.name) - 1);
    snprintf(leaf.type_name, sizeof leaf.type_name, "size_t");
    if (leaf.element)
        put_leaf(growth, type, leaf);
    return leaf.element != 0;
}

/* ---- members ---- */

static bool set_bits(struct growth *growth, const struct member *member)
{
    struct dwarf_reading *reading = growth->reading;
    uint64_t bits = dwarf_number(reading, member->die, DW_AT_bit_size);
    if (!bits)
        return true;
    uint64_t first;
    if (bits > 64 || !first_bit(reading, member, bits, &first))
        return false;
    growth->stem.hop[growth->stem.hops - 1] += (int64_t)(first / 8);
    growth->stem.bit_offset = (uint32_t)(first % 8);
    growth->stem.bit_size = (uint32_t)bits;
    return growth->stem.bit_offset + bits <= 64;
}

static bool grow_member(void *context, const struct member *member)
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
    if (grow_string(growth, type, growth->stem) || grow_vector(growth, type, growth->stem))
        return;
    if (tag_of(growth->reading, type) == DW_TAG_union_type)
        snprintf(growth->why, 256, "of a union, one member is to be named: .MEMBER");
    else if (has(growth->reading, type, DW_AT_declaration))
        snprintf(growth->why, 256, "its type is not described in this debug information");
    else if (growth->depth < DEEPEST)
        each_member(growth->reading, type, grow_member, growth);
}

static void grow(struct growth *growth, Dwarf_Die type)
{
    Dwarf_Half tag = tag_of(growth->reading, type);
    struct leaf leaf = growth->stem;
    growth->depth++;
    if (tag == DW_TAG_base_type)
        grow_base(growth, type, leaf);
    else if (tag == DW_TAG_enumeration_type)
        grow_enumeration(growth, type, leaf);
    else if (tag == DW_TAG_pointer_type || tag == DW_TAG_unspecified_type)
        grow_pointer(growth, type, leaf);
    else if (is_reference(tag) && follow_pointer(growth))
        grow(growth, pointed_type(growth->reading, type));
    else if (tag == DW_TAG_array_type)
        grow_array(growth, type, leaf);
    else if (is_record(tag))
        grow_record(growth, type);
    else
        snprintf(growth->why, 256, "values of its type are not recorded");
    growth->depth--;
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

static bool no_such_member(struct growth *growth, struct member_search *search)
{
    char name[LEAF_NAME];
    snprintf(name, sizeof name, "%.*s", (int)search->length, search->name);
    const char *near = nearest_word(name, search->names, search->name_count);
    snprintf(growth->why, 256, "%.60s has no member %.60s%s%.60s%s", growth->stem.name, name,
             near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return false;
}

/* Goes on to the member that the path names next: "->" and "." both follow pointers where there are some. */
static bool enter_member(struct growth *growth, Dwarf_Die *type, const char **path)
{
    *path += **path == '-' ? 2 : 1;
    struct member_search search = {.reading = growth->reading, .name = *path, .length = strcspn(*path, ".-")};
    for (int i = 0; i < 2; i++) {
        Dwarf_Half tag = tag_of(growth->reading, *type);
        if (tag != DW_TAG_pointer_type && !is_reference(tag))
            break;
        if (!follow_pointer(growth))
            return false;
        *type = pointed_type(growth->reading, *type);
    }
    if (*type && is_record(tag_of(growth->reading, *type)))
        each_member(growth->reading, *type, match_member, &search);
    if (!search.is_found)
        return no_such_member(growth, &search);
    growth->stem.hop[growth->stem.hops - 1] += search.found.offset;
    *type = search.found.type;
    *path += search.length;
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
    Dwarf_Die at = plain_type(reading, type);
    while (*path)
        if (!enter_member(&growth, &at, &path))
            return 0;
    if (wish->path)
        snprintf(growth.stem.name, sizeof growth.stem.name, "%s", wish->path);
    if (at)
        grow(&growth, at);
    if (growth.count == 0 && !why[0])
        snprintf(why, 256, "its type holds nothing that is recorded");
    return growth.count;
}
