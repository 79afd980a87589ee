#include "analyze/labels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct labels {
    const struct tape_function *functions;
    const struct tape_module *modules;
    uint32_t count;
    struct label *labels; /* by function id; set where function.same is the id */
    char **made;          /* strings made here, by function id: name and distinct, 2 * count */
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static const char *module_path(const struct labels *labels, uint32_t function)
{
    uint32_t module = labels->functions[function].module;
    return module != CT_NONE ? labels->modules[module].path : "";
}

/* "libfoo.so+0x1234" */
static char *address_name(const struct labels *labels, uint32_t function)
{
    const char *path = module_path(labels, function);
    char *name;
    if (asprintf(&name, "%s+0x%llx", *path != '\0' ? base_name(path) : "[no file]",
                 (unsigned long long)labels->labels[function].address) < 0)
        return NULL;
    return name;
}

static int label_function(struct labels *labels, uint32_t function)
{
    const struct tape_function *it = &labels->functions[function];
    struct label *label = &labels->labels[function];
    label->module = module_path(labels, function);
    label->file = it->file;
    label->line = it->line;
    label->address = it->module != CT_NONE ? it->address - labels->modules[it->module].base : it->address;
    label->name = it->name != NULL && *it->name != '\0' ? it->name : function == 0 ? "[unknown function]" : NULL;
    if (label->name == NULL)
        label->name = labels->made[2 * (size_t)function] = address_name(labels, function);
    return label->name != NULL ? 0 : -1;
}

static int compare_files(const struct label *a, const struct label *b)
{
    int order = strcmp(a->file != NULL ? a->file : "", b->file != NULL ? b->file : "");
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* By name, module, place and address: what has something in common stands together. */
static int compare_labels(const void *a, const void *b, void *context)
{
    const struct labels *labels = context;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    const struct label *one = &labels->labels[left], *other = &labels->labels[right];
    int order = strcmp(one->name, other->name);
    if (order == 0)
        order = strcmp(one->module, other->module);
    if (order == 0)
        order = compare_files(one, other);
    return order != 0 ? order : (left > right) - (left < right);
}

static char *distinction(const struct labels *labels, uint32_t function, bool by_module, bool by_place)
{
    const struct label *label = &labels->labels[function];
    char *text = NULL;
    if (by_module && *label->module != '\0')
        return strdup(base_name(label->module));
    if (!by_place || label->file == NULL)
        return address_name(labels, function);
    int made = label->line != 0 ? asprintf(&text, "%s:%u", base_name(label->file), label->line)
                                : asprintf(&text, "%s", base_name(label->file));
    return made >= 0 ? text : NULL;
}

/* `order` is sorted; looks at each label's neighbours of the same name. */
static int tell_apart(struct labels *labels, const uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct label *label = &labels->labels[order[i]];
        bool alone = true, by_module = true, by_place = true;
        for (int side = -1; side <= 1; side += 2) {
            if ((side < 0 && i == 0) || (side > 0 && i + 1 == count))
                continue;
            const struct label *other = &labels->labels[order[i + (size_t)side]];
            if (strcmp(label->name, other->name) != 0)
                continue;
            alone = false;
            if (strcmp(label->module, other->module) == 0) {
                by_module = false;
                by_place = by_place && compare_files(label, other) != 0;
            }
        }
        if (alone)
            continue;
        label->distinct = labels->made[2 * (size_t)order[i] + 1] = distinction(labels, order[i], by_module, by_place);
        if (label->distinct == NULL)
            return -1;
    }
    return 0;
}

static int fill(struct labels *labels)
{
    uint32_t *order = malloc(labels->count * sizeof *order);
    size_t count = 0;
    int status = order != NULL ? 0 : -1;
    for (uint32_t i = 0; status == 0 && i < labels->count; i++) {
        if (labels->functions[i].same != i)
            continue;
        order[count++] = i;
        status = label_function(labels, i);
    }
    if (status == 0) {
        qsort_r(order, count, sizeof *order, compare_labels, labels);
        status = tell_apart(labels, order, count);
    }
    free(order);
    return status;
}

struct labels *labels_create(const struct tape *tape, struct error *error)
{
    struct labels *labels = calloc(1, sizeof *labels);
    uint32_t modules;
    if (labels != NULL) {
        labels->functions = tape_functions(tape, &labels->count);
        labels->modules = tape_modules(tape, &modules);
        labels->labels = calloc(labels->count, sizeof *labels->labels);
        labels->made = calloc(2 * (size_t)labels->count, sizeof *labels->made);
    }
    if (labels == NULL || labels->labels == NULL || labels->made == NULL || fill(labels) != 0) {
        labels_destroy(labels);
        error_set(error, "out of memory for the names of functions");
        return NULL;
    }
    return labels;
}

void labels_destroy(struct labels *labels)
{
    if (labels == NULL)
        return;
    for (size_t i = 0; labels->made != NULL && i < 2 * (size_t)labels->count; i++)
        free(labels->made[i]);
    free(labels->made);
    free(labels->labels);
    free(labels);
}

const struct label *labels_get(const struct labels *labels, uint32_t function)
{
    return &labels->labels[labels->functions[function].same];
}
