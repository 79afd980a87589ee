/* Finding the separate debug file of a stripped program, where distributions and debuggers put it. */
#ifndef CALLTAPE_SYMBOL_DEBUG_FILE_H
#define CALLTAPE_SYMBOL_DEBUG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"

/* Where distributions install debug files. */
#define DEBUG_FILE_ROOT "/usr/lib/debug"

struct debug_file_query {
    const char *root; /* DEBUG_FILE_ROOT, or a test's */
    const char *path; /* of the program or library */
    const char *link; /* its .gnu_debuglink, or NULL */
    const uint8_t *build_id;
    size_t build_id_bytes;
};

/* The file whose build-id is the query's and that has a symbol table: ROOT/.build-id/xx/yyyy.debug, then LINK beside
 * the program, in .debug there, and under ROOT. NULL where there is none, or where the query has no build-id: then
 * nothing could be believed. */
struct elf_file *debug_file_find(const struct debug_file_query *query);

#endif
