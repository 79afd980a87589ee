/* The verbs, and what they share. Only this folder prints errors and chooses exit statuses:
 * 0 done, 1 it could not be done, 2 wrong usage. */
#ifndef CALLTAPE_CMD_CMD_H
#define CALLTAPE_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/options.h"
#include "base/output.h"
#include "tape/tape.h"

struct verb {
    const char *name;
    const char *summary;               /* one line, for `calltape help` */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; the result is the exit status */
};

extern const struct verb verbs[];
extern const size_t verb_count;

int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_tree(int argc, char **argv);
int cmd_callers(int argc, char **argv);
int cmd_hist(int argc, char **argv);
int cmd_critical(int argc, char **argv);
int cmd_growth(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_cc(int argc, char **argv);
int cmd_cflags(int argc, char **argv);
int cmd_advise(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_symbols(int argc, char **argv);
int cmd_view(int argc, char **argv);
int cmd_tui(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_version(void);

/* Options that every verb that prints results has. */
struct cmd_display {
    int colour; /* enum output_colour */
    bool no_pager;
};

/* How verbs that show functions call them. */
struct cmd_spelling {
    bool full, mangled;
};

struct cmd_filter;

/* A verb's command line and what --help says beside the table of its options. */
struct usage {
    const char *verb;
    const char *operands; /* "[OPTION]... [TAPE]" */
    const char *about;    /* paragraphs of lines of at most 79 columns, ending in \n */
    const char *examples; /* lines, each beginning with two spaces, ending in \n */
    struct options options;
    struct cmd_display *display;   /* NULL: the verb has no --color and --no-pager */
    struct cmd_spelling *spelling; /* NULL: the verb has no --full-names and --mangled */
    struct cmd_filter *filter;     /* NULL: the verb has no filters: cmd/filter.h */
};

/* Parses argv by usage->options, those of usage->display and ->spelling, and --help (-h). True: argv[1 .. *argc - 1]
 * are the operands. False: help or an error was printed and *status is the exit status. */
bool cmd_parse(const struct usage *usage, int *argc, char **argv, int *status);

/* Prints "calltape VERB: " and the text on standard error, as a line: whatever names are in it, nothing but the text
 * reaches the terminal. `verb` NULL: "calltape: ". */
void cmd_say(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print "calltape VERB: TEXT" on standard error; return 1, and 2 with a hint at --help. `verb` NULL: "calltape: ". */
int cmd_fail(const char *verb, const struct error *error);
int cmd_wrong_usage(const char *verb, const struct error *error);

/* NULL: there is no such verb; cmd_unknown_verb says so, with the nearest one, and returns 2. */
const struct verb *cmd_find_verb(const char *name);
int cmd_unknown_verb(const char *name);

/* Opens the tape named by the operands, or the newest *.tape of the current directory (and says which). NULL: an
 * error was printed and *status is the exit status. */
struct tape *cmd_open_tape(const char *verb, int argc, char **argv, int *status);

#endif
