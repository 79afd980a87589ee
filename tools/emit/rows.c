#include "emit/rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "emit/names.h"

enum { HELD_ROWS = 500, HELD_BYTES = 4 << 20, GAP = 2, LEAST_WIDTH = 8, NUMBER = 40 };

struct column {
    char *name;
    size_t width;
    bool text; /* holds text, or nothing but empty cells */
};

struct rows {
    struct output *output;
    enum rows_format format;
    struct json json;
    struct column *columns;
    size_t count;
    char **held; /* cells of the first rows, as they are printed */
    size_t held_cells, held_bytes;
    bool measured; /* columns have their widths */
};

struct rows *rows_create(struct output *output, enum rows_format format)
{
    struct rows *rows = calloc(1, sizeof *rows);
    if (rows != NULL)
        *rows = (struct rows){.output = output, .format = format, .json = {.output = output}};
    return rows;
}

static void forget_held(struct rows *rows)
{
    for (size_t i = 0; i < rows->held_cells; i++)
        free(rows->held[i]);
    free(rows->held);
    rows->held = NULL;
    rows->held_cells = rows->held_bytes = 0;
}

static void forget_table(struct rows *rows)
{
    forget_held(rows);
    for (size_t i = 0; i < rows->count; i++)
        free(rows->columns[i].name);
    free(rows->columns);
    rows->columns = NULL;
    rows->count = 0;
    rows->measured = false;
}

void rows_destroy(struct rows *rows)
{
    if (rows != NULL)
        forget_table(rows);
    free(rows);
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

/* To be freed; NULL: no memory. */
static char *shown_cell(const struct cell *cell, bool utf8)
{
    char number[NUMBER];
    switch (cell->kind) {
    case CELL_TEXT:
        return text_escaped(cell->text, utf8);
    case CELL_INTEGER:
        snprintf(number, sizeof number, "%lld", (long long)cell->integer);
        return strdup(number);
    case CELL_REAL:
        snprintf(number, sizeof number, "%.15g", cell->real);
        return strdup(number);
    case CELL_NOTHING:
        break;
    }
    return strdup("-");
}

/* Text gives way to numbers, the widest column first. */
static void fit_columns(struct rows *rows)
{
    size_t room = output_width(rows->output), used = 0;
    for (size_t i = 0; i < rows->count; i++)
        used += rows->columns[i].width + (i != 0 ? GAP : 0);
    while (room != 0 && used > room) {
        struct column *widest = NULL;
        for (size_t i = 0; i < rows->count; i++)
            if (rows->columns[i].text && (widest == NULL || rows->columns[i].width > widest->width))
                widest = &rows->columns[i];
        if (widest == NULL || widest->width <= LEAST_WIDTH)
            return;
        widest->width--;
        used--;
    }
}

/* Numbers stand at the right of their columns. Behind the last column nothing is filled up. */
static void print_cell(struct rows *rows, size_t index, const char *text)
{
    const struct column *column = &rows->columns[index];
    size_t width = text_width(text), pad = width < column->width ? column->width - width : 0;
    output_pad(rows->output, (index != 0 ? GAP : 0) + (column->text ? 0 : pad));
    print_cut(rows->output, text, column->text ? column->width : 0);
    if (column->text && index + 1 < rows->count)
        output_pad(rows->output, pad);
}

static void print_titles(struct rows *rows)
{
    output_style(rows->output, OUTPUT_HEAD);
    for (size_t i = 0; i < rows->count; i++)
        print_cell(rows, i, rows->columns[i].name);
    output_style(rows->output, OUTPUT_PLAIN);
    output_text(rows->output, "\n");
}

static void print_held(struct rows *rows)
{
    if (!rows->measured) {
        fit_columns(rows);
        print_titles(rows);
    }
    rows->measured = true;
    for (size_t i = 0; i < rows->held_cells; i++) {
        print_cell(rows, i % rows->count, rows->held[i]);
        if (i % rows->count == rows->count - 1)
            output_text(rows->output, "\n");
    }
    forget_held(rows);
}

static void measure_cell(struct column *column, const char *text, const struct cell *cell)
{
    size_t width = text_width(text);
    column->width = width > column->width ? width : column->width;
    column->text = column->text || cell->kind == CELL_TEXT;
}

static int hold_row(struct rows *rows, const struct cell *cells)
{
    if (rows->held == NULL)
        rows->held = malloc(HELD_ROWS * rows->count * sizeof *rows->held);
    for (size_t i = 0; i < rows->count && rows->held != NULL; i++) {
        char *text = shown_cell(&cells[i], output_utf8(rows->output));
        if (text == NULL)
            return -1;
        if (!rows->measured)
            measure_cell(&rows->columns[i], text, &cells[i]);
        rows->held_bytes += strlen(text) + 1;
        rows->held[rows->held_cells++] = text;
    }
    return rows->held != NULL ? 0 : -1;
}

static int text_row(struct rows *rows, const struct cell *cells)
{
    if (hold_row(rows, cells) != 0)
        return -1;
    if (rows->measured || rows->held_cells == HELD_ROWS * rows->count || rows->held_bytes > HELD_BYTES)
        print_held(rows);
    return 0;
}

/* ---- JSON and CSV ----------------------------------------------------------------------------------------------- */

static void json_cell(struct json *json, const char *name, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_NOTHING:
        return json_null(json, name);
    case CELL_INTEGER:
        return json_integer(json, name, cell->integer);
    case CELL_REAL:
        return json_exact(json, name, cell->real);
    case CELL_TEXT:
        return json_string(json, name, cell->text);
    }
}

static void json_row(struct rows *rows, const struct cell *cells)
{
    json_line(&rows->json, 0);
    json_open_object(&rows->json, NULL);
    for (size_t i = 0; i < rows->count; i++)
        json_cell(&rows->json, rows->columns[i].name, &cells[i]);
    json_close_object(&rows->json);
}

static void csv_row(struct rows *rows, const struct cell *cells)
{
    struct csv csv = {.output = rows->output};
    for (size_t i = 0; i < rows->count; i++) {
        char *text = cells[i].kind == CELL_INTEGER || cells[i].kind == CELL_REAL ? shown_cell(&cells[i], true) : NULL;
        csv_text(&csv, cells[i].kind == CELL_TEXT ? cells[i].text : text);
        free(text);
    }
    csv_end_row(&csv);
}

static void begin_data(struct rows *rows)
{
    struct csv csv = {.output = rows->output};
    if (rows->format == ROWS_JSON)
        return json_open_array(&rows->json, NULL);
    for (size_t i = 0; i < rows->count; i++)
        csv_text(&csv, rows->columns[i].name);
    csv_end_row(&csv);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

int rows_begin(void *context, const char *const *names, int count)
{
    struct rows *rows = context;
    forget_table(rows);
    rows->json.comma = false;
    rows->columns = calloc((size_t)count, sizeof *rows->columns);
    if (rows->columns == NULL)
        return -1;
    for (; rows->count < (size_t)count; rows->count++) {
        struct column *column = &rows->columns[rows->count];
        column->name = rows->format == ROWS_TEXT ? text_escaped(names[rows->count], output_utf8(rows->output))
                                                 : strdup(names[rows->count]);
        if (column->name == NULL)
            return -1;
        column->width = text_width(column->name);
    }
    if (rows->format != ROWS_TEXT)
        begin_data(rows);
    return 0;
}

int rows_row(void *context, const struct cell *cells, int count)
{
    struct rows *rows = context;
    (void)count;
    if (output_gone(rows->output))
        return -1;
    if (rows->format == ROWS_TEXT)
        return text_row(rows, cells);
    if (rows->format == ROWS_CSV)
        csv_row(rows, cells);
    else
        json_row(rows, cells);
    return 0;
}

int rows_end(void *context)
{
    struct rows *rows = context;
    if (rows->format == ROWS_TEXT)
        print_held(rows);
    if (rows->format != ROWS_JSON)
        return 0;
    output_text(rows->output, "\n");
    json_close_array(&rows->json);
    output_text(rows->output, "\n");
    return 0;
}
