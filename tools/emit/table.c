#include "emit/table.h"

#include <string.h>

enum { LEAST_NAME = 24, ENOUGH_NAME = 32, MOST_ALIGNED = 44 };

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

void table_measure(struct table *table, size_t rows)
{
    for (size_t c = 0; c < table->count; c++)
        table->widths[c] = text_width(table->columns[c].title);
    for (size_t i = 0; i < rows; i++) {
        table_cell cells[TABLE_MOST];
        table->fill(table->context, i, cells);
        for (size_t c = 0; c < table->count; c++)
            table->widths[c] = max(table->widths[c], text_width(cells[c]));
    }
}

void table_name(struct table *table, const struct shown_name *name)
{
    size_t width = text_width(name->brief);
    table->longest = max(table->longest, width);
    if (width <= MOST_ALIGNED)
        table->aligned = max(table->aligned, width);
}

static size_t width_of(const struct table *table)
{
    size_t width = table->indent;
    for (size_t c = 0; c < table->count; c++)
        width += table->widths[c] != 0 ? table->widths[c] + TABLE_GAP : 0;
    return width;
}

/* `count`: there is none. */
static size_t most_spare(const struct table *table)
{
    size_t most = table->count;
    for (size_t c = 0; c < table->count; c++)
        if (table->widths[c] != 0 && table->columns[c].spare != 0 && c != table->strong &&
            (most == table->count || table->columns[c].spare > table->columns[most].spare))
            most = c;
    return most;
}

size_t table_least_name(size_t width)
{
    size_t share = 2 * width / 5;
    return share < LEAST_NAME ? LEAST_NAME : share < ENOUGH_NAME ? share : ENOUGH_NAME;
}

void table_fit(struct table *table)
{
    size_t width = output_width(table->output), longest = max(table->aligned, table->longest);
    size_t spare, least = table_least_name(width), wanted = longest < least ? longest : least;
    while (width != 0 && width_of(table) + wanted > width && (spare = most_spare(table)) != table->count)
        table->widths[spare] = 0;
    size_t used = width_of(table);
    table->room = width == 0 ? 0 : width > used ? width - used : 1;
}

void table_titles(const struct table *table, const char *name)
{
    struct output *output = table->output;
    output_pad(output, table->indent);
    for (size_t c = 0; c < table->count; c++) {
        if (table->widths[c] == 0)
            continue;
        output_pad(output, table->widths[c] - text_width(table->columns[c].title));
        output_style(output, c == table->strong ? OUTPUT_STRONG : OUTPUT_DIM);
        output_text(output, table->columns[c].title);
        output_style(output, OUTPUT_PLAIN);
        output_pad(output, TABLE_GAP);
    }
    output_style(output, table->strong == table->count ? OUTPUT_STRONG : OUTPUT_DIM);
    print_cut(output, name, table->room);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

void table_row(const struct table *table, size_t row)
{
    table_cell cells[TABLE_MOST];
    table->fill(table->context, row, cells);
    output_pad(table->output, table->indent);
    for (size_t c = 0; c < table->count; c++) {
        if (table->widths[c] == 0)
            continue;
        output_style(table->output, c == table->strong ? OUTPUT_STRONG : OUTPUT_PLAIN);
        output_right(table->output, cells[c], table->widths[c]);
        output_pad(table->output, TABLE_GAP);
    }
    output_style(table->output, OUTPUT_PLAIN);
}

void table_function(const struct table *table, size_t row, const struct shown_name *name, const char *place)
{
    table_row(table, row);
    print_name(table->output, name, place, table->aligned, table->room);
    output_style(table->output, OUTPUT_PLAIN);
    output_text(table->output, "\n");
}
