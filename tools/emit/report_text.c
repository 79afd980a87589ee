/* report for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/duration.h"
#include "emit/remarks.h"
#include "emit/report.h"
#include "emit/table.h"
#include "emit/threads.h"
#include "emit/values.h"

/* Bounds stand behind what they are of, where they are wanted; PART: of which thread or process. */
enum cell {
    PART,
    SELF,
    SELF_BOUND,
    SHARE,
    TOTAL,
    TOTAL_BOUND,
    CALLS,
    AVERAGE,
    AVERAGE_BOUND,
    MIN,
    MIN_BOUND,
    P50,
    P90,
    P99,
    P999,
    MAX,
    MAX_BOUND,
    DEVIATION,
    CELLS,
};

/* By column, and what is left out first of narrow tables. */
static const struct {
    enum cell cell;
    const char *title;
    unsigned spare, bound_spare;
} kinds[REPORT_COLUMNS] = {
    [REPORT_SELF] = {SELF, "self", 0, 5},
    [REPORT_SHARE] = {SHARE, "self%", 6, 0},
    [REPORT_TOTAL] = {TOTAL, "total", 4, 8},
    [REPORT_CALLS] = {CALLS, "calls", 3, 0},
    [REPORT_AVERAGE] = {AVERAGE, "average", 7, 15},
    [REPORT_MIN] = {MIN, "min", 13, 16},
    [REPORT_P50] = {P50, "p50", 10, 0},
    [REPORT_P90] = {P90, "p90", 11, 0},
    [REPORT_P99] = {P99, "p99", 9, 0},
    [REPORT_P999] = {P999, "p99.9", 12, 0},
    [REPORT_MAX] = {MAX, "max", 14, 17},
    [REPORT_DEVIATION] = {DEVIATION, "stddev", 13, 0},
};

/* Which column a sort order is about; REPORT_COLUMNS: the name. */
static enum report_column sorted_column(enum profile_order order)
{
    static const enum report_column columns[] = {
        [PROFILE_BY_SELF] = REPORT_SELF,
        [PROFILE_BY_TOTAL] = REPORT_TOTAL,
        [PROFILE_BY_CALLS] = REPORT_CALLS,
        [PROFILE_BY_MIN] = REPORT_MIN,
        [PROFILE_BY_AVERAGE] = REPORT_AVERAGE,
        [PROFILE_BY_MAX] = REPORT_MAX,
        [PROFILE_BY_P50] = REPORT_P50,
        [PROFILE_BY_P90] = REPORT_P90,
        [PROFILE_BY_P99] = REPORT_P99,
        [PROFILE_BY_P999] = REPORT_P999,
        [PROFILE_BY_DEVIATION] = REPORT_DEVIATION,
        [PROFILE_BY_NAME] = REPORT_COLUMNS,
    };
    return columns[order];
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

struct filling {
    const struct report_view *view;
    bool utf8;
};

/* Of which thread or process; to be freed. */
static char *part_text(const struct filling *filling, const struct profile_row *row)
{
    const struct overview *overview = filling->view->overview;
    if (filling->view->profile->per_thread)
        return shown_thread(overview->threads[row->part].it, filling->utf8);
    return shown_process(overview->processes[row->part].it, filling->utf8);
}

static void fill_part(const struct filling *filling, const struct profile_row *row, table_cell cell)
{
    char *text = row->part != CT_NONE ? part_text(filling, row) : NULL;
    if (text != NULL)
        snprintf(cell, TEXT_NUMBER, "%.*s", (int)text_fit(text, TEXT_NUMBER - 8), text);
    free(text);
}

static void fill_pair(table_cell *cells, enum cell cell, const struct duration *duration, bool utf8)
{
    shown_duration(cells[cell], duration, utf8);
    shown_bound(cells[cell + 1], duration, utf8);
}

static void fill_single_calls(table_cell *cells, const struct profile_row *row, bool utf8)
{
    fill_pair(cells, AVERAGE, &row->average, utf8);
    fill_pair(cells, MIN, &row->min, utf8);
    fill_pair(cells, MAX, &row->max, utf8);
    for (size_t i = 0; i < PROFILE_PERCENTILES; i++)
        text_duration(cells[P50 + i], row->percentiles_ns[i], utf8);
    text_duration(cells[DEVIATION], row->deviation_ns, utf8);
    for (enum cell cell = AVERAGE; cell < CELLS && row->calls == 0; cell++)
        strcpy(cells[cell], cell == AVERAGE_BOUND || cell == MIN_BOUND || cell == MAX_BOUND ? "" : "-");
}

static void fill(const void *context, size_t index, table_cell *cells)
{
    const struct filling *filling = context;
    const struct profile_row *row = &filling->view->profile->rows[index];
    memset(cells, 0, CELLS * sizeof *cells);
    fill_part(filling, row, cells[PART]);
    fill_pair(cells, SELF, &row->self, filling->utf8);
    fill_pair(cells, TOTAL, &row->total, filling->utf8);
    snprintf(cells[SHARE], TEXT_NUMBER, "%.1f", 100 * row->share);
    text_count(cells[CALLS], row->calls);
    fill_single_calls(cells, row, filling->utf8);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Where it was written, else the module's file name. To be freed. */
static char *place_of(const struct label *label, const struct shown_name *name, bool utf8)
{
    return *name->place != '\0' ? strdup(name->place) : text_escaped(base_name(label->module), utf8);
}

static void print_function(const struct table *table, const struct label *label, const struct shown_name *name)
{
    char *place = place_of(label, name, output_utf8(table->output));
    print_name(table->output, name, place != NULL ? place : "", table->aligned, table->room);
    output_style(table->output, OUTPUT_PLAIN);
    free(place);
}

/* "name(n=3)"; what is too long loses its middle. */
static void print_valued(const struct table *table, const struct report_view *view, const struct profile_row *row)
{
    const char *name = shown_names_get(view->names, row->function)->text;
    char *value = values_told(view->profile->keys, row->value, output_utf8(table->output)), *text = NULL;
    int length = row->value != NULL ? asprintf(&text, "%s%s", name, value != NULL ? value : "")
                                    : asprintf(&text, "%s  [without %s]", name, view->value_name);
    print_cut(table->output, length >= 0 ? text : "[out of memory]", table->room);
    free(length >= 0 ? text : NULL);
    free(value);
}

/* The path of a file or module; to be freed. */
static char *group_text(const struct report_view *view, const struct profile_row *row, bool utf8)
{
    const char *name = grouping_name(view->labels, row->function, view->profile->by);
    return text_escaped(*name != '\0' ? name : "[not known]", utf8);
}

static void print_row_name(const struct table *table, const struct filling *filling, const struct profile_row *row)
{
    const struct report_view *view = filling->view;
    enum grouping by = view->profile->by;
    if (view->profile->keys != NULL) {
        print_valued(table, view, row);
        return;
    }
    if (by == BY_FUNCTION) {
        print_function(table, labels_get(view->labels, row->function), shown_names_get(view->names, row->function));
        return;
    }
    bool group = by == BY_FILE || by == BY_MODULE;
    char *text = group ? group_text(view, row, filling->utf8) : part_text(filling, row);
    print_cut(table->output, text != NULL ? text : "[out of memory]", table->room);
    free(text);
}

static size_t name_width(const struct filling *filling, const struct profile_row *row)
{
    bool group = filling->view->profile->by == BY_FILE || filling->view->profile->by == BY_MODULE;
    char *text = group ? group_text(filling->view, row, filling->utf8) : part_text(filling, row);
    size_t width = text != NULL ? text_width(text) : 0;
    free(text);
    return width;
}

/* ---- the table -------------------------------------------------------------------------------------------------- */

static const char *const name_titles[] = {
    [BY_FUNCTION] = "function", [BY_FILE] = "file",       [BY_MODULE] = "module",
    [BY_THREAD] = "thread",     [BY_PROCESS] = "process",
};

static void set_columns(struct table *table, const struct report_view *view, bool utf8)
{
    enum report_column sorted = sorted_column(view->order);
    table->count = CELLS;
    table->strong = sorted == REPORT_COLUMNS ? CELLS : kinds[sorted].cell;
    table->columns[PART] = (struct table_column){view->profile->per_thread ? "thread" : "process", 1};
    for (enum report_column i = 0; i < REPORT_COLUMNS; i++) {
        table->columns[kinds[i].cell] = (struct table_column){kinds[i].title, kinds[i].spare};
        if (kinds[i].bound_spare != 0)
            table->columns[kinds[i].cell + 1] = (struct table_column){utf8 ? "±" : "+-", kinds[i].bound_spare};
    }
}

static void hide_columns(struct table *table, const struct report_view *view)
{
    enum grouping by = view->profile->by;
    if ((!view->profile->per_thread && !view->profile->per_process) || by == BY_THREAD || by == BY_PROCESS)
        table->widths[PART] = 0;
    for (enum report_column i = 0; i < REPORT_COLUMNS; i++) {
        bool shown = (view->columns >> i & 1) != 0;
        if (!shown)
            table->widths[kinds[i].cell] = 0;
        if (kinds[i].bound_spare != 0 && (!shown || !view->bounds))
            table->widths[kinds[i].cell + 1] = 0;
    }
}

static void measure(struct table *table, const struct filling *filling, size_t count)
{
    const struct report_view *view = filling->view;
    table_measure(table, count);
    hide_columns(table, view);
    table->aligned = strlen(name_titles[view->profile->by]);
    for (size_t i = 0; i < count; i++) {
        const struct profile_row *row = &view->profile->rows[i];
        size_t width = view->profile->by != BY_FUNCTION ? name_width(filling, row) : 0;
        if (view->profile->by == BY_FUNCTION)
            table_name(table, shown_names_get(view->names, row->function));
        table->aligned = width > table->aligned ? width : table->aligned;
    }
    table_fit(table);
}

static void print_rest(struct output *output, const struct report_view *view, size_t count)
{
    char hidden[TEXT_NUMBER];
    size_t rest = view->profile->count - count;
    bool parts = view->profile->per_thread || view->profile->per_process || view->profile->keys != NULL;
    if (rest == 0)
        return;
    output_style(output, OUTPUT_DIM);
    output_format(output, "... %s more %s%s\n", text_count(hidden, rest),
                  parts ? "row" : name_titles[view->profile->by], rest == 1 ? "" : "s");
    output_style(output, OUTPUT_PLAIN);
}

void report_text(struct output *output, const struct report_view *view)
{
    const struct filling filling = {view, output_utf8(output)};
    size_t count = view->profile->count < view->limit ? view->profile->count : view->limit;
    struct table table = {.output = output, .fill = fill, .context = &filling};
    set_columns(&table, view, filling.utf8);
    measure(&table, &filling, count);
    table_titles(&table, name_titles[view->profile->by]);
    for (size_t i = 0; i < count && !output_gone(output); i++) {
        table_row(&table, i);
        print_row_name(&table, &filling, &view->profile->rows[i]);
        output_text(output, "\n");
    }
    print_rest(output, view, count);
    remarks_foot(output, &view->profile->sums);
}
