/* Command-line options: one table describes them, parses them and makes the text of --help.
 *
 *     bool quiet = false;
 *     const char *output = NULL;
 *     const struct option table[] = {
 *         {"output", 'o', OPTION_STRING, &output, "FILE", NULL, "write the tape to FILE (default: PROGRAM.tape)"},
 *         {"quiet", 'q', OPTION_FLAG, &quiet, NULL, NULL, "say nothing at the end"},
 *     };
 *     const struct options options = {.table = table, .count = 2, .stop_at_operand = true};
 *     int operands = options_parse(&options, &argc, argv, &error);
 *
 * `--name=value`, `--name value`, `-n value`, `-nvalue` and flags together (`-qv`) are understood; `--` ends the
 * options. Long names may be cut where that is unambiguous. */
#ifndef CALLTAPE_BASE_OPTIONS_H
#define CALLTAPE_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { OPTION_LIST_MOST = 32 };

enum option_kind {
    OPTION_FLAG,   /* target: bool, set to true */
    OPTION_STRING, /* target: const char *, into argv */
    OPTION_LIST,   /* target: struct option_list; each time the option is given adds one */
    OPTION_CHOICE, /* target: int, the index in `choices` */
    OPTION_COUNT,  /* target: uint64_t, decimal; an end k, M or G multiplies */
    OPTION_REAL,   /* target: double, not negative */
};

struct option_list {
    const char *items[OPTION_LIST_MOST]; /* into argv */
    size_t count;
};

struct option {
    const char *name;
    char letter; /* or 0 */
    enum option_kind kind;
    void *target;
    const char *value;          /* what --help calls the value; NULL for flags; "" for choices: they name themselves */
    const char *const *choices; /* ends in NULL; OPTION_CHOICE only */
    const char *help;           /* one sentence, lower case, no full stop; may hold line breaks */
};

struct options {
    const struct option *table;
    size_t count;
    bool stop_at_operand; /* for verbs whose operands are another program's command line */
};

/* argv[0] is left alone. On success returns 0 and argv[1 .. *argc - 1] are the operands; -1 with the error set. */
int options_parse(const struct options *options, int *argc, char **argv, struct error *error);

/* The lines of --help that describe the table: `line` gets each without its line break. */
void options_help(const struct options *options, void (*line)(void *context, const char *text), void *context);

#endif
