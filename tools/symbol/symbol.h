/* Names of functions, from ELF symbol tables. Files are hostile input: every answer is checked, a file that can't be
 * read or whose build-id differs from the module's costs names, never more. */
#ifndef CALLTAPE_SYMBOL_SYMBOL_H
#define CALLTAPE_SYMBOL_SYMBOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct symbol_module {
    const char *path;
    const uint8_t *build_id; /* may be NULL */
    size_t build_id_bytes;
};

struct symbol_table;

/* Opens the module's file, or its separate debug file where that knows more, and reads its function symbols. NULL
 * with the error set (a sentence for the user: what happened to the file and what to do) where there is no such file,
 * it is no ELF file, or its build-id is another. A module without a build-id is believed to be the file at its path. */
struct symbol_table *symbol_open(const struct symbol_module *module, struct error *error);
void symbol_close(struct symbol_table *table); /* NULL is allowed */

/* How much the file knows: all its functions, those that it exports (it was stripped), or none at all. */
enum symbol_source { SYMBOL_SOURCE_NONE, SYMBOL_SOURCE_EXPORTED, SYMBOL_SOURCE_ALL };
enum symbol_source symbol_source(const struct symbol_table *table);

struct symbol {
    const char *name;     /* demangled, without parameters; lives as long as the table */
    uint64_t start, size; /* size: 0 where the file does not say */
    const char *file;     /* NULL where not known: the STT_FILE symbol's for local symbols */
};

/* The function at `address` (in the file: run-time address less load bias). 0, or -1 where none covers it. Among
 * aliases the choice is: global before weak before local, fewest leading underscores, shortest, first in ASCII order.
 * Names are demangled here, each once; so a table is for one thread at a time. */
int symbol_find(const struct symbol_table *table, uint64_t address, struct symbol *symbol);

#endif
