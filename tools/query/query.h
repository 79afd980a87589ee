/* SQL over a tape: SQLite with virtual tables that read the tape itself; nothing is copied. This folder alone knows
 * SQLite.
 *
 * Statements can only read: whatever else SQL could do is refused, and no file can be opened. Memory is bounded, and so
 * is what sorting and grouping put into a temporary file that has no name. One query at a time in a process. */
#ifndef CALLTAPE_QUERY_QUERY_H
#define CALLTAPE_QUERY_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/labels.h"
#include "base/cell.h"
#include "base/error.h"
#include "calls/filter.h"

struct query;

struct query_limits {
    uint64_t memory, temporary; /* bytes */
};

/* All must outlive it; `choice` NULL: all calls. */
struct query *query_open(struct tape *tape, const struct labels *labels, const struct filter_choice *choice,
                         const struct query_limits *limits, struct error *error);
void query_close(struct query *query); /* NULL is allowed */

/* Gets what a statement answers: begin() its columns, then row() each row, then end(), unless it failed; a statement
 * without columns tells nothing. What is pointed at holds until the next call. A nonzero result ends the statement,
 * which is no error. */
struct query_receiver {
    int (*begin)(void *context, const char *const *names, int count);
    int (*row)(void *context, const struct cell *cells, int count);
    int (*end)(void *context);
    void *context;
};

/* Runs all statements of `sql`. -1 with the error set: it tells where in the text the mistake is. */
int query_run(struct query *query, const char *sql, const struct query_receiver *receiver, struct error *error);

/* Whether calls were read that began before the range: rows that are no calls of it. */
bool query_read_earlier(const struct query *query);

/* Ends the statement that runs, which then fails; for signal handlers. */
void query_interrupt(struct query *query);

/* Whether `sql` ends a statement, so that it may be run. */
bool query_is_complete(const char *sql);

/* The tables' CREATE statements, with what each column is; one after the other, NULL behind the last. */
const char *query_schema(int table);
const char *query_library(void); /* "SQLite 3.40.1" */

#endif
