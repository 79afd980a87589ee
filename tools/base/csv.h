/* Writing CSV (RFC 4180, lines end in \n). Control characters in text are escaped as on a terminal. */
#ifndef CALLTAPE_BASE_CSV_H
#define CALLTAPE_BASE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/output.h"

struct csv {
    struct output *output;
    bool comma;
};

void csv_text(struct csv *csv, const char *text); /* NULL: an empty field */
void csv_number(struct csv *csv, uint64_t n);
void csv_end_row(struct csv *csv);

#endif
