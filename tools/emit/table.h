/* Tables for people: numbers to the left, each column as wide as it must be, a name last. Where a row would be wider
 * than the terminal, columns are left out until the name has some room. */
#ifndef CALLTAPE_EMIT_TABLE_H
#define CALLTAPE_EMIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/output.h"
#include "base/text.h"
#include "emit/names.h"

enum { TABLE_MOST = 24, TABLE_GAP = 2 };

struct table_column {
    const char *title;
    unsigned spare; /* left out first where it is highest; 0: stays */
};

typedef char table_cell[TEXT_NUMBER];

struct table {
    struct output *output;
    struct table_column columns[TABLE_MOST];
    size_t count;
    size_t strong; /* the column that stands out; `count`: the name */
    size_t indent; /* of all lines */
    void (*fill)(const void *context, size_t row, table_cell *cells);
    const void *context;
    size_t widths[TABLE_MOST]; /* 0: left out; set by table_measure */
    size_t room;               /* for names; 0: no limit */
    size_t aligned;            /* as of print_name: the longest name that is not overlong */
    size_t longest;            /* of all names; table_fit keeps some room for it */
};

/* Widths for rows 0 to rows - 1; table_fit then leaves out what must be. Before it, each name is told to table_name. */
void table_measure(struct table *table, size_t rows);
void table_name(struct table *table, const struct shown_name *name);
void table_fit(struct table *table);

/* Columns that a long name is to have at least in a row of that width. */
size_t table_least_name(size_t width);

void table_titles(const struct table *table, const char *name);
/* The row's numbers; the name is to follow. */
void table_row(const struct table *table, size_t row);
/* The same, with the name, and a line break. */
void table_function(const struct table *table, size_t row, const struct shown_name *name, const char *place);

#endif
