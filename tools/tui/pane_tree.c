/* tree: calls merged by path, folded but for the hot path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/pane.h"
#include "tui/screen.h"

enum { ROOM_FOR_TOTAL = 50, ROOM_FOR_CALLS = 70, ROOM_FOR_SELF = 84 };

/* All lines that are not folded away, in the order of the tree. */
static void list_lines(struct tree_state *tree)
{
    const struct path *nodes = tree->paths.nodes;
    uint32_t level = 0, node = nodes[0].first_child;
    tree->count = 0;
    while (node != CT_NONE) {
        tree->lines[tree->count++] = (struct tree_line){node, level};
        if (tree->open[node] && nodes[node].first_child != CT_NONE) {
            node = nodes[node].first_child;
            level++;
            continue;
        }
        for (; nodes[node].next == CT_NONE && nodes[node].parent != 0; level--)
            node = nodes[node].parent;
        node = nodes[node].next;
    }
}

static int load(struct tui *tui, struct error *error)
{
    const struct calls_watch watch = {tui_progress, tui};
    const struct tui_source *source = tui->source;
    struct tree_state *tree = &tui->tree;
    if (paths_make(&tree->paths, source->tape, source->choice, true, source->raw, &watch, error) != 0)
        return -1;
    paths_select(&tree->paths, 0, UINT32_MAX);
    tree->open = calloc(tree->paths.count, sizeof *tree->open);
    tree->lines = malloc(tree->paths.count * sizeof *tree->lines);
    if (tree->open == NULL || tree->lines == NULL)
        return error_set(error, "out of memory for the tree");
    for (size_t i = 1; i < tree->paths.count; i++)
        tree->open[i] = tree->paths.nodes[i].hot || tree->paths.nodes[i].function == CT_NONE;
    list_lines(tree);
    return 0;
}

static void drop(struct tui *tui)
{
    paths_free(&tui->tree.paths);
    free(tui->tree.open);
    free(tui->tree.lines);
    tui->tree = (struct tree_state){0};
}

static size_t count(struct tui *tui)
{
    return tui->tree.count;
}

static void titles(struct tui *tui, struct output *output)
{
    output_style(output, OUTPUT_DIM);
    output_text(output, " total%");
    output_text(output, tui->columns >= ROOM_FOR_TOTAL ? "    total" : "");
    output_text(output, tui->columns >= ROOM_FOR_SELF ? "     self" : "");
    output_text(output, tui->columns >= ROOM_FOR_CALLS ? "       calls" : "");
    output_text(output, "  function");
}

static const char *marker(const struct tui *tui, const struct tree_line *line)
{
    if (tui->tree.paths.nodes[line->node].first_child == CT_NONE)
        return "  ";
    if (tui->tree.open[line->node])
        return tui->utf8 ? "\xe2\x96\xbe " : "- ";
    return tui->utf8 ? "\xe2\x96\xb8 " : "+ ";
}

/* Where levels would leave no room for a name they are a number. */
static size_t print_level(const struct tui *tui, struct output *output, uint32_t level, size_t used)
{
    char number[40];
    size_t room = tui->columns > used ? tui->columns - used : 1, width = 2 * (size_t)level;
    if (width + 16 <= room) {
        output_pad(output, width);
        return width;
    }
    output_style(output, OUTPUT_DIM);
    int length = snprintf(number, sizeof number, "(level %u) ", level);
    output_text(output, number);
    return (size_t)length;
}

static void print_process(struct tui *tui, struct output *output, const struct path *node, size_t used)
{
    const struct tape_process *process = tui->overview.processes[node->process].it;
    char *safe = text_escaped(process->command, tui->utf8), text[400];
    snprintf(text, sizeof text, "process %u: %.300s", process->pid, safe != NULL ? safe : "");
    print_cut(output, text, tui->columns > used ? tui->columns - used : 1);
    free(safe);
}

static void print(struct tui *tui, struct output *output, size_t number)
{
    const struct tree_line *line = &tui->tree.lines[number];
    const struct path *node = &tui->tree.paths.nodes[line->node];
    bool function = node->function != CT_NONE, hot = node->hot && function;
    size_t used = 9;
    output_style(output, hot ? OUTPUT_STRONG : OUTPUT_PLAIN);
    pane_percent(output, node->share);
    if (tui->columns >= ROOM_FOR_TOTAL) {
        pane_duration(output, &node->total);
        used += 9;
    }
    output_style(output, OUTPUT_PLAIN);
    if (tui->columns >= ROOM_FOR_SELF && function)
        pane_duration(output, &node->self);
    else if (tui->columns >= ROOM_FOR_SELF)
        output_pad(output, 9);
    used += tui->columns >= ROOM_FOR_SELF ? 9 : 0;
    if (tui->columns >= ROOM_FOR_CALLS && function)
        pane_count(output, node->calls);
    else if (tui->columns >= ROOM_FOR_CALLS)
        output_pad(output, 12);
    used += tui->columns >= ROOM_FOR_CALLS ? 12 : 0;
    output_text(output, "  ");
    used += 2 + print_level(tui, output, line->level, used + 2);
    output_style(output, hot ? OUTPUT_HOT : OUTPUT_PLAIN);
    output_text(output, marker(tui, line));
    if (function)
        pane_name(tui, output, node->function, used);
    else
        print_process(tui, output, node, used);
}

static uint32_t function(struct tui *tui, size_t line)
{
    return tui->tree.paths.nodes[tui->tree.lines[line].node].function;
}

static void set_all(struct tree_state *tree, bool open)
{
    memset(tree->open, open, tree->paths.count * sizeof *tree->open);
}

/* To the line above that calls this one. */
static size_t parent_line(const struct tree_state *tree, size_t line)
{
    uint32_t level = tree->lines[line].level;
    while (line > 0 && tree->lines[line].level >= level)
        line--;
    return line;
}

static bool key(struct tui *tui, int32_t pressed)
{
    struct tree_state *tree = &tui->tree;
    struct pane *pane = &tui->panes[PANE_TREE];
    if (tree->count == 0)
        return false;
    bool *open = &tree->open[tree->lines[pane->at].node];
    if (pressed == SCREEN_ENTER || pressed == ' ') {
        *open = !*open;
    } else if (pressed == SCREEN_RIGHT || pressed == 'l') {
        *open = true;
    } else if (pressed == SCREEN_LEFT || pressed == 'h') {
        bool folds = *open && tree->paths.nodes[tree->lines[pane->at].node].first_child != CT_NONE;
        *open = false;
        pane->at = folds ? pane->at : parent_line(tree, pane->at);
    } else if (pressed == '+' || pressed == '-') {
        set_all(tree, pressed == '+');
        pane->at = 0;
    } else {
        return false;
    }
    list_lines(tree);
    return true;
}

static const struct sums *sums(struct tui *tui)
{
    return &tui->tree.paths.sums;
}

const struct pane_kind pane_tree = {
    .name = "tree",
    .load = load,
    .drop = drop,
    .count = count,
    .titles = titles,
    .print = print,
    .function = function,
    .sums = sums,
    .key = key,
};
