/* report --format json and csv. */
#include "base/csv.h"
#include "base/json.h"
#include "emit/report.h"

/* Numbers of a row, in the order of the columns: first those before the address. */
enum { COLUMNS = 13, BEFORE_ADDRESS = 6 };

static const char *const names[COLUMNS] = {
    "calls",        "total_ns",       "self_ns",       "avg_ns",       "min_ns",
    "max_ns",       "total_bound_ns", "self_bound_ns", "avg_bound_ns", "min_bound_ns",
    "max_bound_ns", "total_probe_ns", "self_probe_ns",
};

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
}

static void write_row(struct json *json, const struct profile_row *row, const struct label *label)
{
    char address[TEXT_NUMBER];
    uint64_t numbers[COLUMNS];
    fill_numbers(numbers, row);
    json_line(json, 0);
    json_open_object(json, NULL);
    json_label(json, label);
    for (size_t i = 0; i < BEFORE_ADDRESS; i++)
        json_number(json, names[i], numbers[i]);
    json_string(json, "address", shown_address(address, label));
    for (size_t i = BEFORE_ADDRESS; i < COLUMNS; i++)
        json_number(json, names[i], numbers[i]);
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

static void write_head(struct output *output)
{
    output_text(output, "function,module,file,line");
    for (size_t i = 0; i < COLUMNS; i++)
        output_format(output, "%s,%s", i == BEFORE_ADDRESS ? ",address" : "", names[i]);
    output_text(output, "\n");
}

static void write_csv_row(struct csv *csv, const struct profile_row *row, const struct label *label)
{
    char address[TEXT_NUMBER];
    uint64_t numbers[COLUMNS];
    fill_numbers(numbers, row);
    csv_text(csv, label->name);
    csv_text(csv, label->module);
    csv_text(csv, label->file);
    if (label->line != 0)
        csv_number(csv, label->line);
    else
        csv_text(csv, NULL);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i == BEFORE_ADDRESS)
            csv_text(csv, shown_address(address, label));
        csv_number(csv, numbers[i]);
    }
    csv_end_row(csv);
}

void report_csv(struct output *output, const struct profile *profile, size_t limit, const struct labels *labels)
{
    struct csv csv = {.output = output};
    write_head(output);
    for (size_t i = 0; i < profile->count && i < limit && !output_gone(output); i++)
        write_csv_row(&csv, &profile->rows[i], labels_get(labels, profile->rows[i].function));
}
