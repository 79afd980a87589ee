/* Debug files from the servers in $DEBUGINFOD_URLS. The only user of libdebuginfod, which is loaded where it is
 * installed and only when it is asked for: it brings an HTTP client with it. */
#ifndef CALLTAPE_SYMBOL_DEBUGINFOD_H
#define CALLTAPE_SYMBOL_DEBUGINFOD_H

#include <stddef.h>
#include <stdint.h>

/* The path of the file in debuginfod's cache, to be freed; NULL: there is none, or no library, or no servers are
 * named. May take as long as $DEBUGINFOD_TIMEOUT allows. */
char *debuginfod_fetch(const uint8_t *build_id, size_t build_id_bytes);

#endif
