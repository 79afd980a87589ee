#include "cmd/known_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/brief.h"

bool known_file_open(struct known_file *file, const struct symbol_module *module)
{
    struct error ignored;
    *file = (struct known_file){.path = strdup(module->path)};
    if (file->path && *module->path)
        file->symbols = symbol_open(module, &ignored);
    return file->path != NULL;
}

void known_file_close(struct known_file *file)
{
    places_free(file->places, file->count);
    free(file->addresses);
    symbol_close(file->symbols);
    free(file->path);
}

size_t known_file_count(const struct known_file *file)
{
    return file->symbols ? symbol_count(file->symbols) : 0;
}

static int by_value(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static bool list_addresses(struct known_file *file)
{
    size_t count = known_file_count(file);
    file->addresses = malloc((count + 1) * sizeof *file->addresses);
    if (!file->addresses)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct symbol symbol;
        symbol_at(file->symbols, i, &symbol);
        file->addresses[i] = symbol.start;
    }
    qsort(file->addresses, count, sizeof *file->addresses, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || file->addresses[i] != file->addresses[i - 1])
            file->addresses[file->count++] = file->addresses[i];
    return true;
}

/* Debug information is read in a child process, which takes its time: once, for all functions. */
static bool find_places(struct known_file *file)
{
    if (file->places)
        return true;
    bool *nameless = list_addresses(file) ? calloc(file->count + 1, sizeof *nameless) : NULL;
    file->places = nameless ? calloc(file->count + 1, sizeof *file->places) : NULL;
    if (file->places && symbol_has_places(file->symbols))
        symbol_places(file->symbols, file->addresses, nameless, file->count, file->places);
    free(nameless);
    return file->places != NULL;
}

static const char *place_of(const struct known_file *file, uint64_t address)
{
    const uint64_t *found =
        file->count > 0 ? bsearch(&address, file->addresses, file->count, sizeof address, by_value) : NULL;
    return found ? file->places[found - file->addresses].file : NULL;
}

static bool describe(struct known_file *file, const struct symbol *symbol, bool places, struct known_function *function)
{
    *function = (struct known_function){.name = symbol->name, .symbol = symbol->raw, .file = symbol->file};
    function->brief = brief_name(symbol->name, 0, "…");
    if (!function->brief || !places)
        return function->brief != NULL;
    if (!find_places(file))
        return false;
    const char *place = place_of(file, symbol->start);
    if (place)
        function->file = place;
    return true;
}

/* "libfoo.so+0x1234" */
static bool describe_address(const struct known_file *file, uint64_t address, struct known_function *function)
{
    const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
    *function = (struct known_function){0};
    if (asprintf(&function->made, "%s+0x%llx", *name ? name : "[no file]", (unsigned long long)address) < 0)
        function->made = NULL;
    function->name = function->made;
    return function->made != NULL;
}

bool known_file_find(struct known_file *file, uint64_t address, bool places, struct known_function *function)
{
    struct symbol symbol;
    if (file->symbols && symbol_find(file->symbols, address, &symbol) == 0)
        return describe(file, &symbol, places, function);
    return describe_address(file, address, function);
}

bool known_file_at(struct known_file *file, size_t index, bool places, struct known_function *function)
{
    struct symbol symbol;
    symbol_at(file->symbols, index, &symbol);
    return describe(file, &symbol, places, function);
}

void known_function_free(struct known_function *function)
{
    free(function->brief);
    free(function->made);
}
