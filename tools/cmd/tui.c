#include "tui/tui.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/display.h"
#include "cmd/filter.h"
#include "cmd/names.h"

static const char about[] = "Shows a recording in the terminal: the functions by their times, the tree of who called\n"
                            "whom, the callers of a function, the calls as they happened, and how long a function's\n"
                            "calls took; with the figures of report, tree, callers, replay and hist.\n"
                            "\n"
                            "Only what is shown is made; what a pane needs is read when it is first shown, with\n"
                            "ctrl-C one does not wait for it. The filters below hold for all panes; those for\n"
                            "functions and threads can be changed inside (f and t). ? tells all keys.\n"
                            "\n"
                            "  1 report   Enter: callers of the function; s: sort by the next column\n"
                            "  2 tree     Enter, left and right: fold and unfold; + and -: all\n"
                            "  3 callers  of the function that was chosen last; Enter goes on to another\n"
                            "  4 replay   Enter, left and right: fold and unfold a call with all in it\n"
                            "  5 hist     of the function that was chosen last\n";

static const char examples[] = "  calltape tui                       the newest tape here\n"
                               "  calltape tui --thread worker x.tape\n"
                               "  NO_COLOR=1 calltape tui x.tape     bold and underlined, no colours\n";

/* What the filters chosen inside need. */
struct choosing {
    struct cmd_filter given;
    struct tui_source *source;
    struct chosen chosen;
    char *function, *thread; /* "": none */
};

static int resolve(struct choosing *choosing, const struct cmd_filter *filter, struct error *error)
{
    struct chosen chosen = {0};
    int status = filter_resolve(&chosen, filter, choosing->source->tape, choosing->source->labels, error);
    if (status != 0) {
        filter_free(&chosen);
        return status;
    }
    filter_free(&choosing->chosen);
    choosing->chosen = chosen;
    choosing->source->choice = chosen.all != NULL ? &choosing->chosen.choice : NULL;
    return 0;
}

static char *kept_or_new(const char *kept, const char *given)
{
    return strdup(given != NULL ? given : kept);
}

static void take_word(struct option_list *list, const char *word)
{
    if (*word != '\0')
        *list = (struct option_list){.items = {word}, .count = 1};
}

/* Those given on the command line hold where none are chosen inside. */
static int choose(void *context, const char *function, const char *thread, struct error *error)
{
    struct choosing *choosing = context;
    char *new_function = kept_or_new(choosing->function, function);
    char *new_thread = kept_or_new(choosing->thread, thread);
    struct cmd_filter filter = choosing->given;
    int status = new_function != NULL && new_thread != NULL ? 0 : error_set(error, "out of memory for filters");
    if (status == 0) {
        take_word(&filter.functions, new_function);
        take_word(&filter.threads, new_thread);
        status = resolve(choosing, &filter, error) == 0 ? 0 : -1;
    }
    free(status == 0 ? choosing->function : new_function);
    free(status == 0 ? choosing->thread : new_thread);
    if (status == 0) {
        choosing->function = new_function;
        choosing->thread = new_thread;
    }
    return status;
}

static bool wants_colour(const struct cmd_display *display)
{
    const char *none = getenv("NO_COLOR");
    return display->colour == OUTPUT_COLOUR_ALWAYS ||
           (display->colour == OUTPUT_COLOUR_AUTO && (none == NULL || *none == '\0'));
}

static int run(struct tui_source *source, const struct cmd_filter *filter, struct error *error)
{
    struct choosing choosing = {.given = *filter, .source = source, .function = strdup(""), .thread = strdup("")};
    source->choose = choose;
    source->context = &choosing;
    int status = resolve(&choosing, filter, error);
    if (status == 0)
        status = tui_run(source, error);
    free(choosing.function);
    free(choosing.thread);
    filter_free(&choosing.chosen);
    return status;
}

int cmd_tui(int argc, char **argv)
{
    struct cmd_display display = {0};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    int status;
    const struct option table[] = {
        CMD_RAW_OPTION(&filter.raw),
    };
    const struct usage usage = {
        .verb = "tui",
        .operands = "[OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct tui_source source = {.raw = filter.raw, .colour = wants_colour(&display)};
    source.tape = cmd_open_tape(usage.verb, argc, argv, &status);
    if (source.tape == NULL)
        return status;
    status = names_spell(source.tape, &spelling, &error);
    struct labels *labels = status == 0 ? labels_create(source.tape, &error) : NULL;
    uint32_t functions;
    tape_functions(source.tape, &functions);
    source.labels = labels;
    if (labels != NULL)
        source.names = shown_names_create(labels, functions, !spelling.full && !spelling.mangled, output_locale_utf8());
    status = labels == NULL         ? 1
             : source.names == NULL ? error_set(&error, "out of memory for the names of functions")
                                    : run(&source, &filter, &error);
    shown_names_destroy(source.names);
    labels_destroy(labels);
    tape_close(source.tape);
    return status == 0 ? 0 : status == 2 ? cmd_wrong_usage(usage.verb, &error) : cmd_fail(usage.verb, &error);
}
