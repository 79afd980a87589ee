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
    int status = files && keys ? 0 : -1;
    free(files);
    free(keys);
    return status;
}
