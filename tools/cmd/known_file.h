/* The names of one program's or library's functions, for filters of a recording. */
#ifndef CALLTAPE_CMD_KNOWN_FILE_H
#define CALLTAPE_CMD_KNOWN_FILE_H

#include <stdbool.h>

#include "symbol/symbol.h"

struct known_file {
    char *path;
    struct symbol_table *symbols; /* NULL: nothing is known of its functions */
    uint64_t *addresses;          /* of all its functions, sorted, and where they were written; once asked for */
    struct place *places;
    size_t count;
};

/* As reports would call the function; strings live as long as the file and until the next call. */
struct known_function {
    const char *name, *symbol; /* symbol: as the linker has it, or NULL */
    const char *file;          /* NULL: not known */
    char *brief, *made;        /* to be freed by known_function_free */
};

/* False: no memory. A file that cannot be read knows no names. */
bool known_file_open(struct known_file *file, const struct symbol_module *module);
void known_file_close(struct known_file *file);

/* The function at an address in the file; `places`: with its source file. False: no memory. */
bool known_file_find(struct known_file *file, uint64_t address, bool places, struct known_function *function);
/* The index-th of the file's functions. */
size_t known_file_count(const struct known_file *file);
bool known_file_at(struct known_file *file, size_t index, bool places, struct known_function *function);
void known_function_free(struct known_function *function);

#endif
