#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void lead(struct csv *csv)
{
    if (csv->comma)
        output_bytes(csv->output, ",", 1);
    csv->comma = true;
}

static void quoted(struct output *output, const char *text)
{
    output_bytes(output, "\"", 1);
    for (; *text != '\0'; text++)
        output_bytes(output, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    output_bytes(output, "\"", 1);
}

void csv_text(struct csv *csv, const char *text)
{
    lead(csv);
    char *safe = text != NULL ? text_escaped(text, true) : NULL;
    if (safe == NULL)
        return;
    if (strpbrk(safe, ",\"") != NULL)
        quoted(csv->output, safe);
    else
        output_text(csv->output, safe);
    free(safe);
}

void csv_number(struct csv *csv, uint64_t n)
{
    lead(csv);
    output_format(csv->output, "%llu", (unsigned long long)n);
}

void csv_end_row(struct csv *csv)
{
    output_bytes(csv->output, "\n", 1);
    csv->comma = false;
}
