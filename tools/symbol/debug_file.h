/* Finding the files that know a program's functions: itself, and its separate debug file, where distributions,
 * debuggers and the user put them. */
#ifndef CALLTAPE_SYMBOL_DEBUG_FILE_H
#define CALLTAPE_SYMBOL_DEBUG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"

/* Where distributions install debug files. */
#define DEBUG_FILE_ROOT "/usr/lib/debug"

struct debug_file_query {
    const char *root; /* DEBUG_FILE_ROOT, the user's, or a test's */
    const char *path; /* of the program or library */
    const char *link; /* its .gnu_debuglink, or NULL */
    const uint8_t *build_id;
    size_t build_id_bytes;
    bool lines; /* only files with debug information will do */
};

/* The file whose build-id is the query's and that has symbols or debug information: ROOT/.build-id/xx/yyyy.debug, then
 * LINK beside the program, in .debug there, and under ROOT. NULL where there is none, or where the query has no
 * build-id: then nothing could be believed. */
struct elf_file *debug_file_find(const struct debug_file_query *query);

/* The same by debuginfod, where its library is installed and $DEBUGINFOD_URLS names servers. */
struct elf_file *debug_file_fetch(const uint8_t *build_id, size_t build_id_bytes);

/* In a directory of the user's: ROOT/.build-id/xx/yyyy.debug, the program's whole path under ROOT, its name in ROOT,
 * the same with ".debug", LINK in ROOT; files with debug information first. Where only others' files are found there,
 * *other is the path of the first, to be freed; else NULL. A query without a build-id takes the first file of the name.
 */
struct elf_file *debug_file_in(const struct debug_file_query *query, char **other);

#endif
