#include "recipe/set.h"

#include <stdlib.h>
#include <string.h>

#include "calltape/format.h"

/* Grows by doubling. */
struct array {
    char *items;
    size_t count, room, size; /* of one, in bytes */
};

/* A hook call, before calls are sorted by function. */
struct call {
    struct ct_recipe_site site;
    uint32_t function;
};

struct set_builder {
    struct array functions; /* struct ct_recipe_function */
    struct array calls, recipes, ops, keys, text;
    bool failed;
};

/* False: no memory. */
static bool add(struct set_builder *set, struct array *array, const void *items, size_t count)
{
    if (array->count + count >= array->room) {
        size_t room = 2 * (array->count + count) + 64;
        char *more = room < UINT32_MAX / 32 ? realloc(array->items, room * array->size) : NULL;
        if (!more) {
            set->failed = true;
            return false;
        }
        array->items = more;
        array->room = room;
    }
    memcpy(array->items + array->count * array->size, items, count * array->size);
    array->count += count;
    return true;
}

static uint32_t add_text(struct set_builder *set, const char *text)
{
    size_t at = set->text.count;
    add(set, &set->text, text, strlen(text) + 1);
    return (uint32_t)at;
}

struct set_builder *set_create(void)
{
    struct set_builder *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->functions.size = sizeof(struct ct_recipe_function);
    set->calls.size = sizeof(struct call);
    set->recipes.size = sizeof(struct ct_recipe);
    set->ops.size = sizeof(struct ct_op);
    set->keys.size = sizeof(struct ct_recipe_key);
    set->text.size = 1;
    return set;
}

/* ---- functions and their keys ----------------------------------------------------------------------------------- */

static struct ct_recipe_function *function_at(struct set_builder *set, size_t index)
{
    return (struct ct_recipe_function *)set->functions.items + index;
}

static void add_key(struct set_builder *set, const struct leaf *leaf, bool result)
{
    struct ct_recipe_key key = {
        .kind = result ? CT_KEY_RETURN : CT_KEY_ARGUMENT,
        .type = leaf->type,
        .size = leaf->size,
        .index = leaf->parameter,
        .name = add_text(set, leaf->name),
        .type_name = add_text(set, leaf->type_name),
        .details = add_text(set, leaf->details),
    };
    add(set, &set->keys, &key, 1);
}

static bool same_keys(const struct set_builder *set, const struct ct_recipe_function *known,
                      const struct function *function)
{
    const struct ct_recipe_key *keys = (const struct ct_recipe_key *)set->keys.items + known->first_key;
    if (known->keys != function->leaves)
        return false;
    for (uint32_t i = 0; i < known->keys; i++)
        if (strcmp(set->text.items + keys[i].name, function->leaf[i].name) != 0)
            return false;
    return true;
}

/* Its index; -1: it has other keys, or there is no memory. */
static ptrdiff_t find_function(struct set_builder *set, const struct function *function, uint64_t address)
{
    for (size_t i = set->functions.count; i-- > 0;)
        if (function_at(set, i)->address == address)
            return same_keys(set, function_at(set, i), function) ? (ptrdiff_t)i : -1;
    struct ct_recipe_function fresh = {
        .address = address, .first_key = (uint32_t)set->keys.count, .keys = function->leaves};
    for (uint32_t i = 0; i < function->leaves; i++)
        add_key(set, &function->leaf[i], i >= function->result_leaf);
    add(set, &set->functions, &fresh, 1);
    return set->failed ? -1 : (ptrdiff_t)set->functions.count - 1;
}

bool set_begin_site(struct set_builder *set, const struct function *function, uint64_t address, uint64_t site)
{
    ptrdiff_t index = find_function(set, function, address);
    struct call call = {{.address = site, .first_recipe = (uint32_t)set->recipes.count}, (uint32_t)index};
    return index >= 0 && add(set, &set->calls, &call, 1);
}

void set_add(struct set_builder *set, uint32_t leaf, const struct program *program)
{
    const struct ct_recipe recipe = {.first_op = (uint32_t)set->ops.count,
                                     .ops = (uint16_t)program->count,
                                     .kind = (uint8_t)program->kind,
                                     .key = (uint16_t)leaf,
                                     .is_signed = program->is_signed,
                                     .most = (uint16_t)program->most};
    struct call *call = (struct call *)set->calls.items + set->calls.count - 1;
    if (add(set, &set->ops, program->ops, program->count) && add(set, &set->recipes, &recipe, 1))
        call->site.recipes++;
}

/* ---- in one piece ----------------------------------------------------------------------------------------------- */

static int by_function(const void *left, const void *right, void *functions)
{
    const struct call *a = left, *b = right;
    uint64_t x = ((const struct ct_recipe_function *)functions)[a->function].address;
    uint64_t y = ((const struct ct_recipe_function *)functions)[b->function].address;
    if (x == y)
        x = a->site.address, y = b->site.address;
    return (x > y) - (x < y);
}

static int by_address(const void *left, const void *right)
{
    const struct ct_recipe_function *a = left, *b = right;
    return (a->address > b->address) - (a->address < b->address);
}

static void *append(char **to, const void *from, size_t bytes)
{
    void *at = *to;
    if (bytes)
        memcpy(at, from, bytes);
    *to += bytes;
    return at;
}

/* Calls of one function follow each other, and functions come in the order of their calls. */
static void append_functions(struct set_builder *set, char **to)
{
    qsort_r(set->calls.items, set->calls.count, sizeof(struct call), by_function, set->functions.items);
    const struct call *calls = (const struct call *)set->calls.items;
    for (uint32_t i = 0; i < set->calls.count; i++) {
        struct ct_recipe_function *function = function_at(set, calls[i].function);
        if (function->sites++ == 0)
            function->first_site = i;
    }
    qsort(set->functions.items, set->functions.count, sizeof(struct ct_recipe_function), by_address);
    append(to, set->functions.items, set->functions.count * sizeof(struct ct_recipe_function));
    for (uint32_t i = 0; i < set->calls.count; i++)
        append(to, &calls[i].site, sizeof calls[i].site);
}

static void free_arrays(struct set_builder *set)
{
    struct array *all[] = {&set->functions, &set->calls, &set->recipes, &set->ops, &set->keys, &set->text};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->items);
    free(set);
}

static struct ct_recipes *assemble(struct set_builder *set, const char *path, const uint8_t *build_id,
                                   size_t build_id_bytes)
{
    struct ct_recipes head = {
        .build_id_bytes = (uint32_t)build_id_bytes,
        .path = add_text(set, path),
        .functions = (uint32_t)set->functions.count,
        .sites = (uint32_t)set->calls.count,
        .recipes = (uint32_t)set->recipes.count,
        .ops = (uint32_t)set->ops.count,
        .keys = (uint32_t)set->keys.count,
        .text_bytes = (uint32_t)set->text.count,
    };
    size_t bytes = sizeof head + head.functions * sizeof(struct ct_recipe_function) +
                   head.sites * sizeof(struct ct_recipe_site) + head.ops * sizeof(struct ct_op) +
                   head.keys * sizeof(struct ct_recipe_key) + head.recipes * sizeof(struct ct_recipe) + head.text_bytes;
    bytes = (bytes + 7) / 8 * 8;
    char *all = bytes < UINT32_MAX && !set->failed ? calloc(1, bytes) : NULL, *to = all;
    if (!all)
        return NULL;
    head.bytes = (uint32_t)bytes;
    if (build_id_bytes > 0)
        memcpy(head.build_id, build_id, build_id_bytes);
    append(&to, &head, sizeof head);
    append_functions(set, &to);
    append(&to, set->ops.items, head.ops * sizeof(struct ct_op));
    append(&to, set->keys.items, head.keys * sizeof(struct ct_recipe_key));
    append(&to, set->recipes.items, head.recipes * sizeof(struct ct_recipe));
    append(&to, set->text.items, head.text_bytes);
    return (struct ct_recipes *)all;
}

struct ct_recipes *set_finish(struct set_builder *set, const char *path, const uint8_t *build_id, size_t build_id_bytes)
{
    if (build_id_bytes > CT_RECIPE_BUILD_ID_BYTES)
        build_id_bytes = CT_RECIPE_BUILD_ID_BYTES;
    struct ct_recipes *all = set->calls.count ? assemble(set, path, build_id, build_id_bytes) : NULL;
    free_arrays(set);
    return all;
}
