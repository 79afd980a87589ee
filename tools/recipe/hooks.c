#include "recipe/hooks.h"

#include <stdlib.h>
#include <string.h>

static const char enter_name[] = "__cyg_profile_func_enter", exit_name[] = "__cyg_profile_func_exit";

enum { MOST_PLACES = 64 };

/* Addresses of one kind. */
struct places {
    uint64_t at[MOST_PLACES];
    bool entry[MOST_PLACES];
    size_t count;
};

struct search {
    struct places words; /* that hold a hook's address */
    struct places code;  /* that is a hook, or jumps to one */
    struct hook_calls calls;
    size_t room;
    bool failed;
};

static void add_place(struct places *places, uint64_t address, bool entry)
{
    if (places->count == MOST_PLACES)
        return;
    places->at[places->count] = address;
    places->entry[places->count++] = entry;
}

static ptrdiff_t find_place(const struct places *places, uint64_t address)
{
    for (size_t i = 0; i < places->count; i++)
        if (places->at[i] == address)
            return (ptrdiff_t)i;
    return -1;
}

static void see_import(void *context, const char *name, uint64_t address)
{
    struct search *search = context;
    if (strcmp(name, enter_name) == 0 || strcmp(name, exit_name) == 0)
        add_place(&search->words, address, strcmp(name, enter_name) == 0);
}

static void add_symbols(struct search *search, const struct elf_file *file)
{
    struct elf_symbols symbols;
    struct error ignored;
    if (elf_file_symbols(file, &symbols, &ignored) != 0)
        return;
    for (size_t i = 0; i < symbols.count; i++) {
        const char *name = symbols.strings + symbols.symbols[i].name;
        if (strcmp(name, enter_name) == 0 || strcmp(name, exit_name) == 0)
            add_place(&search->code, symbols.symbols[i].start, strcmp(name, enter_name) == 0);
    }
    free(symbols.symbols);
}

/* Where the four bytes lead, from behind them. */
static uint64_t target(uint64_t behind, const uint8_t *bytes)
{
    int32_t distance;
    memcpy(&distance, bytes, sizeof distance);
    return behind + (uint64_t)(int64_t)distance;
}

/* "jmp *WORD(%rip)", what a linker's stub consists of, perhaps behind endbr64 or a bnd prefix. */
static void find_stubs(void *context, uint64_t address, const uint8_t *code, uint64_t bytes)
{
    struct search *search = context;
    static const uint8_t branch_mark[] = {0xf3, 0x0f, 0x1e, 0xfa};
    for (uint64_t i = 0; i + 6 <= bytes; i++) {
        if (code[i] != 0xff || code[i + 1] != 0x25)
            continue;
        ptrdiff_t word = find_place(&search->words, target(address + i + 6, code + i + 2));
        if (word < 0)
            continue;
        uint64_t start = i > 0 && code[i - 1] == 0xf2 ? i - 1 : i;
        add_place(&search->code, address + i, search->words.entry[word]);
        if (start != i)
            add_place(&search->code, address + start, search->words.entry[word]);
        if (start >= 4 && memcmp(code + start - 4, branch_mark, 4) == 0)
            add_place(&search->code, address + start - 4, search->words.entry[word]);
    }
}

static void add_site(struct search *search, uint64_t site, bool entry)
{
    struct hook_calls *calls = &search->calls;
    if (calls->count == search->room) {
        size_t room = search->room ? search->room * 2 : 1024;
        uint64_t *sites = realloc(calls->sites, room * sizeof *sites);
        calls->sites = sites ? sites : calls->sites;
        bool *entries = realloc(calls->entry, room * sizeof *entries);
        calls->entry = entries ? entries : calls->entry;
        search->failed |= !sites || !entries;
        if (search->failed)
            return;
        search->room = room;
    }
    calls->sites[calls->count] = site;
    calls->entry[calls->count++] = entry;
}

/* "call HOOK" and "call *WORD(%rip)". Segments come in order of their addresses. */
static void find_calls(void *context, uint64_t address, const uint8_t *code, uint64_t bytes)
{
    struct search *search = context;
    for (uint64_t i = 0; i + 6 <= bytes; i++) {
        if (code[i] == 0xe8) {
            ptrdiff_t hook = find_place(&search->code, target(address + i + 5, code + i + 1));
            if (hook >= 0)
                add_site(search, address + i + 5, search->code.entry[hook]);
        } else if (code[i] == 0xff && code[i + 1] == 0x15) {
            ptrdiff_t word = find_place(&search->words, target(address + i + 6, code + i + 2));
            if (word >= 0)
                add_site(search, address + i + 6, search->words.entry[word]);
        }
    }
}

bool hooks_find(const struct elf_file *file, struct hook_calls *calls)
{
    struct search search = {0};
    elf_file_imports(file, see_import, &search);
    add_symbols(&search, file);
    elf_file_each_code(file, find_stubs, &search);
    elf_file_each_code(file, find_calls, &search);
    *calls = search.calls;
    return !search.failed;
}

void hooks_free(struct hook_calls *calls)
{
    free(calls->sites);
    free(calls->entry);
}
