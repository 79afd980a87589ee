#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "emit/growth.h"

/* Six digits: no more are known; and no -0. */
static void write_number(struct json *json, const char *name, double number)
{
    char text[TEXT_NUMBER];
    snprintf(text, sizeof text, "%.6g", number);
    json_exact(json, name, strtod(text, NULL) + 0.0);
}

static bool has_fit(const struct growth_fit *fit)
{
    return fit->verdict != GROWTH_FEW && fit->verdict != GROWTH_SILENT && fit->verdict != GROWTH_NARROW;
}

static void write_terms(struct json *json, const struct growth_result *result)
{
    bool known = has_fit(&result->fit);
    json_open_array(json, "terms");
    for (size_t i = 0; i < (result->other < 0 ? 1u : 2u); i++) {
        json_open_object(json, NULL);
        json_string(json, "number", result->subject->keys[i == 0 ? result->key : result->other]);
        write_number(json, "from", growth_smallest(result, i));
        write_number(json, "to", result->fit.to[i]);
        if (known) {
            write_number(json, "holds_from", result->fit.from[i]);
            write_number(json, "exponent", result->fit.exponent[i]);
            write_number(json, "low", result->fit.low[i]);
            write_number(json, "high", result->fit.high[i]);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_fit(struct json *json, const struct growth_result *result)
{
    const struct growth_fit *fit = &result->fit;
    if (!has_fit(fit))
        return;
    json_string(json, "law", fit->numbers == 1 && fit->law < LAW_COUNT ? growth_law_text(fit->law) : NULL);
    json_bool(json, "logarithm", fit->logarithm);
    if (fit->logarithm)
        write_number(json, "shift", fit->shift);
    write_number(json, "factor", fit->factor);
    write_number(json, "constant", fit->constant);
    if (fit->sum)
        write_number(json, "second_factor", fit->second);
    else if (fit->numbers == 2)
        json_string(json, "inner", result->subject->keys[fit->inner == 0 ? result->key : result->other]);
    write_number(json, "r2", fit->r2);
}

static void write_result(struct json *json, const struct growth_show *show, const struct growth_result *result)
{
    char *sentence = growth_sentence(show, result);
    if (sentence == NULL)
        output_no_memory(json->output);
    json_line(json, 1);
    json_open_object(json, NULL);
    json_string(json, "function", result->subject->name);
    json_string(json, "module", result->subject->module);
    json_string(json, "file", result->subject->file);
    json_string(json, "measure", growth_measure_text(result->measure));
    json_string(json, "verdict", growth_verdict_text(result->fit.verdict));
    json_bool(json, "best", result->best);
    json_number(json, show->runs ? "runs" : "calls", result->calls);
    json_number(json, "points", result->fit.points);
    json_number(json, "silent_points", result->fit.silent);
    write_terms(json, result);
    write_fit(json, result);
    json_string(json, "sentence", sentence);
    json_close_object(json);
    free(sentence);
}

void growth_json(const struct growth_show *show, const struct growth_result *results, size_t count)
{
    struct json json = {.output = show->output};
    json_open_array(&json, NULL);
    for (size_t i = 0; i < count; i++)
        write_result(&json, show, &results[i]);
    output_text(show->output, "\n");
    json_close_array(&json);
    output_text(show->output, "\n");
}
