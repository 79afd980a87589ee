/* zlib's format, where calltape was built with zlib. */
#ifndef CALLTAPE_EXPORT_DEFLATE_H
#define CALLTAPE_EXPORT_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>

/* "zlib 1.2.13", "no zlib" */
const char *deflate_library(void);
bool deflate_available(void);

/* Compressed, to be freed; NULL: no memory, or not available. */
void *deflate_bytes(const void *bytes, size_t count, size_t *packed);

#endif
