#include "cmd/names.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "symbol/symbol.h"

/* What the kernel appends to the path of a mapped file that was removed. */
#define DELETED " (deleted)"

/* Where a name goes: a tape being written, or an open one. 0 or -1 with the error set. */
typedef int give_name(void *to, uint32_t function, const struct symbol *symbol, struct error *error);

/* A function without a name and the file that should know it. */
struct nameless {
    const struct tape_module *module;
    uint64_t address; /* in the file */
    uint32_t function;
};

/* ---- which functions, by file ---------------------------------------------------------------------------------- */

static int compare_files(const struct tape_module *a, const struct tape_module *b)
{
    int order = strcmp(a->path, b->path);
    if (order == 0)
        order = (a->build_id_bytes > b->build_id_bytes) - (a->build_id_bytes < b->build_id_bytes);
    return order ? order : memcmp(a->build_id, b->build_id, a->build_id_bytes);
}

static int by_file_and_address(const void *left, const void *right)
{
    const struct nameless *a = left, *b = right;
    int order = compare_files(a->module, b->module);
    if (order == 0)
        order = (a->address > b->address) - (a->address < b->address);
    return order ? order : (a->function > b->function) - (a->function < b->function);
}

/* Functions of the unknown module (generated code) have no file to ask. */
static size_t collect(struct tape *tape, struct nameless *out)
{
    uint32_t function_count, module_count;
    size_t count = 0;
    const struct tape_function *functions = tape_functions(tape, &function_count);
    const struct tape_module *modules = tape_modules(tape, &module_count);
    for (uint32_t i = 1; i < function_count; i++) {
        if (functions[i].name || functions[i].module >= module_count)
            continue;
        const struct tape_module *module = &modules[functions[i].module];
        if (module->path[0])
            out[count++] = (struct nameless){module, functions[i].address - module->base, i};
    }
    qsort(out, count, sizeof *out, by_file_and_address);
    return count;
}

/* ---- problems -------------------------------------------------------------------------------------------------- */

static int add_problem(struct names *names, const char *text)
{
    char **problems = realloc(names->problems, (names->problem_count + 1) * sizeof *problems);
    if (!problems)
        return error_set(&names->error, "no memory to name the functions");
    names->problems = problems;
    problems[names->problem_count] = strdup(text);
    if (!problems[names->problem_count])
        return error_set(&names->error, "no memory to name the functions");
    names->problem_count++;
    return 0;
}

static int tell_unopened(struct names *names, const struct error *why, size_t functions)
{
    struct error text;
    char number[TEXT_NUMBER];
    error_set(&text, "no names for %s function%s of %s", text_count(number, functions), functions == 1 ? "" : "s",
              why->text);
    return add_problem(names, text.text);
}

static int tell_uncovered(struct names *names, const char *path, enum symbol_source source, size_t functions)
{
    struct error text;
    char escaped[512], number[TEXT_NUMBER];
    text_escape(escaped, sizeof escaped, path, true);
    error_set(&text, "no names for %s function%s of %s: %s", text_count(number, functions), functions == 1 ? "" : "s",
              escaped,
              source == SYMBOL_SOURCE_ALL
                  ? "its symbol table does not cover their addresses"
                  : "it is stripped; install its debug symbols, or build it without -s and record again");
    return add_problem(names, text.text);
}

/* ---- naming ---------------------------------------------------------------------------------------------------- */

static struct symbol_table *refuse_deleted(const struct tape_module *module, struct error *error)
{
    char escaped[512];
    text_escape(escaped, sizeof escaped, module->path, true);
    error_set(error, "%s: it was deleted, and has no build-id by which to know it; record again", escaped);
    return NULL;
}

static struct symbol_table *open_symbols(const struct tape_module *module, struct error *error)
{
    struct symbol_module query = {module->path, module->build_id, module->build_id_bytes};
    size_t length = strlen(module->path), suffix = sizeof DELETED - 1;
    if (length <= suffix || strcmp(module->path + length - suffix, DELETED) != 0)
        return symbol_open(&query, error);
    /* Another file may stand there by now: only its build-id can tell. */
    char *path = query.build_id_bytes > 0 ? strndup(module->path, length - suffix) : NULL;
    if (!path)
        return refuse_deleted(module, error);
    query.path = path;
    struct symbol_table *table = symbol_open(&query, error);
    free(path);
    return table;
}

/* Names those of one file. Returns how many were not covered, or -1. */
static int64_t name_from_table(const struct symbol_table *table, const struct nameless *functions, size_t count,
                               give_name *give, void *to, struct error *error)
{
    struct symbol symbol;
    int64_t uncovered = 0;
    for (size_t i = 0; i < count; i++) {
        if (symbol_find(table, functions[i].address, &symbol) != 0)
            uncovered++;
        else if (give(to, functions[i].function, &symbol, error) != 0)
            return -1;
    }
    return uncovered;
}

static int name_file(struct names *names, const struct nameless *functions, size_t count, give_name *give, void *to)
{
    struct error why;
    struct symbol_table *table = open_symbols(functions->module, &why);
    if (!table) {
        names->unnamed += (uint32_t)count;
        return tell_unopened(names, &why, count);
    }
    int64_t uncovered = name_from_table(table, functions, count, give, to, &names->error);
    enum symbol_source source = symbol_source(table);
    symbol_close(table);
    if (uncovered < 0)
        return -1;
    names->named += (uint32_t)(count - (size_t)uncovered);
    names->unnamed += (uint32_t)uncovered;
    return uncovered == 0 ? 0 : tell_uncovered(names, functions->module->path, source, (size_t)uncovered);
}

static int name_all(struct tape *tape, struct names *names, give_name *give, void *to)
{
    uint32_t most;
    tape_functions(tape, &most);
    struct nameless *functions = malloc(((size_t)most + 1) * sizeof *functions);
    if (!functions)
        return error_set(&names->error, "no memory to name %u functions", most);
    size_t count = collect(tape, functions), end;
    int result = 0;
    for (size_t first = 0; first < count && result == 0; first = end) {
        for (end = first + 1; end < count && compare_files(functions[first].module, functions[end].module) == 0;)
            end++;
        result = name_file(names, functions + first, end - first, give, to);
    }
    free(functions);
    return result;
}

static int give_to_writer(void *to, uint32_t function, const struct symbol *symbol, struct error *error)
{
    struct ct_symbol record = {.function = function, .start = symbol->start, .size = symbol->size};
    const char *const strings[] = {symbol->name, symbol->file ? symbol->file : ""};
    return writer_record(to, CT_RECORD_SYMBOL, &record, sizeof record, strings, 2, error);
}

int names_write(struct writer *writer, struct tape *without_names, void *context)
{
    return name_all(without_names, context, give_to_writer, writer);
}

static int give_to_tape(void *to, uint32_t function, const struct symbol *symbol, struct error *error)
{
    return tape_set_symbol(to, function, symbol->name, symbol->file, 0, error);
}

int names_apply(struct tape *tape, struct names *names)
{
    return name_all(tape, names, give_to_tape, tape);
}

void names_free(struct names *names)
{
    for (size_t i = 0; i < names->problem_count; i++)
        free(names->problems[i]);
    free(names->problems);
    *names = (struct names){0};
}
