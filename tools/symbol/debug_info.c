#include "symbol/debug_info.h"

#include <stdlib.h>
#include <string.h>

#include "symbol/dwarf_access.h"

enum { DEEPEST = 64, MOST_HOPS = 8 };

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct reading {
    const struct debug_info_query *query;
    debug_info_take *take;
    void *context;
    Dwarf_Debug dbg;
    Dwarf_Error error;
    bool *placed, *named; /* by address */
    uint32_t *doubtful;   /* by address: the line, where its file is not sure; else 0 */
};

/* The unit that is read. */
struct unit {
    Dwarf_Die die;
    Dwarf_Half version;
    Dwarf_Addr low;
    char **files; /* full paths, once they were asked for */
    Dwarf_Signed file_count;
};

static bool is_ok(struct reading *reading, int result)
{
    if (result == DW_DLV_ERROR)
        dwarf_dealloc_error(reading->dbg, reading->error);
    return result == DW_DLV_OK;
}

/* The first address that is not below this. */
static size_t lower_bound(const struct debug_info_query *query, uint64_t address)
{
    size_t first = 0, end = query->count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (query->addresses[middle] < address)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* ---- attributes ------------------------------------------------------------------------------------------------- */

/* What lies in another file is not read: the oldest libdwarf gives anything for it. */
static bool is_elsewhere(Dwarf_Half form)
{
    return form == DW_FORM_GNU_ref_alt || form == DW_FORM_GNU_strp_alt || form == DW_FORM_ref_sup4 ||
           form == DW_FORM_ref_sup8 || form == DW_FORM_strp_sup || form == DW_FORM_ref_sig8;
}

static Dwarf_Attribute attribute(struct reading *reading, Dwarf_Die die, Dwarf_Half name, Dwarf_Half *form)
{
    Dwarf_Attribute found;
    if (!is_ok(reading, dwarf_attr(die, name, &found, &reading->error)))
        return NULL;
    if (is_ok(reading, dwarf_whatform(found, form, &reading->error)) && !is_elsewhere(*form))
        return found;
    dwarf_dealloc_attribute(found);
    return NULL;
}

/* NULL: there is none. */
static const char *text_attribute(struct reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    char *text;
    Dwarf_Attribute from = attribute(reading, die, name, &form);
    if (!from || !is_ok(reading, dwarf_formstring(from, &text, &reading->error)) || !*text)
        return NULL;
    return text;
}

static uint64_t number_attribute(struct reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    Dwarf_Unsigned number;
    Dwarf_Attribute from = attribute(reading, die, name, &form);
    return from && is_ok(reading, dwarf_formudata(from, &number, &reading->error)) ? number : 0;
}

static Dwarf_Die referred(struct reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    Dwarf_Off offset;
    Dwarf_Die found;
    Dwarf_Attribute from = attribute(reading, die, name, &form);
    if (!from || !is_ok(reading, dwarf_global_formref(from, &offset, &reading->error)) ||
        !is_ok(reading, dwarf_offdie_b(reading->dbg, offset, true, &found, &reading->error)))
        return NULL;
    return found;
}

/* ---- ranges of addresses ---------------------------------------------------------------------------------------- */

typedef void see_range(struct reading *reading, void *context, uint64_t low, uint64_t high);

static bool see_old_ranges(struct reading *reading, const struct unit *unit, Dwarf_Die die, Dwarf_Attribute from,
                           see_range *see, void *context)
{
    Dwarf_Off offset, real_offset;
    Dwarf_Ranges *ranges;
    Dwarf_Signed count;
    Dwarf_Unsigned bytes;
    Dwarf_Addr base = unit->low;
    if (!is_ok(reading, dwarf_global_formref(from, &offset, &reading->error)) ||
        !is_ok(reading,
               dwarf_get_ranges_b(reading->dbg, offset, die, &real_offset, &ranges, &count, &bytes, &reading->error)))
        return false;
    for (Dwarf_Signed i = 0; i < count && ranges[i].dwr_type != DW_RANGES_END; i++)
        if (ranges[i].dwr_type == DW_RANGES_ADDRESS_SELECTION)
            base = ranges[i].dwr_addr2;
        else
            see(reading, context, base + ranges[i].dwr_addr1, base + ranges[i].dwr_addr2);
    dwarf_access_free_ranges(reading->dbg, ranges, count);
    return true;
}

static bool see_list(struct reading *reading, Dwarf_Rnglists_Head head, Dwarf_Unsigned count, see_range *see,
                     void *context)
{
    for (Dwarf_Unsigned i = 0; i < count; i++) {
        unsigned bytes, kind;
        Dwarf_Unsigned raw_low, raw_high, low, high;
        Dwarf_Bool not_known = false;
        if (!is_ok(reading, dwarf_get_rnglists_entry_fields_a(head, i, &bytes, &kind, &raw_low, &raw_high, &not_known,
                                                              &low, &high, &reading->error)) ||
            not_known)
            return false;
        if (kind != DW_RLE_end_of_list && kind != DW_RLE_base_address && kind != DW_RLE_base_addressx)
            see(reading, context, low, high);
    }
    return true;
}

static bool see_ranges(struct reading *reading, Dwarf_Half form, Dwarf_Attribute from, see_range *see, void *context)
{
    Dwarf_Unsigned place, count, offset;
    Dwarf_Rnglists_Head head;
    int result = form == DW_FORM_rnglistx ? dwarf_formudata(from, &place, &reading->error)
                                          : dwarf_global_formref(from, &place, &reading->error);
    if (!is_ok(reading, result) ||
        !is_ok(reading, dwarf_rnglists_get_rle_head(from, form, place, &head, &count, &offset, &reading->error)))
        return false;
    bool known = see_list(reading, head, count, see, context);
    dwarf_dealloc_rnglists_head(head);
    return known;
}

static bool see_bounds(struct reading *reading, Dwarf_Die die, see_range *see, void *context)
{
    Dwarf_Addr low, high;
    Dwarf_Half form;
    enum Dwarf_Form_Class class;
    if (!is_ok(reading, dwarf_lowpc(die, &low, &reading->error)) ||
        !is_ok(reading, dwarf_highpc_b(die, &high, &form, &class, &reading->error)))
        return false;
    see(reading, context, low, class == DW_FORM_CLASS_CONSTANT ? low + high : high);
    return true;
}

/* False: the addresses of this unit or function are not known, or not all. */
static bool each_range(struct reading *reading, const struct unit *unit, Dwarf_Die die, see_range *see, void *context)
{
    Dwarf_Half form;
    Dwarf_Attribute ranges = attribute(reading, die, DW_AT_ranges, &form);
    if (!ranges)
        return see_bounds(reading, die, see, context);
    bool known = unit->version >= 5 ? see_ranges(reading, form, ranges, see, context)
                                    : see_old_ranges(reading, unit, die, ranges, see, context);
    dwarf_dealloc_attribute(ranges);
    return known;
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static void load_files(struct reading *reading, struct unit *unit)
{
    if (!unit->files && !is_ok(reading, dwarf_srcfiles(unit->die, &unit->files, &unit->file_count, &reading->error)))
        unit->file_count = 0;
}

enum file { FILE_TOLD, FILE_1, FILE_DOUBTFUL };

/* GNU as never names file 0, but lists it a second time. LLVM names it: then 0 may be meant. */
static enum file file_of(struct reading *reading, struct unit *unit, Dwarf_Line row)
{
    Dwarf_Unsigned number;
    if (!dwarf_access_takes_file_0 || unit->version < 5 ||
        !is_ok(reading, dwarf_line_srcfileno(row, &number, &reading->error)) || number != 0)
        return FILE_TOLD;
    load_files(reading, unit);
    if (unit->file_count < 2)
        return FILE_TOLD;
    for (Dwarf_Signed i = 1; i < unit->file_count; i++)
        if (strcmp(unit->files[0], unit->files[i]) == 0)
            return FILE_1;
    return strstr(unit->files[0], "/<") ? FILE_1 : FILE_DOUBTFUL;
}

/* libdwarf puts "<DW_FORM_GNU_strp_alt-no-tied-file>" where the directory stands in another file. */
static const char *known_part(const char *path)
{
    const char *slash = path[0] == '<' ? strchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

static void give_place(struct reading *reading, size_t index, const char *file, Dwarf_Unsigned line)
{
    struct debug_info_found found = {.index = index, .file = known_part(file), .line = (uint32_t)line};
    reading->placed[index] = true;
    reading->take(reading->context, &found);
}

static void give_line(struct reading *reading, struct unit *unit, size_t index, Dwarf_Line row)
{
    Dwarf_Unsigned line;
    char *file;
    if (reading->placed[index] || !is_ok(reading, dwarf_lineno(row, &line, &reading->error)) || line == 0)
        return;
    enum file which = file_of(reading, unit, row);
    if (which == FILE_DOUBTFUL) {
        reading->doubtful[index] = (uint32_t)line;
    } else if (which == FILE_1) {
        give_place(reading, index, unit->files[1], line);
    } else if (is_ok(reading, dwarf_linesrc(row, &file, &reading->error))) {
        give_place(reading, index, file, line);
        dwarf_dealloc(reading->dbg, file, DW_DLA_STRING);
    }
}

/* A row counts from its address to the next one's; of rows with one address the last. What begins at 0 was left out
 * by the linker. */
static void match_rows(struct reading *reading, struct unit *unit, Dwarf_Line *rows, Dwarf_Signed count)
{
    const struct debug_info_query *query = reading->query;
    size_t at = query->count;
    bool begins = true;
    Dwarf_Addr address = 0, next;
    Dwarf_Bool ends;
    for (Dwarf_Signed i = 0; i < count; i++, address = next) {
        if (begins && !is_ok(reading, dwarf_lineaddr(rows[i], &address, &reading->error)))
            return;
        if (begins)
            at = address != 0 ? lower_bound(query, address) : query->count;
        if (!is_ok(reading, dwarf_lineendsequence(rows[i], &ends, &reading->error)))
            return;
        begins = ends;
        next = address;
        if (ends || i + 1 == count)
            continue;
        if (!is_ok(reading, dwarf_lineaddr(rows[i + 1], &next, &reading->error)))
            return;
        for (; at < query->count && query->addresses[at] < next; at++)
            if (query->addresses[at] >= address)
                give_line(reading, unit, at, rows[i]);
    }
}

static void read_lines(struct reading *reading, struct unit *unit)
{
    Dwarf_Unsigned version;
    Dwarf_Small tables;
    Dwarf_Line_Context context;
    Dwarf_Line *rows;
    Dwarf_Signed count;
    if (!is_ok(reading, dwarf_srclines_b(unit->die, &version, &tables, &context, &reading->error)))
        return;
    if (tables == 1 && is_ok(reading, dwarf_srclines_from_linecontext(context, &rows, &count, &reading->error)))
        match_rows(reading, unit, rows, count);
    dwarf_srclines_dealloc_b(context);
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

static bool wants(const struct reading *reading, size_t index)
{
    return !reading->placed[index] || (reading->query->nameless[index] && !reading->named[index]);
}

static const char *own_name(struct reading *reading, Dwarf_Die die)
{
    static const Dwarf_Half names[] = {DW_AT_linkage_name, DW_AT_MIPS_linkage_name, DW_AT_name};
    const char *name = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !name; i++)
        name = text_attribute(reading, die, names[i]);
    return name;
}

static bool is_in_unit(struct reading *reading, const struct unit *unit, Dwarf_Die die)
{
    Dwarf_Off of_unit, of_die;
    return is_ok(reading, dwarf_CU_dieoffset_given_die(unit->die, &of_unit, &reading->error)) &&
           is_ok(reading, dwarf_CU_dieoffset_given_die(die, &of_die, &reading->error)) && of_unit == of_die;
}

static void take_declaration(struct reading *reading, struct unit *unit, Dwarf_Die die, struct debug_info_found *found)
{
    uint64_t line = number_attribute(reading, die, DW_AT_decl_line);
    uint64_t file = number_attribute(reading, die, DW_AT_decl_file) - (unit->version < 5);
    if (line == 0 || !is_in_unit(reading, unit, die))
        return;
    load_files(reading, unit);
    if (file >= (uint64_t)unit->file_count)
        return;
    found->file = known_part(unit->files[file]);
    found->line = (uint32_t)line;
}

/* A function's entry may leave its name and place to the one that it is an instance or the definition of. */
static void describe(struct reading *reading, struct unit *unit, Dwarf_Die die, struct debug_info_found *found)
{
    for (int hops = 0; die && hops < MOST_HOPS; hops++) {
        if (!found->name)
            found->name = own_name(reading, die);
        if (!found->file)
            take_declaration(reading, unit, die, found);
        Dwarf_Die next = referred(reading, die, DW_AT_abstract_origin);
        die = next ? next : referred(reading, die, DW_AT_specification);
    }
}

struct function {
    struct unit *unit;
    Dwarf_Die die;
};

static void give_function(struct reading *reading, void *context, uint64_t low, uint64_t high)
{
    const struct function *function = context;
    for (size_t i = lower_bound(reading->query, low); i < reading->query->count; i++) {
        if (reading->query->addresses[i] >= high)
            return;
        if (!wants(reading, i))
            continue;
        struct debug_info_found found = {.index = i};
        describe(reading, function->unit, function->die, &found);
        if (reading->placed[i])
            found.file = NULL;
        if (reading->doubtful[i] != 0)
            found.line = reading->doubtful[i];
        reading->named[i] |= found.name != NULL;
        reading->placed[i] |= found.file != NULL;
        reading->take(reading->context, &found);
    }
}

/* Functions in functions (a lambda's, a local class's) are looked for only where some were not found without. */
static bool is_scope(Dwarf_Half tag, bool deep)
{
    switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        return true;
    case DW_TAG_subprogram:
    case DW_TAG_lexical_block:
        return deep;
    default:
        return false;
    }
}

static void walk(struct reading *reading, struct unit *unit, Dwarf_Die parent, bool deep, int depth)
{
    Dwarf_Die die, next;
    Dwarf_Half tag;
    if (depth > DEEPEST || !is_ok(reading, dwarf_child(parent, &die, &reading->error)))
        return;
    for (bool more = true; more; die = next) {
        if (!is_ok(reading, dwarf_tag(die, &tag, &reading->error)))
            return;
        if (tag == DW_TAG_subprogram)
            each_range(reading, unit, die, give_function, &(struct function){unit, die});
        if (is_scope(tag, deep))
            walk(reading, unit, die, deep, depth + 1);
        more = is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error));
        dwarf_dealloc_die(die);
    }
}

/* ---- units ------------------------------------------------------------------------------------------------------ */

static void see_any(struct reading *reading, void *context, uint64_t low, uint64_t high)
{
    size_t first = lower_bound(reading->query, low);
    *(bool *)context |= first < reading->query->count && reading->query->addresses[first] < high;
}

static void see_wanted(struct reading *reading, void *context, uint64_t low, uint64_t high)
{
    const struct debug_info_query *query = reading->query;
    for (size_t i = lower_bound(query, low); i < query->count && query->addresses[i] < high; i++)
        *(bool *)context |= wants(reading, i);
}

static bool holds(struct reading *reading, const struct unit *unit, see_range *see)
{
    bool found = false;
    return !each_range(reading, unit, unit->die, see, &found) || found;
}

static void give_doubtful(struct reading *reading, const struct unit *unit)
{
    for (size_t i = 0; i < reading->query->count; i++) {
        if (reading->doubtful[i] != 0 && !reading->placed[i])
            give_place(reading, i, unit->files[0], reading->doubtful[i]);
        reading->doubtful[i] = 0;
    }
}

static void read_unit(struct reading *reading, struct unit *unit)
{
    if (!holds(reading, unit, see_any))
        return;
    read_lines(reading, unit);
    for (int deep = false; deep <= true && holds(reading, unit, see_wanted); deep++)
        walk(reading, unit, unit->die, deep, 0);
    give_doubtful(reading, unit);
}

static bool next_unit(struct reading *reading, struct unit *unit)
{
    Dwarf_Unsigned length, type_offset, next;
    Dwarf_Off abbreviations;
    Dwarf_Half address_bytes, length_bytes, extension_bytes, type;
    Dwarf_Sig8 signature;
    return is_ok(reading, dwarf_next_cu_header_d(reading->dbg, true, &length, &unit->version, &abbreviations,
                                                 &address_bytes, &length_bytes, &extension_bytes, &signature,
                                                 &type_offset, &next, &type, &reading->error)) &&
           is_ok(reading, dwarf_siblingof_b(reading->dbg, NULL, true, &unit->die, &reading->error));
}

static void read_units(struct reading *reading)
{
    struct unit unit;
    Dwarf_Half tag;
    while (next_unit(reading, &unit)) {
        unit.low = 0;
        unit.files = NULL;
        is_ok(reading, dwarf_lowpc(unit.die, &unit.low, &reading->error));
        if (is_ok(reading, dwarf_tag(unit.die, &tag, &reading->error)) &&
            (tag == DW_TAG_compile_unit || tag == DW_TAG_skeleton_unit))
            read_unit(reading, &unit);
        dwarf_dealloc_die(unit.die);
    }
}

void debug_info_read(const struct debug_info_query *query, debug_info_take *take, void *context)
{
    struct reading reading = {.query = query, .take = take, .context = context};
    reading.placed = calloc(query->count, sizeof *reading.placed);
    reading.named = calloc(query->count, sizeof *reading.named);
    reading.doubtful = calloc(query->count, sizeof *reading.doubtful);
    if (!reading.placed || !reading.named || !reading.doubtful)
        return;
    if (is_ok(&reading, dwarf_access_open(query->file, &reading.dbg, &reading.error)))
        read_units(&reading);
}
