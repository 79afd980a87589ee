/* Names of functions, from ELF symbol tables, and where they were written, from DWARF. Files are hostile input: every
 * answer is checked, a file that can't be read or whose build-id differs from the module's costs names, never more. */
#ifndef CALLTAPE_SYMBOL_SYMBOL_H
#define CALLTAPE_SYMBOL_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "symbol/places.h"

struct symbol_module {
    const char *path;
    const uint8_t *build_id; /* may be NULL */
    size_t build_id_bytes;
    const char *debug_directory; /* the user's, looked into first; NULL: none */
};

struct symbol_table;

/* Opens the module's file, or its separate debug file where that knows more, and reads its function symbols. NULL
 * with the error set (a sentence for the user: what happened to the file and what to do) where there is no such file,
 * it is no ELF file, its build-id is another, or debug_directory has it only of another build. A module without a
 * build-id is believed to be the file at its path. */
struct symbol_table *symbol_open(const struct symbol_module *module, struct error *error);
void symbol_close(struct symbol_table *table); /* NULL is allowed */

/* How much the file knows: all its functions, those that it exports (it was stripped), or none at all. */
enum symbol_source { SYMBOL_SOURCE_NONE, SYMBOL_SOURCE_EXPORTED, SYMBOL_SOURCE_ALL };
enum symbol_source symbol_source(const struct symbol_table *table);

struct symbol {
    const char *name;     /* demangled, without parameters; lives as long as the table */
    const char *raw;      /* as the linker has it; likewise */
    uint64_t start, size; /* size: 0 where the file does not say */
    const char *file;     /* NULL where not known: the STT_FILE symbol's for local symbols */
};

/* The function at `address` (in the file: run-time address less load bias). 0, or -1 where none covers it. Among
 * aliases the choice is: global before weak before local, fewest leading underscores, shortest, first in ASCII order.
 * Names are demangled here, each once; so a table is for one thread at a time. */
int symbol_find(const struct symbol_table *table, uint64_t address, struct symbol *symbol);

/* All functions that the files know: the index-th of symbol_count, in no order that means anything. */
size_t symbol_count(const struct symbol_table *table);
void symbol_at(const struct symbol_table *table, size_t index, struct symbol *symbol);

/* False: no debug information was found, so symbol_places has nothing to say. */
bool symbol_has_places(const struct symbol_table *table);

/* places_find in the file that has debug information. */
enum places_end symbol_places(const struct symbol_table *table, const uint64_t *addresses, const bool *nameless,
                              size_t count, struct place *places);

/* For whoever reads more of them: the module's file (but a debug file where that is gone, or the user named one), and
 * the one with debug information, or NULL, and where the other half of that may be. They live as long as the table. */
void symbol_files(const struct symbol_table *table, const struct elf_file **program, const struct elf_file **debug,
                  const struct split_places **split);

#endif
