#include "symbol/dwarf_library.h"

#include <stdio.h>
#include <string.h>

#include "calltape/format.h"

static bool begins(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

/* "_M_t._M_impl._M_node_count": found->offset is that in `type`. */
static bool find_path(struct dwarf_reading *reading, Dwarf_Die type, const char *path, struct dwarf_member *found)
{
    int64_t offset = 0;
    for (;; path++) {
        char name[32];
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        if (!type || !dwarf_is_record(dwarf_tag_of(reading, type)) || !dwarf_find_member(reading, type, name, found))
            return false;
        found->offset += offset;
        if (path[length] == '\0')
            return true;
        offset = found->offset;
        type = found->type;
        path += length;
    }
}

static void add_to_name(struct leaf *leaf, const char *what)
{
    strncat(leaf->name, what, sizeof leaf->name - strlen(leaf->name) - 1);
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static bool text_leaf(struct leaf *leaf, int64_t data, int64_t length, uint32_t bytes, const char *type_name)
{
    leaf->hop[leaf->hops - 1] += data;
    leaf->other = length - data;
    leaf->type = CT_TYPE_STRING;
    leaf->read = LEAF_TEXT;
    leaf->size = bytes;
    snprintf(leaf->type_name, sizeof leaf->type_name, "%s", type_name);
    return true;
}

bool dwarf_library_is_string(struct dwarf_reading *reading, Dwarf_Die type)
{
    return begins(dwarf_text(reading, type, DW_AT_name), "basic_string<char, std::char_traits<char>");
}

/* clang leaves the definition of std::string, or of the part of it that holds the pointer and nothing else, to
 * libstdc++'s own debug information. */
static bool is_string(struct dwarf_reading *reading, Dwarf_Die type, const char *linkage, struct leaf *leaf)
{
    struct dwarf_member data, length;
    if (dwarf_has(reading, type, DW_AT_declaration))
        return linkage && strstr(linkage, "__cxx11") && dwarf_library_is_string(reading, type) &&
               text_leaf(leaf, 0, 8, 32, "std::string");
    return begins(dwarf_text(reading, type, DW_AT_name), "basic_string<char,") &&
           dwarf_find_member(reading, type, "_M_dataplus", &data) &&
           dwarf_find_member(reading, type, "_M_string_length", &length) &&
           text_leaf(leaf, data.offset, length.offset, 32, "std::string");
}

static bool is_view(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf)
{
    struct dwarf_member data, length;
    return begins(dwarf_text(reading, type, DW_AT_name), "basic_string_view<char,") &&
           dwarf_find_member(reading, type, "_M_str", &data) && dwarf_find_member(reading, type, "_M_len", &length) &&
           text_leaf(leaf, data.offset, length.offset, 16, "std::string_view");
}

/* ---- what has a size -------------------------------------------------------------------------------------------- */

static bool size_leaf(struct leaf *leaf, enum leaf_read read, uint32_t bytes, const struct dwarf_member *start,
                      const struct dwarf_member *finish)
{
    leaf->hop[leaf->hops - 1] += start->offset;
    leaf->other = finish->offset - start->offset;
    leaf->type = CT_TYPE_U64;
    leaf->read = read;
    leaf->size = bytes;
    add_to_name(leaf, ".size");
    snprintf(leaf->type_name, sizeof leaf->type_name, "size_t");
    return true;
}

static bool is_vector(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf)
{
    struct dwarf_member start, finish;
    const char *name = dwarf_text(reading, type, DW_AT_name);
    if (!begins(name, "vector<") || begins(name, "vector<bool") ||
        !find_path(reading, type, "_M_impl._M_start", &start) ||
        !find_path(reading, type, "_M_impl._M_finish", &finish))
        return false;
    leaf->element = dwarf_bytes_of(reading, dwarf_pointed_type(reading, start.type));
    return leaf->element != 0 && size_leaf(leaf, LEAF_COUNT, 24, &start, &finish);
}

static bool is_vector_of_bits(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf)
{
    struct dwarf_member start, finish;
    return begins(dwarf_text(reading, type, DW_AT_name), "vector<bool") &&
           find_path(reading, type, "_M_impl._M_start._M_p", &start) &&
           find_path(reading, type, "_M_impl._M_finish._M_p", &finish) &&
           size_leaf(leaf, LEAF_BITS, 32, &start, &finish);
}

static bool is_deque(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf)
{
    struct dwarf_member start, finish;
    if (!begins(dwarf_text(reading, type, DW_AT_name), "deque<") ||
        !find_path(reading, type, "_M_impl._M_start._M_cur", &start) ||
        !find_path(reading, type, "_M_impl._M_finish._M_cur", &finish))
        return false;
    leaf->element = dwarf_bytes_of(reading, dwarf_pointed_type(reading, start.type));
    return leaf->element != 0 && size_leaf(leaf, LEAF_BLOCKS, 80, &start, &finish);
}

/* ---- what is told by one member --------------------------------------------------------------------------------- */

static const struct wrapped {
    const char *begin, *path, *what;
} wrapped[] = {
    {"map<", "_M_t._M_impl._M_node_count", ".size"},
    {"multimap<", "_M_t._M_impl._M_node_count", ".size"},
    {"set<", "_M_t._M_impl._M_node_count", ".size"},
    {"multiset<", "_M_t._M_impl._M_node_count", ".size"},
    {"unordered_map<", "_M_h._M_element_count", ".size"},
    {"unordered_multimap<", "_M_h._M_element_count", ".size"},
    {"unordered_set<", "_M_h._M_element_count", ".size"},
    {"unordered_multiset<", "_M_h._M_element_count", ".size"},
    {"list<", "_M_impl._M_node._M_size", ".size"},
    {"span<", "_M_extent._M_extent_value", ".size"},
    {"duration<", "__r", ""},
    {"time_point<", "__d.__r", ""},
    {"shared_ptr<", "_M_ptr", ""},
    {"optional<", "_M_payload._M_engaged", ".has_value"},
    {"atomic<", "_M_i", ""},
};

struct base_search {
    struct dwarf_reading *reading;
    const char *begin; /* of its name */
    struct dwarf_member found;
};

static bool match_base(void *context, const struct dwarf_member *member)
{
    struct base_search *search = context;
    if (!member->base || !begins(dwarf_text(search->reading, member->type, DW_AT_name), search->begin))
        return true;
    search->found = *member;
    return false;
}

/* Goes on from a record to a base class of it. */
static bool enter_base(struct dwarf_reading *reading, struct dwarf_member *at, const char *begin)
{
    struct base_search search = {.reading = reading, .begin = begin};
    dwarf_each_member(reading, at->type, match_base, &search);
    search.found.offset += at->offset;
    *at = search.found;
    return at->type != NULL;
}

/* The pointer and the deleter are a tuple, whose parts have the same name. */
static bool is_unique_pointer(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf, Dwarf_Die *member)
{
    struct dwarf_member at, pointer;
    if (!begins(dwarf_text(reading, type, DW_AT_name), "unique_ptr<") || !find_path(reading, type, "_M_t._M_t", &at) ||
        !enter_base(reading, &at, "_Tuple_impl<0") || !enter_base(reading, &at, "_Head_base<0") ||
        !dwarf_find_member(reading, at.type, "_M_head_impl", &pointer))
        return false;
    leaf->hop[leaf->hops - 1] += at.offset + pointer.offset;
    *member = pointer.type;
    return true;
}

static bool is_wrapped(struct dwarf_reading *reading, Dwarf_Die type, struct leaf *leaf, Dwarf_Die *member)
{
    const char *name = dwarf_text(reading, type, DW_AT_name);
    struct dwarf_member found;
    for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++)
        if (begins(name, wrapped[i].begin) && find_path(reading, type, wrapped[i].path, &found)) {
            leaf->hop[leaf->hops - 1] += found.offset;
            add_to_name(leaf, wrapped[i].what);
            *member = found.type;
            return true;
        }
    return false;
}

enum dwarf_library dwarf_library_look(struct dwarf_reading *reading, Dwarf_Die type, const char *linkage,
                                      struct leaf *leaf, Dwarf_Die *member)
{
    struct leaf found = *leaf;
    bool told = is_string(reading, type, linkage, &found) || is_view(reading, type, &found) ||
                is_vector(reading, type, &found) || is_vector_of_bits(reading, type, &found) ||
                is_deque(reading, type, &found);
    bool wraps =
        !told && (is_unique_pointer(reading, type, &found, member) || is_wrapped(reading, type, &found, member));
    if (told || wraps)
        *leaf = found;
    return told ? LIBRARY_LEAF : wraps ? LIBRARY_WRAPPED : LIBRARY_NONE;
}
