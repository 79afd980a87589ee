/* advise --format json. */
#include <stdlib.h>

#include "base/json.h"
#include "emit/advice.h"
#include "emit/advice_flags.h"

static const char *const ways[] = {
    [ADVICE_BY_NAME] = "function-list",
    [ADVICE_BY_FILE] = "file-list",
    [ADVICE_BY_ATTRIBUTE] = "attribute",
};

static void write_saving(struct json *json, const char *key, const struct saving *saving)
{
    json_open_object(json, key);
    json_number(json, "events", saving->events);
    json_number(json, "ns", saving->ns);
    json_number(json, "bytes", saving->bytes);
    json_close_object(json);
}

static void write_others(struct json *json, const struct advice_row *row, const struct labels *labels)
{
    json_open_array(json, "others");
    for (size_t i = 0; i < row->others_count && i < ADVICE_OTHERS; i++)
        json_string(json, NULL, labels_get(labels, row->others[i])->name);
    json_close_array(json);
    json_number(json, "others_count", row->others_count);
}

static void write_row(struct json *json, const struct advice_row *row, const struct labels *labels)
{
    char address[TEXT_NUMBER];
    const struct label *label = labels_get(labels, row->profile->function);
    json_line(json, 2);
    json_open_object(json, NULL);
    json_label(json, label);
    json_string(json, "address", shown_address(address, label));
    json_number(json, "calls", row->profile->calls);
    json_number(json, "self_ns", row->profile->self.ns);
    json_number(json, "total_ns", row->profile->total.ns);
    write_saving(json, "saving", &row->saving);
    json_string(json, "left_out_by", ways[row->way]);
    write_others(json, row, labels);
    json_close_object(json);
}

static void write_flag(struct json *json, const struct advice *advice, enum advice_way way)
{
    char *flag = advice_flag(advice, way);
    if (flag != NULL && *flag != '\0')
        json_string(json, NULL, flag);
    free(flag);
}

void advice_json(struct output *output, const struct advice *advice, const struct labels *labels)
{
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    write_saving(&json, "whole", &advice->whole);
    write_saving(&json, "saving", &advice->all);
    write_saving(&json, "flags_saving", &advice->by_lists);
    json_line(&json, 1);
    json_open_array(&json, "gcc_flags");
    write_flag(&json, advice, ADVICE_BY_NAME);
    write_flag(&json, advice, ADVICE_BY_FILE);
    json_close_array(&json);
    json_line(&json, 1);
    json_open_array(&json, "functions");
    for (size_t i = 0; i < advice->count && !output_gone(output); i++)
        write_row(&json, &advice->rows[i], labels);
    json_close_array(&json);
    json_close_object(&json);
    output_text(output, "\n");
}
