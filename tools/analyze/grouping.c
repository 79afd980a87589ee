#include "analyze/grouping.h"

#include <stdlib.h>
#include <string.h>

struct member {
    const char *name;
    uint32_t function;
};

static int by_name(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->function > b->function) - (a->function < b->function);
}

const char *grouping_name(const struct labels *labels, uint32_t key, enum grouping by)
{
    const struct label *label = labels_get(labels, key);
    if (by == BY_FILE)
        return label->file != NULL ? label->file : "";
    return by == BY_MODULE ? label->module : label->name;
}

static void set_keys(uint32_t *keys, const struct member *members, uint32_t count)
{
    for (uint32_t i = 0, first = 0; i < count; i++) {
        if (strcmp(members[i].name, members[first].name) != 0)
            first = i;
        keys[members[i].function] = members[first].function;
    }
}

static int group(uint32_t *keys, uint32_t count, const struct labels *labels, enum grouping by)
{
    struct member *members = malloc(count * sizeof *members);
    if (members == NULL)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        members[i] = (struct member){grouping_name(labels, i, by), i};
    qsort(members, count, sizeof *members, by_name);
    set_keys(keys, members, count);
    free(members);
    return 0;
}

uint32_t *grouping_keys(const struct tape *tape, const struct labels *labels, enum grouping by)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    uint32_t *keys = calloc(count, sizeof *keys);
    for (uint32_t i = 0; keys != NULL && by == BY_FUNCTION && i < count; i++)
        keys[i] = functions[i].same;
    if (keys == NULL || (by != BY_FILE && by != BY_MODULE) || group(keys, count, labels, by) == 0)
        return keys;
    free(keys);
    return NULL;
}
