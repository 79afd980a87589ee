/* What the names in a condition mean in a tape: values of calls, enumerators. */
#ifndef CALLTAPE_CMD_WHERE_NAMES_H
#define CALLTAPE_CMD_WHERE_NAMES_H

#include "match/where.h"
#include "tape/tape.h"

struct where_keys {
    const struct tape_key *keys;
    uint32_t key_count;
    uint32_t *variables; /* by key: of the condition; CT_NONE: it is in none */
    uint32_t variable_count;
    bool lenient; /* what means nothing in this tape may mean something in another */
};

/* -1 with the error set: no memory. */
int where_keys_make(struct where_keys *keys, const struct tape *tape, struct error *error);
void where_keys_free(struct where_keys *keys);
/* struct where_names's; `context` is a struct where_keys. */
int where_keys_find(void *context, const char *name, bool quoted, struct where_name *found, struct error *error);

/* The values of calls that one name means, as in a condition: by key, to be freed. 0, or the exit status with the error
 * set: 2 where nothing in this tape is called so. */
int where_keys_named(bool **named, const char *name, const struct tape *tape, struct error *error);

/* For a condition: a text is a copy, to be freed. False: no memory. */
bool where_value_of(struct where_value *to, const struct tape_key *key, const struct tape_value *value);

#endif
