/* The table `calls`: each cursor is a stream, narrowed by what WHERE says of the call, its function, thread and times.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/moment.h"
#include "query/stream.h"
#include "query/tables.h"

enum {
    ID,
    PARENT,
    FUNCTION,
    NAME,
    CALLER,
    THREAD,
    PROCESS,
    DEPTH,
    STACK,
    START,
    END,
    TOTAL,
    SELF,
    RAW_TOTAL,
    RAW_SELF,
    BOUND,
    FLAGS,
    ARGS,
    COUNTED
};

const char calls_schema[] =
    "CREATE TABLE calls ( -- one row a call, thread by thread; times in ns since the recording began\n"
    "    id INTEGER,        -- the thread's and the number of the call's entry there; NULL: entered before a fork\n"
    "    parent INTEGER,    -- id of the call it was made from\n"
    "    function INTEGER,  -- functions.id\n"
    "    name TEXT,         -- the function's\n"
    "    caller INTEGER,    -- functions.id of the parent's function\n"
    "    thread INTEGER,    -- threads.id\n"
    "    process INTEGER,   -- processes.id\n"
    "    depth INTEGER,     -- outermost calls: 0\n"
    "    stack INTEGER,     -- number of the thread's call stack; 0 unless it switches stacks\n"
    "    start INTEGER,     -- as the clock had it\n"
    "    end INTEGER,       -- likewise\n"
    "    total INTEGER,     -- what it took, waits for calltape's recorder and the probe's cost taken out: "
    "costs are\n"
    "                       -- means, so a short call may be below 0, but sums are right; each call's is rounded to "
    "whole ns,\n"
    "                       -- so that sums may differ from a report's by up to 0.5 ns a call\n"
    "    self INTEGER,      -- the same less what the calls took that it made\n"
    "    raw_total INTEGER, -- total with the probe's cost\n"
    "    raw_self INTEGER,  -- self with the probe's cost\n"
    "    bound INTEGER,     -- how far off total may be for want of times\n"
    "    flags TEXT,        -- jumped, open, inherited, cut, untimed, earlier, later, with commas between; NULL: none\n"
    "    args TEXT,         -- recorded arguments, notes and the result (ret, or ret.a) as a JSON object: args ->> "
    "'nb'; "
    "NULL: none\n"
    "    counted INTEGER HIDDEN -- not in *: 1, or 0 of what was entered before the fork or the range: these rows "
    "have\n"
    "                       -- time in what is looked at, but are no calls there: sum(counted) is a report's calls\n"
    ")";

/* What the beginning of a call tells. */
static const uint64_t begin_columns = 1u << ID | 1u << PARENT | 1u << FUNCTION | 1u << NAME | 1u << CALLER |
                                      1u << THREAD | 1u << PROCESS | 1u << DEPTH | 1u << STACK | 1u << START |
                                      1u << COUNTED;

/* What is to be read: beginnings alone, or values too. */
enum plan { BEGINS = 1, VALUES };
static const double most_rows = 1e15;

struct calls_table {
    sqlite3_vtab head;
    struct source *source;
};

struct calls_cursor {
    sqlite3_vtab_cursor head;
    struct stream *stream;
    const struct stream_row *row; /* NULL: behind the last */
    uint8_t *functions;           /* of the stream's choice */
    sqlite3_int64 rows;
};

static struct source *source_of(const sqlite3_vtab_cursor *cursor)
{
    return ((struct calls_table *)cursor->pVtab)->source;
}

static int connect(sqlite3 *database, void *context, int count, const char *const *words, sqlite3_vtab **out,
                   char **message)
{
    (void)count, (void)words, (void)message;
    int status = sqlite3_declare_vtab(database, calls_schema);
    struct calls_table *table = status == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (table == NULL)
        return status != SQLITE_OK ? status : SQLITE_NOMEM;
    *table = (struct calls_table){.source = context};
    *out = &table->head;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* ---- choosing a plan -------------------------------------------------------------------------------------------- */

static char comparison(unsigned char op)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return '=';
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
        return '>';
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
        return '<';
    default:
        return 0;
    }
}

/* How a constraint on a column, if it is one that a stream can heed, lessens the rows and the reading. */
static bool heeds(int column, char op, double *rows, double *cost)
{
    if (column == START || column == END) {
        *rows *= 0.1;
        *cost *= op == '>' ? 0.9 : 0.3;
        return op != 0;
    }
    if (op != '=')
        return false;
    switch (column) {
    case ID:
        *rows = 1;
        *cost *= 0.1;
        return true;
    case FUNCTION:
    case NAME:
        *rows *= 0.05;
        *cost *= 0.7;
        return true;
    case THREAD:
    case PROCESS:
        *rows *= 0.5;
        *cost *= 0.5;
        return true;
    default:
        return false;
    }
}

/* idxStr: a column, as a letter from 'a' on, and a comparison for each value; idxNum: enum plan.
 * What is heeded SQLite checks once more, so the bounds may be wider than what was asked. */
static int best_index(sqlite3_vtab *head, sqlite3_index_info *info)
{
    const struct source *source = ((struct calls_table *)head)->source;
    double rows = (double)tape_totals(source->tape).entries + 1, cost = rows;
    char *plan = sqlite3_malloc(2 * info->nConstraint + 1), *to = plan;
    if (plan == NULL)
        return SQLITE_NOMEM;
    for (int i = 0; i < info->nConstraint; i++) {
        int column = info->aConstraint[i].iColumn;
        char op = comparison(info->aConstraint[i].op);
        if (!info->aConstraint[i].usable || op == 0)
            continue;
        if (column == NAME && strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
            continue;
        if (!heeds(column, op, &rows, &cost))
            continue;
        info->aConstraintUsage[i].argvIndex = 1 + (int)(to - plan) / 2;
        *to++ = (char)('a' + column);
        *to++ = op;
    }
    *to = '\0';
    info->idxStr = plan;
    info->needToFreeIdxStr = 1;
    info->idxNum = (info->colUsed & ~begin_columns) == 0 ? BEGINS : (info->colUsed & 1u << ARGS) != 0 ? VALUES : 0;
    /* A tape may claim any number of calls. */
    info->estimatedRows = rows < 1 ? 1 : rows < most_rows ? (sqlite3_int64)rows : (sqlite3_int64)most_rows;
    info->estimatedCost = cost + rows;
    return SQLITE_OK;
}

/* ---- a cursor --------------------------------------------------------------------------------------------------- */

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct calls_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    (void)table;
    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct calls_cursor){0};
    *out = &cursor->head;
    return SQLITE_OK;
}

static void end_stream(struct calls_cursor *cursor)
{
    stream_close(cursor->stream);
    free(cursor->functions);
    cursor->stream = NULL;
    cursor->functions = NULL;
    cursor->row = NULL;
}

static int close_cursor(sqlite3_vtab_cursor *head)
{
    end_stream((struct calls_cursor *)head);
    sqlite3_free(head);
    return SQLITE_OK;
}

/* The time in ns that the value is not below, or not above, as a whole number from 0 up. */
static uint64_t bound_of(sqlite3_value *value, bool above)
{
    if (sqlite3_value_type(value) == SQLITE_INTEGER) {
        sqlite3_int64 integer = sqlite3_value_int64(value);
        return integer > 0 ? (uint64_t)integer : 0;
    }
    double real = sqlite3_value_double(value);
    real = above ? ceil(real) : floor(real);
    return real >= 9e18 ? INT64_MAX : real > 0 ? (uint64_t)real : 0;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Ticks that are shown as a time within the bounds. */
static void narrow_time(const struct tape *tape, char op, sqlite3_value *value, uint64_t *from, uint64_t *to)
{
    if (op != '<')
        *from = later(*from, moment_ticks(tape, bound_of(value, false)));
    if (op != '>')
        *to = earlier(*to, moment_ticks(tape, bound_of(value, true) + 1) - 1);
}

static uint32_t index_of(sqlite3_value *value)
{
    sqlite3_int64 index = sqlite3_value_int64(value);
    return index >= 0 && index < CT_NONE ? (uint32_t)index : CT_NONE - 1;
}

/* Both forbid the functions that are not the one asked for. */
static void narrow_function(struct calls_cursor *cursor, const struct tape_function *functions, uint32_t count,
                            sqlite3_int64 id)
{
    for (uint32_t i = 0; i < count; i++)
        cursor->functions[i] &= functions[i].same == id;
}

static void narrow_name(struct calls_cursor *cursor, const struct labels *labels, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        cursor->functions[i] &= strcmp(labels_get(labels, i)->name, name) == 0;
}

static int narrow_functions(struct calls_cursor *cursor, struct stream_choice *choice, bool by_name,
                            sqlite3_value *value)
{
    const struct source *source = source_of(&cursor->head);
    uint32_t count;
    const struct tape_function *functions = tape_functions(source->tape, &count);
    if (cursor->functions == NULL) {
        cursor->functions = malloc(count);
        if (cursor->functions == NULL)
            return SQLITE_NOMEM;
        memset(cursor->functions, 1, count);
        choice->functions = cursor->functions;
    }
    if (by_name)
        narrow_name(cursor, source->labels, count, (const char *)sqlite3_value_text(value));
    else
        narrow_function(cursor, functions, count, sqlite3_value_int64(value));
    return SQLITE_OK;
}

static void narrow_id(struct stream_choice *choice, sqlite3_int64 id)
{
    choice->thread = id > 0 ? (uint32_t)(id >> CALL_ID_SHIFT) : CT_NONE - 1;
    choice->number = (uint64_t)id & ((UINT64_C(1) << CALL_ID_SHIFT) - 1);
}

/* A value of another kind than the column's narrows nothing: SQLite compares. */
static int narrow(struct calls_cursor *cursor, struct stream_choice *choice, int column, char op, sqlite3_value *value)
{
    const struct tape *tape = source_of(&cursor->head)->tape;
    int type = sqlite3_value_type(value);
    if (column == START && (type == SQLITE_INTEGER || type == SQLITE_FLOAT))
        narrow_time(tape, op, value, &choice->start_from, &choice->start_to);
    else if (column == END && (type == SQLITE_INTEGER || type == SQLITE_FLOAT))
        narrow_time(tape, op, value, &choice->end_from, &choice->end_to);
    else if (column == NAME && type == SQLITE_TEXT)
        return narrow_functions(cursor, choice, true, value);
    else if (column == FUNCTION && type == SQLITE_INTEGER)
        return narrow_functions(cursor, choice, false, value);
    else if (column == ID && type == SQLITE_INTEGER)
        narrow_id(choice, sqlite3_value_int64(value));
    else if (column == THREAD && type == SQLITE_INTEGER)
        choice->thread = index_of(value);
    else if (column == PROCESS && type == SQLITE_INTEGER)
        choice->process = index_of(value);
    return SQLITE_OK;
}

int table_fail(sqlite3_vtab_cursor *cursor, const char *message)
{
    sqlite3_free(cursor->pVtab->zErrMsg);
    cursor->pVtab->zErrMsg = sqlite3_mprintf("%s", message);
    return SQLITE_ERROR;
}

static int next(sqlite3_vtab_cursor *head)
{
    struct calls_cursor *cursor = (struct calls_cursor *)head;
    struct error error;
    int status = stream_next(cursor->stream, &cursor->row, &error);
    cursor->rows++;
    if (status <= 0)
        cursor->row = NULL;
    else if ((cursor->row->flags & CALL_EARLIER) != 0)
        source_of(head)->gave_earlier = true;
    if (status >= 0)
        return SQLITE_OK;
    return source_of(head)->stop != 0 ? SQLITE_INTERRUPT : table_fail(head, error.text);
}

static int filter(sqlite3_vtab_cursor *head, int what, const char *plan, int count, sqlite3_value **values)
{
    struct calls_cursor *cursor = (struct calls_cursor *)head;
    struct source *source = source_of(head);
    struct stream_choice choice = stream_everything;
    struct error error;
    choice.filter = source->choice;
    choice.begins = what == BEGINS;
    choice.values = what == VALUES;
    end_stream(cursor);
    for (int i = 0; i < count; i++)
        if (narrow(cursor, &choice, plan[2 * i] - 'a', plan[2 * i + 1], values[i]) != SQLITE_OK)
            return SQLITE_NOMEM;
    cursor->stream = stream_open(source->tape, &choice, &source->stop, &error);
    return cursor->stream != NULL ? next(head) : table_fail(head, error.text);
}

static int at_end(sqlite3_vtab_cursor *head)
{
    return ((struct calls_cursor *)head)->row == NULL;
}

static int rowid(sqlite3_vtab_cursor *head, sqlite3_int64 *id)
{
    *id = ((struct calls_cursor *)head)->rows;
    return SQLITE_OK;
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

static void put_id(sqlite3_context *result, uint32_t thread, uint64_t number)
{
    if (number != 0)
        sqlite3_result_int64(result, (sqlite3_int64)((uint64_t)thread << CALL_ID_SHIFT | number));
}

static void put_ns(sqlite3_context *result, const struct source *source, uint64_t ticks, uint64_t cost)
{
    uint64_t ns = scale_ns(source->scale, ticks), cost_ns = scale_cost_ns(source->scale, cost);
    sqlite3_result_int64(result, (sqlite3_int64)(ns - cost_ns));
}

static void put_flags(sqlite3_context *result, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {{CALL_JUMPED, "jumped"},
                 {CALL_OPEN, "open"},
                 {CALL_INHERITED, "inherited"},
                 {CALL_CUT, "cut"},
                 {CALL_UNTIMED_START | CALL_UNTIMED_END, "untimed"},
                 {CALL_EARLIER, "earlier"},
                 {CALL_LATER, "later"}};
    char text[80] = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((flags & names[i].flag) != 0)
            strcat(strcat(text, *text != '\0' ? "," : ""), names[i].name);
    if (*text != '\0')
        sqlite3_result_text(result, text, -1, SQLITE_TRANSIENT);
}

static uint32_t process_of(const struct source *source, uint32_t thread)
{
    uint32_t count;
    return tape_threads(source->tape, &count)[thread].process;
}

static sqlite3_int64 same(const struct source *source, uint32_t function)
{
    uint32_t count;
    return tape_functions(source->tape, &count)[function].same;
}

static void put_caller(sqlite3_context *result, const struct source *source, const struct stream_row *row)
{
    if (row->caller != 0)
        sqlite3_result_int64(result, same(source, row->caller));
}

static void put_times(sqlite3_context *result, const struct source *source, const struct stream_row *row, int which)
{
    switch (which) {
    case START:
        return sqlite3_result_int64(result, (sqlite3_int64)tape_ns(source->tape, row->start_ticks));
    case END:
        return sqlite3_result_int64(result, (sqlite3_int64)tape_ns(source->tape, row->end_ticks));
    case TOTAL:
        return put_ns(result, source, row->total_ticks, row->total_cost);
    case SELF:
        return put_ns(result, source, row->self_ticks, row->self_cost);
    case RAW_TOTAL:
        return put_ns(result, source, row->total_ticks, 0);
    case RAW_SELF:
        return put_ns(result, source, row->self_ticks, 0);
    default:
        return put_ns(result, source, row->slack_ticks, 0);
    }
}

static void put_values(sqlite3_context *result, const struct source *source, const struct stream_row *row)
{
    char *object = row->values != NULL ? values_object(source->tape, row->values) : NULL;
    if (object != NULL)
        sqlite3_result_text(result, object, -1, sqlite3_free);
    else if (row->values != NULL)
        sqlite3_result_error_nomem(result);
}

static int column(sqlite3_vtab_cursor *head, sqlite3_context *result, int which)
{
    const struct source *source = source_of(head);
    const struct stream_row *row = ((struct calls_cursor *)head)->row;
    switch (which) {
    case ID:
        put_id(result, row->thread, row->number);
        break;
    case PARENT:
        put_id(result, row->thread, row->parent);
        break;
    case FUNCTION:
        sqlite3_result_int64(result, same(source, row->function));
        break;
    case NAME:
        sqlite3_result_text(result, labels_get(source->labels, row->function)->name, -1, SQLITE_STATIC);
        break;
    case CALLER:
        put_caller(result, source, row);
        break;
    case THREAD:
        sqlite3_result_int64(result, row->thread);
        break;
    case PROCESS:
        sqlite3_result_int64(result, process_of(source, row->thread));
        break;
    case DEPTH:
        sqlite3_result_int64(result, row->depth);
        break;
    case STACK:
        sqlite3_result_int64(result, (sqlite3_int64)row->stack);
        break;
    case FLAGS:
        put_flags(result, row->flags);
        break;
    case COUNTED:
        sqlite3_result_int(result, (row->flags & (CALL_INHERITED | CALL_EARLIER)) == 0);
        break;
    case ARGS:
        put_values(result, source, row);
        break;
    default:
        put_times(result, source, row, which);
    }
    return SQLITE_OK;
}

const sqlite3_module calls_module = {
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
