/* report --format json and csv. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "emit/report.h"
#include "emit/values.h"

enum { MOST_VALUE = 256 };

/* Numbers of a row, in the order of the columns: first those before the address, last those of percentiles. */
enum { BEFORE_ADDRESS = 6, BEFORE_SPREAD = 13, COLUMNS = BEFORE_SPREAD + PROFILE_PERCENTILES + 1 };

static const char *const names[COLUMNS] = {
    "calls",          "total_ns",      "self_ns",      "avg_ns",       "min_ns",       "max_ns",
    "total_bound_ns", "self_bound_ns", "avg_bound_ns", "min_bound_ns", "max_bound_ns", "total_probe_ns",
    "self_probe_ns",  "p50_ns",        "p90_ns",       "p99_ns",       "p999_ns",      "stddev_ns",
};

static size_t columns_of(const struct profile *profile)
{
    return profile->spread ? COLUMNS : BEFORE_SPREAD;
}

static void fill_numbers(uint64_t numbers[COLUMNS], const struct profile_row *row)
{
    const struct duration *durations[] = {&row->total, &row->self, &row->average, &row->min, &row->max};
    numbers[0] = row->calls;
    for (size_t i = 0; i < 5; i++) {
        numbers[1 + i] = durations[i]->ns;
        numbers[BEFORE_ADDRESS + i] = durations[i]->bound_ns;
    }
    numbers[11] = row->total.cost_ns;
    numbers[12] = row->self.cost_ns;
    memcpy(&numbers[BEFORE_SPREAD], row->percentiles_ns, sizeof row->percentiles_ns);
    numbers[COLUMNS - 1] = row->deviation_ns;
}

static const char *group_name(const struct report_view *view, const struct profile_row *row)
{
    const char *name = grouping_name(view->labels, row->function, view->profile->by);
    return *name != '\0' ? name : NULL;
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void write_part(struct json *json, const struct report_view *view, const struct profile_row *row)
{
    if (view->profile->per_thread) {
        const struct tape_thread *thread = view->overview->threads[row->part].it;
        json_number(json, "thread", row->part);
        json_number(json, "tid", thread->tid);
        json_string(json, "thread_name", thread->name);
    } else if (view->profile->per_process) {
        const struct tape_process *process = view->overview->processes[row->part].it;
        json_number(json, "process", row->part);
        json_number(json, "pid", process->pid);
        json_string(json, "executable", process->executable);
    }
}

static void write_group(struct json *json, const struct report_view *view, const struct profile_row *row)
{
    if (view->profile->by == BY_FUNCTION)
        json_label(json, labels_get(view->labels, row->function));
    else if (view->profile->by == BY_FILE || view->profile->by == BY_MODULE)
        json_string(json, view->profile->by == BY_FILE ? "file" : "module", group_name(view, row));
}

static void write_value(struct json *json, const struct report_view *view, const struct profile_row *row)
{
    if (view->profile->keys == NULL)
        return;
    const struct tape_value *value = row->value != NULL ? &row->value->value : NULL;
    const struct tape_key *key = value != NULL ? &view->profile->keys[value->key] : NULL;
    if (value != NULL)
        value_json(json, "value", key, value);
    else
        json_null(json, "value");
    json_string(json, "value_kind", value != NULL ? value_kind(key) : NULL);
    json_string(json, "value_state", value != NULL ? value_state(value) : "none");
}

static void write_row(struct json *json, const struct report_view *view, const struct profile_row *row)
{
    char address[TEXT_NUMBER];
    uint64_t numbers[COLUMNS];
    fill_numbers(numbers, row);
    json_line(json, 0);
    json_open_object(json, NULL);
    write_group(json, view, row);
    write_value(json, view, row);
    write_part(json, view, row);
    for (size_t i = 0; i < columns_of(view->profile); i++) {
        if (i == BEFORE_ADDRESS && view->profile->by == BY_FUNCTION)
            json_string(json, "address", shown_address(address, labels_get(view->labels, row->function)));
        json_number(json, names[i], numbers[i]);
    }
    json_close_object(json);
}

void report_json(struct output *output, const struct report_view *view)
{
    struct json json = {.output = output};
    json_open_array(&json, NULL);
    for (size_t i = 0; i < view->profile->count && i < view->limit && !output_gone(output); i++)
        write_row(&json, view, &view->profile->rows[i]);
    output_text(output, "\n");
    json_close_array(&json);
    output_text(output, "\n");
}

/* ---- CSV -------------------------------------------------------------------------------------------------------- */

static void write_head(struct output *output, const struct report_view *view)
{
    static const char *const groups[] = {
        [BY_FUNCTION] = "function,module,file,line,",
        [BY_FILE] = "file,",
        [BY_MODULE] = "module,",
        [BY_THREAD] = "",
        [BY_PROCESS] = "",
    };
    const struct profile *profile = view->profile;
    output_text(output, groups[profile->by]);
    if (profile->keys != NULL)
        output_text(output, "value,value_kind,value_state,");
    if (profile->per_thread)
        output_text(output, "thread,tid,thread_name,");
    else if (profile->per_process)
        output_text(output, "process,pid,executable,");
    for (size_t i = 0; i < columns_of(profile); i++)
        output_format(output, "%s%s%s", i != 0 ? "," : "",
                      i == BEFORE_ADDRESS && profile->by == BY_FUNCTION ? "address," : "", names[i]);
    output_text(output, "\n");
}

static void write_csv_label(struct csv *csv, const struct label *label)
{
    csv_text(csv, label->name);
    csv_text(csv, label->module);
    csv_text(csv, label->file);
    if (label->line != 0)
        csv_number(csv, label->line);
    else
        csv_text(csv, NULL);
}

static void write_csv_part(struct csv *csv, const struct report_view *view, const struct profile_row *row)
{
    if (!view->profile->per_thread && !view->profile->per_process)
        return;
    const struct overview *overview = view->overview;
    bool thread = view->profile->per_thread;
    csv_number(csv, row->part);
    csv_number(csv, thread ? overview->threads[row->part].it->tid : overview->processes[row->part].it->pid);
    csv_text(csv, thread ? overview->threads[row->part].it->name : overview->processes[row->part].it->executable);
}

/* Texts as they are. */
static void write_csv_value(struct csv *csv, const struct report_view *view, const struct profile_row *row)
{
    char text[VALUE_LETTERS];
    if (view->profile->keys == NULL)
        return;
    const struct tape_value *value = row->value != NULL ? &row->value->value : NULL;
    const struct tape_key *key = value != NULL ? &view->profile->keys[value->key] : NULL;
    bool there = value != NULL && (value->state == CT_VALUE_WHOLE || value->state == CT_VALUE_CUT);
    if (there && key->type == CT_TYPE_STRING)
        value_letters(text, value);
    else if (there)
        value_text(text, sizeof text, key, value, true);
    csv_text(csv, there ? text : NULL);
    csv_text(csv, value != NULL ? value_kind(key) : NULL);
    csv_text(csv, value != NULL ? value_state(value) : "none");
}

static void write_csv_row(struct csv *csv, const struct report_view *view, const struct profile_row *row)
{
    char address[TEXT_NUMBER];
    uint64_t numbers[COLUMNS];
    enum grouping by = view->profile->by;
    fill_numbers(numbers, row);
    if (by == BY_FUNCTION)
        write_csv_label(csv, labels_get(view->labels, row->function));
    else if (by == BY_FILE || by == BY_MODULE)
        csv_text(csv, group_name(view, row));
    write_csv_value(csv, view, row);
    write_csv_part(csv, view, row);
    for (size_t i = 0; i < columns_of(view->profile); i++) {
        if (i == BEFORE_ADDRESS && by == BY_FUNCTION)
            csv_text(csv, shown_address(address, labels_get(view->labels, row->function)));
        csv_number(csv, numbers[i]);
    }
    csv_end_row(csv);
}

void report_csv(struct output *output, const struct report_view *view)
{
    struct csv csv = {.output = output};
    write_head(output, view);
    for (size_t i = 0; i < view->profile->count && i < view->limit && !output_gone(output); i++)
        write_csv_row(&csv, view, &view->profile->rows[i]);
}
