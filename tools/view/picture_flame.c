/* The flame graph: outermost calls on top, what they called below them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/duration.h"
#include "view/picture.h"
#include "view/svg.h"

struct flame {
    const struct picture *picture;
    const struct paths *paths;
    const char *title;
};

/* One drawing of it; without an output it is only measured. */
struct sketch {
    const struct flame *flame;
    struct output *output;
    double least;
    uint32_t rows;
    uint64_t merged; /* paths */
};

/* Of many siblings that are too narrow. */
struct heap {
    double x, width;
    uint64_t paths, ns;
};

static double row_y(uint32_t row)
{
    return SVG_HEAD + SVG_ROW * (double)row;
}

static const struct path *node_at(const struct sketch *sketch, uint32_t index)
{
    return index != CT_NONE ? &sketch->flame->paths->nodes[index] : NULL;
}

static uint64_t count_paths(const struct sketch *sketch, const struct path *node)
{
    uint64_t count = 1;
    for (const struct path *child = node_at(sketch, node->first_child); child != NULL;
         child = node_at(sketch, child->next))
        count += count_paths(sketch, child);
    return count;
}

static void describe(const struct path *node, const struct shown_name *name, char *tip, size_t size)
{
    char total[TEXT_NUMBER], self[TEXT_NUMBER], calls[TEXT_NUMBER], folded[TEXT_NUMBER], deeper[64] = "";
    int used = picture_tip_name(tip, size, name);
    if (node->folded != 0)
        snprintf(deeper, sizeof deeper, " and in %s deeper call%s", text_count(folded, node->folded),
                 node->folded == 1 ? "" : "s");
    snprintf(tip + used, size - (size_t)used, "\n%s, %.1f %% of all; %s itself%s\n%s call%s",
             shown_duration(total, &node->total, true), 100 * node->share, shown_duration(self, &node->self, true),
             deeper, text_count(calls, node->calls), node->calls == 1 ? "" : "s");
}

static void draw_node(const struct sketch *sketch, const struct path *node, double x, double width, uint32_t row)
{
    const struct picture *picture = sketch->flame->picture;
    char tip[1200], share[TEXT_NUMBER], *process = NULL;
    struct svg_box box = {.x = x, .y = row_y(row), .width = width, .covered = 1, .tip = tip, .aside = share};
    snprintf(share, sizeof share, "%.1f %%", 100 * node->share);
    if (node->function != CT_NONE) {
        const struct shown_name *name = shown_names_get(picture->names, node->function);
        describe(node, name, tip, sizeof tip);
        box.name = name->text;
        box.colour = svg_colour(labels_get(picture->labels, node->function)->name);
    } else {
        uint32_t count;
        const struct tape_process *it = &tape_processes(picture->tape, &count)[node->process];
        process = text_escaped(it->command, true);
        if (process == NULL)
            output_no_memory(sketch->output);
        snprintf(tip, sizeof tip, "process %u: %.200s", it->pid, process != NULL ? process : "");
        box.name = tip;
        box.colour = SVG_MERGED;
    }
    svg_box(sketch->output, &box);
    free(process);
}

static void draw_heap(struct sketch *sketch, const struct heap *heap, uint32_t row)
{
    char tip[100], paths[TEXT_NUMBER], time[TEXT_NUMBER];
    sketch->merged += heap->paths;
    if (heap->paths == 0 || heap->width < sketch->least)
        return;
    sketch->rows = row >= sketch->rows ? row + 1 : sketch->rows;
    if (sketch->output == NULL)
        return;
    snprintf(tip, sizeof tip, "%s narrower path%s together\n%s", text_count(paths, heap->paths),
             heap->paths == 1 ? "" : "s", text_duration(time, heap->ns, true));
    svg_box(sketch->output,
            &(struct svg_box){
                .x = heap->x, .y = row_y(row), .width = heap->width, .colour = SVG_MERGED, .covered = 1, .tip = tip});
}

/* Times are corrected each by itself: where children come to more than their parent they are drawn in proportion. */
static double children_scale(const struct sketch *sketch, const struct path *parent, double width)
{
    uint64_t sum = 0;
    for (const struct path *child = node_at(sketch, parent->first_child); child != NULL;
         child = node_at(sketch, child->next))
        sum += child->total.ns;
    uint64_t whole = sum > parent->total.ns ? sum : parent->total.ns;
    return whole != 0 ? width / (double)whole : 0;
}

/* Children stand by time, so that those which are too narrow come last. */
static void draw_below(struct sketch *sketch, const struct path *parent, double x, double width, uint32_t row)
{
    double scale = children_scale(sketch, parent, width);
    struct heap heap = {0};
    for (const struct path *child = node_at(sketch, parent->first_child); child != NULL;
         child = node_at(sketch, child->next)) {
        double child_width = (double)child->total.ns * scale;
        if (child_width < sketch->least || heap.paths != 0) {
            heap.x = heap.paths == 0 ? x : heap.x;
            heap.width += child_width;
            heap.ns += child->total.ns;
            heap.paths += count_paths(sketch, child);
        } else {
            sketch->rows = row >= sketch->rows ? row + 1 : sketch->rows;
            if (sketch->output != NULL)
                draw_node(sketch, child, x, child_width, row);
            draw_below(sketch, child, x, child_width, row + 1);
        }
        x += child_width;
    }
    draw_heap(sketch, &heap, row);
}

static void subtitle_of(const struct paths *paths, char *text, size_t size)
{
    char time[TEXT_NUMBER], calls[TEXT_NUMBER], threads[TEXT_NUMBER];
    snprintf(text, size, "%s in %s calls of %s thread%s; width: time with all that is called, below: what is called",
             text_duration(time, paths->nodes[0].total.ns, true), text_count(calls, paths->sums.calls),
             text_count(threads, paths->sums.threads), paths->sums.threads == 1 ? "" : "s");
}

static void draw(struct output *output, const void *drawing, double least)
{
    const struct flame *flame = drawing;
    const struct path *root = &flame->paths->nodes[0];
    struct sketch sketch = {.flame = flame, .least = least};
    char text[300], number[TEXT_NUMBER];
    draw_below(&sketch, root, 0, SVG_INNER, 0);
    bool said = sketch.merged != 0;
    double foot = row_y(sketch.rows);
    size_t lines = (size_t)said + picture_warning_count(&flame->paths->sums);
    subtitle_of(flame->paths, text, sizeof text);
    svg_open(output, foot + (double)(lines * PICTURE_LINE) + SVG_MARGIN, flame->title, text);
    sketch.output = output;
    sketch.merged = 0;
    draw_below(&sketch, root, 0, SVG_INNER, 0);
    if (said) {
        snprintf(text, sizeof text, "%s path%s narrower than %g px %s merged: grey, or not seen",
                 text_count(number, sketch.merged), sketch.merged == 1 ? "" : "s", least,
                 sketch.merged == 1 ? "is" : "are");
        svg_text(output, SVG_QUIET, 0, foot + PICTURE_LINE - 4, text);
    }
    picture_warnings(output, &flame->paths->sums, foot + (said ? PICTURE_LINE : 0) - 4);
    svg_close(output);
}

int picture_flame(const struct picture *picture, const struct paths *paths, struct error *error)
{
    char *title = picture_title(picture->tape);
    if (title == NULL)
        return error_set(error, "out of memory for the picture");
    const struct flame flame = {picture, paths, title};
    int status = picture_write(picture->output, draw, &flame, error);
    free(title);
    return status;
}
