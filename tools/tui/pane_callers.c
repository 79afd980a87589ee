/* callers: who calls the chosen function, and whom it calls. */
#include <stdio.h>
#include <stdlib.h>

#include "tui/pane.h"

enum { ROOM_FOR_CALLS = 50, NUMBERS = 17 };

static int load(struct tui *tui, struct error *error)
{
    uint32_t functions;
    const struct calls_watch watch = {tui_progress, tui};
    const struct tui_source *source = tui->source;
    const struct tape_function *all = tape_functions(source->tape, &functions);
    const struct gather_source from = {
        .tape = source->tape, .choice = source->choice, .raw = source->raw, .watch = &watch};
    uint32_t *of = malloc(functions * sizeof *of);
    if (of == NULL)
        return error_set(error, "out of memory for callers");
    for (uint32_t i = 0; i < functions; i++)
        of[i] = all[i].same == tui->function ? 0 : CT_NONE;
    const struct subjects subjects = {&tui->function, 1, of};
    int status = callers_make(&tui->callers, &subjects, &from, error);
    free(of);
    return status;
}

static void drop(struct tui *tui)
{
    callers_free(&tui->callers);
    tui->callers = (struct callers){0};
}

/* Callers, the function itself, callees. */
static size_t count(struct tui *tui)
{
    const struct callers_node *node = tui->callers.nodes;
    return tui->callers.count != 0 ? node->caller_count + 1 + node->callee_count : 0;
}

static const struct callers_edge *edge_of(const struct callers_node *node, size_t line)
{
    size_t own = node->caller_count;
    return line < own ? &node->callers[line] : line > own ? &node->callees[line - own - 1] : NULL;
}

static void titles(struct tui *tui, struct output *output)
{
    output_style(output, OUTPUT_DIM);
    output_text(output, "     time   time%");
    output_text(output, tui->columns >= ROOM_FOR_CALLS ? "       calls" : "");
    output_text(output, "  callers, function, called");
}

/* `time` NULL: calls of a function from itself, whose time is that of the outermost. */
static void print_numbers(struct tui *tui, struct output *output, const struct duration *time, double share,
                          uint64_t calls)
{
    if (time != NULL) {
        pane_duration(output, time);
        output_format(output, "%8.1f", 100 * share);
    } else {
        output_pad(output, NUMBERS);
    }
    if (tui->columns >= ROOM_FOR_CALLS)
        pane_count(output, calls);
}

static void print(struct tui *tui, struct output *output, size_t line)
{
    const struct callers_node *node = tui->callers.nodes;
    const struct callers_edge *edge = edge_of(node, line);
    const char *arrow = edge == NULL ? "  " : line < node->caller_count ? "  < " : "  > ";
    size_t used = NUMBERS + (tui->columns >= ROOM_FOR_CALLS ? 12 : 0) + text_width(arrow);
    output_style(output, edge == NULL ? OUTPUT_STRONG : OUTPUT_PLAIN);
    if (edge == NULL)
        print_numbers(tui, output, &node->total, 1, node->calls);
    else
        print_numbers(tui, output, edge->function != node->function ? &edge->time : NULL, edge->share, edge->calls);
    output_text(output, arrow);
    if (edge != NULL && edge->function == CT_NONE)
        output_text(output, "[no caller]");
    else
        pane_name(tui, output, edge != NULL ? edge->function : node->function, used);
}

static uint32_t function(struct tui *tui, size_t line)
{
    const struct callers_edge *edge = edge_of(tui->callers.nodes, line);
    return edge != NULL ? edge->function : tui->callers.nodes->function;
}

static const struct sums *sums(struct tui *tui)
{
    return &tui->callers.sums;
}

const struct pane_kind pane_callers = {
    .name = "callers",
    .of_function = true,
    .load = load,
    .drop = drop,
    .count = count,
    .titles = titles,
    .print = print,
    .function = function,
    .sums = sums,
};
