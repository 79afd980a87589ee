/* report: functions by their times. */
#include <stdlib.h>
#include <string.h>

#include "tui/pane.h"

/* Shown where the screen is so wide, or where rows are sorted by it. */
static const struct column {
    enum profile_order order;
    const char *title;
    size_t width, least_screen;
} columns[] = {
    {PROFILE_BY_SELF, "self", 9, 0},        {PROFILE_BY_TOTAL, "total", 9, 60}, {PROFILE_BY_CALLS, "calls", 12, 50},
    {PROFILE_BY_AVERAGE, "average", 9, 76}, {PROFILE_BY_MIN, "min", 9, 110},    {PROFILE_BY_MAX, "max", 9, 110},
};

enum { COLUMNS = sizeof columns / sizeof *columns, SHARE_WIDTH = 7, GAP = 2 };

static bool is_shown(const struct tui *tui, const struct column *column)
{
    return tui->columns >= column->least_screen || tui->order == column->order;
}

static int load(struct tui *tui, struct error *error)
{
    const struct calls_watch watch = {tui_progress, tui};
    const struct tui_source *source = tui->source;
    int status =
        profile_make(&tui->profile, source->tape, source->choice, source->raw ? PROFILE_RAW : 0, &watch, error);
    if (status == 0)
        profile_sort(&tui->profile, tui->order, source->labels);
    return status;
}

static void drop(struct tui *tui)
{
    profile_free(&tui->profile);
    tui->profile = (struct profile){0};
}

static size_t count(struct tui *tui)
{
    return tui->profile.count;
}

static void print_title(const struct tui *tui, struct output *output, const struct column *column)
{
    output_pad(output, column->width - text_width(column->title));
    output_style(output, tui->order == column->order ? OUTPUT_STRONG : OUTPUT_DIM);
    output_text(output, column->title);
    output_style(output, OUTPUT_DIM);
    if (column->order == PROFILE_BY_SELF)
        output_text(output, "  self%");
}

static void titles(struct tui *tui, struct output *output)
{
    output_style(output, OUTPUT_DIM);
    for (size_t i = 0; i < COLUMNS; i++)
        if (is_shown(tui, &columns[i]))
            print_title(tui, output, &columns[i]);
    output_style(output, tui->order == PROFILE_BY_NAME ? OUTPUT_STRONG : OUTPUT_DIM);
    output_text(output, "  function");
}

/* Where it was written or, where that is not known, which file it is in. */
static void print_function(struct tui *tui, struct output *output, uint32_t function, size_t used)
{
    const struct shown_name *name = shown_names_get(tui->source->names, function);
    const char *path = labels_get(tui->source->labels, function)->module, *slash = strrchr(path, '/');
    char *module = text_escaped(slash != NULL ? slash + 1 : path, tui->utf8);
    print_name(output, name, *name->place != '\0' || module == NULL ? name->place : module, 0,
               tui->columns > used ? tui->columns - used : 1);
    free(module);
}

static void print_cell(struct output *output, const struct profile_row *row, enum profile_order order)
{
    const struct duration *const durations[] = {
        [PROFILE_BY_SELF] = &row->self, [PROFILE_BY_TOTAL] = &row->total, [PROFILE_BY_AVERAGE] = &row->average,
        [PROFILE_BY_MIN] = &row->min,   [PROFILE_BY_MAX] = &row->max,
    };
    if (order == PROFILE_BY_CALLS)
        pane_count(output, row->calls);
    else
        pane_duration(output, durations[order]);
    if (order == PROFILE_BY_SELF)
        pane_percent(output, row->share);
}

static void print(struct tui *tui, struct output *output, size_t line)
{
    const struct profile_row *row = &tui->profile.rows[line];
    size_t used = SHARE_WIDTH + GAP;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!is_shown(tui, &columns[i]))
            continue;
        print_cell(output, row, columns[i].order);
        used += columns[i].width;
    }
    output_pad(output, GAP);
    print_function(tui, output, row->function, used);
}

static uint32_t function_at(struct tui *tui, size_t line)
{
    return tui->profile.rows[line].function;
}

static bool key(struct tui *tui, int32_t pressed)
{
    static const enum profile_order next[] = {
        [PROFILE_BY_SELF] = PROFILE_BY_TOTAL,    [PROFILE_BY_TOTAL] = PROFILE_BY_CALLS,
        [PROFILE_BY_CALLS] = PROFILE_BY_AVERAGE, [PROFILE_BY_AVERAGE] = PROFILE_BY_MIN,
        [PROFILE_BY_MIN] = PROFILE_BY_MAX,       [PROFILE_BY_MAX] = PROFILE_BY_NAME,
        [PROFILE_BY_NAME] = PROFILE_BY_SELF,
    };
    if (pressed != 's')
        return false;
    tui->order = next[tui->order];
    profile_sort(&tui->profile, tui->order, tui->source->labels);
    tui->panes[PANE_REPORT].at = 0;
    return true;
}

static const struct sums *sums(struct tui *tui)
{
    return &tui->profile.sums;
}

const struct pane_kind pane_report = {
    .name = "report",
    .load = load,
    .drop = drop,
    .count = count,
    .titles = titles,
    .print = print,
    .function = function_at,
    .sums = sums,
    .key = key,
};
