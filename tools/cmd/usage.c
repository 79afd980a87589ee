/* Command lines: parsing, --help, wrong usage. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/filter.h"

enum { MOST_OPTIONS = 40 };

void cmd_say(const char *verb, const char *format, ...)
{
    char text[4096], safe[2 * sizeof text];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    text_escape(safe, sizeof safe, text, true);
    fprintf(stderr, "calltape%s%s: %s\n", verb != NULL ? " " : "", verb != NULL ? verb : "", safe);
}

int cmd_fail(const char *verb, const struct error *error)
{
    cmd_say(verb, "%s", error->text);
    return 1;
}

int cmd_wrong_usage(const char *verb, const struct error *error)
{
    cmd_say(verb, "%s", error->text);
    fprintf(stderr, "Try 'calltape %s --help'.\n", verb);
    return 2;
}

const struct verb *cmd_find_verb(const char *name)
{
    for (size_t i = 0; i < verb_count; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

int cmd_unknown_verb(const char *name)
{
    static const char *const options[] = {"--help", "--version"};
    const char *names[MOST_OPTIONS];
    char safe[200];
    size_t count = 0;
    for (; count < verb_count && count < MOST_OPTIONS; count++)
        names[count] = verbs[count].name;
    text_escape(safe, sizeof safe, name, true);
    bool is_option = name[0] == '-';
    const char *near = nearest_word(name, is_option ? options : names, is_option ? 2 : count);
    const char *kind = is_option ? "option" : "verb";
    if (near != NULL)
        fprintf(stderr, "calltape: unknown %s '%s'; did you mean '%s'?\n", kind, safe, near);
    else
        fprintf(stderr, "calltape: unknown %s '%s'\n", kind, safe);
    fprintf(stderr, "Try 'calltape help'.\n");
    return 2;
}

static void help_line(void *context, const char *text)
{
    output_format(context, "%s\n", text);
}

static int print_help(const struct usage *usage, const struct options *options)
{
    struct error error;
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, &error);
    if (output == NULL)
        return cmd_fail(usage->verb, &error);
    output_format(output, "Usage: calltape %s %s\n\n", usage->verb, usage->operands);
    output_text(output, usage->about);
    if (usage->filter != NULL)
        output_format(output, "\n%s", filter_help);
    output_text(output, "\nOptions:\n");
    options_help(options, help_line, output);
    output_format(output, "\nExamples:\n%s", usage->examples);
    return output_close(output, &error) == 0 ? 0 : cmd_fail(usage->verb, &error);
}

bool cmd_parse(const struct usage *usage, int *argc, char **argv, int *status)
{
    static const char *const colours[] = {"auto", "always", "never", NULL};
    bool help = false;
    struct option table[MOST_OPTIONS];
    struct options options = usage->options;
    for (size_t i = 0; i < options.count; i++)
        table[i] = options.table[i];
    options.table = table;
    if (usage->filter != NULL) {
        filter_options(usage->filter, &table[options.count]);
        options.count += FILTER_OPTIONS;
    }
    if (usage->spelling != NULL) {
        table[options.count++] =
            (struct option){"full-names",
                            0,
                            OPTION_FLAG,
                            &usage->spelling->full,
                            NULL,
                            NULL,
                            "names with template arguments and parameters, however\nwide that makes the rows"};
        table[options.count++] = (struct option){
            "mangled", 0, OPTION_FLAG, &usage->spelling->mangled, NULL, NULL, "names as the linker has them"};
    }
    if (usage->display != NULL) {
        table[options.count++] =
            (struct option){"color",
                            0,
                            OPTION_CHOICE,
                            &usage->display->colour,
                            "",
                            colours,
                            "colour the output (default auto: on a terminal,\nunless NO_COLOR is set)"};
        table[options.count++] =
            (struct option){"no-pager",
                            0,
                            OPTION_FLAG,
                            &usage->display->no_pager,
                            NULL,
                            NULL,
                            "print to the terminal itself, not through\n$CALLTAPE_PAGER, $PAGER or less"};
    }
    table[options.count++] = (struct option){"help", 'h', OPTION_FLAG, &help, NULL, NULL, "print this and exit"};

    struct error error;
    if (options_parse(&options, argc, argv, &error) != 0) {
        *status = cmd_wrong_usage(usage->verb, &error);
        return false;
    }
    if (help)
        *status = print_help(usage, &options);
    else if (usage->spelling != NULL && usage->spelling->full && usage->spelling->mangled) {
        error_set(&error, "--full-names and --mangled exclude each other");
        *status = cmd_wrong_usage(usage->verb, &error);
        return false;
    }
    return !help;
}
