/* The only files that SQLite can open here: temporary ones without a name, which together hold at most so many bytes.
 */
#ifndef CALLTAPE_QUERY_SPILL_H
#define CALLTAPE_QUERY_SPILL_H

#include <sqlite3.h>
#include <stdint.h>

/* The name by which sqlite3_open_v2 knows it; NULL: SQLite refused it. */
const char *spill_register(uint64_t most_bytes);

#endif
