/* One cell of a table whose columns are not known beforehand. */
#ifndef CALLTAPE_BASE_CELL_H
#define CALLTAPE_BASE_CELL_H

#include <stdint.h>

enum cell_kind { CELL_NOTHING, CELL_INTEGER, CELL_REAL, CELL_TEXT };

struct cell {
    enum cell_kind kind;
    int64_t integer;
    double real;
    const char *text; /* any bytes: to be escaped for a terminal */
};

#endif
