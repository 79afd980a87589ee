/* tree --calls for people. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "emit/call_line.h"
#include "emit/call_tree.h"
#include "emit/remarks.h"
#include "emit/threads.h"

enum { MOST_GUIDES = 40, GUIDE = 3 };

struct strokes {
    const char *branch, *last, *down, *none;
};

static const struct strokes lines = {"├─ ", "└─ ", "│  ", "   "};
static const struct strokes plain = {"|- ", "`- ", "|  ", "   "};

struct drawing {
    const struct call_tree_view *view;
    const struct call_line *line;
    const struct strokes *strokes;
    bool *last; /* by level: is the call on the path to here the last that its caller made? */
};

/* Of very deep calls the level is a number. Returns the columns used. */
static size_t print_guides(const struct drawing *to, uint32_t level)
{
    char number[40];
    struct output *output = to->line->output;
    size_t room = call_line_room(to->line, 0), guides = level < MOST_GUIDES ? level : MOST_GUIDES;
    size_t length = (size_t)snprintf(number, sizeof number, "(level %u) ", level);
    while (room != 0 && guides != 0 && GUIDE * guides + length + CALL_LINE_NAME > room)
        guides--;
    if (guides == level)
        number[length = 0] = '\0';
    output_style(output, OUTPUT_DIM);
    for (size_t i = 1; i <= guides; i++) {
        bool here = i == level;
        output_text(output, to->last[i] ? (here ? to->strokes->last : to->strokes->none)
                                        : (here ? to->strokes->branch : to->strokes->down));
    }
    output_text(output, number);
    return GUIDE * guides + length;
}

static void print_thread(const struct drawing *to, uint32_t thread)
{
    struct output *output = to->line->output;
    char text[SHOWN_PART];
    shown_thread(text, to->view->overview->threads[thread].it, output_utf8(output));
    output_style(output, OUTPUT_STRONG);
    output_text(output, "thread ");
    print_cut(output, text, call_line_room(to->line, 0));
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_node(const struct drawing *to, const struct call_node *node)
{
    struct timeline_item shown = node->call;
    shown.flags |= node->call.kind == TIMELINE_LEAF ? 0 : CALL_OPEN;
    to->last[node->level] = node->next == CT_NONE;
    print_call_line(to->line, &shown, print_guides(to, node->level));
}

static void print_tree(const struct drawing *to)
{
    const struct call_tree *tree = to->view->tree;
    uint32_t thread = CT_NONE;
    for (uint32_t i = tree->first; i != CT_NONE && !output_gone(to->line->output); i = call_tree_next(tree, i)) {
        const struct call_node *node = &tree->nodes[i];
        if (node->call.thread != thread && to->view->overview->thread_count > 1)
            print_thread(to, node->call.thread);
        thread = node->call.thread;
        print_node(to, node);
    }
}

void call_tree_text(struct output *output, const struct call_tree_view *view)
{
    char number[TEXT_NUMBER];
    const struct call_line line = {output, view->keys, view->names, view->bounds};
    const struct drawing to = {
        .view = view,
        .line = &line,
        .strokes = output_utf8(output) ? &lines : &plain,
        .last = malloc((view->tree->levels + (size_t)1) * sizeof *to.last),
    };
    output_style(output, OUTPUT_DIM);
    print_call_title(&line, 0);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
    if (to.last != NULL)
        print_tree(&to);
    else
        output_no_memory(output);
    free(to.last);
    if (view->tree->whole) {
        remarks_foot(output, &view->tree->sums);
        return;
    }
    output_style(output, OUTPUT_DIM);
    output_format(output, "... stopped after %s lines (--limit)\n", text_count(number, view->tree->count));
    output_style(output, OUTPUT_PLAIN);
}
