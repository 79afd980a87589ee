#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/critical.h"
#include "emit/remarks.h"
#include "emit/table.h"
#include "emit/threads.h"

struct text {
    struct output *output;
    const struct critical_view *view;
    size_t *shown; /* the segments that are, in time's order */
    size_t shown_count;
    bool utf8;
};

static void fill_share(const struct text *text, table_cell cell, uint64_t ns)
{
    uint64_t whole = text->view->critical->to_ns - text->view->critical->from_ns;
    snprintf(cell, TEXT_NUMBER, "%.1f%%", whole != 0 ? 100 * (double)ns / (double)whole : 0);
}

static void print_what(const struct table *table, const struct text *text, const struct critical_row *row)
{
    static const char *const kinds[CRITICAL_KINDS] = {
        [CRITICAL_OUTSIDE] = "[no recorded call was open]",
        [CRITICAL_STARTING] = "[before the thread's first call]",
        [CRITICAL_HELD] = "[waiting for calltape's recorder or a processor]",
        [CRITICAL_RECORDING] = "[what recording cost]",
    };
    if (row->kind == CRITICAL_FUNCTION) {
        const struct shown_name *name = shown_names_get(text->view->names, row->function);
        print_name(text->output, name, name->place, table->aligned, table->room);
    } else {
        print_cut(text->output, kinds[row->kind], table->room);
    }
    output_text(text->output, "\n");
}

static void measure_name(struct table *table, const struct text *text, const struct critical_row *row)
{
    if (row->kind == CRITICAL_FUNCTION)
        table_name(table, shown_names_get(text->view->names, row->function));
}

static void print_more(const struct text *text, size_t count, const char *what)
{
    char number[TEXT_NUMBER];
    if (count == 0)
        return;
    output_style(text->output, OUTPUT_DIM);
    output_format(text->output, "... %s more %s (see --limit)\n", text_count(number, count), what);
    output_style(text->output, OUTPUT_PLAIN);
}

/* ---- by function ------------------------------------------------------------------------------------------------ */

enum { ROW_TIME, ROW_SHARE, ROW_COLUMNS };

static void fill_row(const void *context, size_t row, table_cell *cells)
{
    const struct text *text = context;
    uint64_t ns = text->view->critical->rows[row].ns;
    text_duration(cells[ROW_TIME], ns, text->utf8);
    fill_share(text, cells[ROW_SHARE], ns);
}

static void print_rows(const struct text *text)
{
    const struct critical *critical = text->view->critical;
    size_t shown = critical->row_count < text->view->limit ? critical->row_count : text->view->limit;
    struct table table = {
        .output = text->output,
        .columns = {{"time", 0}, {"share", 0}},
        .count = ROW_COLUMNS,
        .strong = ROW_TIME,
        .fill = fill_row,
        .context = text,
    };
    table_measure(&table, shown);
    for (size_t i = 0; i < shown; i++)
        measure_name(&table, text, &critical->rows[i]);
    table_fit(&table);
    table_titles(&table, "what decided the elapsed time");
    for (size_t i = 0; i < shown && !output_gone(text->output); i++) {
        table_row(&table, i);
        print_what(&table, text, &critical->rows[i]);
    }
    print_more(text, critical->row_count - shown, "functions");
}

/* ---- the chain -------------------------------------------------------------------------------------------------- */

enum { AT, TOOK, SHARE, THREAD, AFTER, SEGMENT_COLUMNS };

static const struct critical_segment *segment_at(const struct text *text, size_t row)
{
    return &text->view->critical->segments[text->shown[row]];
}

static void fill_segment(const void *context, size_t row, table_cell *cells)
{
    const struct text *text = context;
    const struct critical_segment *segment = segment_at(text, row);
    char thread[SHOWN_PART];
    shown_thread(thread, &text->view->threads[segment->at.thread], text->utf8);
    snprintf(cells[AT], TEXT_NUMBER, "%.6f", (double)segment->from_ns / 1e9);
    text_duration(cells[TOOK], segment->to_ns - segment->from_ns, text->utf8);
    fill_share(text, cells[SHARE], segment->to_ns - segment->from_ns);
    snprintf(cells[THREAD], TEXT_NUMBER, "%.*s", (int)text_fit(thread, TEXT_NUMBER - 8), thread);
    const char *after = segment->wait != CT_NONE ? shown_names_get(text->view->names, segment->wait)->text : "";
    snprintf(cells[AFTER], TEXT_NUMBER, "%.*s", (int)text_fit(after, TEXT_NUMBER - 1), after);
}

static int longest_first(const void *left, const void *right, void *context)
{
    const struct critical_segment *segments = context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    uint64_t x = segments[a].to_ns - segments[a].from_ns, y = segments[b].to_ns - segments[b].from_ns;
    return x != y ? (x < y) - (x > y) : (a > b) - (a < b);
}

static int in_time(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

static void choose_segments(struct text *text)
{
    const struct critical *critical = text->view->critical;
    text->shown = calloc(critical->segment_count + 1, sizeof *text->shown);
    if (text->shown == NULL) {
        output_no_memory(text->output);
        return;
    }
    for (size_t i = 0; i < critical->segment_count; i++)
        text->shown[i] = i;
    qsort_r(text->shown, critical->segment_count, sizeof *text->shown, longest_first, critical->segments);
    text->shown_count = critical->segment_count < text->view->limit ? critical->segment_count : text->view->limit;
    qsort(text->shown, text->shown_count, sizeof *text->shown, in_time);
}

static void print_segments(const struct text *text)
{
    struct table table = {
        .output = text->output,
        .columns = {{"from s", 1}, {"took", 0}, {"share", 3}, {"thread", 0}, {"out of", 2}},
        .count = SEGMENT_COLUMNS,
        .strong = TOOK,
        .fill = fill_segment,
        .context = text,
    };
    table_measure(&table, text->shown_count);
    for (size_t i = 0; i < text->shown_count; i++)
        measure_name(&table, text, &segment_at(text, i)->most);
    table_fit(&table);
    output_text(text->output, "\n");
    table_titles(&table, "mostly");
    for (size_t i = 0; i < text->shown_count && !output_gone(text->output); i++) {
        table_row(&table, i);
        print_what(&table, text, &segment_at(text, i)->most);
    }
    print_more(text, text->view->critical->segment_count - text->shown_count, "stretches, shorter ones");
}

/* ---- the foot --------------------------------------------------------------------------------------------------- */

static void print_remark(void *context, bool warning, const char *remark)
{
    struct output *output = context;
    output_style(output, warning ? OUTPUT_WARN : OUTPUT_DIM);
    output_format(output, "%s: %s", warning ? "warning" : "note", remark);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_left(const struct text *text)
{
    const struct critical *critical = text->view->critical;
    char number[TEXT_NUMBER], time[TEXT_NUMBER], sentence[200];
    if (critical->left_waits != 0) {
        snprintf(sentence, sizeof sentence, "%s waits shorter than %s were left out for want of memory",
                 text_count(number, critical->left_waits), text_duration(time, critical->least_ns, text->utf8));
        print_remark(text->output, true, sentence);
    }
    if (critical->left_wakes != 0) {
        snprintf(sentence, sizeof sentence,
                 "%s wakes were left out for want of memory: waits seem to be ended by nobody",
                 text_count(number, critical->left_wakes));
        print_remark(text->output, true, sentence);
    }
}

static void print_foot(const struct text *text)
{
    const struct critical *critical = text->view->critical;
    char time[TEXT_NUMBER], unknown[TEXT_NUMBER], number[TEXT_NUMBER];
    output_format(text->output, "\n%s elapsed, to which the functions and the %s stretch%s sum",
                  text_duration(time, critical->to_ns - critical->from_ns, text->utf8),
                  text_count(number, critical->segment_count), critical->segment_count == 1 ? "" : "es");
    output_format(text->output, "; %s of it in waits of which it is not known who ended them\n",
                  text_duration(unknown, critical->unknown_ns, text->utf8));
    if (critical->waits == 0)
        print_remark(text->output, true,
                     "no waits were recorded, so this is what the thread itself did: `calltape record --waits` records "
                     "them");
    print_left(text);
    remarks(&critical->sums, text->utf8, print_remark, text->output);
}

static void print_asked(const struct text *text)
{
    const struct critical *critical = text->view->critical;
    char time[TEXT_NUMBER], thread[SHOWN_PART];
    shown_thread(thread, &text->view->threads[critical->asked.thread], text->utf8);
    output_format(text->output, "thread %s, %s from %.6f s to %.6f s\n\n", thread,
                  text_duration(time, critical->to_ns - critical->from_ns, text->utf8), (double)critical->from_ns / 1e9,
                  (double)critical->to_ns / 1e9);
}

void critical_text(struct output *output, const struct critical_view *view)
{
    struct text text = {.output = output, .view = view, .utf8 = output_utf8(output)};
    choose_segments(&text);
    print_asked(&text);
    print_rows(&text);
    print_segments(&text);
    print_foot(&text);
    free(text.shown);
}
