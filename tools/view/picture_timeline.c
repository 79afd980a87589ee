/* A stretch of time: a lane for each thread, calls stacked by depth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/duration.h"
#include "emit/threads.h"
#include "view/picture.h"
#include "view/strips.h"
#include "view/svg.h"

enum { RULER = 20, LANE_HEAD = 20, LANE_GAP = 6, STEP_PIXELS = 110, SHADES = 8 };

_Static_assert((int)STRIP_COLUMNS == (int)SVG_INNER, "a column is a pixel");

struct timeline {
    const struct picture *picture;
    const struct strips *strips;
    const struct sums *sums;
    const char *title;
};

struct sketch {
    const struct timeline *timeline;
    struct output *output;
    double least;
    uint64_t merged; /* calls */
};

static double ns_x(const struct sketch *sketch, uint64_t ns)
{
    const struct strips *strips = sketch->timeline->strips;
    return (double)(ns - strips->from_ns) / (double)(strips->to_ns - strips->from_ns) * SVG_INNER;
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static unsigned colour_of(const struct sketch *sketch, uint32_t function)
{
    return svg_colour(labels_get(sketch->timeline->picture->labels, function)->name);
}

static const char *remark_of(uint32_t flags)
{
    return (flags & CALL_JUMPED) != 0                   ? "; ended by a jump"
           : (flags & CALL_OPEN) != 0                   ? "; never ended"
           : (flags & (CALL_EARLIER | CALL_LATER)) != 0 ? "; goes on outside"
                                                        : "";
}

static double box_width(const struct sketch *sketch, const struct strip_box *box)
{
    return ns_x(sketch, box->end_ns) - ns_x(sketch, box->start_ns);
}

/* Recording is said to have cost all of it. */
static bool is_all_cost(const struct strip_box *call)
{
    return call->took.ns == 0 && call->took.cost_ns != 0;
}

static const char *took_text(char text[TEXT_NUMBER], const struct strip_box *call)
{
    char recorded[TEXT_NUMBER];
    if (!is_all_cost(call))
        return shown_duration(text, &call->took, true);
    snprintf(text, TEXT_NUMBER, "<%.30s", text_duration(recorded, call->end_ns - call->start_ns, true));
    return text;
}

static void draw_call(const struct sketch *sketch, const struct strip_box *call, double y)
{
    const struct shown_name *name = shown_names_get(sketch->timeline->picture->names, call->function);
    char tip[1200], took[TEXT_NUMBER], start[TEXT_NUMBER];
    double x = ns_x(sketch, call->start_ns);
    int used = picture_tip_name(tip, sizeof tip, name);
    snprintf(tip + used, sizeof tip - (size_t)used, "\n%s, from %s%s%s", took_text(took, call),
             text_duration(start, call->start_ns, true),
             is_all_cost(call) ? "; recording cost as much, on the mean" : "", remark_of(call->flags));
    svg_box(sketch->output, &(struct svg_box){.x = x,
                                              .y = y,
                                              .width = box_width(sketch, call),
                                              .colour = colour_of(sketch, call->function),
                                              .covered = 1,
                                              .name = name->text,
                                              .aside = took,
                                              .tip = tip});
}

/* From one column to another: what covers most of it in its colour, the stronger the more is covered. */
static void draw_run(const struct sketch *sketch, const struct strip_cell *run, size_t from, size_t to, double y)
{
    const struct strips *strips = sketch->timeline->strips;
    const struct shown_name *name = shown_names_get(sketch->timeline->picture->names, run->function);
    char tip[1200], calls[TEXT_NUMBER], time[TEXT_NUMBER];
    double ns = (double)(strips->to_ns - strips->from_ns) * (double)(to - from) / SVG_INNER;
    double covered = (double)run->covered_ns / ns;
    int used = picture_tip_name(tip, sizeof tip, name);
    snprintf(tip + used, sizeof tip - (size_t)used, "\nmost of %s call%s, %s together", text_count(calls, run->calls),
             run->calls == 1 ? "" : "s", text_duration(time, run->covered_ns, true));
    svg_box(sketch->output, &(struct svg_box){.x = (double)from,
                                              .y = y,
                                              .width = (double)(to - from),
                                              .colour = colour_of(sketch, run->function),
                                              .covered = covered < 1 ? covered : 1,
                                              .tip = tip});
}

static unsigned shade(const struct sketch *sketch, const struct strip_cell *cell, size_t columns)
{
    const struct strips *strips = sketch->timeline->strips;
    double ns = (double)(strips->to_ns - strips->from_ns) * (double)columns / SVG_INNER;
    return (unsigned)fmin(SHADES - 1, (double)cell->covered_ns / ns * SHADES);
}

static void add_cell(struct strip_cell *to, const struct strip_cell *from)
{
    uint64_t rest = from->covered_ns - from->weight;
    strip_cell_add(to, from->function, from->weight, from->calls);
    to->covered_ns += rest;
}

/* Neighbours that look the same are one run. */
static void draw_cells(struct sketch *sketch, const struct strip_cell *cells, double y)
{
    size_t step = (size_t)ceil(sketch->least), start = 0;
    struct strip_cell run = {.function = CT_NONE};
    unsigned run_shade = 0;
    for (size_t column = 0; column < STRIP_COLUMNS; column += step) {
        size_t end = column + step < STRIP_COLUMNS ? column + step : STRIP_COLUMNS;
        struct strip_cell group = {.function = CT_NONE};
        for (size_t i = column; i < end; i++)
            if (cells[i].function != CT_NONE)
                add_cell(&group, &cells[i]);
        unsigned group_shade = shade(sketch, &group, end - column);
        if (group.function != run.function || group_shade != run_shade) {
            if (run.function != CT_NONE)
                draw_run(sketch, &run, start, column, y);
            run = (struct strip_cell){.function = CT_NONE};
            run_shade = group_shade;
            start = column;
        }
        sketch->merged += group.calls;
        if (group.function != CT_NONE)
            add_cell(&run, &group);
    }
    if (run.function != CT_NONE)
        draw_run(sketch, &run, start, STRIP_COLUMNS, y);
}

static void draw_strip(struct sketch *sketch, const struct strip *strip, double y)
{
    struct strip_cell cells[STRIP_COLUMNS];
    if (strip->cells == NULL)
        return;
    memcpy(cells, strip->cells, sizeof cells);
    for (size_t i = 0; i < strip->count; i++) {
        const struct strip_box *box = &strip->boxes[i];
        if (box_width(sketch, box) < sketch->least)
            strips_spread(sketch->timeline->strips, cells, box);
    }
    draw_cells(sketch, cells, y);
    for (size_t i = 0; i < strip->count; i++) {
        const struct strip_box *box = &strip->boxes[i];
        if (box_width(sketch, box) >= sketch->least)
            draw_call(sketch, box, y);
    }
}

/* ---- what stands around them ------------------------------------------------------------------------------------ */

/* A step of 1, 2 or 5 times a power of ten that is wide enough for a moment's name. */
static uint64_t ruler_step(const struct strips *strips)
{
    double least = (double)(strips->to_ns - strips->from_ns) / SVG_INNER * STEP_PIXELS;
    for (uint64_t step = 1; step < UINT64_MAX / 100; step *= 10)
        for (unsigned times = 1; times <= 5; times += times == 1 ? 1 : 3)
            if ((double)(step * times) >= least)
                return step * times;
    return UINT64_MAX / 2;
}

/* To the digits that tell it from the moments a step away. */
static const char *moment_text(char text[TEXT_NUMBER], uint64_t ns, uint64_t step)
{
    static const char *const units[] = {"ns", "\xc2\xb5s", "ms", "s"};
    unsigned unit = ns >= 1000000000 || step >= 100000000 ? 3 : ns >= 1000000 || step >= 100000 ? 2 : ns >= 1000;
    double one = pow(1000, unit);
    int digits = (int)fmax(0, ceil(log10(one / (double)step) - 1e-9));
    snprintf(text, TEXT_NUMBER, "%.*f %s", digits, (double)ns / one, units[unit]);
    return text;
}

static void draw_ruler(const struct sketch *sketch, double bottom)
{
    const struct strips *strips = sketch->timeline->strips;
    uint64_t step = ruler_step(strips);
    char text[TEXT_NUMBER];
    for (uint64_t at = (strips->from_ns + step - 1) / step * step; at <= strips->to_ns; at += step) {
        double x = ns_x(sketch, at);
        svg_line(sketch->output, x, SVG_HEAD, bottom);
        if (x + STEP_PIXELS / 2.0 < SVG_INNER)
            svg_text(sketch->output, SVG_QUIET, x + 4, SVG_HEAD + 12, moment_text(text, at, step));
    }
}

static double lane_height(const struct strip_lane *lane)
{
    return LANE_HEAD + SVG_ROW * (double)lane->rows + LANE_GAP;
}

/* The page's words. */
static void draw_held(const struct sketch *sketch, const struct strip_lane *lane, double y)
{
    for (size_t start = 0, end; start < STRIP_COLUMNS; start = end) {
        uint8_t why = lane->held[start];
        for (end = start + 1; end < STRIP_COLUMNS && lane->held[end] == why;)
            end++;
        char tip[100];
        snprintf(tip, sizeof tip, "%s%s%s%s%s", (why & STRIP_PREEMPTED) != 0 ? "the system ran something else" : "",
                 (why & STRIP_PREEMPTED) != 0 && why != STRIP_PREEMPTED ? "; " : "",
                 (why & STRIP_WAITED) != 0 ? "waited for calltape" : "",
                 (why & STRIP_WAITED) != 0 && (why & STRIP_PAUSED) != 0 ? "; " : "",
                 (why & STRIP_PAUSED) != 0 ? "paused" : "");
        if (why != 0)
            svg_hatch(sketch->output, (double)start, y, (double)(end - start), SVG_ROW * (double)lane->rows, tip);
    }
}

static void draw_lane(struct sketch *sketch, const struct strip_lane *lane, double y)
{
    uint32_t count;
    char text[300], calls[TEXT_NUMBER], name[SHOWN_PART];
    const struct tape_thread *thread = &tape_threads(sketch->timeline->picture->tape, &count)[lane->thread];
    snprintf(text, sizeof text, "%.200s  %s call%s", shown_thread(name, thread, true), text_count(calls, lane->calls),
             lane->calls == 1 ? "" : "s");
    svg_text(sketch->output, SVG_PLAIN, 0, y + 14, text);
    draw_held(sketch, lane, y + LANE_HEAD);
    for (uint32_t row = 0; row < lane->rows; row++)
        draw_strip(sketch, &lane->strips[row], y + LANE_HEAD + SVG_ROW * (double)row);
}

/* What the picture does not show, as a sentence; "": it shows all. */
static void left_text(const struct sketch *sketch, char *text, size_t size)
{
    const struct strips *strips = sketch->timeline->strips;
    char merged[TEXT_NUMBER], threads[TEXT_NUMBER], deep[TEXT_NUMBER];
    size_t used = 0;
    text[0] = '\0';
    if (sketch->merged != 0)
        used += (size_t)snprintf(text + used, size - used,
                                 "%s call%s narrower than %g px: shown as what covers most of the place, paler where "
                                 "less is covered. ",
                                 text_count(merged, sketch->merged), sketch->merged == 1 ? "" : "s",
                                 fmax(sketch->least, 1));
    if (strips->deep_calls != 0)
        used += (size_t)snprintf(text + used, size - used, "%s deeper than %d levels are left out. ",
                                 text_count(deep, strips->deep_calls), STRIP_ROWS);
    if (strips->threads_left != 0)
        snprintf(text + used, size - used, "%s more threads.", text_count(threads, strips->threads_left));
}

static bool strip_has_costly(const struct sketch *sketch, const struct strip *strip)
{
    for (size_t i = 0; i < strip->count; i++)
        if (is_all_cost(&strip->boxes[i]) && box_width(sketch, &strip->boxes[i]) >= sketch->least)
            return true;
    return false;
}

static bool has_costly(const struct sketch *sketch)
{
    const struct strips *strips = sketch->timeline->strips;
    for (size_t i = 0; i < strips->lane_count; i++)
        for (uint32_t row = 0; row < strips->lanes[i].rows; row++)
            if (strip_has_costly(sketch, &strips->lanes[i].strips[row]))
                return true;
    return false;
}

static bool has_held(const struct strips *strips)
{
    static const uint8_t none[STRIP_COLUMNS];
    for (size_t i = 0; i < strips->lane_count; i++)
        if (memcmp(strips->lanes[i].held, none, sizeof none) != 0)
            return true;
    return false;
}

static void subtitle_of(const struct timeline *timeline, char *text, size_t size)
{
    const struct strips *strips = timeline->strips;
    uint64_t step = ruler_step(strips) / 10 + 1;
    char from[TEXT_NUMBER], to[TEXT_NUMBER], span[TEXT_NUMBER];
    snprintf(text, size, "%s: from %s to %s of the recording; below a call: what it calls",
             text_duration(span, strips->to_ns - strips->from_ns, true), moment_text(from, strips->from_ns, step),
             moment_text(to, strips->to_ns, step));
}

static double lanes_height(const struct strips *strips)
{
    double height = 0;
    for (size_t i = 0; i < strips->lane_count; i++)
        height += lane_height(&strips->lanes[i]);
    return height;
}

static void draw(struct output *output, const void *drawing, double least)
{
    const struct timeline *timeline = drawing;
    const struct strips *strips = timeline->strips;
    struct sketch sketch = {.timeline = timeline, .output = output, .least = least};
    char text[300];
    double y = SVG_HEAD + RULER, foot = y + lanes_height(strips);
    bool costly = has_costly(&sketch), held = has_held(strips);
    size_t lines = 1 + (size_t)costly + (size_t)held + picture_warning_count(timeline->sums);
    subtitle_of(timeline, text, sizeof text);
    svg_open(output, foot + (double)(lines * PICTURE_LINE) + SVG_MARGIN, timeline->title, text);
    draw_ruler(&sketch, foot);
    for (size_t i = 0; i < strips->lane_count; y += lane_height(&strips->lanes[i]), i++)
        draw_lane(&sketch, &strips->lanes[i], y);
    left_text(&sketch, text, sizeof text);
    svg_text(output, SVG_QUIET, 0, foot + PICTURE_LINE - 4, text[0] != '\0' ? text : "All calls are drawn.");
    foot += PICTURE_LINE - 4;
    if (held)
        svg_text(output, SVG_QUIET, 0, foot += PICTURE_LINE,
                 "Hatched: the thread did not run, the system ran something else or it was held; in no call's time.");
    if (costly)
        svg_text(output, SVG_QUIET, 0, foot += PICTURE_LINE,
                 "<: of such a call recording is said to have cost all; it took less than that.");
    picture_warnings(output, timeline->sums, foot);
    svg_close(output);
}

int picture_timeline(const struct picture *picture, const struct filter_choice *choice, struct sums *sums,
                     struct error *error)
{
    struct strips strips;
    char *title = picture_title(picture->tape);
    if (title == NULL)
        return error_set(error, "out of memory for the picture");
    int status = strips_make(&strips, picture->tape, choice, sums, error);
    const struct timeline timeline = {picture, &strips, sums, title};
    if (status == 0)
        status = picture_write(picture->output, draw, &timeline, error);
    strips_free(&strips);
    free(title);
    return status;
}
