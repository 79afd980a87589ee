#include "cmd/names.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "symbol/demangle.h"
#include "symbol/symbol.h"

/* What the kernel appends to the path of a mapped file that was removed. */
#define DELETED " (deleted)"

/* What is known about a function; all but `name` may be NULL and 0. */
struct finding {
    const char *name, *file;
    const char *symbol; /* as the linker has it, where it is not the name */
    uint32_t line;
    uint64_t start, size;
};

/* Where a finding goes: a tape being written, or an open one. 0 or -1 with the error set. */
typedef int give_finding(void *to, uint32_t function, const struct finding *finding, struct error *error);

/* A function to be named and the file that should know it. */
struct nameless {
    const struct tape_module *module;
    const struct tape_function *known;
    uint64_t address; /* in the file */
    uint32_t function;
};

/* What there is to do, and for whom. */
struct naming {
    struct names *names;
    give_finding *give;
    void *to;
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
static size_t collect(struct tape *tape, bool again, struct nameless *out)
{
    uint32_t function_count, module_count;
    size_t count = 0;
    const struct tape_function *functions = tape_functions(tape, &function_count);
    const struct tape_module *modules = tape_modules(tape, &module_count);
    for (uint32_t i = 1; i < function_count; i++) {
        if ((functions[i].name && !again) || functions[i].module >= module_count)
            continue;
        const struct tape_module *module = &modules[functions[i].module];
        if (module->path[0])
            out[count++] = (struct nameless){module, &functions[i], functions[i].address - module->base, i};
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
    error_set(&text, names->again ? "nothing new about %s function%s of %s" : "no names for %s function%s of %s",
              text_count(number, functions), functions == 1 ? "" : "s", why->text);
    return add_problem(names, text.text);
}

static int tell_cut(struct names *names, const char *path)
{
    struct error text;
    char escaped[512];
    text_escape(escaped, sizeof escaped, path, true);
    error_set(&text,
              "no source lines for some functions of %s: its debug information is damaged, or takes too much time or "
              "memory to read",
              escaped);
    return add_problem(names, text.text);
}

/* All that have no debug information in one line: there may be many, and none is wrong. */
static int tell_unlined(struct names *names)
{
    struct error text;
    const struct unlined *unlined = &names->unlined;
    char escaped[512], number[TEXT_NUMBER], others[64] = "";
    if (unlined->functions == 0)
        return 0;
    text_escape(escaped, sizeof escaped, unlined->file, true);
    if (unlined->files > 1)
        snprintf(others, sizeof others, " and %u more file%s", unlined->files - 1, unlined->files == 2 ? "" : "s");
    error_set(&text,
              "no source lines for %s function%s of %s%s: no debug information; compile with -g, or install their "
              "debug symbols",
              text_count(number, unlined->functions), unlined->functions == 1 ? "" : "s", escaped, others);
    return add_problem(names, text.text);
}

static int tell_missing(struct names *names, const char *path, size_t functions, const char *missing)
{
    struct error text;
    char escaped[512], file[512], number[TEXT_NUMBER];
    text_escape(escaped, sizeof escaped, path, true);
    text_escape(file, sizeof file, missing, true);
    error_set(
        &text,
        "no names for %s function%s of %s: %s is not there or of another build; put it back, or name its directory "
        "with 'calltape symbols --debug-dir'",
        text_count(number, functions), functions == 1 ? "" : "s", escaped, file);
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

static struct symbol_table *open_symbols(const struct tape_module *module, const char *debug_directory,
                                         struct error *error)
{
    struct symbol_module query = {module->path, module->build_id, module->build_id_bytes, debug_directory};
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

/* The functions of one file, and what its symbols and its debug information say about them. */
struct batch {
    const struct nameless *functions;
    size_t count;
    struct symbol *symbols; /* name NULL: none covers it */
    struct place *places;
    uint64_t *addresses;
    bool *nameless;
};

static void batch_free(struct batch *batch)
{
    free(batch->symbols);
    free(batch->addresses);
    free(batch->nameless);
    places_free(batch->places, batch->count);
}

static bool batch_make(struct batch *batch, const struct nameless *functions, size_t count)
{
    *batch = (struct batch){
        .functions = functions,
        .count = count,
        .symbols = calloc(count, sizeof *batch->symbols),
        .places = calloc(count, sizeof *batch->places),
        .addresses = malloc(count * sizeof *batch->addresses),
        .nameless = malloc(count * sizeof *batch->nameless),
    };
    if (batch->symbols && batch->places && batch->addresses && batch->nameless)
        return true;
    batch_free(batch);
    return false;
}

static enum places_end look_up(struct batch *batch, const struct symbol_table *table)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->addresses[i] = batch->functions[i].address;
        struct symbol *symbol = &batch->symbols[i];
        if (symbol_find(table, batch->addresses[i], symbol) != 0)
            *symbol = (struct symbol){0};
        batch->nameless[i] = !symbol->name || (symbol->size == 0 && symbol->start != batch->addresses[i]);
    }
    if (!symbol_has_places(table))
        return PLACES_WHOLE;
    return symbol_places(table, batch->addresses, batch->nameless, batch->count, batch->places);
}

static bool is_known(const struct finding *finding, const struct tape_function *known)
{
    const char *const pairs[][2] = {
        {finding->name, known->name}, {finding->file, known->file}, {finding->symbol, known->symbol}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0] ? pairs[i][0] : "", pairs[i][1] ? pairs[i][1] : "") != 0)
            return false;
    return finding->line == known->line;
}

/* 1: given; 0: nothing names it; -1: an error. Debug information was asked for a name where the symbols have none, or
 * only one that may end before. */
static int give_one(struct naming *naming, const struct nameless *function, const struct symbol *symbol,
                    const struct place *place)
{
    struct names *names = naming->names;
    struct finding finding = {
        .name = symbol->name, .symbol = symbol->raw, .start = symbol->start, .size = symbol->size};
    char *made = place->name ? demangle(place->name, DEMANGLE_NAME) : NULL;
    int status = 1;
    if (made)
        finding.name = made, finding.symbol = place->name;
    if (!finding.name)
        return 0;
    if (finding.symbol && strcmp(finding.symbol, finding.name) == 0)
        finding.symbol = NULL;
    finding.file = place->file ? place->file : symbol->file;
    finding.line = place->line;
    names->lines += place->file != NULL;
    /* A line that was known already is not given up for a file that knows none. */
    if (!place->file && function->known->line > 0)
        finding.file = function->known->file, finding.line = function->known->line;
    if (!names->again || !is_known(&finding, function->known)) {
        names->news++;
        status = naming->give(naming->to, function->function, &finding, &names->error) == 0 ? 1 : -1;
    }
    free(made);
    return status;
}

/* Returns how many were not covered, or -1. */
static int64_t give_all(struct naming *naming, const struct batch *batch)
{
    int64_t uncovered = 0;
    for (size_t i = 0; i < batch->count; i++) {
        int given = give_one(naming, &batch->functions[i], &batch->symbols[i], &batch->places[i]);
        if (given < 0)
            return -1;
        uncovered += given == 0;
    }
    return uncovered;
}

static int note_unlined(struct names *names, const struct symbol_table *table, const struct batch *batch)
{
    struct unlined *unlined = &names->unlined;
    if (symbol_has_places(table))
        return 0;
    unlined->functions += (uint32_t)batch->count;
    unlined->files++;
    if (!unlined->file && !(unlined->file = strdup(batch->functions[0].module->path)))
        return error_set(&names->error, "no memory to name the functions");
    return 0;
}

/* What is not there that may know the names. */
static const char *missing_of(const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!batch->symbols[i].name && !batch->places[i].name && batch->places[i].missing)
            return batch->places[i].missing;
    return NULL;
}

static int name_batch(struct naming *naming, const struct symbol_table *table, struct batch *batch)
{
    struct names *names = naming->names;
    const char *path = batch->functions[0].module->path;
    enum places_end end = look_up(batch, table);
    int64_t uncovered = give_all(naming, batch);
    if (uncovered < 0)
        return -1;
    names->named += (uint32_t)(batch->count - (size_t)uncovered);
    names->unnamed += (uint32_t)uncovered;
    const char *missing = missing_of(batch);
    if (uncovered > 0 && (missing ? tell_missing(names, path, (size_t)uncovered, missing)
                                  : tell_uncovered(names, path, symbol_source(table), (size_t)uncovered)) != 0)
        return -1;
    if (end == PLACES_CUT && tell_cut(names, path) != 0)
        return -1;
    return (size_t)uncovered < batch->count ? note_unlined(names, table, batch) : 0;
}

static int name_file(struct naming *naming, const struct nameless *functions, size_t count)
{
    struct error why;
    struct batch batch;
    struct names *names = naming->names;
    struct symbol_table *table = open_symbols(functions->module, names->debug_directory, &why);
    if (!table) {
        names->unnamed += (uint32_t)count;
        return tell_unopened(names, &why, count);
    }
    int status = -1;
    if (batch_make(&batch, functions, count)) {
        status = name_batch(naming, table, &batch);
        batch_free(&batch);
    } else {
        error_set(&names->error, "no memory to name %zu functions", count);
    }
    symbol_close(table);
    return status;
}

static int name_all(struct tape *tape, struct naming *naming)
{
    uint32_t most;
    struct names *names = naming->names;
    tape_functions(tape, &most);
    struct nameless *functions = malloc(((size_t)most + 1) * sizeof *functions);
    if (!functions)
        return error_set(&names->error, "no memory to name %u functions", most);
    size_t count = collect(tape, names->again, functions), end;
    int result = 0;
    for (size_t first = 0; first < count && result == 0; first = end) {
        for (end = first + 1; end < count && compare_files(functions[first].module, functions[end].module) == 0;)
            end++;
        result = name_file(naming, functions + first, end - first);
    }
    free(functions);
    return result == 0 ? tell_unlined(names) : result;
}

static int give_to_writer(void *to, uint32_t function, const struct finding *finding, struct error *error)
{
    struct ct_symbol record = {
        .function = function, .line = finding->line, .start = finding->start, .size = finding->size};
    const char *const strings[] = {finding->name, finding->file ? finding->file : "",
                                   finding->symbol ? finding->symbol : ""};
    return writer_record(to, CT_RECORD_SYMBOL, &record, sizeof record, strings, 3, error);
}

int names_write(struct writer *writer, struct tape *without_names, void *context)
{
    return name_all(without_names, &(struct naming){context, give_to_writer, writer});
}

static int give_to_tape(void *to, uint32_t function, const struct finding *finding, struct error *error)
{
    return tape_set_symbol(to, function, finding->name, finding->symbol, finding->file, finding->line, error);
}

int names_apply(struct tape *tape, struct names *names)
{
    return name_all(tape, &(struct naming){names, give_to_tape, tape});
}

static int spell_one(struct tape *tape, uint32_t function, const struct tape_function *known, bool mangled,
                     struct error *error)
{
    char *whole = mangled ? strdup(known->symbol) : demangle(known->symbol, DEMANGLE_WHOLE);
    if (!whole)
        return error_set(error, "no memory to spell the functions' names");
    int status = tape_set_symbol(tape, function, whole, known->symbol, known->file, known->line, error);
    free(whole);
    return status;
}

int names_spell(struct tape *tape, const struct cmd_spelling *spelling, struct error *error)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    int status = 0;
    for (uint32_t i = 1; i < count && status == 0 && (spelling->full || spelling->mangled); i++)
        if (functions[i].symbol)
            status = spell_one(tape, i, &functions[i], spelling->mangled, error);
    return status;
}

void names_warn(const char *verb, const struct names *names)
{
    for (size_t i = 0; i < names->problem_count; i++)
        cmd_say(verb, "warning: %s", names->problems[i]);
}

void names_free(struct names *names)
{
    for (size_t i = 0; i < names->problem_count; i++)
        free(names->problems[i]);
    free(names->problems);
    free(names->unlined.file);
    *names = (struct names){0};
}
