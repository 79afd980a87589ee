#include "symbol/symbol.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "symbol/debug_file.h"
#include "symbol/demangle.h"
#include "symbol/elf_file.h"

/* How many symbols before an address are looked at for one that covers it. More than one only where symbols overlap
 * (a function within another's range); the bound keeps a hostile table from costing its square. */
#define OVERLAP_MAX 64

/* The symbols of one file. */
struct layer {
    struct elf_symbols elf;
    size_t functions; /* the first so many of the symbols, by address; the rest are labels, by address */
    char **names;     /* demangled name of each symbol, once it was asked for */
};

enum { MOST_FILES = 5, MOST_LAYERS = 2 };

struct symbol_table {
    struct elf_file *files[MOST_FILES]; /* hold the strings */
    struct elf_file *symbols, *lines;   /* the first of them that has a symbol table, and debug information */
    size_t file_count;
    struct split_places split;        /* the strings are the table's */
    struct layer layers[MOST_LAYERS]; /* asked one after the other */
    size_t layer_count;
    enum symbol_source source;
};

/* ---- opening --------------------------------------------------------------------------------------------------- */

static void format_build_id(char *text, size_t size, const uint8_t *build_id, size_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t shown = bytes < 6 ? bytes : 6;
    if (bytes == 0 || size < 2 * shown + 1) {
        strcpy(text, "none");
        return;
    }
    for (size_t i = 0; i < shown; i++) {
        text[2 * i] = digits[build_id[i] >> 4];
        text[2 * i + 1] = digits[build_id[i] & 15];
    }
    text[2 * shown] = '\0';
}

/* "(build-id 0102, recorded 0103)", or "" where they are equal or none was recorded. */
static void tell_difference(char *text, size_t size, const struct symbol_module *module, const struct elf_file *file)
{
    const uint8_t *found;
    size_t found_bytes = elf_file_build_id(file, &found);
    char found_text[32], recorded_text[32];
    text[0] = '\0';
    if (module->build_id_bytes == 0 ||
        (found_bytes == module->build_id_bytes && memcmp(found, module->build_id, found_bytes) == 0))
        return;
    format_build_id(found_text, sizeof found_text, found, found_bytes);
    format_build_id(recorded_text, sizeof recorded_text, module->build_id, module->build_id_bytes);
    snprintf(text, size, "(build-id %s, recorded %s)", found_text, recorded_text);
}

static int compare_build_id(const struct symbol_module *module, const struct elf_file *file, struct error *error)
{
    char difference[100];
    tell_difference(difference, sizeof difference, module, file);
    if (!difference[0])
        return 0;
    return error_set(error,
                     "it was rebuilt or replaced since the recording %s; record again, or put the recorded file back",
                     difference);
}

static struct elf_file *open_program(const struct symbol_module *module, struct error *error)
{
    struct elf_file *file = elf_file_open(module->path, error);
    if (file && compare_build_id(module, file, error) != 0) {
        elf_file_close(file);
        return NULL;
    }
    return file;
}

static void add_file(struct symbol_table *table, struct elf_file *file)
{
    if (!file)
        return;
    table->files[table->file_count++] = file;
    if (!table->symbols && elf_file_has_symtab(file))
        table->symbols = file;
    if (!table->lines && elf_file_has_debug_info(file))
        table->lines = file;
}

/* `program` may be NULL: by its build-id a debug file can be found even when the program is gone. */
static struct debug_file_query query_for(const struct symbol_module *module, const struct elf_file *program)
{
    struct debug_file_query query = {
        .root = module->debug_directory ? module->debug_directory : DEBUG_FILE_ROOT,
        .path = module->path,
        .link = program ? elf_file_debug_link(program) : NULL,
        .build_id = module->build_id,
        .build_id_bytes = module->build_id_bytes,
    };
    if (query.build_id_bytes == 0 && program)
        query.build_id_bytes = elf_file_build_id(program, &query.build_id);
    return query;
}

static int refuse_other(const struct symbol_module *module, char *other, struct error *error)
{
    char path[512], difference[100];
    struct elf_file *file = elf_file_open(other, error);
    text_escape(path, sizeof path, other, true);
    free(other);
    if (!file)
        return -1;
    tell_difference(difference, sizeof difference, module, file);
    elf_file_close(file);
    return error_set(error, "%s is refused, for it is of another build %s; give the directory of the recorded one",
                     path, difference);
}

/* What the user named comes before all else. */
static int add_users_file(struct symbol_table *table, const struct symbol_module *module,
                          const struct elf_file *program, struct error *error)
{
    char *other;
    struct debug_file_query query = query_for(module, program);
    struct elf_file *file = debug_file_in(&query, &other);
    if (!file && other)
        return refuse_other(module, other, error);
    free(other);
    add_file(table, file);
    return 0;
}

static void add_debug_files(struct symbol_table *table, const struct symbol_module *module,
                            const struct elf_file *program)
{
    struct debug_file_query query = query_for(module, program);
    query.root = DEBUG_FILE_ROOT;
    if (!table->symbols || !table->lines)
        add_file(table, debug_file_find(&query));
    if (!table->lines)
        add_file(table, debug_file_fetch(query.build_id, query.build_id_bytes));
}

static int open_files(struct symbol_table *table, const struct symbol_module *module, struct error *error)
{
    struct elf_file *program = open_program(module, error);
    int status = module->debug_directory ? add_users_file(table, module, program, error) : 0;
    add_file(table, program);
    if (status == 0)
        add_debug_files(table, module, program);
    return status == 0 && table->file_count > 0 ? 0 : -1;
}

static int by_address(const void *left, const void *right)
{
    const struct elf_symbol *a = left, *b = right;
    if (a->label != b->label)
        return a->label ? 1 : -1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

static bool is_sorted(const struct elf_symbols *elf)
{
    for (size_t i = 1; i < elf->count; i++)
        if (by_address(&elf->symbols[i - 1], &elf->symbols[i]) > 0)
            return false;
    return true;
}

static int add_layer(struct symbol_table *table, const struct elf_file *file, struct error *error)
{
    struct layer *layer = &table->layers[table->layer_count++];
    if (elf_file_symbols(file, &layer->elf, error) != 0)
        return -1;
    struct elf_symbols *elf = &layer->elf;
    if (!is_sorted(elf))
        qsort(elf->symbols, elf->count, sizeof *elf->symbols, by_address);
    while (layer->functions < elf->count && !elf->symbols[layer->functions].label)
        layer->functions++;
    layer->names = calloc(elf->count + 1, sizeof *layer->names);
    if (!layer->names)
        return error_set(error, "no memory for the names of %zu symbols", elf->count);
    if (elf->count > 0 && table->source != SYMBOL_SOURCE_ALL)
        table->source = elf_file_has_symtab(file) ? SYMBOL_SOURCE_ALL : SYMBOL_SOURCE_EXPORTED;
    return 0;
}

/* A stripped program may hold what it does not export in a packed table of its own. */
static int read_stripped(struct symbol_table *table, struct error *error)
{
    struct elf_file *program = table->files[0], *packed = elf_file_open_packed(program);
    add_file(table, packed);
    return packed && add_layer(table, packed, error) != 0 ? -1 : add_layer(table, program, error);
}

static struct symbol_table *open_table(const struct symbol_module *module, struct error *error)
{
    struct symbol_table *table = calloc(1, sizeof *table);
    if (!table) {
        error_set(error, "no memory to read its symbols");
        return NULL;
    }
    table->split.program = strdup(module->path);
    table->split.directory = module->debug_directory ? strdup(module->debug_directory) : NULL;
    if (open_files(table, module, error) == 0 &&
        (table->symbols ? add_layer(table, table->symbols, error) : read_stripped(table, error)) == 0)
        return table;
    symbol_close(table);
    return NULL;
}

struct symbol_table *symbol_open(const struct symbol_module *module, struct error *error)
{
    struct error why;
    char path[512];
    struct symbol_table *table = open_table(module, &why);
    if (table)
        return table;
    text_escape(path, sizeof path, module->path, true);
    error_set(error, "%s: %s", path, why.text);
    return NULL;
}

static void free_layer(struct layer *layer)
{
    for (size_t i = 0; layer->names && i < layer->elf.count; i++)
        free(layer->names[i]);
    free(layer->names);
    free(layer->elf.symbols);
}

void symbol_close(struct symbol_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->layer_count; i++)
        free_layer(&table->layers[i]);
    for (size_t i = 0; i < table->file_count; i++)
        elf_file_close(table->files[i]);
    free((char *)table->split.program);
    free((char *)table->split.directory);
    free(table);
}

enum symbol_source symbol_source(const struct symbol_table *table)
{
    return table->source;
}

/* ---- finding --------------------------------------------------------------------------------------------------- */

/* Symbols first <= i < end, in order of address. */
struct range {
    size_t first, end;
};

/* One past the last symbol that starts at or before the address. */
static size_t upper_bound(const struct elf_symbol *symbols, struct range range, uint64_t address)
{
    while (range.first < range.end) {
        size_t middle = range.first + (range.end - range.first) / 2;
        if (symbols[middle].start <= address)
            range.first = middle + 1;
        else
            range.end = middle;
    }
    return range.first;
}

/* A symbol without a size reaches to the next one, or to the end of its section. */
static bool covers(const struct elf_symbol *symbol, bool is_last_start, uint64_t address)
{
    if (symbol->size == 0)
        return is_last_start && address < symbol->limit;
    return address - symbol->start < symbol->size;
}

static size_t leading_underscores(const char *name)
{
    return strspn(name, "_");
}

static bool is_better(const struct elf_symbols *elf, const struct elf_symbol *a, const struct elf_symbol *b)
{
    const char *a_name = elf->strings + a->name, *b_name = elf->strings + b->name;
    if (a->binding != b->binding)
        return a->binding < b->binding;
    size_t a_count = leading_underscores(a_name), b_count = leading_underscores(b_name);
    if (a_count != b_count)
        return a_count < b_count;
    a_count = strlen(a_name), b_count = strlen(b_name);
    if (a_count != b_count)
        return a_count < b_count;
    return strcmp(a_name, b_name) < 0;
}

/* The best of those that cover the address and start nearest before it; -1 if none. */
static ptrdiff_t find_in(const struct elf_symbols *elf, struct range range, uint64_t address)
{
    size_t end = upper_bound(elf->symbols, range, address);
    ptrdiff_t best = -1;
    for (size_t i = end, looked = 0; i > range.first && looked < OVERLAP_MAX; looked++) {
        const struct elf_symbol *symbol = &elf->symbols[--i];
        if (best >= 0 && symbol->start != elf->symbols[best].start)
            break;
        if (covers(symbol, symbol->start == elf->symbols[end - 1].start, address) &&
            (best < 0 || is_better(elf, symbol, &elf->symbols[best])))
            best = (ptrdiff_t)i;
    }
    return best;
}

static const char *name_of(const struct layer *layer, size_t index)
{
    const char *raw = layer->elf.strings + layer->elf.symbols[index].name;
    if (!layer->names[index])
        layer->names[index] = demangle(raw, DEMANGLE_NAME);
    return layer->names[index] ? layer->names[index] : raw;
}

static struct symbol symbol_of(const struct layer *layer, size_t index)
{
    const struct elf_symbol *it = &layer->elf.symbols[index];
    const char *strings = layer->elf.strings;
    return (struct symbol){
        .name = name_of(layer, index),
        .raw = strings + it->name,
        .start = it->start,
        .size = it->size,
        .file = it->file ? strings + it->file : NULL,
    };
}

static int find_in_layer(const struct layer *layer, uint64_t address, struct symbol *symbol)
{
    const struct elf_symbols *elf = &layer->elf;
    ptrdiff_t found = find_in(elf, (struct range){0, layer->functions}, address);
    if (found < 0)
        found = find_in(elf, (struct range){layer->functions, elf->count}, address);
    if (found < 0)
        return -1;
    *symbol = symbol_of(layer, (size_t)found);
    return 0;
}

int symbol_find(const struct symbol_table *table, uint64_t address, struct symbol *symbol)
{
    for (size_t i = 0; i < table->layer_count; i++)
        if (find_in_layer(&table->layers[i], address, symbol) == 0)
            return 0;
    return -1;
}

size_t symbol_count(const struct symbol_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->layer_count; i++)
        count += table->layers[i].functions;
    return count;
}

void symbol_at(const struct symbol_table *table, size_t index, struct symbol *symbol)
{
    const struct layer *layer = table->layers;
    for (; index >= layer->functions; layer++)
        index -= layer->functions;
    *symbol = symbol_of(layer, index);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

bool symbol_has_places(const struct symbol_table *table)
{
    return table->lines != NULL;
}

enum places_end symbol_places(const struct symbol_table *table, const uint64_t *addresses, const bool *nameless,
                              size_t count, struct place *places)
{
    return places_find(table->lines, &table->split, addresses, nameless, count, places);
}

void symbol_files(const struct symbol_table *table, const struct elf_file **program, const struct elf_file **debug,
                  const struct split_places **split)
{
    *program = table->files[0];
    *debug = table->lines;
    *split = &table->split;
}
