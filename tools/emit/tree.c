/* tree for people: numbers and a bar to the left, the tree to the right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/remarks.h"
#include "emit/tree.h"

enum { TOTAL_WIDTH = 8, BAR_WIDTH = 8, LEAST_NAME = 16 };

/* Per character set: how branches are drawn. */
struct strokes {
    const char *branch, *last, *down, *none, *hot;
};

static const struct strokes lines = {"├─ ", "└─ ", "│  ", "   ", "●"};
static const struct strokes plain = {"|- ", "`- ", "|  ", "   ", "*"};

struct drawing {
    struct output *output;
    const struct paths *paths;
    const struct overview *overview;
    struct shown_names *names;
    const struct strokes *strokes;
    size_t calls_width;
    bool last[PATHS_MOST_DEPTH + 2]; /* by level: is the node on the path to here the last of its parent? */
};

static const char *bar(char buffer[3 * BAR_WIDTH + 1], double share, bool utf8)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    size_t units = (size_t)(share * BAR_WIDTH * (utf8 ? 8 : 1) + 0.5);
    buffer[0] = '\0';
    for (size_t left = units < 8 * BAR_WIDTH ? units : 8 * BAR_WIDTH; left != 0;) {
        size_t piece = !utf8 ? 1 : left < 8 ? left : 8;
        strcat(buffer, utf8 ? eighths[piece] : "#");
        left -= piece;
    }
    return buffer;
}

static void print_numbers(const struct drawing *to, const struct path *node)
{
    char text[3 * BAR_WIDTH + 1], number[TEXT_NUMBER];
    struct output *output = to->output;
    bool utf8 = output_utf8(output);
    output_style(output, node->hot ? OUTPUT_HOT : OUTPUT_DIM);
    output_left(output, bar(text, node->share, utf8), BAR_WIDTH);
    output_style(output, node->hot ? OUTPUT_STRONG : OUTPUT_PLAIN);
    output_format(output, " %5.1f  ", 100 * node->share);
    output_right(output, text_duration(number, node->total_ns, utf8), TOTAL_WIDTH);
    output_style(output, OUTPUT_PLAIN);
    output_pad(output, 2);
    output_right(output, node->function != CT_NONE ? text_duration(number, node->self_ns, utf8) : "", TOTAL_WIDTH);
    output_pad(output, 2);
    output_right(output, node->function != CT_NONE ? text_count(number, node->calls) : "", to->calls_width);
    output_pad(output, 2);
}

/* The lines that lead to the node at `level`; returns their width. */
static size_t print_guides(const struct drawing *to, size_t level, bool hot)
{
    output_style(to->output, OUTPUT_DIM);
    for (size_t i = 1; i < level; i++)
        output_text(to->output, to->last[i] ? to->strokes->none : to->strokes->down);
    if (level != 0)
        output_text(to->output, to->last[level] ? to->strokes->last : to->strokes->branch);
    output_style(to->output, hot ? OUTPUT_HOT : OUTPUT_PLAIN);
    return 3 * level;
}

static size_t room_after(const struct drawing *to, size_t used)
{
    size_t width = output_width(to->output);
    used += BAR_WIDTH + 8 + 2 * (TOTAL_WIDTH + 2) + to->calls_width + 2;
    return width == 0 ? 0 : width < used + LEAST_NAME ? LEAST_NAME : width - used;
}

static void print_process(const struct drawing *to, uint32_t index, size_t room)
{
    const struct tape_process *process = to->overview->processes[index].it;
    char *command = NULL, *safe = NULL;
    if (asprintf(&command, "process %u: %s", process->pid,
                 *process->command != '\0' ? process->command : process->executable) >= 0)
        safe = text_escaped(command, output_utf8(to->output));
    print_cut(to->output, safe != NULL ? safe : "process", room);
    free(command);
    free(safe);
}

static void print_extras(const struct drawing *to, const struct path *node)
{
    char number[TEXT_NUMBER];
    output_style(to->output, OUTPUT_DIM);
    if (node->recursive != 0)
        output_format(to->output, "  (%s from itself)", text_count(number, node->recursive));
    if (node->folded != 0)
        output_format(to->output, "  + %s deeper calls, folded in here", text_count(number, node->folded));
    if (node->jumped != 0)
        output_format(to->output, "  (%s ended by a jump)", text_count(number, node->jumped));
    if (node->open != 0)
        output_format(to->output, "  (%s never ended)", text_count(number, node->open));
    output_style(to->output, OUTPUT_PLAIN);
}

static void print_node(const struct drawing *to, const struct path *node, size_t level)
{
    bool hot = node->hot && node->function != CT_NONE;
    print_numbers(to, node);
    size_t used = print_guides(to, level, hot), room = room_after(to, used);
    if (hot && !output_coloured(to->output)) {
        output_format(to->output, "%s ", to->strokes->hot);
        room -= room > LEAST_NAME ? 2 : 0;
    }
    if (node->function != CT_NONE)
        print_cut(to->output, shown_names_get(to->names, node->function)->text, room);
    else
        print_process(to, node->process, room);
    output_style(to->output, OUTPUT_PLAIN);
    print_extras(to, node);
    output_text(to->output, "\n");
}

static const struct path *first_shown(const struct drawing *to, uint32_t index)
{
    while (index != CT_NONE && to->paths->nodes[index].hidden)
        index = to->paths->nodes[index].next;
    return index != CT_NONE ? &to->paths->nodes[index] : NULL;
}

static void print_below(struct drawing *to, const struct path *parent, size_t level)
{
    const struct path *node = first_shown(to, parent->first_child);
    while (node != NULL && !output_gone(to->output)) {
        const struct path *next = first_shown(to, node->next);
        to->last[level] = next == NULL;
        print_node(to, node, level);
        print_below(to, node, level + 1);
        node = next;
    }
}

static void print_titles(const struct drawing *to)
{
    output_style(to->output, OUTPUT_DIM);
    output_format(to->output, "%*s %5s  %*s  %*s  %*s  %s", BAR_WIDTH, "", "total%", TOTAL_WIDTH - 1, "total",
                  TOTAL_WIDTH, "self", (int)to->calls_width, "calls", "function");
    output_style(to->output, OUTPUT_PLAIN);
    output_text(to->output, "\n");
}

static void measure(struct drawing *to)
{
    char number[TEXT_NUMBER];
    to->calls_width = strlen("calls");
    for (size_t i = 0; i < to->paths->count; i++) {
        const struct path *node = &to->paths->nodes[i];
        size_t width = node->hidden ? 0 : strlen(text_count(number, node->calls));
        to->calls_width = width > to->calls_width ? width : to->calls_width;
    }
}

static void print_hidden(struct output *output, const struct paths *paths)
{
    char number[TEXT_NUMBER];
    size_t hidden = 0;
    for (size_t i = 0; i < paths->count; i++)
        hidden += paths->nodes[i].hidden;
    output_style(output, OUTPUT_DIM);
    if (hidden != 0)
        output_format(output, "... %s smaller or deeper path%s not shown (see --min-percent, --depth)\n",
                      text_count(number, hidden), hidden == 1 ? "" : "s");
    output_style(output, OUTPUT_PLAIN);
}

void tree_text(struct output *output, const struct paths *paths, const struct overview *overview,
               struct shown_names *names)
{
    struct drawing to = {
        .output = output,
        .paths = paths,
        .overview = overview,
        .names = names,
        .strokes = output_utf8(output) ? &lines : &plain,
    };
    measure(&to);
    print_titles(&to);
    print_below(&to, &paths->nodes[0], 0);
    print_hidden(output, paths);
    remarks_foot(output, &paths->sums);
}
