#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static void put_letters(struct output *output, const char *text)
{
    int32_t point;
    for (const char *next = text; (point = text_decode(&next)) != 0; text = next) {
        if (point < 0)
            output_text(output, "\xef\xbf\xbd");
        else if (point == '"' || point == '\\')
            output_format(output, "\\%c", (int)point);
        else if (point == '\n')
            output_text(output, "\\n");
        else if (point == '\t')
            output_text(output, "\\t");
        else if (text_is_unsafe(point))
            output_format(output, "\\u%04x", (unsigned)point);
        else
            output_bytes(output, text, (size_t)(next - text));
    }
}

static void quote(struct output *output, const char *text)
{
    output_bytes(output, "\"", 1);
    put_letters(output, text);
    output_bytes(output, "\"", 1);
}

static void lead(struct json *json, const char *key)
{
    if (json->comma)
        output_bytes(json->output, ",", 1);
    if (key != NULL) {
        quote(json->output, key);
        output_bytes(json->output, ":", 1);
    }
    json->comma = true;
}

static void open_with(struct json *json, const char *key, const char *bracket)
{
    lead(json, key);
    output_text(json->output, bracket);
    json->comma = false;
}

static void close_with(struct json *json, const char *bracket)
{
    output_text(json->output, bracket);
    json->comma = true;
}

void json_open_object(struct json *json, const char *key)
{
    open_with(json, key, "{");
}

void json_close_object(struct json *json)
{
    close_with(json, "}");
}

void json_open_array(struct json *json, const char *key)
{
    open_with(json, key, "[");
}

void json_close_array(struct json *json)
{
    close_with(json, "]");
}

void json_string(struct json *json, const char *key, const char *text)
{
    if (text == NULL) {
        json_null(json, key);
        return;
    }
    lead(json, key);
    quote(json->output, text);
}

void json_text(struct json *json, const char *key, const char *text, size_t size)
{
    const char *end = text + size;
    lead(json, key);
    output_bytes(json->output, "\"", 1);
    put_letters(json->output, text);
    for (text += strlen(text); text < end; text += strlen(text)) {
        output_text(json->output, "\\u0000");
        put_letters(json->output, ++text);
    }
    output_bytes(json->output, "\"", 1);
}

void json_number(struct json *json, const char *key, uint64_t n)
{
    lead(json, key);
    output_format(json->output, "%llu", (unsigned long long)n);
}

void json_integer(struct json *json, const char *key, int64_t n)
{
    lead(json, key);
    output_format(json->output, "%lld", (long long)n);
}

void json_real(struct json *json, const char *key, double x, int decimals)
{
    lead(json, key);
    output_format(json->output, "%.*f", decimals, x);
}

void json_exact(struct json *json, const char *key, double x)
{
    char number[TEXT_NUMBER];
    lead(json, key);
    output_text(json->output, isfinite(x) ? text_real(number, x) : "null");
}

void json_bool(struct json *json, const char *key, bool value)
{
    lead(json, key);
    output_text(json->output, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
    lead(json, key);
    output_text(json->output, "null");
}

void json_line(struct json *json, size_t indent)
{
    if (json->comma)
        output_bytes(json->output, ",", 1);
    json->comma = false;
    output_bytes(json->output, "\n", 1);
    output_pad(json->output, indent);
}
