/* hist for people: numbers, bars, the slowest calls, and what outliers had below them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/duration.h"
#include "emit/fit.h"
#include "emit/hist.h"
#include "emit/remarks.h"
#include "emit/table.h"
#include "emit/threads.h"
#include "emit/values.h"

enum { MOST_ROWS = 24, MOST_BAR = 50, LEAST_BAR = 8, SKIPPED = 3, RANGE = 7 };

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static void print_head(struct output *output, const struct hist_view *view)
{
    const struct hist *hist = view->hist;
    const struct shown_name *name = shown_names_get(view->names, hist->function);
    char calls[TEXT_NUMBER], average[TEXT_NUMBER], deviation[TEXT_NUMBER], some[TEXT_NUMBER];
    bool utf8 = output_utf8(output);
    output_style(output, OUTPUT_STRONG);
    print_name(output, name, name->place, 0, output_width(output));
    output_style(output, OUTPUT_PLAIN);
    output_format(output, "\n  %s call%s", text_count(calls, hist->calls), hist->calls == 1 ? "" : "s");
    if (hist->calls != 0)
        output_format(output, "; average %s, standard deviation %s", text_duration(average, hist->average.ns, utf8),
                      text_duration(deviation, hist->deviation_ns, utf8));
    if (hist->uncertain != 0)
        output_format(output, "\n  durations of %s hang on interpolated times", text_count(some, hist->uncertain));
    output_text(output, "\n");
}

static void print_percentiles(struct output *output, const struct hist *hist)
{
    static const char *const titles[HIST_PERCENTILES] = {"p50", "p90", "p99", "p99.9"};
    char text[TEXT_NUMBER];
    bool utf8 = output_utf8(output);
    output_format(output, "  min %s", shown_duration(text, &hist->least, utf8));
    for (size_t i = 0; i < HIST_PERCENTILES; i++)
        output_format(output, "  %s %s", titles[i], text_duration(text, hist->percentiles_ns[i], utf8));
    output_format(output, "  max %s\n", shown_duration(text, &hist->most, utf8));
}

/* ---- bars ------------------------------------------------------------------------------------------------------- */

/* 1, 2, 5, 10 instead of 1, 1.5, 2, 3, 5, 7, 10. */
static size_t merge_pairs(const struct hist *hist, struct hist_bin *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < hist->bin_count; i++) {
        uint32_t bin = bin_of(hist->bins[i].from_ns), first = bin - (bin != 0 && bin % 2 == 0);
        if (count == 0 || rows[count - 1].from_ns != bin_from(first))
            rows[count++] = (struct hist_bin){bin_from(first), bin_from(first + 1 + (bin != 0)), 0};
        rows[count - 1].calls += hist->bins[i].calls;
    }
    return count;
}

static size_t make_rows(const struct hist *hist, struct hist_bin *rows)
{
    if (hist->bin_count > MOST_ROWS)
        return merge_pairs(hist, rows);
    memcpy(rows, hist->bins, hist->bin_count * sizeof *rows);
    return hist->bin_count;
}

struct bars {
    struct output *output;
    const struct hist_bin *rows;
    size_t count, calls_width, bar_width;
    uint64_t most;
};

static void measure_bars(struct bars *bars)
{
    char number[TEXT_NUMBER];
    size_t width = output_width(bars->output);
    for (size_t i = 0; i < bars->count; i++)
        bars->most = bars->rows[i].calls > bars->most ? bars->rows[i].calls : bars->most;
    bars->calls_width = strlen(text_count(number, bars->most));
    bars->calls_width = bars->calls_width > strlen("calls") ? bars->calls_width : strlen("calls");
    size_t used = 2 + RANGE + 3 + RANGE + 2 + bars->calls_width + 2;
    bars->bar_width = width == 0 || width > used + MOST_BAR ? MOST_BAR : width > used ? width - used : 0;
    if (bars->bar_width < LEAST_BAR)
        bars->bar_width = 0;
}

/* One call has a bar as well. */
static void print_bar(const struct bars *bars, uint64_t calls)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    bool utf8 = output_utf8(bars->output);
    double share = log1p((double)calls) / log1p((double)bars->most);
    size_t units = (size_t)(share * (double)bars->bar_width * (utf8 ? 8 : 1) + 0.5);
    while (units != 0) {
        size_t piece = !utf8 ? 1 : units < 8 ? units : 8;
        output_text(bars->output, utf8 ? eighths[piece] : "#");
        units -= piece;
    }
}

/* "1.5 µs", never "1.50 µs". */
static const char *edge_text(char text[TEXT_NUMBER], uint64_t ns, bool utf8)
{
    text_duration(text, ns, utf8);
    char *space = strchr(text, ' '), *point = strchr(text, '.'), *end = space;
    if (point == NULL || space == NULL)
        return text;
    while (end[-1] == '0')
        end--;
    end -= end[-1] == '.';
    memmove(end, space, strlen(space) + 1);
    return text;
}

static void print_bin(const struct bars *bars, const struct hist_bin *bin)
{
    char from[TEXT_NUMBER], to[TEXT_NUMBER], calls[TEXT_NUMBER];
    struct output *output = bars->output;
    bool utf8 = output_utf8(output);
    output_pad(output, 2);
    output_right(output, edge_text(from, bin->from_ns, utf8), RANGE);
    output_text(output, " - ");
    output_right(output, edge_text(to, bin->to_ns, utf8), RANGE);
    if (bin->calls != 0)
        output_right(output, text_count(calls, bin->calls), 2 + bars->calls_width);
    if (bin->calls != 0 && bars->bar_width != 0) {
        output_pad(output, 2);
        print_bar(bars, bin->calls);
    }
    output_text(output, "\n");
}

/* How many rows from here on have no calls. */
static size_t empty_from(const struct bars *bars, size_t row)
{
    size_t end = row;
    while (end < bars->count && bars->rows[end].calls == 0)
        end++;
    return end - row;
}

static void print_bars(struct output *output, const struct hist *hist)
{
    struct hist_bin rows[BINS];
    struct bars bars = {.output = output, .rows = rows, .count = make_rows(hist, rows)};
    measure_bars(&bars);
    output_style(output, OUTPUT_DIM);
    output_text(output, "\n  ");
    output_left(output, "duration", RANGE + 3 + RANGE + 2);
    output_right(output, "calls", bars.calls_width);
    output_text(output, bars.bar_width >= strlen("(log scale)") ? "  (log scale)\n" : "\n");
    output_style(output, OUTPUT_PLAIN);
    for (size_t i = 0; i < bars.count; i++) {
        size_t empty = empty_from(&bars, i);
        if (empty < SKIPPED) {
            print_bin(&bars, &rows[i]);
            continue;
        }
        output_right(output, "...\n", 2 + RANGE + 1);
        i += empty - 1;
    }
}

/* ---- slowest ---------------------------------------------------------------------------------------------------- */

struct slow_table {
    const struct hist_view *view;
    bool utf8;
};

enum slow_column { TOOK, BOUND, AT, THREAD, SLOW_COLUMNS };

static void fill_slow(const void *context, size_t row, table_cell *cells)
{
    const struct slow_table *slow = context;
    const struct slow_call *call = &slow->view->hist->slowest[row];
    char thread[SHOWN_PART];
    shown_thread(thread, slow->view->overview->threads[call->thread].it, slow->utf8);
    shown_duration(cells[TOOK], &call->took, slow->utf8);
    shown_bound(cells[BOUND], &call->took, slow->utf8);
    snprintf(cells[AT], TEXT_NUMBER, "%llu.%06llu s", (unsigned long long)(call->start_ns / 1000000000),
             (unsigned long long)(call->start_ns % 1000000000 / 1000));
    snprintf(cells[THREAD], TEXT_NUMBER, "%.*s", (int)text_fit(thread, TEXT_NUMBER - 8), thread);
}

/* How often the function at `i` stands there in a row. */
static uint32_t repeats(const struct slow_call *call, uint32_t i, uint32_t count)
{
    uint32_t end = i + 1;
    while (end < count && call->path[end] == call->path[i] && (end != SLOW_HEAD || call->depth <= SLOW_PATH))
        end++;
    return end - i;
}

/* One step of a path: a function, how often it stands there in a row, how many are not known behind it, how the call
 * ended. To be freed; NULL: no memory. */
static char *step_text(const struct hist_view *view, const struct slow_call *call, uint32_t i, uint32_t times)
{
    char more[120] = "", *text;
    size_t used = 0;
    bool last = i + times >= (call->depth < SLOW_PATH ? call->depth : SLOW_PATH);
    if (times > 1)
        used += (size_t)snprintf(more, sizeof more, " (%u times)", times);
    if (i + times == SLOW_HEAD && call->depth > SLOW_PATH)
        used += (size_t)snprintf(more + used, sizeof more - used, " (%u more)", call->depth - SLOW_PATH);
    if (last && (call->flags & CALL_OPEN) != 0)
        used += (size_t)snprintf(more + used, sizeof more - used, "  (never ended)");
    if (last && (call->flags & CALL_JUMPED) != 0)
        snprintf(more + used, sizeof more - used, "  (ended by a jump)");
    const char *name = call->depth != 0 ? shown_names_get(view->names, call->path[i])->text : "[no caller]";
    return asprintf(&text, "%s%s", name, more) >= 0 ? text : NULL;
}

/* What was told of the call, in at most half of the room; returns the columns used. */
static size_t print_values(struct output *output, const struct hist_view *view, const struct slow_call *call,
                           size_t room)
{
    char *values = call->values != NULL
                       ? values_fit(view->keys, call->values, output_utf8(output), room != 0 ? room / 2 : SIZE_MAX)
                       : NULL;
    size_t used = values != NULL ? print_cut(output, values + strspn(values, " "), room / 2) : 0;
    free(values);
    output_pad(output, used != 0 ? 2 : 0);
    return used != 0 ? used + 2 : 0;
}

/* "(n=3)  main → run → execute (3 times)" */
static void print_slow_path(struct output *output, const struct hist_view *view, const struct slow_call *call,
                            size_t room)
{
    char *steps[SLOW_PATH];
    uint32_t depth = call->depth < SLOW_PATH ? call->depth : SLOW_PATH, count = 0, i = 0;
    size_t used = print_values(output, view, call, room);
    room = room == 0 ? 0 : room > used ? room - used : 1;
    bool whole;
    do {
        uint32_t times = i < depth ? repeats(call, i, depth) : 1;
        whole = (steps[count++] = step_text(view, call, i, times)) != NULL;
        i += times;
    } while (whole && i < depth);
    if (whole)
        print_path(output, steps, count, output_utf8(output) ? " → " : " > ", room);
    else
        output_no_memory(output);
    while (count != 0)
        free(steps[--count]);
}

static void print_slowest(struct output *output, const struct hist_view *view)
{
    const struct slow_table slow = {view, output_utf8(output)};
    struct table table = {
        .output = output,
        .columns = {{"took", 0}, {slow.utf8 ? "±" : "+-", 3}, {"at", 1}, {"thread", 2}},
        .count = SLOW_COLUMNS,
        .strong = TOOK,
        .indent = 2,
        .fill = fill_slow,
        .context = &slow,
        .aligned = 24,
    };
    if (view->hist->slow_count == 0)
        return;
    table_measure(&table, view->hist->slow_count);
    table.widths[BOUND] = view->bounds ? table.widths[BOUND] : 0;
    table.widths[THREAD] = view->overview->thread_count > 1 ? table.widths[THREAD] : 0;
    table_fit(&table);
    output_text(output, "\n");
    table_titles(&table, "slowest calls, and in what path");
    for (size_t i = 0; i < view->hist->slow_count && !output_gone(output); i++) {
        table_row(&table, i);
        print_slow_path(output, view, &view->hist->slowest[i], table.room);
        output_text(output, "\n");
    }
}

/* ---- outliers --------------------------------------------------------------------------------------------------- */

enum difference_column { EXTRA, SHARE, OUTLIER, USUAL, CALLS, USUAL_CALLS, DIFFERENCE_COLUMNS };

struct difference_table {
    const struct hist_outliers *outliers;
    bool utf8;
};

static uint64_t whole_ns(double ns)
{
    return ns > 0 ? (uint64_t)(ns + 0.5) : 0;
}

static void fill_difference(const void *context, size_t row, table_cell *cells)
{
    const struct difference_table *to = context;
    const struct hist_difference *it = &to->outliers->differences[row];
    double extra = it->outlier_ns - it->usual_ns, all = to->outliers->extra_ns;
    memset(cells, 0, DIFFERENCE_COLUMNS * sizeof *cells);
    cells[EXTRA][0] = extra < 0 ? '-' : '+';
    text_duration(cells[EXTRA] + 1, whole_ns(fabs(extra)), to->utf8);
    snprintf(cells[SHARE], TEXT_NUMBER, "%.1f%%", all > 0 ? 100 * extra / all : 0);
    text_duration(cells[OUTLIER], whole_ns(it->outlier_ns), to->utf8);
    text_duration(cells[USUAL], whole_ns(it->usual_ns), to->utf8);
    if (it->function == CT_NONE)
        return;
    shown_ratio(cells[CALLS], it->outlier_calls);
    shown_ratio(cells[USUAL_CALLS], it->usual_calls);
}

static void print_difference(const struct table *table, size_t row, const struct hist_view *view)
{
    uint32_t function = view->hist->outliers.differences[row].function;
    if (function != CT_NONE) {
        const struct shown_name *name = shown_names_get(view->names, function);
        table_function(table, row, name, name->place);
        return;
    }
    table_row(table, row);
    print_cut(table->output, "[self]", table->room);
    output_text(table->output, "\n");
}

static void print_differences(struct output *output, const struct hist_view *view)
{
    const struct difference_table to = {&view->hist->outliers, output_utf8(output)};
    struct table table = {
        .output = output,
        .columns = {{"more time", 0}, {"share", 3}, {"outlier", 2}, {"usual", 2}, {"calls", 0}, {"usual", 1}},
        .count = DIFFERENCE_COLUMNS,
        .strong = EXTRA,
        .indent = 2,
        .fill = fill_difference,
        .context = &to,
    };
    size_t count = to.outliers->count < view->differences ? to.outliers->count : view->differences;
    table_measure(&table, count);
    for (size_t i = 0; i < count; i++)
        if (to.outliers->differences[i].function != CT_NONE)
            table_name(&table, shown_names_get(view->names, to.outliers->differences[i].function));
    table_fit(&table);
    table_titles(&table, "self time and calls of");
    for (size_t i = 0; i < count; i++)
        print_difference(&table, i, view);
}

static void print_outliers(struct output *output, const struct hist_view *view)
{
    const struct hist_outliers *outliers = &view->hist->outliers;
    char calls[TEXT_NUMBER], from[TEXT_NUMBER], mean[TEXT_NUMBER], others[TEXT_NUMBER], usual[TEXT_NUMBER];
    bool utf8 = output_utf8(output);
    if (view->hist->calls < 2)
        return;
    if (outliers->calls == 0 || outliers->others == 0) {
        output_text(output,
                    "\n  no outliers: no few calls took far longer than the others (--over TIME: set a limit)\n");
        return;
    }
    output_format(output, "\n  %s outlier%s took %s or more, %s on average", text_count(calls, outliers->calls),
                  outliers->calls == 1 ? "" : "s", edge_text(from, outliers->from_ns, utf8),
                  text_duration(mean, whole_ns(outliers->outlier_ns), utf8));
    output_format(output, "; the other %s took %s\n  what differed, in one call and all below it, on average:\n\n",
                  text_count(others, outliers->others), text_duration(usual, whole_ns(outliers->usual_ns), utf8));
    print_differences(output, view);
}

/* The thread as --thread takes it: by its tid, as all tables have it, unless another had that too. */
static const char *thread_word(char text[TEXT_NUMBER], const struct overview *overview, uint32_t thread)
{
    uint32_t tid = overview->threads[thread].it->tid;
    size_t same = 0;
    for (uint32_t i = 0; i < overview->thread_count; i++)
        same += overview->threads[i].it->tid == tid;
    snprintf(text, TEXT_NUMBER, same == 1 ? "%u" : "'#%u'", same == 1 ? tid : thread);
    return text;
}

/* How to see the slowest one. */
static void print_hint(struct output *output, const struct hist_view *view)
{
    if (view->hist->slow_count == 0)
        return;
    const struct slow_call *call = &view->hist->slowest[0];
    output_style(output, OUTPUT_DIM);
    char thread[TEXT_NUMBER];
    output_text(output, "\nthe slowest is shown by\n");
    output_format(output, "  calltape replay --thread %s --range %lluns..%lluns ",
                  thread_word(thread, view->overview, call->thread), (unsigned long long)call->start_ns,
                  (unsigned long long)call->end_ns + 1);
    char *path = text_quoted(view->overview->path);
    output_made(output, path != NULL ? text_escaped(path, output_utf8(output)) : NULL);
    output_text(output, "\n");
    free(path);
    output_style(output, OUTPUT_PLAIN);
}

void hist_text(struct output *output, const struct hist_view *view)
{
    print_head(output, view);
    if (view->hist->calls != 0) {
        print_percentiles(output, view->hist);
        print_bars(output, view->hist);
        print_slowest(output, view);
        print_outliers(output, view);
        print_hint(output, view);
    }
    remarks_foot(output, &view->hist->sums);
}
