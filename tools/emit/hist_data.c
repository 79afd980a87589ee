/* hist --format json and csv. */
#include "base/csv.h"
#include "base/json.h"
#include "emit/call_flags.h"
#include "emit/hist.h"
#include "emit/values.h"

static void write_numbers(struct json *json, const struct hist_view *view)
{
    static const char *const names[HIST_PERCENTILES] = {"p50_ns", "p90_ns", "p99_ns", "p999_ns"};
    const struct hist *hist = view->hist;
    const struct label *label = labels_get(view->labels, hist->function);
    char address[TEXT_NUMBER];
    json_label(json, label);
    json_string(json, "address", shown_address(address, label));
    json_number(json, "calls", hist->calls);
    json_number(json, "interpolated_calls", hist->uncertain);
    json_number(json, "avg_ns", hist->average.ns);
    json_number(json, "stddev_ns", hist->deviation_ns);
    json_number(json, "min_ns", hist->least.ns);
    for (size_t i = 0; i < HIST_PERCENTILES; i++)
        json_number(json, names[i], hist->percentiles_ns[i]);
    json_number(json, "max_ns", hist->most.ns);
}

static void write_bins(struct json *json, const struct hist *hist)
{
    json_line(json, 1);
    json_open_array(json, "bins");
    for (size_t i = 0; i < hist->bin_count; i++) {
        if (hist->bins[i].calls == 0)
            continue;
        json_line(json, 2);
        json_open_object(json, NULL);
        json_number(json, "from_ns", hist->bins[i].from_ns);
        json_number(json, "to_ns", hist->bins[i].to_ns);
        json_number(json, "calls", hist->bins[i].calls);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_slow(struct json *json, const struct hist_view *view, const struct slow_call *call)
{
    uint32_t count = call->depth < SLOW_PATH ? call->depth : SLOW_PATH;
    json_line(json, 2);
    json_open_object(json, NULL);
    json_number(json, "duration_ns", call->took.ns);
    json_number(json, "bound_ns", call->took.bound_ns);
    json_number(json, "start_ns", call->start_ns);
    json_number(json, "thread", call->thread);
    json_number(json, "tid", view->overview->threads[call->thread].it->tid);
    json_number(json, "depth", call->depth);
    values_json(json, view->keys, call->values);
    json_call_flags(json, call->flags);
    json_open_array(json, "path");
    for (uint32_t i = 0; i < count; i++)
        json_string(json, NULL, labels_get(view->labels, call->path[i])->name);
    json_close_array(json);
    json_number(json, "path_left_out", call->depth - count);
    json_close_object(json);
}

static void write_slowest(struct json *json, const struct hist_view *view)
{
    json_line(json, 1);
    json_open_array(json, "slowest");
    for (size_t i = 0; i < view->hist->slow_count; i++)
        write_slow(json, view, &view->hist->slowest[i]);
    json_close_array(json);
}

static void write_difference(struct json *json, const struct hist_difference *it, const struct labels *labels)
{
    static const struct label itself = {0};
    json_line(json, 2);
    json_open_object(json, NULL);
    json_label(json, it->function != CT_NONE ? labels_get(labels, it->function) : &itself);
    json_real(json, "self_ns", it->outlier_ns, 1);
    json_real(json, "other_self_ns", it->usual_ns, 1);
    json_real(json, "calls", it->outlier_calls, 3);
    json_real(json, "other_calls", it->usual_calls, 3);
    json_close_object(json);
}

static void write_outliers(struct json *json, const struct hist_view *view)
{
    const struct hist_outliers *outliers = &view->hist->outliers;
    json_line(json, 1);
    if (outliers->calls == 0 || outliers->others == 0) {
        json_null(json, "outliers");
        return;
    }
    json_open_object(json, "outliers");
    json_number(json, "from_ns", outliers->from_ns);
    json_number(json, "calls", outliers->calls);
    json_number(json, "other_calls", outliers->others);
    json_real(json, "self_below_ns", outliers->outlier_ns, 1);
    json_real(json, "other_self_below_ns", outliers->usual_ns, 1);
    json_open_array(json, "differences");
    for (size_t i = 0; i < outliers->count && i < view->differences; i++)
        write_difference(json, &outliers->differences[i], view->labels);
    json_close_array(json);
    json_close_object(json);
}

void hist_json(struct output *output, const struct hist_view *view)
{
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    write_numbers(&json, view);
    write_bins(&json, view->hist);
    write_slowest(&json, view);
    write_outliers(&json, view);
    output_text(output, "\n");
    json_close_object(&json);
    output_text(output, "\n");
}

void hist_csv(struct output *output, const struct hist *hist)
{
    struct csv csv = {.output = output};
    output_text(output, "from_ns,to_ns,calls\n");
    for (size_t i = 0; i < hist->bin_count; i++) {
        if (hist->bins[i].calls == 0)
            continue;
        csv_number(&csv, hist->bins[i].from_ns);
        csv_number(&csv, hist->bins[i].to_ns);
        csv_number(&csv, hist->bins[i].calls);
        csv_end_row(&csv);
    }
}
