/* diff --format json and csv. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "emit/diff.h"

enum { PERCENT = 5, JUDGED_PERCENT = 8, CHANCE = 13, NUMBERS };
static const char *const names[NUMBERS] = {
    "old_calls",     "new_calls",      "old_self_ns", "new_self_ns", "change_ns",     "percent",     "judged_old_ns",
    "judged_new_ns", "judged_percent", "from_ns",     "to_ns",       "calls_from_ns", "calls_to_ns", "chance",
};

static void put_interval(double numbers[2], const struct diff_row *row, const struct estimate *estimate)
{
    double margin = estimate->freedom > 0 ? estimate_margin(estimate, DIFF_LEVEL) : NAN;
    numbers[0] = row->times.change.mean - margin;
    numbers[1] = row->times.change.mean + margin;
}

/* NAN: not known. */
static void fill_numbers(double numbers[NUMBERS], const struct diff_row *row)
{
    numbers[0] = row->calls[0];
    numbers[1] = row->calls[1];
    numbers[2] = row->shown[0];
    numbers[3] = row->shown[1];
    numbers[4] = row->shown[1] - row->shown[0];
    numbers[PERCENT] = diff_percent(row->shown);
    numbers[6] = row->times.self[0];
    numbers[7] = row->times.self[1];
    numbers[JUDGED_PERCENT] = row->tested ? diff_percent(row->times.self) : NAN;
    put_interval(&numbers[9], row, &row->times.change);
    put_interval(&numbers[11], row, &row->times.by_calls);
    numbers[CHANCE] = row->tested && row->times.change.freedom > 0 ? row->chance : NAN;
}

/* To 0, never to -0. */
static double rounded_to(double number, double scale)
{
    return round(number * scale) / scale + 0.0;
}

/* Nanoseconds to a tenth, chances to three digits, others to six behind the point. */
static double rounded(size_t column, double number)
{
    bool ns = column >= 2 && column != PERCENT && column != JUDGED_PERCENT;
    double scale = ns ? 10 : 1e6;
    if (column == CHANCE)
        scale = number > 0 ? pow(10, 2 - floor(log10(number))) : 1;
    return rounded_to(number, scale);
}

static void json_numbers(struct json *json, const struct diff_row *row)
{
    double numbers[NUMBERS];
    char finding[DIFF_FINDING];
    fill_numbers(numbers, row);
    for (size_t i = 0; i < NUMBERS; i++)
        json_exact(json, names[i], rounded(i, numbers[i]));
    json_string(json, "by", row->typical ? "typical" : "sum");
    json_string(json, "finding", diff_finding(finding, row));
}

static void json_path(struct json *json, const struct diff_view *view, uint32_t path)
{
    char *text = diff_path(view, path);
    json_string(json, "path", text);
    free(text);
}

static void json_rows(struct json *json, const struct diff_view *view, const char *key, const struct diff_row *rows,
                      size_t count)
{
    size_t shown = 0;
    json_line(json, 0);
    json_open_array(json, key);
    for (size_t i = 0; i < count && shown < view->limit && !output_gone(json->output); i++) {
        if (!diff_shown(view, &rows[i]))
            continue;
        shown++;
        json_line(json, 1);
        json_open_object(json, NULL);
        json_label(json, diff_label(view, rows[i].item));
        if (rows[i].path != CT_NONE)
            json_path(json, view, rows[i].path);
        json_numbers(json, &rows[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

static void json_side(struct json *json, const struct diff_view *view, const char *key, bool later)
{
    json_open_array(json, key);
    for (size_t r = 0; r < view->matching->recordings; r++) {
        if (view->recordings[r].later != later)
            continue;
        json_open_object(json, NULL);
        json_string(json, "tape", tape_path(view->recordings[r].tape));
        json_exact(json, "pace", rounded_to(view->diff->pace[r], 1e6));
        json_close_object(json);
    }
    json_close_array(json);
}

static void json_item(struct json *json, const struct diff_view *view, const char *key, uint32_t item)
{
    json_string(json, key, item != CT_NONE ? diff_label(view, item)->name : NULL);
}

static void json_step(struct json *json, const struct diff_view *view, const char *key, int side)
{
    static const char *const steps[] = {"call", "return", "end"};
    const struct parting *parting = view->parting;
    json_open_object(json, key);
    if (parting->thread[side] == CT_NONE)
        json_null(json, "thread");
    else
        json_number(json, "thread", parting->thread[side]);
    json_string(json, "step", steps[parting->step[side]]);
    json_item(json, view, "function", parting->item[side]);
    json_number(json, "ns", tape_ns(view->recordings[view->first[side]].tape, parting->ticks[side]));
    json_close_object(json);
}

static void json_parting(struct json *json, const struct diff_view *view)
{
    const struct parting *parting = view->parting;
    uint32_t shown = parting->depth < PARTING_MOST_PATH ? parting->depth : PARTING_MOST_PATH;
    json_line(json, 0);
    if (!parting->parts)
        return json_null(json, "parting");
    json_open_object(json, "parting");
    json_number(json, "calls", parting->calls);
    json_bool(json, "by_itself", view->itself != NULL && view->itself->parts);
    json_open_array(json, "path");
    for (uint32_t i = shown; i-- != 0;)
        json_item(json, view, NULL, parting->path[i]);
    json_close_array(json);
    json_step(json, view, "old", 0);
    json_step(json, view, "new", 1);
    json_close_object(json);
}

void diff_json(struct output *output, const struct diff_view *view)
{
    struct json json = {.output = output};
    const struct diff *diff = view->diff;
    json_open_object(&json, NULL);
    json_side(&json, view, "old", false);
    json_side(&json, view, "new", true);
    json_line(&json, 0);
    json_open_object(&json, "self");
    json_numbers(&json, &diff->whole);
    json_close_object(&json);
    json_exact(&json, "pace_change", rounded_to(diff->pace_change, 1e6));
    json_rows(&json, view, "functions", diff->functions, diff->function_count);
    json_rows(&json, view, "paths", diff->paths, diff->path_count);
    json_parting(&json, view);
    json_close_object(&json);
    output_text(output, "\n");
}

static void csv_rows(struct csv *csv, const struct diff_view *view, const struct diff_row *rows, size_t count)
{
    size_t shown = 0;
    for (size_t i = 0; i < count && shown < view->limit && !output_gone(csv->output); i++) {
        double numbers[NUMBERS];
        char finding[DIFF_FINDING], text[40];
        if (!diff_shown(view, &rows[i]))
            continue;
        shown++;
        const struct label *label = diff_label(view, rows[i].item);
        char *path = rows[i].path != CT_NONE ? diff_path(view, rows[i].path) : NULL;
        csv_text(csv, path != NULL ? "path" : "function");
        csv_text(csv, label->name);
        csv_text(csv, path);
        csv_text(csv, label->module);
        csv_text(csv, label->file);
        fill_numbers(numbers, &rows[i]);
        for (size_t c = 0; c < NUMBERS; c++) {
            snprintf(text, sizeof text, "%.15g", rounded(c, numbers[c]));
            csv_text(csv, isfinite(numbers[c]) ? text : NULL);
        }
        csv_text(csv, rows[i].typical ? "typical" : "sum");
        csv_text(csv, diff_finding(finding, &rows[i]));
        csv_end_row(csv);
        free(path);
    }
}

void diff_csv(struct output *output, const struct diff_view *view)
{
    struct csv csv = {.output = output};
    output_text(output, "kind,function,path,module,file");
    for (size_t i = 0; i < NUMBERS; i++)
        output_format(output, ",%s", names[i]);
    output_text(output, ",by,finding\n");
    csv_rows(&csv, view, view->diff->functions, view->diff->function_count);
    csv_rows(&csv, view, view->diff->paths, view->diff->path_count);
}
