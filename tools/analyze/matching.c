#include "analyze/matching.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function of one recording. */
struct entry {
    const char *module; /* no NUL behind it: */
    size_t module_length;
    const char *name, *file;
    char *made; /* what stands for the name of one that has none; to be freed */
    uint32_t recording, function, line;
    uint32_t rank; /* among those of its recording that are alike */
    bool by_file;  /* the name alone does not tell */
    bool later;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* "libfoo.so.1.2" is "libfoo.so"; the program itself is "". */
static void name_module(struct entry *entry, const struct tape *tape, const struct tape_function *function)
{
    uint32_t count;
    entry->module = "";
    if (function->module == CT_NONE)
        return;
    const struct tape_module *module = &tape_modules(tape, &count)[function->module];
    const struct tape_process *process = &tape_processes(tape, &count)[module->process];
    if (strcmp(module->path, process->executable) == 0)
        return;
    entry->module = base_name(module->path);
    const char *version = strstr(entry->module, ".so.");
    entry->module_length = version != NULL ? (size_t)(version + 3 - entry->module) : strlen(entry->module);
}

/* By build-id and address; a module without one is like no other. */
static int name_address(struct entry *entry, const struct tape *tape, const struct tape_function *function)
{
    uint32_t count;
    char id[2 * CT_BUILD_ID_BYTES + 1] = "";
    uint64_t base = 0;
    if (function->module != CT_NONE) {
        const struct tape_module *module = &tape_modules(tape, &count)[function->module];
        for (uint32_t i = 0; i < module->build_id_bytes; i++)
            snprintf(id + 2 * i, 3, "%02x", module->build_id[i]);
        base = module->base;
    }
    if (*id == '\0')
        snprintf(id, sizeof id, "%u", entry->recording);
    if (asprintf(&entry->made, "\n%s+%llx", id, (unsigned long long)(function->address - base)) < 0)
        return -1;
    entry->name = entry->made;
    return 0;
}

static int fill_entry(struct entry *entry, const struct recording *recording, uint32_t index, uint32_t id)
{
    uint32_t count;
    const struct tape_function *function = &tape_functions(recording->tape, &count)[id];
    *entry = (struct entry){.recording = index, .function = id, .line = function->line, .later = recording->later};
    entry->file = function->file != NULL ? base_name(function->file) : "";
    entry->name = function->symbol != NULL ? function->symbol : function->name;
    name_module(entry, recording->tape, function);
    return entry->name != NULL && *entry->name != '\0' ? 0 : name_address(entry, recording->tape, function);
}

static int order_of(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct entry *a, const struct entry *b)
{
    size_t shorter = a->module_length < b->module_length ? a->module_length : b->module_length;
    int order = memcmp(a->module, b->module, shorter);
    if (order == 0)
        order = order_of(a->module_length, b->module_length);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* Those of one recording that are alike stand together, in the order of their lines. */
static int by_recording(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_names(a, b);
    if (order == 0)
        order = order_of(a->recording, b->recording);
    if (order == 0)
        order = strcmp(a->file, b->file);
    if (order == 0)
        order = order_of(a->line, b->line);
    return order != 0 ? order : order_of(a->function, b->function);
}

static bool are_same(const struct entry *a, const struct entry *b)
{
    return compare_names(a, b) == 0 && (!a->by_file || (strcmp(a->file, b->file) == 0 && a->rank == b->rank));
}

/* Those that are the same stand together, of the new side first. */
static int by_identity(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_names(a, b);
    if (order == 0 && a->by_file)
        order = strcmp(a->file, b->file);
    if (order == 0 && a->by_file)
        order = order_of(a->rank, b->rank);
    if (order == 0)
        order = order_of(b->later, a->later);
    return order != 0 ? order : order_of(a->recording, b->recording);
}

/* `entries` are all of one name. */
static void tell_apart(struct entry *entries, size_t count)
{
    bool several = false;
    for (size_t i = 1; i < count; i++) {
        bool together = entries[i].recording == entries[i - 1].recording;
        several = several || together;
        if (together && strcmp(entries[i].file, entries[i - 1].file) == 0)
            entries[i].rank = entries[i - 1].rank + 1;
    }
    for (size_t i = 0; i < count; i++)
        entries[i].by_file = several;
}

static size_t end_of_name(const struct entry *entries, size_t first, size_t count)
{
    size_t end = first + 1;
    while (end < count && compare_names(&entries[first], &entries[end]) == 0)
        end++;
    return end;
}

static void number_items(struct matching *matching, struct entry *entries, size_t count)
{
    qsort(entries, count, sizeof *entries, by_recording);
    for (size_t first = 0, end; first < count; first = end) {
        end = end_of_name(entries, first, count);
        tell_apart(entries + first, end - first);
    }
    qsort(entries, count, sizeof *entries, by_identity);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !are_same(&entries[i - 1], &entries[i]))
            matching->items[matching->count++] = (struct matched){entries[i].recording, entries[i].function};
        matching->of[entries[i].recording][entries[i].function] = matching->count - 1;
    }
}

/* A function's other ids are the same item. */
static void spread_same(struct matching *matching, const struct recording *recordings)
{
    for (size_t r = 0; r < matching->recordings; r++) {
        uint32_t count;
        const struct tape_function *functions = tape_functions(recordings[r].tape, &count);
        for (uint32_t i = 0; i < count; i++)
            matching->of[r][i] = matching->of[r][functions[i].same];
    }
}

static int fill_entries(struct matching *matching, const struct recording *recordings, struct entry *entries,
                        size_t *used)
{
    for (size_t r = 0; r < matching->recordings; r++) {
        uint32_t count;
        const struct tape_function *functions = tape_functions(recordings[r].tape, &count);
        matching->of[r] = malloc(count * sizeof *matching->of[r]);
        if (matching->of[r] == NULL)
            return -1;
        matching->of[r][0] = CT_NONE;
        for (uint32_t i = 1; i < count; i++) {
            if (functions[i].same == i && fill_entry(&entries[*used], &recordings[r], (uint32_t)r, i) != 0)
                return -1;
            *used += functions[i].same == i;
        }
    }
    return 0;
}

int matching_make(struct matching *matching, const struct recording *recordings, size_t count, struct error *error)
{
    size_t most = 1, used = 0;
    for (size_t r = 0; r < count; r++) {
        uint32_t functions;
        tape_functions(recordings[r].tape, &functions);
        most += functions;
    }
    struct entry *entries = malloc(most * sizeof *entries);
    *matching = (struct matching){.items = malloc(most * sizeof *matching->items),
                                  .of = calloc(count + 1, sizeof *matching->of),
                                  .recordings = count};
    bool fits = entries != NULL && matching->items != NULL && matching->of != NULL;
    int status = fits ? fill_entries(matching, recordings, entries, &used) : -1;
    if (status == 0) {
        number_items(matching, entries, used);
        spread_same(matching, recordings);
    } else {
        error_set(error, "out of memory for the functions of %zu recordings", count);
    }
    for (size_t i = 0; i < used; i++)
        free(entries[i].made);
    free(entries);
    return status;
}

void matching_free(struct matching *matching)
{
    for (size_t r = 0; matching->of != NULL && r < matching->recordings; r++)
        free(matching->of[r]);
    free(matching->of);
    free(matching->items);
    *matching = (struct matching){0};
}
