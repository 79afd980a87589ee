/* Values that events tell of their calls, kept in a temporary file until the calls are written. */
#ifndef CALLTAPE_IMPORT_TOLD_H
#define CALLTAPE_IMPORT_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "import/taping.h"

enum { TOLD_MOST = 16 * 1024, TOLD_NAME_MOST = 255, TOLD_VALUE_MOST = 1024 };

/* Those of one event, one behind the other. */
struct told_values {
    size_t bytes;
    char at[TOLD_MOST];
};

/* `kind`, `type`: enum ct_key_kind, ct_value_type. False: there is no room for it. */
bool told_add(struct told_values *values, uint8_t kind, uint8_t type, const char *name, const void *value,
              size_t bytes);

/* What was told of a call becomes what the program tells: a message, or counters, each of which is called `name` and,
 * where that is not "value", as the value was. */
bool told_message(struct told_values *values, const char *name);
/* Returns how many are no numbers, and left out. */
uint64_t told_counters(struct told_values *values, const char *name);

struct told;
struct told *told_create(struct error *error); /* NULL: the error is set */
void told_destroy(struct told *told);          /* NULL is allowed */

/* Where they are found again in *place; 0: there are none. */
int told_keep(struct told *told, const struct told_values *values, uint64_t *place, struct error *error);
/* Those of two events in one place; false in *whole: there was no room for all. */
int told_join(struct told *told, uint64_t a, uint64_t b, uint64_t *place, bool *whole, struct error *error);
/* Those of that kind become values of the innermost open call; what is of no call, at the time of the event before. */
int told_write(struct told *told, uint64_t place, uint8_t kind, struct taping *taping, struct error *error);

#endif
