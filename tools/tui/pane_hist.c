/* hist: how long the chosen function's calls took, as that verb prints it. */
#include <stdlib.h>
#include <string.h>

#include "emit/hist.h"
#include "tui/pane.h"

enum { SHOWN = 10 };

static int load(struct tui *tui, struct error *error)
{
    const struct calls_watch watch = {tui_progress, tui};
    const struct tui_source *source = tui->source;
    const struct gather_source from = {
        .tape = source->tape, .choice = source->choice, .raw = source->raw, .watch = &watch};
    const struct hist_choice choice = {tui->function, SHOWN, UINT64_MAX};
    return hist_make(&tui->hist, &choice, &from, error);
}

static void drop(struct tui *tui)
{
    hist_free(&tui->hist);
    free(tui->hist_text);
    tui->hist = (struct hist){0};
    tui->hist_text = NULL;
    tui->hist_lines = 0;
}

/* Made anew where the screen has another width. */
static int reach(struct tui *tui, size_t from, struct error *error)
{
    uint32_t keys;
    const struct hist_view view = {
        .hist = &tui->hist,
        .overview = &tui->overview,
        .labels = tui->source->labels,
        .names = tui->source->names,
        .differences = SHOWN,
        .keys = tape_keys(tui->source->tape, &keys),
    };
    (void)from;
    if (tui->hist_text != NULL && tui->hist_width == tui->columns)
        return 0;
    struct output *output = pane_output(tui, tui->columns);
    if (output == NULL)
        return error_set(error, "out of memory for the histogram");
    size_t bytes;
    hist_text(output, &view);
    free(tui->hist_text);
    tui->hist_text = output_taken(output, &bytes);
    output_close(output, NULL);
    if (tui->hist_text == NULL)
        return error_set(error, "out of memory for the histogram");
    tui->hist_width = tui->columns;
    tui->hist_lines = 0;
    for (const char *at = tui->hist_text; (at = strchr(at, '\n')) != NULL; at++)
        tui->hist_lines++;
    return 0;
}

static size_t count(struct tui *tui)
{
    return tui->hist_lines;
}

static void titles(struct tui *tui, struct output *output)
{
    output_style(output, OUTPUT_DIM);
    output_text(output, tui->hist_lines != 0 ? "how long the calls took of" : "");
}

static void print(struct tui *tui, struct output *output, size_t line)
{
    const char *at = tui->hist_text;
    for (; line > 0; line--)
        at = strchr(at, '\n') + 1;
    output_bytes(output, at, strcspn(at, "\n"));
}

static uint32_t function(struct tui *tui, size_t line)
{
    (void)line;
    return tui->hist.function;
}

const struct pane_kind pane_hist = {
    .name = "hist",
    .of_function = true,
    .load = load,
    .drop = drop,
    .count = count,
    .reach = reach,
    .titles = titles,
    .print = print,
    .function = function,
};
