/* tree for people: numbers and a bar to the left, the tree to the right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/duration.h"
#include "emit/fit.h"
#include "emit/remarks.h"
#include "emit/tree.h"

enum { TOTAL_WIDTH = 8, BAR_WIDTH = 8, PERCENT_WIDTH = 6, GAP = 2, LEAST_ROOM = 24, LEAST_NAME = 16 };

/* Per character set: how branches are drawn. */
struct strokes {
    const char *branch, *last, *down, *none, *hot, *then, *from;
};

static const struct strokes lines = {"├─ ", "└─ ", "│  ", "   ", "●", " → ", " ← "};
static const struct strokes plain = {"|- ", "`- ", "|  ", "   ", "*", " > ", " < "};

struct drawing {
    struct output *output;
    const struct paths *paths;
    const struct overview *overview;
    struct shown_names *names;
    const struct strokes *strokes;
    bool bar, total, self, bounds; /* shown: a narrow terminal has no room for them */
    size_t calls_width;
    size_t room;                     /* right of the numbers; 0: no limit */
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

static void print_duration(const struct drawing *to, const struct duration *duration)
{
    char number[TEXT_NUMBER];
    output_right(to->output, shown_duration(number, duration, output_utf8(to->output)), GAP + TOTAL_WIDTH);
    if (to->bounds)
        output_right(to->output, shown_bound(number, duration, output_utf8(to->output)), GAP + TOTAL_WIDTH);
}

static void print_numbers(const struct drawing *to, const struct path *node, const struct duration *self)
{
    char text[3 * BAR_WIDTH + 1], number[TEXT_NUMBER];
    struct output *output = to->output;
    bool function = node->function != CT_NONE;
    if (to->bar) {
        output_style(output, node->hot ? OUTPUT_HOT : OUTPUT_DIM);
        output_left(output, bar(text, node->share, output_utf8(output)), BAR_WIDTH);
    }
    output_style(output, node->hot ? OUTPUT_STRONG : OUTPUT_PLAIN);
    output_format(output, "%*.1f", PERCENT_WIDTH, 100 * node->share);
    if (to->total)
        print_duration(to, &node->total);
    output_style(output, OUTPUT_PLAIN);
    if (to->self && function)
        print_duration(to, self);
    else if (to->self)
        output_pad(output, (GAP + TOTAL_WIDTH) * (1 + (size_t)to->bounds));
    output_right(output, function ? text_count(number, node->calls) : "", GAP + to->calls_width);
    output_pad(output, GAP);
}

/* The lines that lead to the node at `level`; returns their width. Where they would leave no room for a name, the
 * innermost are a number instead. */
static size_t print_guides(const struct drawing *to, size_t level, bool hot)
{
    char number[40];
    size_t shown = level, length = (size_t)snprintf(number, sizeof number, "(level %zu) ", level);
    if (to->room == 0 || 3 * level + LEAST_NAME <= to->room || 3 * level <= length)
        number[length = 0] = '\0';
    else
        shown = to->room > length + LEAST_NAME ? (to->room - length - LEAST_NAME) / 3 : 0;
    output_style(to->output, OUTPUT_DIM);
    for (size_t i = 1; i <= shown; i++) {
        bool here = i == level;
        output_text(to->output, to->last[i] ? (here ? to->strokes->last : to->strokes->none)
                                            : (here ? to->strokes->branch : to->strokes->down));
    }
    output_text(to->output, number);
    output_style(to->output, hot ? OUTPUT_HOT : OUTPUT_PLAIN);
    return 3 * shown + length;
}

static void print_process(const struct drawing *to, uint32_t index, size_t room)
{
    const struct tape_process *process = to->overview->processes[index].it;
    char *command = NULL, *safe = NULL;
    if (asprintf(&command, "process %u: %s", process->pid,
                 *process->command != '\0' ? process->command : process->executable) >= 0)
        safe = text_escaped(command, output_utf8(to->output));
    print_cut_made(to->output, safe, room);
    free(command);
}

/* What is out of the ordinary about a node: "", or "  (...)". */
static void extras_of(const struct path *node, char *text, size_t size)
{
    const struct {
        uint64_t n;
        const char *format;
    } extras[] = {
        {node->recursive, "  (%s from itself)"},
        {node->folded, "  + %s deeper calls, folded in here"},
        {node->jumped, "  (%s ended by a jump)"},
        {node->open, "  (%s never ended)"},
    };
    char number[TEXT_NUMBER];
    text[0] = '\0';
    for (size_t i = 0, used = 0; i < sizeof extras / sizeof *extras; i++)
        if (extras[i].n != 0)
            used += (size_t)snprintf(text + used, size - used, extras[i].format, text_count(number, extras[i].n));
}

static const struct path *first_shown(const struct drawing *to, uint32_t index)
{
    while (index != CT_NONE && to->paths->nodes[index].hidden)
        index = to->paths->nodes[index].next;
    return index != CT_NONE ? &to->paths->nodes[index] : NULL;
}

/* The chain that begins at `node`: how many nodes, the last of them, what they took themselves. */
static size_t chain_length(const struct drawing *to, const struct path *node, const struct path **last,
                           struct duration *self)
{
    size_t length = 1;
    for (*self = node->self; node->chained; length++) {
        node = first_shown(to, node->first_child);
        self->ns += node->self.ns;
        self->bound_ns += node->self.bound_ns;
    }
    *last = node;
    return length;
}

/* "main → run → execute" */
static void print_chain(const struct drawing *to, const struct path *node, size_t length, size_t room)
{
    const char *then = to->paths->inverted ? to->strokes->from : to->strokes->then;
    char **names = malloc(length * sizeof *names);
    for (size_t i = 0; i < length && names != NULL; i++, node = first_shown(to, node->first_child))
        names[i] = shown_names_get(to->names, node->function)->text;
    if (names != NULL)
        print_path(to->output, names, length, then, room);
    else
        output_no_memory(to->output);
    free(names);
}

/* What is out of the ordinary is left out where it would not leave a name's width. */
static void print_functions(const struct drawing *to, const struct path *node, size_t length, const struct path *last,
                            size_t room)
{
    char extras[160];
    extras_of(last, extras, sizeof extras);
    size_t wanted = strlen(extras);
    bool fits = room == 0 || room >= LEAST_NAME + wanted;
    room = room != 0 && fits ? room - wanted : room;
    const struct shown_name *name = shown_names_get(to->names, node->function);
    if (length == 1)
        print_name(to->output, name, name->place, 0, room);
    else
        print_chain(to, node, length, room);
    output_style(to->output, OUTPUT_DIM);
    output_text(to->output, fits ? extras : "");
}

/* Returns the node whose children come below the line: the last of its chain. */
static const struct path *print_line(const struct drawing *to, const struct path *node, size_t level)
{
    const struct path *last;
    struct duration self;
    size_t length = chain_length(to, node, &last, &self);
    bool hot = node->hot && node->function != CT_NONE;
    print_numbers(to, node, &self);
    size_t used = print_guides(to, level, hot);
    if (hot && !output_coloured(to->output)) {
        output_format(to->output, "%s ", to->strokes->hot);
        used += 2;
    }
    size_t room = to->room == 0 ? 0 : to->room > used ? to->room - used : 1;
    if (node->function != CT_NONE)
        print_functions(to, node, length, last, room);
    else
        print_process(to, node->process, room);
    output_style(to->output, OUTPUT_PLAIN);
    output_text(to->output, "\n");
    return last;
}

static void print_below(struct drawing *to, const struct path *parent, size_t level)
{
    const struct path *node = first_shown(to, parent->first_child);
    while (node != NULL && !output_gone(to->output)) {
        const struct path *next = first_shown(to, node->next);
        to->last[level] = next == NULL;
        print_below(to, print_line(to, node, level), level + 1);
        node = next;
    }
}

static void print_title(const struct drawing *to, const char *title, bool shown)
{
    if (!shown)
        return;
    output_right(to->output, title, GAP + TOTAL_WIDTH);
    if (to->bounds)
        output_right(to->output, output_utf8(to->output) ? "±" : "+-", GAP + TOTAL_WIDTH);
}

static void print_titles(const struct drawing *to)
{
    struct output *output = to->output;
    output_style(output, OUTPUT_DIM);
    output_pad(output, to->bar ? BAR_WIDTH : 0);
    bool self = to->paths->inverted && !to->paths->focused;
    output_right(output, self ? "self%" : "total%", PERCENT_WIDTH);
    print_title(to, self ? "self" : "total", to->total);
    print_title(to, "self", to->self);
    output_right(output, "calls", GAP + to->calls_width);
    output_pad(output, GAP);
    print_cut(output, "function", to->room);
    output_style(to->output, OUTPUT_PLAIN);
    output_text(to->output, "\n");
}

static void measure_calls(struct drawing *to)
{
    char number[TEXT_NUMBER];
    to->calls_width = strlen("calls");
    for (size_t i = 0; i < to->paths->count; i++) {
        const struct path *node = &to->paths->nodes[i];
        size_t width = node->hidden ? 0 : strlen(text_count(number, node->calls));
        to->calls_width = width > to->calls_width ? width : to->calls_width;
    }
}

/* Leaves out the bar, then self, then total, until names have some room. */
static void choose_columns(struct drawing *to)
{
    bool *dispensable[] = {&to->bar, &to->self, &to->total};
    const size_t duration = (GAP + TOTAL_WIDTH) * (1 + (size_t)to->bounds), widths[] = {BAR_WIDTH, duration, duration};
    size_t width = output_width(to->output), used = PERCENT_WIDTH + GAP + to->calls_width + GAP;
    for (size_t i = 0; i < 3; i++) {
        *dispensable[i] = dispensable[i] != &to->self || !to->paths->inverted;
        used += *dispensable[i] ? widths[i] : 0;
    }
    for (size_t i = 0; i < 3 && width != 0 && used + LEAST_ROOM > width; i++) {
        used -= *dispensable[i] ? widths[i] : 0;
        *dispensable[i] = false;
    }
    to->room = width == 0 ? 0 : width > used ? width - used : 1;
}

static void print_hidden(struct output *output, const struct paths *paths)
{
    char number[TEXT_NUMBER];
    size_t small = 0, deep = paths->too_deep;
    for (size_t i = 0; i < paths->count; i++)
        small += paths->nodes[i].hidden;
    small -= deep;
    output_style(output, OUTPUT_DIM);
    if (small != 0)
        output_format(output, "... %s smaller path%s not shown (see --min-percent)\n", text_count(number, small),
                      small == 1 ? "" : "s");
    if (deep != 0)
        output_format(output, "... %s longer path%s not shown (see --depth)\n", text_count(number, deep),
                      deep == 1 ? "" : "s");
    output_style(output, OUTPUT_PLAIN);
}

void tree_text(struct output *output, const struct paths *paths, const struct overview *overview, bool bounds,
               struct shown_names *names)
{
    struct drawing to = {
        .output = output,
        .paths = paths,
        .overview = overview,
        .names = names,
        .bounds = bounds,
        .strokes = output_utf8(output) ? &lines : &plain,
    };
    measure_calls(&to);
    choose_columns(&to);
    print_titles(&to);
    print_below(&to, &paths->nodes[0], 0);
    print_hidden(output, paths);
    remarks_foot(output, &paths->sums);
}
