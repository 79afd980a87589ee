/* callers for people: what is said of the function, its callers, what it calls. */
#include <stdio.h>
#include <string.h>

#include "emit/callers.h"
#include "emit/duration.h"
#include "emit/remarks.h"
#include "emit/table.h"

enum { INDENT = 2 };

struct side {
    const struct callers_node *node;
    bool callees, bounds, utf8;
};

enum column { TIME, BOUND, SHARE, CALLS, EACH, COLUMNS };

/* Of callees one row more for the function itself, and one for what its stack was switched out. */
static bool is_away(const struct side *side, size_t row)
{
    return row == side->node->callee_count + 1;
}

static const struct callers_edge *edge_at(const struct side *side, size_t row)
{
    if (!side->callees)
        return &side->node->callers[row];
    return row < side->node->callee_count ? &side->node->callees[row] : NULL;
}

static void fill_time(const struct side *side, table_cell *cells, const struct duration *time)
{
    uint64_t whole = side->node->total.ns;
    shown_duration(cells[TIME], time, side->utf8);
    shown_bound(cells[BOUND], time, side->utf8);
    snprintf(cells[SHARE], TEXT_NUMBER, "%.1f%%", whole != 0 ? 100 * (double)time->ns / (double)whole : 0);
}

static void fill_each(const struct side *side, table_cell cell, uint64_t calls)
{
    if (side->callees && side->node->calls != 0)
        shown_ratio(cell, (double)calls / (double)side->node->calls);
}

static void fill(const void *context, size_t row, table_cell *cells)
{
    const struct side *side = context;
    const struct callers_edge *edge = edge_at(side, row);
    memset(cells, 0, COLUMNS * sizeof *cells);
    if (edge == NULL) {
        fill_time(side, cells, is_away(side, row) ? &side->node->away : &side->node->self);
        return;
    }
    text_count(cells[CALLS], edge->calls);
    fill_each(side, cells[EACH], edge->calls);
    if (edge->function != side->node->function)
        fill_time(side, cells, &edge->time);
}

static void print_edge(const struct table *table, size_t row, const struct callers_edge *edge,
                       struct shown_names *names)
{
    char number[TEXT_NUMBER], note[80] = "";
    table_row(table, row);
    if (edge->nested != 0)
        snprintf(note, sizeof note, "  (%s within another call of it)", text_count(number, edge->nested));
    size_t wanted = strlen(note);
    bool fits = table->room == 0 || table->room >= table->aligned + wanted;
    size_t room = table->room != 0 && fits ? table->room - wanted : table->room;
    if (edge->function == CT_NONE) {
        print_cut(table->output, "[no caller]", room);
    } else {
        const struct shown_name *name = shown_names_get(names, edge->function);
        print_name(table->output, name, name->place, table->aligned, room);
    }
    output_style(table->output, OUTPUT_DIM);
    output_text(table->output, fits ? note : "");
    output_style(table->output, OUTPUT_PLAIN);
    output_text(table->output, "\n");
}

static void print_rest(const struct table *table, size_t count, const char *what)
{
    char number[TEXT_NUMBER];
    if (count == 0)
        return;
    output_pad(table->output, table->indent);
    output_style(table->output, OUTPUT_DIM);
    output_format(table->output, "... %s more %s%s (see --limit)\n", text_count(number, count), what,
                  count == 1 ? "" : "s");
    output_style(table->output, OUTPUT_PLAIN);
}

static void print_own(const struct table *table, size_t row, const char *what)
{
    table_row(table, row);
    output_style(table->output, OUTPUT_DIM);
    print_cut(table->output, what, table->room);
    output_style(table->output, OUTPUT_PLAIN);
    output_text(table->output, "\n");
}

static void measure(struct table *table, const struct side *side, size_t rows, struct shown_names *names)
{
    table_measure(table, rows);
    for (size_t i = 0; i < rows; i++) {
        const struct callers_edge *edge = edge_at(side, i);
        if (edge != NULL && edge->function != CT_NONE)
            table_name(table, shown_names_get(names, edge->function));
    }
    if (!side->bounds)
        table->widths[BOUND] = 0;
    if (!side->callees)
        table->widths[EACH] = 0;
    table_fit(table);
}

static void print_side(struct output *output, const struct side *side, size_t limit, struct shown_names *names)
{
    const struct callers_node *node = side->node;
    size_t edges = side->callees ? node->callee_count : node->caller_count, shown = edges < limit ? edges : limit;
    struct table table = {
        .output = output,
        .columns = {{"time", 0}, {side->utf8 ? "±" : "+-", 3}, {"share", 2}, {"calls", 0}, {"per call", 4}},
        .count = COLUMNS,
        .strong = TIME,
        .indent = INDENT,
        .fill = fill,
        .context = side,
        .aligned = strlen("[no caller]"),
    };
    size_t own = side->callees ? 1 + (node->away.ns != 0) : 0;
    measure(&table, side, edges + own, names);
    table_titles(&table, side->callees ? "what it calls" : "called by");
    for (size_t i = 0; i < shown && !output_gone(output); i++)
        print_edge(&table, i, edge_at(side, i), names);
    print_rest(&table, edges - shown, side->callees ? "callee" : "caller");
    if (own >= 1)
        print_own(&table, edges, "[self]");
    if (own == 2)
        print_own(&table, edges + 1, "[its stack was switched out]");
}

static void print_depths(struct output *output, const struct callers_node *node)
{
    if (node->shallow == node->deepest)
        output_format(output, "; depth %u", node->shallow);
    else if (node->shallow < node->deepest)
        output_format(output, "; depth %u to %u", node->shallow, node->deepest);
}

static void print_counts(struct output *output, const struct callers_node *node)
{
    char calls[TEXT_NUMBER], callers[TEXT_NUMBER], callees[TEXT_NUMBER], nested[TEXT_NUMBER];
    size_t from = node->caller_count - node->called_from_outside;
    output_format(output, "  %s call%s", text_count(calls, node->calls), node->calls == 1 ? "" : "s");
    if (node->nested != 0)
        output_format(output, ", %s of them within another call of it", text_count(nested, node->nested));
    output_format(output, "; %s caller%s, %s callee%s", text_count(callers, from), from == 1 ? "" : "s",
                  text_count(callees, node->callee_count), node->callee_count == 1 ? "" : "s");
    print_depths(output, node);
    output_text(output, "\n");
}

static void print_times(struct output *output, const struct callers_node *node)
{
    char total[TEXT_NUMBER], self[TEXT_NUMBER];
    bool utf8 = output_utf8(output);
    output_format(output, "  total %s, %.1f%% of the traced time; self %s\n", shown_duration(total, &node->total, utf8),
                  100 * node->share, shown_duration(self, &node->self, utf8));
}

static void print_node(struct output *output, const struct callers_node *node, size_t limit, bool bounds,
                       struct shown_names *names)
{
    const struct shown_name *name = shown_names_get(names, node->function);
    output_style(output, OUTPUT_STRONG);
    print_name(output, name, name->place, 0, output_width(output));
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
    print_counts(output, node);
    print_times(output, node);
    bool called = node->shallow <= node->deepest;
    for (int callees = 0; callees < 2 && called; callees++) {
        output_text(output, "\n");
        print_side(output, &(struct side){node, callees != 0, bounds, output_utf8(output)}, limit, names);
    }
}

void callers_text(struct output *output, const struct callers *callers, size_t limit, bool bounds,
                  struct shown_names *names)
{
    for (size_t i = 0; i < callers->count && !output_gone(output); i++) {
        output_text(output, i != 0 ? "\n" : "");
        print_node(output, &callers->nodes[i], limit, bounds, names);
    }
    remarks_foot(output, &callers->sums);
}
