#include "symbol/debug_info.h"

#include <stdlib.h>
#include <string.h>

#include "symbol/dwarf_split.h"

enum { DEEPEST = 64, MOST_HOPS = 8 };

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct reading {
    const struct debug_info_query *query;
    debug_info_take *take;
    void *context;
    struct dwarf_reading dwarf;
    struct dwarf_split split;
    bool *placed, *named; /* by address */
    uint32_t *doubtful;   /* by address: the line, where its file is not sure; else 0 */
};

/* The unit that is read. */
struct unit {
    struct dwarf_unit dwarf;
    char **files; /* full paths, once they were asked for */
    Dwarf_Signed file_count;
};

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

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static void load_files(struct reading *reading, struct unit *unit)
{
    if (!unit->files && !dwarf_is_ok(&reading->dwarf, dwarf_srcfiles(unit->dwarf.die, &unit->files, &unit->file_count,
                                                                     &reading->dwarf.error)))
        unit->file_count = 0;
}

enum file { FILE_TOLD, FILE_1, FILE_DOUBTFUL };

static bool is_by_llvm(struct reading *reading, const struct unit *unit)
{
    const char *producer = dwarf_text(&reading->dwarf, unit->dwarf.die, DW_AT_producer);
    return producer != NULL && strstr(producer, "clang") != NULL;
}

/* GNU as never names file 0, but lists it a second time. LLVM may do so too, and names it: then 0 may be meant. */
static enum file file_of(struct reading *reading, struct unit *unit, Dwarf_Line row)
{
    Dwarf_Unsigned number;
    if (!dwarf_access_takes_file_0 || unit->dwarf.version < 5 ||
        !dwarf_is_ok(&reading->dwarf, dwarf_line_srcfileno(row, &number, &reading->dwarf.error)) || number != 0)
        return FILE_TOLD;
    load_files(reading, unit);
    if (unit->file_count < 2)
        return FILE_TOLD;
    for (Dwarf_Signed i = 1; i < unit->file_count; i++)
        if (strcmp(unit->files[0], unit->files[i]) == 0)
            return i > 1 && is_by_llvm(reading, unit) ? FILE_DOUBTFUL : FILE_1;
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
    if (reading->placed[index] || !dwarf_is_ok(&reading->dwarf, dwarf_lineno(row, &line, &reading->dwarf.error)) ||
        line == 0)
        return;
    enum file which = file_of(reading, unit, row);
    if (which == FILE_DOUBTFUL) {
        reading->doubtful[index] = (uint32_t)line;
    } else if (which == FILE_1) {
        give_place(reading, index, unit->files[1], line);
    } else if (dwarf_is_ok(&reading->dwarf, dwarf_linesrc(row, &file, &reading->dwarf.error))) {
        give_place(reading, index, file, line);
        dwarf_dealloc(reading->dwarf.dbg, file, DW_DLA_STRING);
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
        if (begins && !dwarf_is_ok(&reading->dwarf, dwarf_lineaddr(rows[i], &address, &reading->dwarf.error)))
            return;
        if (begins)
            at = address != 0 ? lower_bound(query, address) : query->count;
        if (!dwarf_is_ok(&reading->dwarf, dwarf_lineendsequence(rows[i], &ends, &reading->dwarf.error)))
            return;
        begins = ends;
        next = address;
        if (ends || i + 1 == count)
            continue;
        if (!dwarf_is_ok(&reading->dwarf, dwarf_lineaddr(rows[i + 1], &next, &reading->dwarf.error)))
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
    if (!dwarf_is_ok(&reading->dwarf,
                     dwarf_srclines_b(unit->dwarf.die, &version, &tables, &context, &reading->dwarf.error)))
        return;
    if (tables == 1 &&
        dwarf_is_ok(&reading->dwarf, dwarf_srclines_from_linecontext(context, &rows, &count, &reading->dwarf.error)))
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
        name = dwarf_text(&reading->dwarf, die, names[i]);
    return name;
}

static bool is_in_unit(struct reading *reading, const struct unit *unit, Dwarf_Die die)
{
    Dwarf_Off of_unit, of_die;
    return dwarf_is_ok(&reading->dwarf,
                       dwarf_CU_dieoffset_given_die(unit->dwarf.die, &of_unit, &reading->dwarf.error)) &&
           dwarf_is_ok(&reading->dwarf, dwarf_CU_dieoffset_given_die(die, &of_die, &reading->dwarf.error)) &&
           of_unit == of_die;
}

static void take_declaration(struct reading *reading, struct unit *unit, Dwarf_Die die, struct debug_info_found *found)
{
    uint64_t line = dwarf_number(&reading->dwarf, die, DW_AT_decl_line);
    uint64_t file = dwarf_number(&reading->dwarf, die, DW_AT_decl_file) - (unit->dwarf.version < 5);
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
        Dwarf_Die next = dwarf_referred(&reading->dwarf, die, DW_AT_abstract_origin);
        die = next ? next : dwarf_referred(&reading->dwarf, die, DW_AT_specification);
    }
}

struct function {
    struct reading *reading;
    struct unit *unit;
    Dwarf_Die die;
};

static void give_function(void *context, uint64_t low, uint64_t high)
{
    const struct function *function = context;
    struct reading *reading = function->reading;
    for (size_t i = lower_bound(reading->query, low); i < reading->query->count; i++) {
        if (reading->query->addresses[i] >= high)
            return;
        if (!wants(reading, i))
            continue;
        struct debug_info_found found = {.index = i};
        describe(reading, function->unit, function->die, &found);
        if (!reading->query->nameless[i])
            found.name = NULL;
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
    if (depth > DEEPEST || !dwarf_is_ok(&reading->dwarf, dwarf_child(parent, &die, &reading->dwarf.error)))
        return;
    for (bool more = true; more; die = next) {
        if (!dwarf_is_ok(&reading->dwarf, dwarf_tag(die, &tag, &reading->dwarf.error)))
            return;
        if (tag == DW_TAG_subprogram)
            dwarf_each_range(&reading->dwarf, &unit->dwarf, die, give_function, &(struct function){reading, unit, die});
        if (is_scope(tag, deep))
            walk(reading, unit, die, deep, depth + 1);
        more = dwarf_is_ok(&reading->dwarf,
                           dwarf_siblingof_b(reading->dwarf.dbg, die, true, &next, &reading->dwarf.error));
        dwarf_dealloc_die(die);
    }
}

/* ---- units ------------------------------------------------------------------------------------------------------ */

struct search {
    const struct reading *reading;
    bool found;
};

static void see_any(void *context, uint64_t low, uint64_t high)
{
    struct search *search = context;
    const struct debug_info_query *query = search->reading->query;
    size_t first = lower_bound(query, low);
    search->found |= first < query->count && query->addresses[first] < high;
}

static void see_wanted(void *context, uint64_t low, uint64_t high)
{
    struct search *search = context;
    const struct debug_info_query *query = search->reading->query;
    for (size_t i = lower_bound(query, low); i < query->count && query->addresses[i] < high; i++)
        search->found |= wants(search->reading, i);
}

static bool holds(struct reading *reading, const struct unit *unit, dwarf_see_range *see)
{
    struct search search = {.reading = reading};
    return !dwarf_each_range(&reading->dwarf, &unit->dwarf, unit->dwarf.die, see, &search) || search.found;
}

static void give_doubtful(struct reading *reading, const struct unit *unit)
{
    for (size_t i = 0; i < reading->query->count; i++) {
        if (reading->doubtful[i] != 0 && !reading->placed[i])
            give_place(reading, i, unit->files[0], reading->doubtful[i]);
        reading->doubtful[i] = 0;
    }
}

struct absence {
    struct reading *reading;
    const char *path;
};

static void give_missing(void *context, uint64_t low, uint64_t high)
{
    const struct absence *absence = context;
    struct reading *reading = absence->reading;
    const struct debug_info_query *query = reading->query;
    for (size_t i = lower_bound(query, low); i < query->count && query->addresses[i] < high; i++)
        if (query->nameless[i] && !reading->named[i])
            reading->take(reading->context, &(struct debug_info_found){.index = i, .missing = absence->path});
}

/* The lines are in the program, as a rule the names, too: in its symbol table. */
static void read_split(struct reading *reading, const struct unit *skeleton)
{
    struct unit unit = {0};
    struct dwarf_reading program = reading->dwarf, split = program;
    const char *path;
    if (!holds(reading, skeleton, see_wanted))
        return;
    enum split_end end = dwarf_split_find(&reading->split, &skeleton->dwarf, &split, &unit.dwarf, &path);
    for (int deep = false; end == SPLIT_FOUND && deep <= true && holds(reading, skeleton, see_wanted); deep++) {
        reading->dwarf = split;
        walk(reading, &unit, unit.dwarf.die, deep, 0);
        reading->dwarf = program;
    }
    if (end == SPLIT_MISSING)
        dwarf_each_range(&reading->dwarf, &skeleton->dwarf, skeleton->dwarf.die, give_missing,
                         &(struct absence){reading, path});
}

static void read_unit(struct reading *reading, struct unit *unit)
{
    if (!holds(reading, unit, see_any))
        return;
    read_lines(reading, unit);
    for (int deep = false; deep <= true && holds(reading, unit, see_wanted); deep++)
        walk(reading, unit, unit->dwarf.die, deep, 0);
    read_split(reading, unit);
    give_doubtful(reading, unit);
}

static void read_units(struct reading *reading)
{
    struct unit unit;
    Dwarf_Half tag;
    while (dwarf_next_unit(&reading->dwarf, &unit.dwarf)) {
        unit.files = NULL;
        if (dwarf_is_ok(&reading->dwarf, dwarf_tag(unit.dwarf.die, &tag, &reading->dwarf.error)) &&
            (tag == DW_TAG_compile_unit || tag == DW_TAG_skeleton_unit))
            read_unit(reading, &unit);
        dwarf_dealloc_die(unit.dwarf.die);
    }
}

void debug_info_read(const struct debug_info_query *query, debug_info_take *take, void *context)
{
    struct reading reading = {
        .query = query,
        .take = take,
        .context = context,
        .split = {.file = query->file, .places = query->split},
    };
    reading.placed = calloc(query->count, sizeof *reading.placed);
    reading.named = calloc(query->count, sizeof *reading.named);
    reading.doubtful = calloc(query->count, sizeof *reading.doubtful);
    if (!reading.placed || !reading.named || !reading.doubtful)
        return;
    if (dwarf_is_ok(&reading.dwarf, dwarf_access_open(query->file, &reading.dwarf.dbg, &reading.dwarf.error)))
        read_units(&reading);
}
