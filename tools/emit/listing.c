#include "emit/listing.h"

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

struct listing {
    struct output *output;
    enum listing_format format;
    struct json json;
    struct column *columns;
    size_t count;
    char **held; /* cells of the first rows, as they are printed */
    size_t held_cells, held_bytes;
    bool measured; /* columns have their widths */
};

struct listing *listing_create(struct output *output, enum listing_format format)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (listing != NULL)
        *listing = (struct listing){.output = output, .format = format, .json = {.output = output}};
    return listing;
}

static void forget_held(struct listing *listing)
{
    for (size_t i = 0; i < listing->held_cells; i++)
        free(listing->held[i]);
    free(listing->held);
    listing->held = NULL;
    listing->held_cells = listing->held_bytes = 0;
}

static void forget_table(struct listing *listing)
{
    forget_held(listing);
    for (size_t i = 0; i < listing->count; i++)
        free(listing->columns[i].name);
    free(listing->columns);
    listing->columns = NULL;
    listing->count = 0;
    listing->measured = false;
}

void listing_destroy(struct listing *listing)
{
    if (listing != NULL)
        forget_table(listing);
    free(listing);
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
static void fit_columns(struct listing *listing)
{
    size_t room = output_width(listing->output), used = 0;
    for (size_t i = 0; i < listing->count; i++)
        used += listing->columns[i].width + (i != 0 ? GAP : 0);
    while (room != 0 && used > room) {
        struct column *widest = NULL;
        for (size_t i = 0; i < listing->count; i++)
            if (listing->columns[i].text && (widest == NULL || listing->columns[i].width > widest->width))
                widest = &listing->columns[i];
        if (widest == NULL || widest->width <= LEAST_WIDTH)
            return;
        widest->width--;
        used--;
    }
}

/* Numbers stand at the right of their columns. Behind the last column nothing is filled up. */
static void print_cell(struct listing *listing, size_t index, const char *text)
{
    const struct column *column = &listing->columns[index];
    size_t width = text_width(text), pad = width < column->width ? column->width - width : 0;
    output_pad(listing->output, (index != 0 ? GAP : 0) + (column->text ? 0 : pad));
    print_cut(listing->output, text, column->text ? column->width : 0);
    if (column->text && index + 1 < listing->count)
        output_pad(listing->output, pad);
}

static void print_titles(struct listing *listing)
{
    output_style(listing->output, OUTPUT_HEAD);
    for (size_t i = 0; i < listing->count; i++)
        print_cell(listing, i, listing->columns[i].name);
    output_style(listing->output, OUTPUT_PLAIN);
    output_text(listing->output, "\n");
}

static void print_held(struct listing *listing)
{
    if (!listing->measured) {
        fit_columns(listing);
        print_titles(listing);
    }
    listing->measured = true;
    for (size_t i = 0; i < listing->held_cells; i++) {
        print_cell(listing, i % listing->count, listing->held[i]);
        if (i % listing->count == listing->count - 1)
            output_text(listing->output, "\n");
    }
    forget_held(listing);
}

static void measure_cell(struct column *column, const char *text, const struct cell *cell)
{
    size_t width = text_width(text);
    column->width = width > column->width ? width : column->width;
    column->text = column->text || cell->kind == CELL_TEXT;
}

static int hold_row(struct listing *listing, const struct cell *cells)
{
    if (listing->held == NULL)
        listing->held = malloc(HELD_ROWS * listing->count * sizeof *listing->held);
    for (size_t i = 0; i < listing->count && listing->held != NULL; i++) {
        char *text = shown_cell(&cells[i], output_utf8(listing->output));
        if (text == NULL)
            return -1;
        if (!listing->measured)
            measure_cell(&listing->columns[i], text, &cells[i]);
        listing->held_bytes += strlen(text) + 1;
        listing->held[listing->held_cells++] = text;
    }
    return listing->held != NULL ? 0 : -1;
}

static int text_row(struct listing *listing, const struct cell *cells)
{
    if (hold_row(listing, cells) != 0) {
        output_no_memory(listing->output);
        return -1;
    }
    if (listing->measured || listing->held_cells == HELD_ROWS * listing->count || listing->held_bytes > HELD_BYTES)
        print_held(listing);
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

static void json_row(struct listing *listing, const struct cell *cells)
{
    json_line(&listing->json, 0);
    json_open_object(&listing->json, NULL);
    for (size_t i = 0; i < listing->count; i++)
        json_cell(&listing->json, listing->columns[i].name, &cells[i]);
    json_close_object(&listing->json);
}

static void csv_row(struct listing *listing, const struct cell *cells)
{
    struct csv csv = {.output = listing->output};
    for (size_t i = 0; i < listing->count; i++) {
        char *text = cells[i].kind == CELL_INTEGER || cells[i].kind == CELL_REAL ? shown_cell(&cells[i], true) : NULL;
        csv_text(&csv, cells[i].kind == CELL_TEXT ? cells[i].text : text);
        free(text);
    }
    csv_end_row(&csv);
}

static void begin_data(struct listing *listing)
{
    struct csv csv = {.output = listing->output};
    if (listing->format == LISTING_JSON)
        return json_open_array(&listing->json, NULL);
    for (size_t i = 0; i < listing->count; i++)
        csv_text(&csv, listing->columns[i].name);
    csv_end_row(&csv);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

int listing_begin(void *context, const char *const *names, int count)
{
    struct listing *listing = context;
    forget_table(listing);
    listing->json.comma = false;
    listing->columns = calloc((size_t)count, sizeof *listing->columns);
    if (listing->columns == NULL) {
        output_no_memory(listing->output);
        return -1;
    }
    for (; listing->count < (size_t)count; listing->count++) {
        struct column *column = &listing->columns[listing->count];
        column->name = listing->format == LISTING_TEXT
                           ? text_escaped(names[listing->count], output_utf8(listing->output))
                           : strdup(names[listing->count]);
        if (column->name == NULL) {
            output_no_memory(listing->output);
            return -1;
        }
        column->width = text_width(column->name);
    }
    if (listing->format != LISTING_TEXT)
        begin_data(listing);
    return 0;
}

int listing_row(void *context, const struct cell *cells, int count)
{
    struct listing *listing = context;
    (void)count;
    if (output_gone(listing->output))
        return -1;
    if (listing->format == LISTING_TEXT)
        return text_row(listing, cells);
    if (listing->format == LISTING_CSV)
        csv_row(listing, cells);
    else
        json_row(listing, cells);
    return 0;
}

int listing_end(void *context)
{
    struct listing *listing = context;
    if (listing->format == LISTING_TEXT)
        print_held(listing);
    if (listing->format != LISTING_JSON)
        return 0;
    output_text(listing->output, "\n");
    json_close_array(&listing->json);
    output_text(listing->output, "\n");
    return 0;
}
