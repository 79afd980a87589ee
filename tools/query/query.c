#include "query/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "query/guard.h"
#include "query/tables.h"

struct query {
    struct source source;
    struct list_table lists[LISTS];
    sqlite3 *database;
    struct query_limits limits;
};

/* ---- errors ----------------------------------------------------------------------------------------------------- */

static const char *text_of_status(const struct query *query, int status)
{
    switch (status & 0xff) {
    case SQLITE_AUTH:
        return "only SELECT can be run: a tape is read, never changed";
    case SQLITE_INTERRUPT:
        return "interrupted";
    case SQLITE_CANTOPEN:
        return "no temporary file can be made for sorting";
    default:
        return sqlite3_errmsg(query->database);
    }
}

static int fail_limits(const struct query *query, int status, struct error *error)
{
    char bytes[TEXT_NUMBER];
    if ((status & 0xff) == SQLITE_FULL)
        return error_set(error,
                         "sorting needs more than %s in a temporary file, or the disk is full; select fewer calls, "
                         "or allow more by --temporary",
                         text_bytes(bytes, query->limits.temporary));
    return error_set(error, "this needs more than %s of memory; select fewer calls, or allow more by --memory",
                     text_bytes(bytes, query->limits.memory));
}

static int offset_of_error(sqlite3 *database)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    return sqlite3_error_offset(database);
#else
    (void)database;
    return -1;
#endif
}

static size_t line_at(const char *sql, size_t offset, size_t *column)
{
    size_t line = 1;
    *column = 1;
    for (size_t i = 0; i < offset; i++) {
        line += sql[i] == '\n';
        *column = sql[i] == '\n' ? 1 : *column + 1;
    }
    return line;
}

/* `sql`: the whole text; `statement`: the part of it that SQLite was given. */
static int fail_at(const struct query *query, const char *sql, const char *statement, int status, struct error *error)
{
    int offset = offset_of_error(query->database);
    char safe[700], near[60], rest[24];
    size_t column;
    if ((status & 0xff) == SQLITE_NOMEM || (status & 0xff) == SQLITE_FULL)
        return fail_limits(query, status, error);
    text_escape(safe, sizeof safe, text_of_status(query, status), true);
    if (offset < 0 || (status & 0xff) == SQLITE_AUTH)
        return error_set(error, "SQL: %s", safe);
    size_t at = (size_t)(statement - sql) + (size_t)offset, line = line_at(sql, at, &column);
    snprintf(rest, sizeof rest, "%.20s", sql + at);
    text_escape(near, sizeof near, rest, true);
    return error_set(error, "SQL: %s (line %zu, column %zu, at '%s')", safe, line, column, near);
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

/* duration(ns): as the reports print it, "1.23 ms". */
static void duration(sqlite3_context *result, int count, sqlite3_value **values)
{
    char text[TEXT_NUMBER + 1] = "-";
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    double ns = sqlite3_value_double(values[0]), size = ns < 0 ? -ns : ns;
    text_duration(text + (ns < 0), size < 9e18 ? (uint64_t)(size + 0.5) : INT64_MAX, true);
    sqlite3_result_text(result, text, -1, SQLITE_TRANSIENT);
}

/* A table is declared when a statement first names it. */
static int add_table(sqlite3 *database, const char *name, const sqlite3_module *module, void *context)
{
    char sql[60];
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_create_module(database, name, module, context);
    if (status != SQLITE_OK)
        return status;
    status =
        sqlite3_prepare_v2(database, sqlite3_snprintf(sizeof sql, sql, "SELECT 1 FROM %s", name), -1, &statement, NULL);
    sqlite3_finalize(statement);
    return status;
}

static int add_tables(struct query *query)
{
    int status = add_table(query->database, "calls", &calls_module, &query->source);
    for (int i = 0; i < LISTS && status == SQLITE_OK; i++) {
        query->lists[i] = (struct list_table){&query->source, &lists[i]};
        status = add_table(query->database, lists[i].name, &list_module, &query->lists[i]);
    }
    if (status == SQLITE_OK)
        status = sqlite3_create_function(query->database, "duration", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                         duration, NULL, NULL);
    return status == SQLITE_OK ? guard_lock(query->database) : status;
}

struct query *query_open(struct tape *tape, const struct labels *labels, const struct filter_choice *choice,
                         const struct query_limits *limits, struct error *error)
{
    struct query *query = calloc(1, sizeof *query);
    int status = query != NULL ? SQLITE_OK : SQLITE_NOMEM;
    if (query != NULL) {
        query->source = (struct source){.tape = tape, .labels = labels, .choice = choice, .scale = scale_of(tape)};
        query->limits = *limits;
        status = guard_open(&query->database, limits->memory, limits->temporary);
    }
    if (status == SQLITE_OK)
        status = add_tables(query);
    if (status == SQLITE_OK)
        return query;
    error_set(error, "SQLite cannot be started: %s", sqlite3_errstr(status));
    query_close(query);
    return NULL;
}

bool query_read_earlier(const struct query *query)
{
    return query->source.gave_earlier;
}

void query_close(struct query *query)
{
    if (query == NULL)
        return;
    sqlite3_close(query->database);
    if (query->source.profiled)
        profile_free(&query->source.profile);
    free(query);
}

/* ---- running ---------------------------------------------------------------------------------------------------- */

static struct cell cell_of(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return (struct cell){.kind = CELL_INTEGER, .integer = sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
        return (struct cell){.kind = CELL_REAL, .real = sqlite3_column_double(statement, column)};
    case SQLITE_NULL:
        return (struct cell){.kind = CELL_NOTHING};
    default:
        return (struct cell){.kind = CELL_TEXT, .text = (const char *)sqlite3_column_text(statement, column)};
    }
}

/* SQLite's status: SQLITE_ROW where the receiver has enough already. */
static int give_names(sqlite3_stmt *statement, int count, const struct query_receiver *receiver)
{
    const char **names = malloc((size_t)count * sizeof *names);
    bool whole = names != NULL;
    for (int i = 0; i < count && whole; i++)
        whole = (names[i] = sqlite3_column_name(statement, i)) != NULL;
    int status = !whole ? SQLITE_NOMEM : receiver->begin(receiver->context, names, count) != 0 ? SQLITE_ROW : SQLITE_OK;
    free(names);
    return status;
}

/* False: there was no memory for one of them. */
static bool get_cells(sqlite3_stmt *statement, struct cell *cells, int count)
{
    bool whole = true;
    for (int i = 0; i < count; i++) {
        cells[i] = cell_of(statement, i);
        whole &= cells[i].kind != CELL_TEXT || cells[i].text != NULL;
    }
    return whole;
}

/* Returns SQLite's status: SQLITE_DONE, or SQLITE_ROW where the receiver had enough. */
static int give_rows(sqlite3_stmt *statement, const struct query_receiver *receiver)
{
    int count = sqlite3_column_count(statement);
    struct cell *cells = malloc(((size_t)count + 1) * sizeof *cells);
    int status = cells == NULL ? SQLITE_NOMEM : count != 0 ? give_names(statement, count, receiver) : SQLITE_OK;
    bool enough = status != SQLITE_OK;
    while (!enough && (status = sqlite3_step(statement)) == SQLITE_ROW) {
        if (!get_cells(statement, cells, count))
            status = SQLITE_NOMEM;
        enough = status != SQLITE_ROW || receiver->row(receiver->context, cells, count) != 0;
    }
    if (count != 0 && (status == SQLITE_DONE || status == SQLITE_ROW))
        receiver->end(receiver->context);
    free(cells);
    return status;
}

int query_run(struct query *query, const char *sql, const struct query_receiver *receiver, struct error *error)
{
    const char *at = sql, *behind = sql;
    query->source.stop = 0;
    for (; *at != '\0'; at = behind) {
        sqlite3_stmt *statement;
        int status = sqlite3_prepare_v2(query->database, at, -1, &statement, &behind);
        if (status == SQLITE_OK && statement != NULL)
            status = give_rows(statement, receiver);
        int result = status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW
                         ? 0
                         : fail_at(query, sql, at, status, error);
        sqlite3_finalize(statement);
        if (result != 0)
            return -1;
    }
    return 0;
}

void query_interrupt(struct query *query)
{
    query->source.stop = 1;
    sqlite3_interrupt(query->database);
}

bool query_is_complete(const char *sql)
{
    return sqlite3_complete(sql) != 0;
}

const char *query_schema(int table)
{
    return table == 0 ? calls_schema : table <= LISTS ? lists[table - 1].schema : NULL;
}

const char *query_library(void)
{
    static char text[40];
    sqlite3_snprintf(sizeof text, text, "SQLite %s", sqlite3_libversion());
    return text;
}
