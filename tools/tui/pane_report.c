/* report: functions by their times. */
#include <stdlib.h>
#include <string.h>

#include "tui/pane.h"

enum { ROOM_FOR_CALLS = 50, ROOM_FOR_TOTAL = 60, ROOM_FOR_AVERAGE = 76, ROOM_FOR_EXTREMES = 110 };

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

static void title(const struct tui *tui, struct output *output, enum profile_order order, const char *text,
                  size_t columns)
{
    output_pad(output, columns - text_width(text));
    output_style(output, tui->order == order ? OUTPUT_STRONG : OUTPUT_DIM);
    output_text(output, text);
    output_style(output, OUTPUT_DIM);
}

static void titles(struct tui *tui, struct output *output)
{
    output_style(output, OUTPUT_DIM);
    title(tui, output, PROFILE_BY_SELF, "self", 9);
    output_text(output, "  self%");
    if (tui->columns >= ROOM_FOR_TOTAL)
        title(tui, output, PROFILE_BY_TOTAL, "total", 9);
    if (tui->columns >= ROOM_FOR_CALLS)
        title(tui, output, PROFILE_BY_CALLS, "calls", 12);
    if (tui->columns >= ROOM_FOR_AVERAGE)
        title(tui, output, PROFILE_BY_AVERAGE, "average", 9);
    if (tui->columns >= ROOM_FOR_EXTREMES) {
        title(tui, output, PROFILE_BY_MIN, "min", 9);
        title(tui, output, PROFILE_BY_MAX, "max", 9);
    }
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

static void print(struct tui *tui, struct output *output, size_t line)
{
    const struct profile_row *row = &tui->profile.rows[line];
    size_t used = 18;
    pane_duration(output, &row->self);
    pane_percent(output, row->share);
    if (tui->columns >= ROOM_FOR_TOTAL) {
        pane_duration(output, &row->total);
        used += 9;
    }
    if (tui->columns >= ROOM_FOR_CALLS) {
        pane_count(output, row->calls);
        used += 12;
    }
    if (tui->columns >= ROOM_FOR_AVERAGE) {
        pane_duration(output, &row->average);
        used += 9;
    }
    if (tui->columns >= ROOM_FOR_EXTREMES) {
        pane_duration(output, &row->min);
        pane_duration(output, &row->max);
        used += 18;
    }
    output_text(output, "  ");
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
