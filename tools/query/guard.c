#include "query/guard.h"

#include <string.h>

#include "query/spill.h"

enum { MOST_TEXT = 16 << 20, MOST_SQL = 1 << 20, MOST_DEPTH = 200, MOST_OPERATIONS = 100000, MOST_PATTERN = 1000 };

/* Only what reads, and functions that neither load code nor know of files. */
static int authorize(void *context, int action, const char *one, const char *two, const char *database,
                     const char *trigger)
{
    (void)context, (void)one, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return strcasecmp(two, "load_extension") == 0 || strcasecmp(two, "fts3_tokenizer") == 0 ? SQLITE_DENY
                                                                                                : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static void limit(sqlite3 *database)
{
    const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, MOST_TEXT},
        {SQLITE_LIMIT_SQL_LENGTH, MOST_SQL},
        {SQLITE_LIMIT_EXPR_DEPTH, MOST_DEPTH},
        {SQLITE_LIMIT_COMPOUND_SELECT, MOST_DEPTH},
        {SQLITE_LIMIT_VDBE_OP, MOST_OPERATIONS},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MOST_PATTERN},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(database, limits[i].what, limits[i].most);
}

/* Text in double quotes is a column's name, not a string where there is no such column. */
static void configure(sqlite3 *database)
{
    const struct {
        int what, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        sqlite3_db_config(database, settings[i].what, settings[i].value, NULL);
}

int guard_open(sqlite3 **database, uint64_t memory_bytes, uint64_t temporary_bytes)
{
    *database = NULL;
    int status = sqlite3_initialize();
    const char *vfs = status == SQLITE_OK ? spill_register(temporary_bytes) : NULL;
    if (vfs == NULL)
        return status != SQLITE_OK ? status : SQLITE_ERROR;
    sqlite3_hard_heap_limit64(memory_bytes < INT64_MAX ? (sqlite3_int64)memory_bytes : INT64_MAX);
    status =
        sqlite3_open_v2(":memory:", database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, vfs);
    if (status != SQLITE_OK)
        return status;
    limit(*database);
    configure(*database);
    return SQLITE_OK;
}

int guard_lock(sqlite3 *database)
{
    return sqlite3_set_authorizer(database, authorize, NULL);
}
