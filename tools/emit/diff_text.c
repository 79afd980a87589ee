/* diff for people. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/diff.h"
#include "emit/duration.h"
#include "emit/fit.h"
#include "emit/remarks.h"
#include "emit/table.h"
#include "emit/threads.h"

enum { OLD, NEW, CHANGE, PERCENT, CALLS, JUDGED, FINDING, COLUMNS, CELL = 72, GAP = 2 };

static const char *const titles[COLUMNS] = {"old", "new", "change", "%", "calls", "judged %", "finding"};
/* Left out in this order where a row is too wide. */
static const size_t dispensable[] = {PERCENT, OLD, NEW, JUDGED, CALLS};

struct cells {
    char text[COLUMNS][CELL];
};

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static char *signed_duration(char buffer[CELL], double ns, bool plus, bool utf8)
{
    char text[TEXT_NUMBER];
    double size = fabs(ns);
    text_duration(text, size < 9e18 ? (uint64_t)(size + 0.5) : INT64_MAX, utf8);
    snprintf(buffer, CELL, "%s%s", ns <= -0.5 ? "-" : plus ? "+" : "", text);
    return buffer;
}

static void self_text(char buffer[CELL], const struct diff_row *row, int side, bool utf8)
{
    const struct duration mean = {.ns = (uint64_t)(row->shown[side] + 0.5), .bound_ns = (uint64_t)row->bound[side]};
    shown_duration(buffer, &mean, utf8);
}

static const char *plus_minus(bool utf8)
{
    return utf8 ? "±" : "+-";
}

static void percent_text(char buffer[CELL], double percent)
{
    snprintf(buffer, CELL, "-");
    if (isfinite(percent))
        snprintf(buffer, CELL, "%+.1f", percent);
}

/* How far off it may be is known from how recordings differ, not from one. */
static void judged_text(char buffer[CELL], const struct diff_row *row, bool utf8)
{
    const struct diff_times *times = &row->times;
    percent_text(buffer, row->tested ? diff_percent(times->self) : NAN);
    if (!row->tested || times->self[0] <= 0 || times->change.freedom == 0)
        return;
    size_t length = strlen(buffer);
    snprintf(buffer + length, CELL - length, " %s%.1f", plus_minus(utf8),
             100 * estimate_margin(&times->change, DIFF_LEVEL) / times->self[0]);
}

static void calls_text(char buffer[CELL], const struct diff_row *row, bool utf8)
{
    char old[TEXT_NUMBER], new[TEXT_NUMBER];
    const char *about = row->varies ? "~" : "";
    text_count(old, (uint64_t)(row->calls[0] + 0.5));
    text_count(new, (uint64_t)(row->calls[1] + 0.5));
    if (row->calls[0] == row->calls[1])
        snprintf(buffer, CELL, "%s%s", about, old);
    else
        snprintf(buffer, CELL, "%s%s %s %s%s", about, old, utf8 ? "→" : "->", about, new);
}

static void fill_cells(struct cells *cells, const struct diff_row *row, bool utf8)
{
    self_text(cells->text[OLD], row, 0, utf8);
    self_text(cells->text[NEW], row, 1, utf8);
    signed_duration(cells->text[CHANGE], row->shown[1] - row->shown[0], true, utf8);
    percent_text(cells->text[PERCENT], diff_percent(row->shown));
    calls_text(cells->text[CALLS], row, utf8);
    judged_text(cells->text[JUDGED], row, utf8);
    char finding[DIFF_FINDING];
    snprintf(cells->text[FINDING], CELL, "%s", diff_finding(finding, row));
}

/* ---- a table ---------------------------------------------------------------------------------------------------- */

static void measure(size_t widths[COLUMNS], const struct diff_view *view, const struct diff_row *rows, size_t count,
                    bool utf8)
{
    size_t shown = 0;
    for (size_t c = 0; c < COLUMNS; c++)
        widths[c] = strlen(titles[c]);
    for (size_t i = 0; i < count && shown < view->limit; i++) {
        struct cells cells;
        if (!diff_shown(view, &rows[i]))
            continue;
        shown++;
        fill_cells(&cells, &rows[i], utf8);
        for (size_t c = 0; c < COLUMNS; c++)
            widths[c] = text_width(cells.text[c]) > widths[c] ? text_width(cells.text[c]) : widths[c];
    }
}

/* Columns for the name; leaves out others until there are enough. 0: no limit. */
static size_t make_room(size_t widths[COLUMNS], size_t width)
{
    size_t used = 0;
    for (size_t c = 0; c < COLUMNS; c++)
        used += widths[c] + GAP;
    for (size_t i = 0;
         i < sizeof dispensable / sizeof *dispensable && width != 0 && used + table_least_name(width) > width; i++) {
        used -= widths[dispensable[i]] + GAP;
        widths[dispensable[i]] = 0;
    }
    return width == 0 ? 0 : width > used ? width - used : 1;
}

static void print_titles(struct output *output, const size_t widths[COLUMNS], const char *what)
{
    output_style(output, OUTPUT_HEAD);
    for (size_t c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0)
            continue;
        if (c == FINDING)
            output_left(output, titles[c], widths[c]);
        else
            output_right(output, titles[c], widths[c]);
        output_pad(output, GAP);
    }
    output_format(output, "%s", what);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_row_path(struct output *output, const struct diff_view *view, uint32_t path, size_t room)
{
    const struct measured_path *paths = view->measures->paths;
    size_t count = paths[path].depth + (size_t)1;
    char **names = malloc(count * sizeof *names);
    for (size_t i = count; i-- != 0 && names != NULL; path = paths[path].parent) {
        const struct matched *matched = &view->matching->items[paths[path].item];
        names[i] = shown_names_get(view->names[matched->recording], matched->function)->text;
    }
    if (names != NULL)
        print_path(output, names, count, " > ", room);
    free(names);
}

static void print_what(struct output *output, const struct diff_view *view, const struct diff_row *row, size_t room)
{
    if (row->path == CT_NONE) {
        const struct matched *matched = &view->matching->items[row->item];
        const struct shown_name *name = shown_names_get(view->names[matched->recording], matched->function);
        print_name(output, name, name->place, 0, room);
        output_style(output, OUTPUT_PLAIN);
        return;
    }
    print_row_path(output, view, row->path, room);
}

static void print_row(struct output *output, const struct diff_view *view, const struct diff_row *row,
                      const size_t widths[COLUMNS], size_t room)
{
    struct cells cells;
    fill_cells(&cells, row, output_utf8(output));
    for (size_t c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0)
            continue;
        output_style(output, c == FINDING && row->time == DIFF_MORE ? OUTPUT_HOT : OUTPUT_PLAIN);
        if (c == FINDING)
            output_left(output, cells.text[c], widths[c]);
        else
            output_right(output, cells.text[c], widths[c]);
        output_style(output, OUTPUT_PLAIN);
        output_pad(output, GAP);
    }
    print_what(output, view, row, room);
    output_text(output, "\n");
}

static void print_table(struct output *output, const struct diff_view *view, const struct diff_row *rows, size_t count,
                        const char *what)
{
    size_t widths[COLUMNS], shown = 0, hidden = 0;
    for (size_t i = 0; i < count; i++)
        shown += diff_shown(view, &rows[i]);
    if (shown == 0)
        return;
    measure(widths, view, rows, count, output_utf8(output));
    size_t room = make_room(widths, output_width(output));
    output_text(output, "\n");
    print_titles(output, widths, what);
    hidden = shown > view->limit ? shown - view->limit : 0;
    shown -= hidden;
    for (size_t i = 0; i < count && shown != 0 && !output_gone(output); i++) {
        if (!diff_shown(view, &rows[i]))
            continue;
        print_row(output, view, &rows[i], widths, room);
        shown--;
    }
    if (hidden != 0)
        output_format(output, "... %zu more\n", hidden);
}

/* ---- what is said of all ---------------------------------------------------------------------------------------- */

static void print_whole(struct output *output, const struct diff_view *view)
{
    const struct diff *diff = view->diff;
    bool utf8 = output_utf8(output);
    struct cells cells;
    char margin[CELL] = "";
    fill_cells(&cells, &diff->whole, utf8);
    if (diff->whole.times.change.freedom > 0)
        signed_duration(margin, estimate_margin(&diff->whole.times.change, DIFF_LEVEL), false, utf8);
    output_format(output, "self time of all calls: %s in %zu old recording%s, %s in %zu new: %s%s%s%s (%s %%)%s\n",
                  cells.text[OLD], diff->sides[0], diff->sides[0] == 1 ? "" : "s", cells.text[NEW], diff->sides[1],
                  cells.text[CHANGE], *margin != '\0' ? " " : "", *margin != '\0' ? plus_minus(utf8) : "", margin,
                  cells.text[PERCENT], diff->whole.time == DIFF_NONE ? ", which may be chance" : "");
    if (diff->absolute || fabs(diff->pace_change - 1) < 0.0005)
        return;
    output_format(output,
                  "pace: in the middle function a typical call took %.3f times as long in the new ones; what is judged "
                  "is relative to\nthat; if it is the program's doing and not the machine's, see --absolute\n",
                  diff->pace_change);
}

static void print_item(struct output *output, const struct diff_view *view, uint32_t item)
{
    if (item == CT_NONE) {
        output_text(output, "[unknown function]");
        return;
    }
    const struct matched *matched = &view->matching->items[item];
    output_text(output, shown_names_get(view->names[matched->recording], matched->function)->text);
}

static void print_step(struct output *output, const struct diff_view *view, const struct parting *parting, int side)
{
    output_text(output, side == 0 ? "the old one " : "; the new one ");
    if (parting->step[side] == PARTING_CALL)
        output_text(output, "calls ");
    if (parting->step[side] == PARTING_CALL)
        print_item(output, view, parting->item[side]);
    else if (parting->thread[side] == CT_NONE)
        output_text(output, "has no such thread");
    else
        output_text(output, parting->step[side] == PARTING_RETURN ? "returns" : "has no further call");
    if (parting->thread[side] == CT_NONE)
        return;
    char time[TEXT_NUMBER];
    const struct tape *tape = view->recordings[view->first[side]].tape;
    output_format(output, " at %s", text_duration(time, tape_ns(tape, parting->ticks[side]), output_utf8(output)));
}

static void print_open(struct output *output, const struct diff_view *view, const struct parting *parting)
{
    uint32_t shown = parting->depth < PARTING_MOST_PATH ? parting->depth : PARTING_MOST_PATH;
    if (shown == 0)
        return;
    output_text(output, shown < parting->depth ? ", in ... > " : ", in ");
    for (uint32_t i = shown; i-- != 0;) {
        print_item(output, view, parting->path[i]);
        output_text(output, i != 0 ? " > " : "");
    }
}

static void print_thread(struct output *output, const struct diff_view *view, const struct parting *parting)
{
    uint32_t count;
    char text[SHOWN_PART];
    int side = parting->thread[1] == CT_NONE ? 0 : 1;
    const struct tape_thread *threads = tape_threads(view->recordings[view->first[side]].tape, &count);
    output_format(output, "thread %s", shown_thread(text, &threads[parting->thread[side]], output_utf8(output)));
}

static void print_parting(struct output *output, const struct diff_view *view)
{
    const struct parting *parting = view->parting;
    char calls[TEXT_NUMBER];
    if (!parting->parts) {
        output_text(output, "\ncalls come in the same order, thread by thread\n");
        return;
    }
    output_text(output, "\ncalls part in ");
    print_thread(output, view, parting);
    output_format(output, " after %s call%s that %s the same", text_count(calls, parting->calls),
                  parting->calls == 1 ? "" : "s", parting->calls == 1 ? "is" : "are");
    print_open(output, view, parting);
    output_text(output, ": ");
    print_step(output, view, parting, 0);
    print_step(output, view, parting, 1);
    output_text(output, "\n");
    if (view->itself != NULL && view->itself->parts)
        output_format(
            output, "note: two recordings of one side part too, after %s calls: the order of calls differs by itself\n",
            text_count(calls, view->itself->calls));
}

static void print_notes(struct output *output, const struct diff_view *view)
{
    const struct diff *diff = view->diff;
    bool one_each = diff->sides[0] == 1 && diff->sides[1] == 1;
    size_t found = 0;
    for (size_t i = 0; i < diff->function_count; i++)
        found += diff_found(&diff->functions[i]);
    output_format(output, "\n%zu of %zu functions differ\n", found, diff->function_count);
    output_style(output, OUTPUT_DIM);
    output_format(
        output,
        "note: old and new are self times as report shows them, ~ interpolated; findings of time go by judged "
        "%%, which is of\ntypical calls or of sums%s\n",
        diff->absolute ? "" : ", relative to the pace of each recording");
    if (one_each)
        output_text(output,
                    "note: one recording a side does not tell how recordings differ by themselves: only what at "
                    "least doubled or halved\nis judged, and slower? or faster? may be that; more recordings "
                    "are needed, such as five a side, in turn\n");
    else
        output_format(output, "note: %s holds the true change with 95 %%; that anything is found by chance has 5 %%\n",
                      plus_minus(output_utf8(output)));
    output_style(output, OUTPUT_PLAIN);
}

void diff_text(struct output *output, const struct diff_view *view)
{
    const struct diff *diff = view->diff;
    print_whole(output, view);
    print_table(output, view, diff->functions, diff->function_count, "function");
    print_table(output, view, diff->paths, diff->path_count, "path");
    print_parting(output, view);
    print_notes(output, view);
}
