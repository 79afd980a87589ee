#include "cmd/display.h"

#include "cmd/names.h"
#include "emit/remarks.h"

static bool open_rest(struct show *show, const struct usage *usage, struct error *error)
{
    uint32_t functions;
    static const struct cmd_spelling none;
    const struct cmd_spelling *spelling = usage->spelling != NULL ? usage->spelling : &none;
    if (names_spell(show->tape, spelling, error) != 0)
        return false;
    show->labels = labels_create(show->tape, error);
    if (show->labels == NULL)
        return false;
    show->output = output_open((enum output_colour)usage->display->colour, !usage->display->no_pager, error);
    if (show->output == NULL)
        return false;
    if (spelling->full)
        output_unlimited(show->output);
    tape_functions(show->tape, &functions);
    show->names =
        shown_names_create(show->labels, functions, !spelling->full && !spelling->mangled, output_utf8(show->output));
    if (show->names == NULL)
        error_set(error, "out of memory for the names of functions");
    return show->names != NULL;
}

bool show_open(struct show *show, const struct usage *usage, int argc, char **argv, int *status)
{
    struct error error;
    *show = (struct show){.verb = usage->verb, .watch = {progress_count, &show->progress}};
    show->tape = cmd_open_tape(usage->verb, argc, argv, status);
    if (show->tape == NULL)
        return false;
    progress_start(&show->progress, "reading", tape_totals(show->tape).events);
    *status = 1;
    if (open_rest(show, usage, &error))
        *status =
            usage->filter != NULL ? filter_resolve(&show->chosen, usage->filter, show->tape, show->labels, &error) : 0;
    if (*status == 0)
        return true;
    *status = show_close(show, *status == 2 ? cmd_wrong_usage(usage->verb, &error) : cmd_fail(usage->verb, &error));
    return false;
}

int show_close(struct show *show, int status)
{
    struct error error;
    if (show->names != NULL && !shown_names_whole(show->names))
        output_no_memory(show->output);
    if (show->output != NULL && output_close(show->output, &error) != 0)
        status = cmd_fail(show->verb, &error);
    filter_free(&show->chosen);
    shown_names_destroy(show->names);
    labels_destroy(show->labels);
    tape_close(show->tape);
    return status;
}

static void print_remark(void *context, bool warning, const char *text)
{
    const struct show *show = context;
    cmd_say(show->verb, "%s: %s", warning ? "warning" : "note", text);
}

void show_remarks(const struct show *show, const struct sums *sums)
{
    struct show copy = *show;
    remarks(sums, output_utf8(show->output), print_remark, &copy);
}
