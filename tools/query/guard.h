/* What keeps SQL from doing anything but read. */
#ifndef CALLTAPE_QUERY_GUARD_H
#define CALLTAPE_QUERY_GUARD_H

#include <sqlite3.h>
#include <stdint.h>

/* An empty database in memory. Sets the limits of the whole process. Returns an SQLite status; *database is to be
 * closed in any case. */
int guard_open(sqlite3 **database, uint64_t memory_bytes, uint64_t temporary_bytes);

/* From here on statements can only read. Refuses the declarations of virtual tables too: they come before. */
int guard_lock(sqlite3 *database);

#endif
