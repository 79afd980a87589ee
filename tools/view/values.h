/* Arguments, results and notes of calls, as texts for people. */
#ifndef CALLTAPE_VIEW_VALUES_H
#define CALLTAPE_VIEW_VALUES_H

#include "base/json.h"
#include "calls/kept.h"
#include "view/pyramid.h"

/* An array "values" of objects: kind, name, text. */
void values_write(struct json *json, const struct tape *tape, const struct kept_value *kept);

/* Adds to the pyramid's store, for a page without the tape, what was recorded of the single calls that are shown: for
 * each thread JSON, an object with `more`, true: of further calls there was no room; and `calls`, an object with the
 * values of each call by "DEPTH START", START in ns. All of it is not more than about `most_bytes`. Does nothing where
 * that is there already, or where the tape holds no values. 0, or -1 with the error set. */
int values_add(struct pyramid *pyramid, uint64_t most_bytes, struct error *error);

#endif
