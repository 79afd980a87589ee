/* Which functions are one: the same address in the same file, whatever process or mapping it was met in. By sorting,
 * not by hashing: names and addresses are anyone's to choose. */
#include <stdlib.h>
#include <string.h>

#include "tape/state.h"

struct key {
    uint32_t module; /* lowest index of the same file */
    uint32_t function;
    uint64_t address; /* in the file */
};

static int compare_modules(const void *a, const void *b, void *modules)
{
    const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct tape_module *x = &((const struct tape_module *)modules)[i];
    const struct tape_module *y = &((const struct tape_module *)modules)[j];
    int order = strcmp(x->path, y->path);
    if (order == 0)
        order = (int)x->build_id_bytes - (int)y->build_id_bytes;
    if (order == 0)
        order = memcmp(x->build_id, y->build_id, x->build_id_bytes);
    return order ? order : i < j ? -1 : i > j;
}

static bool same_file(const struct tape_module *x, const struct tape_module *y)
{
    return *x->path && strcmp(x->path, y->path) == 0 && x->build_id_bytes == y->build_id_bytes &&
           memcmp(x->build_id, y->build_id, x->build_id_bytes) == 0;
}

/* For each module the lowest index of the same file. Code that belongs to no file is only its own module's. */
static uint32_t *same_modules(const struct tape *tape)
{
    uint32_t count = tape->modules.count;
    struct tape_module *modules = tape->modules.at;
    uint32_t *order = malloc((count + 1) * sizeof *order), *same = malloc((count + 1) * sizeof *same);
    for (uint32_t i = 0; order && same && i < count; i++)
        order[i] = i;
    if (order && same) {
        qsort_r(order, count, sizeof *order, compare_modules, modules);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t before = i ? order[i - 1] : 0;
            same[order[i]] = i && same_file(&modules[order[i]], &modules[before]) ? same[before] : order[i];
        }
        free(order);
        return same;
    }
    free(order);
    free(same);
    return NULL;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->function < y->function ? -1 : x->function > y->function;
}

static int compare_spans(const void *a, const void *b, void *functions)
{
    const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct tape_function *all = functions;
    int order = strcmp(all[i].name, all[j].name);
    return order ? order : i < j ? -1 : i > j;
}

/* Spans have no address that means anything: those of one name are one. */
static int same_spans(struct tape *tape)
{
    uint32_t count = 0;
    struct tape_function *functions = tape->functions.at;
    uint32_t *order = malloc((tape->functions.count + 1) * sizeof *order);
    if (!order)
        return -1;
    for (uint32_t i = 1; i < tape->functions.count; i++)
        if (functions[i].module == CT_NONE && functions[i].name)
            order[count++] = i;
    qsort_r(order, count, sizeof *order, compare_spans, functions);
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(functions[order[i]].name, functions[order[i - 1]].name) == 0)
            functions[order[i]].same = functions[order[i - 1]].same;
    free(order);
    return 0;
}

int same_functions(struct tape *tape)
{
    uint32_t count = tape->functions.count, key_count = 0;
    struct tape_function *functions = tape->functions.at;
    const struct tape_module *modules = tape->modules.at;
    uint32_t *files = same_modules(tape);
    struct key *keys = malloc((count + 1) * sizeof *keys);
    for (uint32_t i = 0; files && keys && i < count; i++) {
        functions[i].same = i;
        uint32_t module = functions[i].module;
        if (module != CT_NONE)
            keys[key_count++] = (struct key){files[module], i, functions[i].address - modules[module].base};
    }
    if (files && keys)
        qsort(keys, key_count, sizeof *keys, compare_keys);
    for (uint32_t i = 1; i < key_count; i++)
        if (keys[i].module == keys[i - 1].module && keys[i].address == keys[i - 1].address)
            functions[keys[i].function].same = functions[keys[i - 1].function].same;
    int status = files && keys ? same_spans(tape) : -1;
    free(files);
    free(keys);
    return status;
}

static int compare_values(const void *a, const void *b, void *context)
{
    const struct tape *tape = context;
    const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct tape_key *x = &((const struct tape_key *)tape->keys.at)[i], *y = x - i + j;
    const struct tape_function *functions = tape->functions.at;
    uint32_t of_x = functions[x->function].same, of_y = functions[y->function].same;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (of_x != of_y)
        return of_x < of_y ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order ? order : i < j ? -1 : i > j;
}

static bool same_key(const struct tape *tape, const struct tape_key *x, const struct tape_key *y)
{
    const struct tape_function *functions = tape->functions.at;
    return x->kind == y->kind && functions[x->function].same == functions[y->function].same &&
           strcmp(x->name, y->name) == 0;
}

int same_keys(struct tape *tape)
{
    uint32_t count = tape->keys.count;
    struct tape_key *keys = tape->keys.at;
    uint32_t *order = malloc((count + 1) * sizeof *order);
    if (!order)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_values, tape);
    for (uint32_t i = 0; i < count; i++) {
        struct tape_key *key = &keys[order[i]];
        bool same = i != 0 && same_key(tape, &keys[order[i - 1]], key);
        key->same = same ? keys[order[i - 1]].same : order[i];
    }
    free(order);
    return 0;
}
