#include "emit/call_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/duration.h"
#include "emit/values.h"

enum { WIDEST = 100, TOOK_WIDTH = 9, BOUND_WIDTH = 11 };

struct marks {
    const char *times, *jump;
};

static const struct marks *marks_of(const struct call_line *line)
{
    static const struct marks marks = {"×", "↯"}, plain = {"x", "!"};
    return output_utf8(line->output) ? &marks : &plain;
}

size_t call_line_room(const struct call_line *line, size_t used)
{
    size_t width = output_width(line->output);
    used += TOOK_WIDTH + 2 + (line->bounds ? BOUND_WIDTH : 0);
    return width == 0 ? 0 : width > used ? width - used : 1;
}

static size_t line_width(const struct call_line *line)
{
    size_t width = output_width(line->output);
    return width == 0 || width > WIDEST ? WIDEST : width;
}

void print_call_title(const struct call_line *line, size_t used)
{
    struct output *output = line->output;
    output_text(output, "call");
    used += strlen("call");
    used += line->bounds ? BOUND_WIDTH : 0;
    output_right(output, "took", line_width(line) > used ? line_width(line) - used : 0);
    if (line->bounds)
        output_right(output, output_utf8(output) ? "±" : "+-", BOUND_WIDTH);
}

/* How many calls the item is: "", or " × 12". */
static void count_of(const struct call_line *line, const struct timeline_item *item, char *text, size_t size)
{
    char number[TEXT_NUMBER];
    text[0] = '\0';
    if (item->calls > 1)
        snprintf(text, size, "  %s %s", marks_of(line)->times, text_count(number, item->calls));
}

/* What is out of the ordinary about a call: "", or " (...)". */
static void remark_of(const struct call_line *line, const struct timeline_item *item, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    const char *why = (item->flags & CALL_CUT) != 0      ? "cut: events are missing here"
                      : (item->flags & CALL_JUMPED) != 0 ? "ended by a jump"
                      : (item->flags & CALL_OPEN) != 0   ? "never ended"
                      : (item->flags & CALL_LATER) != 0  ? "ended after the range"
                                                         : NULL;
    if ((item->flags & CALL_INHERITED) != 0 && item->kind != TIMELINE_END)
        used += (size_t)snprintf(text + used, size - used, "  (entered earlier)");
    if ((item->flags & CALL_EARLIER) != 0 && item->kind != TIMELINE_END)
        used += (size_t)snprintf(text + used, size - used, "  (entered before the range)");
    if (why != NULL)
        snprintf(text + used, size - used, "  %s%s(%s)", (item->flags & CALL_JUMPED) != 0 ? marks_of(line)->jump : "",
                 (item->flags & CALL_JUMPED) != 0 ? " " : "", why);
}

/* The name, then what was told of the call, as far as there is room; there is no place where that is told. */
static size_t print_valued(const struct call_line *line, const struct timeline_item *item,
                           const struct shown_name *name, size_t room)
{
    char *values = values_told(line->keys, item->values, output_utf8(line->output));
    size_t width = values != NULL ? text_width(values) : 0, used;
    size_t left = room > width + CALL_LINE_NAME ? room - width : room < CALL_LINE_NAME ? room : CALL_LINE_NAME;
    used = print_name(line->output, name, "", 0, left);
    if (room != 0 && used >= room && values != NULL) {
        free(values);
        return used;
    }
    output_style(line->output, OUTPUT_STRONG);
    left = room == 0 ? 0 : room - used;
    if (left != 0 && width > left) {
        free(values);
        values = values_fit(line->keys, item->values, output_utf8(line->output), left);
    }
    return used + print_cut_made(line->output, values, left);
}

/* Of a long call in which as much is said to have gone into recording only the most that it may have taken is known. */
static bool is_all_cost(const struct timeline_item *item)
{
    enum { LONG_NS = 1000 };
    return item->took.ns == 0 && item->took.cost_ns != 0 && item->end_ns - item->start_ns >= LONG_NS;
}

/* Of single calls every interpolated end is marked, whatever it means. */
static void print_duration(const struct call_line *line, const struct timeline_item *item, size_t used)
{
    char number[TEXT_NUMBER], bound[TEXT_NUMBER] = "";
    bool utf8 = output_utf8(line->output);
    bool less = is_all_cost(item);
    bool about = less || (item->flags & (CALL_UNTIMED_START | CALL_UNTIMED_END)) != 0;
    size_t width = line_width(line) - (line->bounds ? BOUND_WIDTH : 0);
    text_duration(number, less ? item->end_ns - item->start_ns : item->took.ns, utf8);
    if (line->bounds)
        shown_bound(bound, &item->took, utf8);
    size_t needed = text_width(number) + about;
    output_style(line->output, OUTPUT_PLAIN);
    output_pad(line->output, used + 2 + needed <= width ? width - used - needed : 2);
    output_text(line->output, less ? "<" : about ? "~" : "");
    output_text(line->output, number);
    output_style(line->output, OUTPUT_DIM);
    if (*bound != '\0')
        output_right(line->output, bound, BOUND_WIDTH);
}

void print_call_line(const struct call_line *line, const struct timeline_item *item, size_t used)
{
    struct output *output = line->output;
    bool ends = item->kind == TIMELINE_END;
    char count[2 * TEXT_NUMBER], remark[128];
    size_t room = call_line_room(line, used);
    count_of(line, item, count, sizeof count);
    remark_of(line, item, remark, sizeof remark);
    size_t beside = text_width(count) + text_width(remark);
    if (room != 0 && room < CALL_LINE_NAME + beside) {
        remark[0] = '\0';
        beside = text_width(count);
    }
    output_style(output, ends ? OUTPUT_DIM : OUTPUT_PLAIN);
    used += beside;
    const struct shown_name *name = shown_names_get(line->names, item->function);
    size_t left = room == 0 ? 0 : room > beside ? room - beside : 1;
    if (item->values != NULL)
        used += print_valued(line, item, name, left);
    else
        used += print_name(output, name, ends ? "" : name->place, 0, left);
    output_style(output, OUTPUT_WARN);
    output_text(output, count);
    output_text(output, remark);
    if (item->kind != TIMELINE_BEGIN)
        print_duration(line, item, used);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}
