/* Tables of what the tape lists: found by their id or read one after the other. */
#include "query/tables.h"

enum { BY_ID = 1, PROFILED = 2 };

struct list_vtab {
    sqlite3_vtab head;
    struct list_table table;
};

struct list_cursor {
    sqlite3_vtab_cursor head;
    uint32_t at, end;
};

static const struct list_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return &((struct list_vtab *)cursor->pVtab)->table;
}

static int connect(sqlite3 *database, void *context, int count, const char *const *words, sqlite3_vtab **out,
                   char **message)
{
    const struct list_table *table = context;
    (void)count, (void)words, (void)message;
    int status = sqlite3_declare_vtab(database, table->list->schema);
    struct list_vtab *vtab = status == SQLITE_OK ? sqlite3_malloc(sizeof *vtab) : NULL;
    if (vtab == NULL)
        return status != SQLITE_OK ? status : SQLITE_NOMEM;
    *vtab = (struct list_vtab){.table = *table};
    *out = &vtab->head;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *head, sqlite3_index_info *info)
{
    const struct list_table *table = &((struct list_vtab *)head)->table;
    info->estimatedRows = table->list->count(table->source);
    info->estimatedCost = (double)info->estimatedRows + 1;
    info->idxNum = (info->colUsed & table->list->profile_columns) != 0 ? PROFILED : 0;
    for (int i = 0; i < info->nConstraint; i++) {
        if (!info->aConstraint[i].usable || info->aConstraint[i].iColumn != 0 ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->idxNum |= BY_ID;
        info->estimatedRows = 1;
        info->estimatedCost = 1;
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
        break;
    }
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out)
{
    struct list_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    (void)vtab;
    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct list_cursor){0};
    *out = &cursor->head;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static void skip_others(struct list_cursor *cursor)
{
    const struct list_table *table = table_of(&cursor->head);
    while (table->list->is_row != NULL && cursor->at < cursor->end && !table->list->is_row(table->source, cursor->at))
        cursor->at++;
}

static int make_profile(sqlite3_vtab_cursor *cursor)
{
    struct source *source = table_of(cursor)->source;
    struct error error;
    if (source->profiled)
        return SQLITE_OK;
    if (profile_make(&source->profile, source->tape, source->choice, 0, NULL, &error) != 0) {
        profile_free(&source->profile);
        return table_fail(cursor, error.text);
    }
    source->profiled = true;
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *head, int plan, const char *text, int count, sqlite3_value **values)
{
    struct list_cursor *cursor = (struct list_cursor *)head;
    const struct list_table *table = table_of(head);
    (void)text, (void)count;
    if ((plan & PROFILED) != 0 && make_profile(head) != SQLITE_OK)
        return SQLITE_ERROR;
    cursor->at = 0;
    cursor->end = table->list->count(table->source);
    if ((plan & BY_ID) != 0 && sqlite3_value_type(values[0]) == SQLITE_INTEGER) {
        sqlite3_int64 id = sqlite3_value_int64(values[0]);
        bool there = id >= 0 && id < cursor->end;
        cursor->at = there ? (uint32_t)id : 0;
        cursor->end = there ? cursor->at + 1 : 0;
    }
    skip_others(cursor);
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *head)
{
    struct list_cursor *cursor = (struct list_cursor *)head;
    cursor->at++;
    skip_others(cursor);
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *head)
{
    const struct list_cursor *cursor = (struct list_cursor *)head;
    return cursor->at >= cursor->end;
}

static int rowid(sqlite3_vtab_cursor *head, sqlite3_int64 *id)
{
    *id = ((struct list_cursor *)head)->at;
    return SQLITE_OK;
}

static int column(sqlite3_vtab_cursor *head, sqlite3_context *result, int which)
{
    const struct list_table *table = table_of(head);
    uint32_t row = ((struct list_cursor *)head)->at;
    if (which == 0)
        sqlite3_result_int64(result, row);
    else
        table->list->column(table->source, row, which, result);
    return SQLITE_OK;
}

const sqlite3_module list_module = {
    .iVersion = 1,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = rowid,
};
