#include "symbol/functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "symbol/dwarf_location.h"
#include "symbol/dwarf_member.h"
#include "symbol/dwarf_split.h"
#include "symbol/dwarf_type.h"

enum { DEEPEST = 64, MOST_HOPS = 8 };

/* A function that is asked for. */
struct wanted {
    uint64_t identity;
    const struct function_wish *wish;
    uint64_t address;
    Dwarf_Off alone;           /* what of it stands alone; 0: nothing */
    uint64_t start, end;       /* of that; both 0: not known */
    struct function *function; /* once it was described */
    struct kept kept[FUNCTION_PARAMETERS];
};

/* The innermost function whose code a site is in. */
struct owner {
    Dwarf_Die die;
    int depth; /* 0: none is known yet */
};

struct reading {
    const struct functions_query *query;
    struct dwarf_reading dwarf, frames;
    struct dwarf_split split;
    uint64_t unit; /* counts split ones, whose offsets are their own; else 0 */
    Dwarf_Fde *fdes;
    struct wanted *wanted;
    size_t wanted_count, wanted_room;
    bool any_inlined;
    struct owner *owners; /* by site */
};

static bool is_ok(struct reading *reading, int result)
{
    return dwarf_is_ok(&reading->dwarf, result);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static uint64_t offset_of(struct reading *reading, Dwarf_Die die)
{
    Dwarf_Off offset;
    return is_ok(reading, dwarf_dieoffset(die, &offset, &reading->dwarf.error)) ? offset : 0;
}

/* What is equal in all instances of a function, and nowhere else. */
static uint64_t identity_of(struct reading *reading, Dwarf_Die origin)
{
    return reading->unit << 40 ^ offset_of(reading, origin);
}

static Dwarf_Die origin_of(struct reading *reading, Dwarf_Die die)
{
    for (int i = 0; i < MOST_HOPS; i++) {
        Dwarf_Die origin = dwarf_referred(&reading->dwarf, die, DW_AT_abstract_origin);
        if (!origin)
            break;
        die = origin;
    }
    return die;
}

static const char *text_of(struct reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    for (int i = 0; die && i < MOST_HOPS; i++) {
        const char *text = dwarf_text(&reading->dwarf, die, name);
        if (text)
            return text;
        Dwarf_Die next = dwarf_referred(&reading->dwarf, die, DW_AT_abstract_origin);
        die = next ? next : dwarf_referred(&reading->dwarf, die, DW_AT_specification);
    }
    return NULL;
}

static struct wanted *find_wanted(struct reading *reading, uint64_t identity)
{
    for (size_t i = 0; i < reading->wanted_count; i++)
        if (reading->wanted[i].identity == identity)
            return &reading->wanted[i];
    return NULL;
}

static struct wanted *add_wanted(struct reading *reading, uint64_t identity, const struct function_wish *wish)
{
    if (reading->wanted_count == reading->wanted_room) {
        size_t room = reading->wanted_room ? reading->wanted_room * 2 : 64;
        struct wanted *more = realloc(reading->wanted, room * sizeof *more);
        if (!more)
            return NULL;
        reading->wanted = more;
        reading->wanted_room = room;
    }
    reading->wanted[reading->wanted_count] = (struct wanted){.identity = identity, .wish = wish};
    return &reading->wanted[reading->wanted_count++];
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

typedef void see_parameter(void *context, Dwarf_Die parameter, uint32_t index);

static void each_parameter(struct reading *reading, Dwarf_Die function, see_parameter *see, void *context)
{
    Dwarf_Die die, next;
    Dwarf_Half tag;
    uint32_t index = 0;
    bool more = is_ok(reading, dwarf_child(function, &die, &reading->dwarf.error));
    for (; more && index < FUNCTION_PARAMETERS; die = next) {
        if (is_ok(reading, dwarf_tag(die, &tag, &reading->dwarf.error)) && tag == DW_TAG_formal_parameter)
            see(context, die, index++);
        more = is_ok(reading, dwarf_siblingof_b(reading->dwarf.dbg, die, true, &next, &reading->dwarf.error));
    }
}

struct description {
    struct reading *reading;
    const struct function_wish *wish;
    struct function *function;
    const char *names[FUNCTION_PARAMETERS];
};

/* `path` NULL: it was no path that was asked for. A glob's functions need not have a path, so it alone is judged. */
static void refuse(const struct description *description, const struct leaf_wish *path, const char *what,
                   const char *why)
{
    const struct functions_query *query = description->reading->query;
    char text[512];
    snprintf(text, sizeof text, "%s: %s", what, why);
    if (path)
        query->judge(query->context, path, description->function, text);
    if (!path || description->wish->by_name)
        query->refuse(query->context, path, description->function, text);
}

static void put_leaves(struct description *description, Dwarf_Die type, const char *name, uint32_t index,
                       const struct leaf_wish *wish)
{
    struct function *function = description->function;
    const struct functions_query *query = description->reading->query;
    struct leaf leaves[LEAVES_OF_ONE] = {0};
    const char *nothing = "its type holds nothing that is recorded";
    char why[256];
    uint32_t count = dwarf_type_leaves(&description->reading->dwarf, type, name, wish, function->linkage, leaves, why);
    if (wish->path && count == 0)
        refuse(description, wish, wish->path, why[0] ? why : nothing);
    else if (wish->path)
        query->judge(query->context, wish, function, NULL);
    else if (count == 0 && (why[0] || description->wish->by_name))
        refuse(description, NULL, *name ? name : "result", why[0] ? why : nothing);
    for (uint32_t i = 0; i < count && function->leaves < FUNCTION_LEAVES; i++) {
        leaves[i].parameter = index;
        function->leaf[function->leaves++] = leaves[i];
    }
}

static bool is_path_of(const char *path, const char *name)
{
    size_t length = strcspn(path, ".-");
    return strlen(name) == length && memcmp(path, name, length) == 0;
}

/* What a compiler adds, but for `this`: __in_chrg and __vtt_parm, which some clones of a constructor have and some have
 * not. */
static bool is_hidden(struct reading *reading, Dwarf_Die parameter, const char *name)
{
    return dwarf_has(&reading->dwarf, parameter, DW_AT_artificial) && strcmp(name, "this") != 0;
}

static void describe_parameter(void *context, Dwarf_Die die, uint32_t index)
{
    struct description *description = context;
    static const struct leaf_wish whole;
    struct function *function = description->function;
    const char *name = text_of(description->reading, die, DW_AT_name);
    Dwarf_Die type = dwarf_type_of(&description->reading->dwarf, die);
    function->parameters = index + 1;
    function->passing[index] = dwarf_type_passing(&description->reading->dwarf, type);
    bool hidden = is_hidden(description->reading, die, name ? name : "");
    description->names[index] = name && !hidden ? name : "";
    if (hidden)
        function->passing[index].how = PASSED_UNKNOWN;
    if (!name || !type || !description->wish->arguments || hidden)
        return;
    if (description->wish->all)
        put_leaves(description, type, name, index, &whole);
    for (size_t i = 0; i < description->wish->path_count; i++) {
        if (!is_path_of(description->wish->paths[i].path, name))
            continue;
        put_leaves(description, type, name, index, &description->wish->paths[i]);
    }
}

static void refuse_unknown(struct description *description)
{
    const struct function_wish *wish = description->wish;
    char name[LEAF_NAME], why[256];
    for (size_t i = 0; i < wish->path_count; i++) {
        bool known = false;
        for (uint32_t j = 0; j < description->function->parameters; j++)
            known |= is_path_of(wish->paths[i].path, description->names[j]);
        if (known)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(wish->paths[i].path, ".-"), wish->paths[i].path);
        const char *near = nearest_word(name, description->names, description->function->parameters);
        snprintf(why, sizeof why, "it has no such parameter%s%.100s%s", near ? "; did you mean " : "", near ? near : "",
                 near ? "?" : "");
        refuse(description, &wish->paths[i], name, why);
    }
}

static void describe_result(struct description *description, Dwarf_Die origin)
{
    struct reading *reading = description->reading;
    struct function *function = description->function;
    Dwarf_Die type = NULL;
    for (int i = 0; origin && !type && i < MOST_HOPS; i++) {
        type = dwarf_type_of(&reading->dwarf, origin);
        origin = dwarf_referred(&reading->dwarf, origin, DW_AT_specification);
    }
    function->result_leaf = function->leaves;
    function->result = type ? dwarf_type_passing(&reading->dwarf, type) : (struct passing){.how = PASSED_NOTHING};
    if (description->wish->result && type)
        put_leaves(description, type, "", 0, &description->wish->result_format);
    else if (description->wish->result && description->wish->by_name)
        refuse(description, NULL, "result", "it returns nothing");
}

struct keeping {
    struct reading *reading;
    struct wanted *wanted;
    const struct function *function;
    struct location base;
};

static void see_kept(void *context, Dwarf_Die die, uint32_t index)
{
    struct keeping *keeping = context;
    struct reading *reading = keeping->reading;
    static struct location_list list;
    const struct kept_question question = {.function = keeping->function,
                                           .parameter = index,
                                           .start = keeping->wanted->start,
                                           .end = keeping->wanted->end,
                                           .list = &list};
    if (dwarf_location_list(&reading->dwarf, die, &keeping->base, &list))
        keeping->wanted->kept[index] = reading->query->keeps(reading->query->context, &question);
}

/* By the instance that stands alone. */
static void find_kept(struct reading *reading, struct wanted *wanted, const struct function *function)
{
    Dwarf_Die die;
    struct keeping keeping = {.reading = reading, .wanted = wanted, .function = function};
    if (!wanted->alone ||
        !is_ok(reading, dwarf_offdie_b(reading->dwarf.dbg, wanted->alone, true, &die, &reading->dwarf.error)) ||
        !dwarf_bounds(&reading->dwarf, die, &wanted->start, &wanted->end))
        return;
    dwarf_location_frame_base(&reading->dwarf, die, &keeping.base);
    each_parameter(reading, die, see_kept, &keeping);
}

static struct function *describe(struct reading *reading, struct wanted *wanted, Dwarf_Die origin)
{
    if (wanted->function)
        return wanted->function;
    struct function *function = malloc(sizeof *function);
    if (!function)
        return NULL;
    const char *name = text_of(reading, origin, DW_AT_name), *linkage = text_of(reading, origin, DW_AT_linkage_name);
    *function = (struct function){.identity = wanted->identity, .address = wanted->address};
    function->foreign = dwarf_passes_otherwise(&reading->dwarf, origin);
    snprintf(function->name, sizeof function->name, "%s", name ? name : "?");
    snprintf(function->linkage, sizeof function->linkage, "%s", linkage ? linkage : "");
    struct description description = {.reading = reading, .wish = wanted->wish, .function = function};
    each_parameter(reading, origin, describe_parameter, &description);
    if (wanted->wish->arguments)
        refuse_unknown(&description);
    describe_result(&description, origin);
    find_kept(reading, wanted, function);
    wanted->function = function;
    return function;
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

struct placing {
    struct reading *reading;
    Dwarf_Off parameters[FUNCTION_PARAMETERS]; /* of the origin */
    struct location base;
    const struct wanted *wanted;
    const struct function *function;
    bool doubted; /* by clang */
    uint64_t pc;
    struct function_site *site;
};

static void note_parameter(void *context, Dwarf_Die die, uint32_t index)
{
    struct placing *placing = context;
    placing->parameters[index] = offset_of(placing->reading, die);
}

/* The bytes that no statement changed. */
static uint16_t kept_bytes(const struct placing *placing, uint32_t index)
{
    const struct wanted *wanted = placing->wanted;
    const struct functions_query *query = placing->reading->query;
    const struct kept *kept = &wanted->kept[index];
    bool holds = kept->always || (kept->bytes && placing->doubted &&
                                  query->begins_alike(query->context, wanted->start, wanted->end, placing->pc));
    return holds ? kept->bytes : 0;
}

/* The call is before any statement. Of an inlined instance clang lets a parameter begin behind the hook, where the
 * first statement may have changed it, or as what a later one made of it: unless none can have done so. */
static void place(struct placing *placing, Dwarf_Die die, uint32_t index)
{
    struct location_set *to = &placing->site->places[index];
    if (placing->site->may_be_altered)
        placing->site->starts[index] =
            dwarf_location_registers(&placing->reading->dwarf, die, &placing->base, placing->site->start);
    dwarf_location_find(&placing->reading->dwarf, die, &placing->base, placing->pc - 1, to);
    bool in_memory = !to->ranged && to->pieces[0].kind == LOCATION_ADDRESS; /* without optimisation */
    bool doubted = placing->doubted && !in_memory;
    uint16_t kept = doubted || to->count == 0 ? kept_bytes(placing, index) : 0;
    if (doubted && !kept)
        to->count = 0;
    if (to->count == 0 && kept)
        dwarf_location_find(&placing->reading->dwarf, die, &placing->base, placing->pc, to);
    if (kept)
        location_keep_bytes(to, kept, placing->function->passing[index].bytes);
    if (placing->doubted)
        location_forget_joined(to);
}

/* An instance may list its parameters in another order, or leave some out. */
static void place_parameter(void *context, Dwarf_Die die, uint32_t index)
{
    struct placing *placing = context;
    uint64_t origin = offset_of(placing->reading, origin_of(placing->reading, die));
    (void)index;
    for (uint32_t i = 0; i < FUNCTION_PARAMETERS && placing->parameters[i]; i++)
        if (placing->parameters[i] == origin)
            place(placing, die, i);
}

static void find_frame(struct reading *reading, struct function_site *site, uint64_t pc)
{
    Dwarf_Fde fde;
    Dwarf_Addr low, high;
    uint64_t number;
    site->has_frame = reading->fdes &&
                      dwarf_is_ok(&reading->frames,
                                  dwarf_get_fde_at_pc(reading->fdes, pc, &fde, &low, &high, &reading->frames.error)) &&
                      dwarf_access_cfa(fde, pc, &number, &site->frame_offset) && number < 16;
    site->frame_register = site->has_frame ? (uint8_t)number : 0;
}

/* The function that the site's code stands in. */
struct code {
    Dwarf_Die die;
    uint64_t start, size;
    bool by_clang, optimised; /* the latter is known of clang's only */
};

static void take_site(struct reading *reading, const struct code *code, size_t index)
{
    Dwarf_Die owner = reading->owners[index].die, origin = origin_of(reading, owner);
    struct wanted *wanted = find_wanted(reading, identity_of(reading, origin));
    struct function *function = wanted ? describe(reading, wanted, origin) : NULL;
    static struct function_site site;
    if (!function || function->leaves == 0)
        return;
    memset(&site, 0, sizeof site);
    site.index = index;
    site.inlined = reading->owners[index].depth > 1;
    site.start = code->start;
    site.size = code->size;
    site.hook_first = code->by_clang && !code->optimised;
    site.may_be_unset = code->by_clang && code->optimised;
    site.may_be_altered = site.may_be_unset && !dwarf_is_external(&reading->dwarf, origin);
    uint64_t pc = reading->query->sites[index];
    find_frame(reading, &site, pc - 1);
    struct placing placing = {
        .reading = reading, .wanted = wanted, .function = function, .doubted = code->by_clang, .pc = pc, .site = &site};
    dwarf_location_frame_base(&reading->dwarf, code->die, &placing.base);
    each_parameter(reading, origin, note_parameter, &placing);
    each_parameter(reading, owner, place_parameter, &placing);
    reading->query->take(reading->query->context, function, &site);
}

/* ---- scopes ----------------------------------------------------------------------------------------------------- */

static size_t lower_bound(const struct functions_query *query, uint64_t address)
{
    size_t first = 0, end = query->site_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (query->sites[middle] < address)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

struct scope {
    struct reading *reading;
    const struct dwarf_unit *unit;
    Dwarf_Die die;
    int depth; /* functions around it, and it */
    uint64_t low, high;
    bool found;
};

/* A call belongs where its last byte is: the return address may be another function's. */
static void own(void *context, uint64_t low, uint64_t high)
{
    struct scope *scope = context;
    const struct functions_query *query = scope->reading->query;
    if (!scope->low || low == scope->low) {
        scope->low = low;
        scope->high = high;
    }
    for (size_t i = lower_bound(query, low + 1); low && i < query->site_count && query->sites[i] <= high; i++) {
        struct owner *owner = &scope->reading->owners[i];
        if (scope->depth >= owner->depth)
            *owner = (struct owner){scope->die, scope->depth};
        scope->found = true;
    }
}

static void own_inlined(struct reading *reading, const struct dwarf_unit *unit, Dwarf_Die parent, int depth, int nested)
{
    Dwarf_Die die, next;
    Dwarf_Half tag;
    bool more = nested < DEEPEST && is_ok(reading, dwarf_child(parent, &die, &reading->dwarf.error));
    for (; more; die = next) {
        if (!is_ok(reading, dwarf_tag(die, &tag, &reading->dwarf.error)))
            return;
        if (tag == DW_TAG_inlined_subroutine) {
            struct scope scope = {.reading = reading, .unit = unit, .die = die, .depth = depth + 1};
            dwarf_each_range(&reading->dwarf, unit, die, own, &scope);
            own_inlined(reading, unit, die, depth + 1, nested + 1);
        } else if (tag == DW_TAG_lexical_block) {
            own_inlined(reading, unit, die, depth, nested + 1);
        }
        more = is_ok(reading, dwarf_siblingof_b(reading->dwarf.dbg, die, true, &next, &reading->dwarf.error));
    }
}

static void take_function(struct reading *reading, const struct dwarf_unit *unit, Dwarf_Die die)
{
    const struct functions_query *query = reading->query;
    if (!reading->any_inlined && !find_wanted(reading, identity_of(reading, origin_of(reading, die))))
        return;
    struct scope scope = {.reading = reading, .unit = unit, .die = die, .depth = 1};
    dwarf_each_range(&reading->dwarf, unit, die, own, &scope);
    if (!scope.found)
        return;
    own_inlined(reading, unit, die, 1, 0);
    const char *producer = dwarf_text(&reading->dwarf, unit->die, DW_AT_producer);
    bool by_clang = producer != NULL && strstr(producer, "clang") != NULL;
    bool optimised = dwarf_has(&reading->dwarf, die, DW_AT_call_all_calls) ||
                     dwarf_has(&reading->dwarf, die, DW_AT_GNU_all_call_sites);
    struct code code = {die, scope.low, scope.high - scope.low, by_clang, optimised};
    for (size_t i = lower_bound(query, scope.low + 1); i < query->site_count && query->sites[i] <= scope.high; i++)
        if (reading->owners[i].depth)
            take_site(reading, &code, i);
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

static void see_start(void *context, uint64_t low, uint64_t high)
{
    uint64_t *start = context;
    if (*start == 0 && high > low)
        *start = low;
}

/* Both what describes a function and what stands alone of it come here, in any order. What only describes one may have
 * inlined instances; gcc with LTO does not say whether (DW_AT_inline). */
static void want_function(struct reading *reading, const struct dwarf_unit *unit, Dwarf_Die die)
{
    Dwarf_Die origin = origin_of(reading, die);
    uint64_t identity = identity_of(reading, origin);
    struct wanted *wanted = find_wanted(reading, identity);
    if (dwarf_number(&reading->dwarf, origin, DW_AT_declaration))
        return;
    if (!wanted) {
        const char *name = text_of(reading, origin, DW_AT_name),
                   *linkage = text_of(reading, origin, DW_AT_linkage_name);
        const struct function_wish *wish =
            name ? reading->query->wants(reading->query->context, name, linkage ? linkage : "") : NULL;
        wanted = wish ? add_wanted(reading, identity, wish) : NULL;
    }
    if (!wanted)
        return;
    uint64_t start = 0;
    dwarf_each_range(&reading->dwarf, unit, die, see_start, &start);
    reading->any_inlined |= start == 0;
    if (!wanted->address)
        wanted->address = start;
    if (start && !wanted->alone)
        wanted->alone = offset_of(reading, die);
}

static bool is_scope(Dwarf_Half tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_class_type || tag == DW_TAG_structure_type ||
           tag == DW_TAG_union_type || tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block;
}

typedef void see_function(struct reading *reading, const struct dwarf_unit *unit, Dwarf_Die die);

static void walk(struct reading *reading, const struct dwarf_unit *unit, Dwarf_Die parent, see_function *see, int depth)
{
    Dwarf_Die die, next;
    Dwarf_Half tag;
    bool more = depth < DEEPEST && is_ok(reading, dwarf_child(parent, &die, &reading->dwarf.error));
    for (; more; die = next) {
        if (!is_ok(reading, dwarf_tag(die, &tag, &reading->dwarf.error)))
            return;
        if (tag == DW_TAG_subprogram)
            see(reading, unit, die);
        if (is_scope(tag))
            walk(reading, unit, die, see, depth + 1);
        more = is_ok(reading, dwarf_siblingof_b(reading->dwarf.dbg, die, true, &next, &reading->dwarf.error));
        dwarf_dealloc_die(die);
    }
}

static void walk_unit(struct reading *reading, const struct dwarf_unit *unit, see_function *see, uint64_t *splits)
{
    struct dwarf_unit whole;
    struct dwarf_reading program = reading->dwarf;
    const char *path;
    switch (dwarf_split_find(&reading->split, unit, &reading->dwarf, &whole, &path)) {
    case SPLIT_FOUND:
        reading->unit = ++*splits;
        walk(reading, &whole, whole.die, see, 0);
        reading->unit = 0;
        reading->dwarf = program;
        break;
    case SPLIT_MISSING:
        if (see == want_function)
            reading->query->miss(reading->query->context, path);
        break;
    case SPLIT_NOT:
        walk(reading, unit, unit->die, see, 0);
        break;
    }
}

static void each_unit(struct reading *reading, see_function *see)
{
    struct dwarf_unit unit;
    uint64_t splits = 0;
    while (dwarf_next_unit(&reading->dwarf, &unit))
        walk_unit(reading, &unit, see, &splits);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static void open_frames(struct reading *reading)
{
    Dwarf_Cie *cies;
    Dwarf_Signed cie_count, fde_count;
    struct dwarf_reading *frames = &reading->frames;
    if (!dwarf_is_ok(frames, dwarf_access_open(reading->query->program, &frames->dbg, &frames->error)) ||
        !dwarf_is_ok(frames,
                     dwarf_get_fde_list_eh(frames->dbg, &cies, &cie_count, &reading->fdes, &fde_count, &frames->error)))
        reading->fdes = NULL;
}

bool functions_read(const struct functions_query *query)
{
    struct reading reading = {
        .query = query,
        .split = {.file = query->debug, .places = query->split},
        .owners = calloc(query->site_count + 1, sizeof *reading.owners),
    };
    if (!reading.owners || !is_ok(&reading, dwarf_access_open(query->debug, &reading.dwarf.dbg, &reading.dwarf.error)))
        return false;
    open_frames(&reading);
    each_unit(&reading, want_function);
    if (reading.wanted_count > 0)
        each_unit(&reading, take_function);
    return true;
}
