/* report --format json and csv. */
#include "base/csv.h"
#include "base/json.h"
#include "emit/report.h"

static void write_row(struct json *json, const struct profile_row *row, const struct label *label)
{
    char address[TEXT_NUMBER];
    json_line(json, 0);
    json_open_object(json, NULL);
    json_string(json, "function", label->name);
    json_string(json, "module", label->module);
    json_string(json, "file", label->file);
    if (label->line != 0)
        json_number(json, "line", label->line);
    else
        json_null(json, "line");
    json_number(json, "calls", row->calls);
    json_number(json, "total_ns", row->total_ns);
    json_number(json, "self_ns", row->self_ns);
    json_number(json, "avg_ns", row->average_ns);
    json_number(json, "min_ns", row->min_ns);
    json_number(json, "max_ns", row->max_ns);
    json_string(json, "address", shown_address(address, label));
    json_close_object(json);
}

void report_json(struct output *output, const struct profile *profile, size_t limit, const struct labels *labels)
{
    struct json json = {.output = output};
    json_open_array(&json, NULL);
    for (size_t i = 0; i < profile->count && i < limit && !output_gone(output); i++)
        write_row(&json, &profile->rows[i], labels_get(labels, profile->rows[i].function));
    output_text(output, "\n");
    json_close_array(&json);
    output_text(output, "\n");
}

void report_csv(struct output *output, const struct profile *profile, size_t limit, const struct labels *labels)
{
    struct csv csv = {.output = output};
    char address[TEXT_NUMBER];
    output_text(output, "function,module,file,line,calls,total_ns,self_ns,avg_ns,min_ns,max_ns,address\n");
    for (size_t i = 0; i < profile->count && i < limit && !output_gone(output); i++) {
        const struct profile_row *row = &profile->rows[i];
        const struct label *label = labels_get(labels, row->function);
        csv_text(&csv, label->name);
        csv_text(&csv, label->module);
        csv_text(&csv, label->file);
        if (label->line != 0)
            csv_number(&csv, label->line);
        else
            csv_text(&csv, NULL);
        const uint64_t numbers[] = {row->calls, row->total_ns, row->self_ns, row->average_ns, row->min_ns, row->max_ns};
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            csv_number(&csv, numbers[n]);
        csv_text(&csv, shown_address(address, label));
        csv_end_row(&csv);
    }
}
