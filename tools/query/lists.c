/* The tables functions, threads, processes and modules. */
#include <stdio.h>
#include <stdlib.h>

#include "query/tables.h"

static void put_text(sqlite3_context *result, const char *text)
{
    sqlite3_result_text(result, text, -1, SQLITE_STATIC); /* NULL: NULL */
}

static void put_number(sqlite3_context *result, uint64_t number)
{
    sqlite3_result_int64(result, (sqlite3_int64)number);
}

static void put_index(sqlite3_context *result, uint32_t index)
{
    if (index != CT_NONE)
        put_number(result, index);
}

/* Both for what is not known as a time: NULL. */
static void put_moment(sqlite3_context *result, const struct source *source, uint64_t ticks)
{
    if (ticks != UINT64_MAX)
        put_number(result, tape_ns(source->tape, ticks));
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

enum { F_NAME = 1, F_MODULE, F_FILE, F_LINE, F_ADDRESS, F_SYMBOL, F_CALLS, F_TOTAL, F_SELF, F_MIN, F_MAX };

static const char functions_schema[] =
    "CREATE TABLE functions ( -- one row a function, also of several processes\n"
    "    id INTEGER,\n"
    "    name TEXT,\n"
    "    module INTEGER,  -- modules.id\n"
    "    file TEXT,\n"
    "    line INTEGER,\n"
    "    address INTEGER, -- in the module's file\n"
    "    symbol TEXT,     -- the linker's name, where it is another\n"
    "    calls INTEGER,   -- these and the times as in `calltape report`, in ns: stored with the tape, so they cost\n"
    "                     -- hardly any time where no filter is given\n"
    "    total INTEGER,   -- of recursive calls only the outermost counts\n"
    "    self INTEGER,\n"
    "    min INTEGER,     -- of single calls\n"
    "    max INTEGER\n"
    ")";

static const struct tape_function *function_at(const struct source *source, uint32_t row)
{
    uint32_t count;
    return &tape_functions(source->tape, &count)[row];
}

static uint32_t count_functions(const struct source *source)
{
    uint32_t count;
    tape_functions(source->tape, &count);
    return count;
}

static bool is_function(const struct source *source, uint32_t row)
{
    return row != 0 && function_at(source, row)->same == row;
}

static int by_function(const void *key, const void *row)
{
    uint32_t function = *(const uint32_t *)key, other = ((const struct profile_row *)row)->function;
    return (function > other) - (function < other);
}

/* NULL: it was not called. */
static const struct profile_row *profile_of(const struct source *source, uint32_t function)
{
    const struct profile *profile = &source->profile;
    return profile->count != 0 ? bsearch(&function, profile->rows, profile->count, sizeof *profile->rows, by_function)
                               : NULL;
}

static void put_sums(const struct source *source, uint32_t function, int column, sqlite3_context *result)
{
    const struct profile_row *row = profile_of(source, function);
    if (column == F_CALLS)
        put_number(result, row != NULL ? row->calls : 0);
    else if (column == F_TOTAL)
        put_number(result, row != NULL ? row->total.ns : 0);
    else if (column == F_SELF)
        put_number(result, row != NULL ? row->self.ns : 0);
    else if (row != NULL && row->calls != 0)
        put_number(result, column == F_MIN ? row->min.ns : row->max.ns);
}

static void function_column(const struct source *source, uint32_t row, int column, sqlite3_context *result)
{
    const struct tape_function *function = function_at(source, row);
    const struct label *label = labels_get(source->labels, row);
    switch (column) {
    case F_NAME:
        return put_text(result, label->name);
    case F_MODULE:
        return put_index(result, function->module);
    case F_FILE:
        return put_text(result, label->file);
    case F_LINE:
        return label->line != 0 ? put_number(result, label->line) : (void)0;
    case F_ADDRESS:
        return put_number(result, label->address);
    case F_SYMBOL:
        return put_text(result, function->symbol);
    default:
        return put_sums(source, row, column, result);
    }
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

enum { T_PROCESS = 1, T_TID, T_NAME, T_START, T_END, T_EVENTS, T_CALLS };

static const char threads_schema[] = "CREATE TABLE threads (\n"
                                     "    id INTEGER,\n"
                                     "    process INTEGER, -- processes.id\n"
                                     "    tid INTEGER,\n"
                                     "    name TEXT,\n"
                                     "    start INTEGER,   -- ns since the recording began\n"
                                     "    end INTEGER,\n"
                                     "    events INTEGER,  -- entries and exits\n"
                                     "    calls INTEGER    -- entries\n"
                                     ")";

static uint32_t count_threads(const struct source *source)
{
    uint32_t count;
    tape_threads(source->tape, &count);
    return count;
}

static void thread_column(const struct source *source, uint32_t row, int column, sqlite3_context *result)
{
    uint32_t count;
    const struct tape_thread *thread = &tape_threads(source->tape, &count)[row];
    switch (column) {
    case T_PROCESS:
        return put_index(result, thread->process);
    case T_TID:
        return put_number(result, thread->tid);
    case T_NAME:
        return put_text(result, thread->name);
    case T_START:
        return put_moment(result, source, thread->start_ticks);
    case T_END:
        return put_moment(result, source, thread->end_ticks);
    case T_EVENTS:
        return put_number(result, thread->events);
    default:
        return put_number(result, thread->entries);
    }
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

enum { P_PARENT = 1, P_PID, P_PPID, P_STARTED, P_START, P_END, P_ENDED, P_STATUS, P_EXECUTABLE, P_COMMAND };

static const char processes_schema[] = "CREATE TABLE processes (\n"
                                       "    id INTEGER,\n"
                                       "    parent INTEGER, -- id of the process that forked it\n"
                                       "    pid INTEGER,\n"
                                       "    ppid INTEGER,\n"
                                       "    started TEXT,   -- exec or fork\n"
                                       "    start INTEGER,  -- ns since the recording began\n"
                                       "    end INTEGER,\n"
                                       "    ended TEXT,     -- exit, signal, exec; NULL: not known\n"
                                       "    status INTEGER, -- exit status, or the signal\n"
                                       "    executable TEXT,\n"
                                       "    command TEXT\n"
                                       ")";

static uint32_t count_processes(const struct source *source)
{
    uint32_t count;
    tape_processes(source->tape, &count);
    return count;
}

static const char *end_word(const struct tape_process *process)
{
    static const char *const words[] = {NULL, "exit", "signal", "exec"};
    return words[process->end_cause <= CT_END_EXEC ? process->end_cause : CT_END_UNKNOWN];
}

static void put_status(sqlite3_context *result, const struct tape_process *process)
{
    if (process->end_cause == CT_END_EXIT || process->end_cause == CT_END_SIGNAL)
        put_number(result, process->end_status);
}

static void process_column(const struct source *source, uint32_t row, int column, sqlite3_context *result)
{
    uint32_t count;
    const struct tape_process *process = &tape_processes(source->tape, &count)[row];
    switch (column) {
    case P_PARENT:
        return put_index(result, process->parent);
    case P_PID:
        return put_number(result, process->pid);
    case P_PPID:
        return put_number(result, process->ppid);
    case P_STARTED:
        return put_text(result, process->start == CT_START_FORK ? "fork" : "exec");
    case P_START:
        return put_moment(result, source, process->start_ticks);
    case P_END:
        return put_moment(result, source, process->end_ticks);
    case P_ENDED:
        return put_text(result, end_word(process));
    case P_STATUS:
        return put_status(result, process);
    case P_EXECUTABLE:
        return put_text(result, process->executable);
    default:
        return put_text(result, process->command);
    }
}

/* ---- modules ---------------------------------------------------------------------------------------------------- */

enum { M_PROCESS = 1, M_PATH, M_BUILD_ID, M_BASE, M_FIRST, M_BEHIND, M_LOADED, M_UNLOADED };

static const char modules_schema[] = "CREATE TABLE modules ( -- programs and libraries\n"
                                     "    id INTEGER,\n"
                                     "    process INTEGER,  -- processes.id\n"
                                     "    path TEXT,        -- empty: code that belongs to no file\n"
                                     "    build_id TEXT,    -- NULL: it has none\n"
                                     "    base INTEGER,     -- addresses at run time: of the file's address 0,\n"
                                     "    first INTEGER,    -- of the first byte,\n"
                                     "    behind INTEGER,   -- and behind the last\n"
                                     "    loaded INTEGER,   -- ns since the recording began\n"
                                     "    unloaded INTEGER  -- NULL: it never was\n"
                                     ")";

static uint32_t count_modules(const struct source *source)
{
    uint32_t count;
    tape_modules(source->tape, &count);
    return count;
}

static void put_build_id(sqlite3_context *result, const struct tape_module *module)
{
    char text[2 * CT_BUILD_ID_BYTES + 1];
    for (uint32_t i = 0; i < module->build_id_bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", module->build_id[i]);
    if (module->build_id_bytes != 0)
        sqlite3_result_text(result, text, -1, SQLITE_TRANSIENT);
}

static void module_column(const struct source *source, uint32_t row, int column, sqlite3_context *result)
{
    uint32_t count;
    const struct tape_module *module = &tape_modules(source->tape, &count)[row];
    switch (column) {
    case M_PROCESS:
        return put_index(result, module->process);
    case M_PATH:
        return put_text(result, module->path);
    case M_BUILD_ID:
        return put_build_id(result, module);
    case M_BASE:
        return put_number(result, module->base);
    case M_FIRST:
        return put_number(result, module->start);
    case M_BEHIND:
        return put_number(result, module->end);
    case M_LOADED:
        return put_moment(result, source, module->load_ticks);
    default:
        return put_moment(result, source, module->unload_ticks);
    }
}

const struct list lists[LISTS] = {
    {"functions", functions_schema, count_functions, is_function, function_column,
     1u << F_CALLS | 1u << F_TOTAL | 1u << F_SELF | 1u << F_MIN | 1u << F_MAX},
    {"threads", threads_schema, count_threads, NULL, thread_column, 0},
    {"processes", processes_schema, count_processes, NULL, process_column, 0},
    {"modules", modules_schema, count_modules, NULL, module_column, 0},
};
