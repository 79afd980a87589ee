#include "query/query.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/values.h"
#include "cmd/cmd.h"
#include "cmd/display.h"
#include "emit/listing.h"
#include "emit/remarks.h"

static const char about[] = "Asks a tape in SQL. Its tables are calls, functions, threads, processes and modules;\n"
                            ".schema prints their columns and what they mean. Nothing is copied: the tape is read\n"
                            "as the query goes on, and of calls only what WHERE says of start, end, thread,\n"
                            "process, function, name and id lets through. functions.calls, total and self are\n"
                            "stored with the tape: they need no call to be read, and are rounded once; sums over\n"
                            "calls, each rounded to whole ns, may differ by up to 0.5 ns a call. duration(x)\n"
                            "writes nanoseconds as the reports do: 1.23 ms.\n"
                            "\n"
                            "Recorded arguments, notes and results are in calls.args: args ->> 'nb', and where the\n"
                            "name has dots or arrows args ->> '$.\"req->len\"'; .schema lists them.\n"
                            "A NUL in a text is \\0 there; integers from 2^63 on are texts, which are exact: compare\n"
                            "them as such, args ->> 'n' = '18446744073709551615'. Of float and double, 'nan', 'inf'\n"
                            "and '-inf' are texts too; what was not recorded is null.\n"
                            "calls.parent narrows no reading: joins on it go through the tape once for each call,\n"
                            "unless name, thread or times of the children are given as well; and each look-up of an\n"
                            "id reads a part of the tape. To join many calls put them aside first:\n"
                            "  WITH c AS MATERIALIZED (SELECT id, parent, name FROM calls)\n"
                            "  SELECT p.name, c.name, count(*) FROM c JOIN c AS p ON p.id = c.parent GROUP BY 1, 2\n"
                            "\n"
                            "Without SQL, statements are read from standard input, each up to its semicolon; on a\n"
                            "terminal with a prompt, where ctrl-C ends the query that runs. Lines that begin with\n"
                            "a dot: .schema, .tables, .help, .quit.\n"
                            "\n"
                            "A tape can only be read: nothing but SELECT is run, and no file is opened but the\n"
                            "tape and what sorting puts aside, which has no name. A query that needs more memory\n"
                            "than --memory ends with an error. The dialect is SQLite's. Filters say which calls\n"
                            "there are, before SQL; ids are the same with every filter.\n"
                            "Calls that began before a --range, or before a fork, have rows for their time; so\n"
                            "count(*) counts rows, and sum(counted) calls, as report does.\n"
                            "\n"
                            "TAPE is a file; an operand that is none is SQL for the newest *.tape here.\n";

static const char examples[] =
    "  calltape query x.tape 'select name, duration(self) from functions order by self desc limit 5'\n"
    "  calltape query x.tape \"select * from calls where name = 'load' and total > 1000000\"\n"
    "  calltape query 'select thread, count(*) from calls where start < 2e9 group by thread'\n"
    "  calltape query --format csv x.tape 'select depth, count(*) from calls group by depth' >depths.csv\n"
    "  calltape query x.tape                  a prompt\n";

struct choices {
    int format;
    uint64_t memory, temporary;
};

/* ---- running ---------------------------------------------------------------------------------------------------- */

struct asking {
    const char *verb;
    const struct tape *tape;
    struct query *query;
    struct listing *rows;
    struct output *output;
};

static int run(const struct asking *asking, const char *sql)
{
    struct error error;
    const struct query_receiver receiver = {listing_begin, listing_row, listing_end, asking->rows};
    return query_run(asking->query, sql, &receiver, &error) == 0 ? 0 : cmd_fail(asking->verb, &error);
}

/* ---- lines that begin with a dot -------------------------------------------------------------------------------- */

static bool is_in_args(const struct tape_key *key)
{
    return key->kind == CT_KEY_ARGUMENT || key->kind == CT_KEY_NOTE || key->kind == CT_KEY_RETURN;
}

/* As the args object calls it. False: it is not there, or was before. */
static bool new_name(const struct tape_key *keys, uint32_t count, uint32_t index, struct value_name *name)
{
    bool is_new = is_in_args(&keys[index]);
    *name = value_name_of(keys, count, index);
    for (uint32_t i = 0; i < index && is_new; i++) {
        const struct value_name other = value_name_of(keys, count, i);
        is_new = !is_in_args(&keys[i]) || !value_name_same(&other, name);
    }
    return is_new;
}

/* Dots in a name are no path in it. */
static void print_argument(struct output *output, const struct value_name *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    bool plain = *name->part == '\0' && strspn(name->name, letters) == strlen(name->name);
    output_text(output, plain ? "--     args ->> '" : "--     args ->> '$.\"");
    output_escaped(output, name->name);
    output_escaped(output, name->part);
    output_text(output, plain ? "'\n" : "\"'\n");
}

static void print_arguments(const struct asking *asking)
{
    uint32_t count, printed = 0;
    const struct tape_key *keys = tape_keys(asking->tape, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct value_name name;
        if (!new_name(keys, count, i, &name))
            continue;
        output_text(asking->output, printed++ == 0 ? "-- in the column args of this tape's calls:\n" : "");
        print_argument(asking->output, &name);
    }
}

static void print_schema(const struct asking *asking)
{
    for (int i = 0; query_schema(i) != NULL; i++)
        output_format(asking->output, "%s;\n", query_schema(i));
    print_arguments(asking);
}

static void print_tables(const struct asking *asking)
{
    output_text(asking->output, "calls\nfunctions\nthreads\nprocesses\nmodules\n");
}

static void print_dots(const struct asking *asking)
{
    output_text(asking->output, ".schema  the tables, their columns and what they mean, the names of recorded values\n"
                                ".tables  the tables' names\n"
                                ".help    this\n"
                                ".quit    ends, as ctrl-D does\n"
                                "Statements end in a semicolon: select name, calls from functions limit 5;\n");
}

/* 0, the exit status 1 for what there is not, or -1: quit. */
static int run_dot(const struct asking *asking, const char *line)
{
    static const struct {
        const char *name;
        void (*print)(const struct asking *asking);
    } dots[] = {{".schema", print_schema}, {".tables", print_tables}, {".help", print_dots}};
    size_t length = strcspn(line, " \t\r\n;");
    struct error error;
    if ((length == 5 && strncmp(line, ".quit", 5) == 0) || (length == 5 && strncmp(line, ".exit", 5) == 0))
        return -1;
    for (size_t i = 0; i < sizeof dots / sizeof *dots; i++) {
        if (strlen(dots[i].name) != length || strncmp(line, dots[i].name, length) != 0)
            continue;
        dots[i].print(asking);
        return 0;
    }
    error_set(&error, "no such command; there are .schema, .tables, .help and .quit");
    return cmd_fail(asking->verb, &error);
}

/* ---- statements from standard input ----------------------------------------------------------------------------- */

static struct query *interruptible;

static void interrupt(int signal_number)
{
    (void)signal_number;
    query_interrupt(interruptible);
}

/* Text that was read and is no whole statement yet. */
struct text {
    char *bytes; /* ends in NUL */
    size_t length;
};

static int append(struct text *text, const char *line, size_t length)
{
    char *longer = realloc(text->bytes, text->length + length + 1);
    if (longer == NULL)
        return -1;
    memcpy(longer + text->length, line, length + 1);
    text->bytes = longer;
    text->length += length;
    return 0;
}

static bool is_blank(const struct text *text)
{
    return text->bytes == NULL || text->bytes[strspn(text->bytes, " \t\r\n")] == '\0';
}

static int run_text(const struct asking *asking, struct text *text)
{
    int status = is_blank(text) ? 0 : run(asking, text->bytes);
    text->length = 0;
    if (text->bytes != NULL)
        text->bytes[0] = '\0';
    output_flush(asking->output);
    return status;
}

static void prompt(const struct text *text, bool person)
{
    if (!person)
        return;
    fputs(is_blank(text) ? "calltape> " : "     ...> ", stderr);
    fflush(stderr);
}

/* 0, an exit status, or -1: quit. */
static int take_line(const struct asking *asking, struct text *text, const char *line, size_t length)
{
    struct error error;
    if (line[0] == '.' && is_blank(text)) {
        int status = run_dot(asking, line);
        output_flush(asking->output);
        return status;
    }
    if (append(text, line, length) != 0) {
        error_set(&error, "out of memory for a statement");
        return cmd_fail(asking->verb, &error);
    }
    return query_is_complete(text->bytes) ? run_text(asking, text) : 0;
}

/* A person goes on after a mistake; a script ends there. */
static int run_lines(const struct asking *asking)
{
    struct text text = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool person = isatty(STDIN_FILENO) == 1;
    int status = 0;
    interruptible = asking->query;
    if (person)
        signal(SIGINT, interrupt);
    for (prompt(&text, person); (length = getline(&line, &room, stdin)) > 0; prompt(&text, person)) {
        status = take_line(asking, &text, line, (size_t)length);
        if (status < 0 || (status != 0 && !person))
            break;
    }
    if (length <= 0)
        status = run_text(asking, &text);
    if (person && length <= 0)
        fputs("\n", stderr);
    signal(SIGINT, SIG_DFL);
    free(line);
    free(text.bytes);
    return person || status < 0 ? 0 : status;
}

/* ---- what the rows are to be taken for --------------------------------------------------------------------------- */

static void warn(void *verb, bool warning, const char *text)
{
    if (warning)
        cmd_say(verb, "warning: %s", text);
}

/* A row is not always a call. */
static void tell_earlier(const struct asking *asking)
{
    if (!query_read_earlier(asking->query))
        return;
    output_flush(asking->output);
    cmd_say(asking->verb, "note: calls that began before the range have rows, too, for their time in it; they are no "
                          "calls of it: sum(counted) is how many these are");
}

/* What is wrong with the tape as a whole, as far as it was read. */
static void tell_warnings(struct show *show)
{
    struct sums sums = {0};
    output_flush(show->output);
    sums_finish(&sums, show->tape, NULL);
    remarks(&sums, output_utf8(show->output), warn, (char *)show->verb);
}

/* ---- the verb --------------------------------------------------------------------------------------------------- */

static int ask(struct show *show, const struct choices *choices, const char *sql)
{
    const struct query_limits limits = {choices->memory, choices->temporary};
    struct error error;
    struct asking asking = {.verb = show->verb, .tape = show->tape, .output = show->output};
    asking.query = query_open(show->tape, show->labels, show->chosen.all, &limits, &error);
    asking.rows = listing_create(show->output, (enum listing_format)choices->format);
    int status;
    if (asking.query == NULL)
        status = cmd_fail(show->verb, &error);
    else if (asking.rows == NULL)
        status = error_set(&error, "out of memory for a table"), status = cmd_fail(show->verb, &error);
    else if (sql == NULL)
        status = run_lines(&asking);
    else
        status = sql[0] == '.' ? run_dot(&asking, sql) : run(&asking, sql);
    if (asking.query != NULL)
        tell_earlier(&asking);
    listing_destroy(asking.rows);
    query_close(asking.query);
    tell_warnings(show);
    return status < 0 ? 0 : status;
}

/* Takes the SQL out of the operands. What names no file is SQL, unless it looks like a file that is not there. */
static int take_sql(const char **sql, int *argc, char **argv, struct error *error)
{
    *sql = NULL;
    if (*argc > 3)
        return error_set(error, "a tape and one text of SQL, in quotes, are all there can be");
    bool alone = *argc == 2 && access(argv[1], F_OK) != 0 && (argv[1][0] == '.' || strpbrk(argv[1], " \t\n") != NULL);
    if (*argc == 3 || alone)
        *sql = argv[--*argc];
    return 0;
}

int cmd_query(int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", "csv", NULL};
    struct choices choices = {.memory = UINT64_C(256000000), .temporary = UINT64_C(8000000000)};
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    const char *sql;
    int status;
    const struct option table[] = {
        {"format", 'f', OPTION_CHOICE, &choices.format, "", formats,
         "a table for people, an array of objects,\nor comma-separated values"},
        {"memory", 0, OPTION_COUNT, &choices.memory, "BYTES", NULL, "memory that a query may take (default 256M)"},
        {"temporary", 0, OPTION_COUNT, &choices.temporary, "BYTES", NULL,
         "what sorting and grouping may put into temporary\nfiles (default 8G)"},
    };
    const struct usage usage = {
        .verb = "query",
        .operands = "[OPTION]... [TAPE] [SQL]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (take_sql(&sql, &argc, argv, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    display.no_pager = display.no_pager || sql == NULL;
    struct show show;
    if (!show_open(&show, &usage, argc, argv, &status))
        return status;
    return show_close(&show, ask(&show, &choices, sql));
}
