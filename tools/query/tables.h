/* The virtual tables, for the files of this folder. */
#ifndef CALLTAPE_QUERY_TABLES_H
#define CALLTAPE_QUERY_TABLES_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "analyze/profile.h"
#include "analyze/scale.h"
#include "query/query.h"

/* What all tables read. */
struct source {
    struct tape *tape;
    const struct labels *labels;
    const struct filter_choice *choice;
    struct scale scale;
    struct profile profile; /* once `functions` needed it */
    bool profiled;
    bool gave_earlier;          /* calls that began before the range */
    volatile sig_atomic_t stop; /* not 0: what runs is to end */
};

/* A call's id: its thread and the number of its entry there, so that it hangs on no filter. */
enum { CALL_ID_SHIFT = 40 };

extern const char calls_schema[];
extern const sqlite3_module calls_module; /* its context is a struct source */

/* What was told of a call, as a JSON object; NULL: nothing was. The last of several of one name counts. To be freed by
 * sqlite3_free. */
struct kept_value;
char *values_object(const struct tape *tape, const struct kept_value *values);

/* A table of which each row has an index. */
struct list {
    const char *name, *schema;
    uint32_t (*count)(const struct source *source);
    bool (*is_row)(const struct source *source, uint32_t row); /* NULL: all are */
    /* Column 0, the id, is the row's index. A result that is not set is NULL. */
    void (*column)(const struct source *source, uint32_t row, int column, sqlite3_context *result);
    uint64_t profile_columns; /* a bit for each of those that need the profile */
};

extern const struct list lists[];
enum { LISTS = 4 };
extern const sqlite3_module list_module; /* its context is a struct list_table */
struct list_table {
    struct source *source;
    const struct list *list;
};

/* Makes the failure of a table's cursor, to be returned; `message` is the error's text. */
int table_fail(sqlite3_vtab_cursor *cursor, const char *message);

#endif
