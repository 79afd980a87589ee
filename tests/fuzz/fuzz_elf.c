/* Programs and libraries of any bytes: their symbols, and where they call the hooks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recipe/hooks.h"
#include "run_verb.h"
#include "symbol/symbol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SYMBOLS_MOST = 2000 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void read_symbols(const char *path)
{
    struct error error = {""};
    struct symbol symbol;
    const struct symbol_module module = {.path = path};
    struct symbol_table *table = symbol_open(&module, &error);
    require((table == NULL) == (error.text[0] != '\0'));
    size_t letters = 0, count = table != NULL ? symbol_count(table) : 0;
    for (size_t i = 0; i < count && i < SYMBOLS_MOST; i++) {
        symbol_at(table, i, &symbol);
        letters += strlen(symbol.name) + strlen(symbol.raw);
        if (symbol_find(table, symbol.start, &symbol) == 0)
            letters += strlen(symbol.name);
    }
    require(letters < 1u << 30);
    symbol_close(table);
}

static void see_code(void *context, uint64_t address, const uint8_t *code, uint64_t bytes)
{
    uint64_t *sum = context;
    *sum += bytes > 0 ? address + code[0] + code[bytes - 1] : 0;
}

static void see_import(void *context, const char *name, uint64_t address)
{
    uint64_t *sum = context;
    *sum += strlen(name) + address;
}

static void read_sections(const struct elf_file *file)
{
    uint64_t sum = 0;
    struct elf_section section;
    for (size_t i = 0; elf_file_section(file, i, &section); i++) {
        const uint8_t *bytes = elf_file_section_data(file, i);
        sum += bytes != NULL && section.bytes > 0 ? (uint64_t)bytes[0] + bytes[section.bytes - 1] : 0;
    }
    elf_file_each_code(file, see_code, &sum);
    elf_file_imports(file, see_import, &sum);
    require(sum != UINT64_MAX);
}

static void read_hooks(const struct elf_file *file)
{
    struct hook_calls calls;
    if (!hooks_find(file, &calls))
        return;
    for (size_t i = 1; i < calls.count; i++)
        require(calls.sites[i - 1] <= calls.sites[i]);
    hooks_free(&calls);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    const char *path = put_file(data, size);
    read_symbols(path);
    struct elf_file *file = elf_file_open(path, &error);
    if (file != NULL) {
        read_sections(file);
        read_hooks(file);
        elf_file_close(elf_file_open_packed(file));
    }
    elf_file_close(file);
    return 0;
}
