/* replay for people: when, which thread, the nested calls, and how long they took at the right edge. */
#include "emit/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/remarks.h"

enum { TIME_WIDTH = 12, WIDEST = 100, LEAST_NAME = 24, MOST_THREAD_WIDTH = 24, MOST_GUIDES = 40, TOOK_WIDTH = 9 };

struct strokes {
    const char *begin, *end, *leaf, *down, *times, *jump;
};

static const struct strokes lines = {"┌ ", "└ ", "  ", "│ ", "×", "↯"};
static const struct strokes plain = {"/ ", "\\ ", "  ", "| ", "x", "!"};

static const struct strokes *strokes_of(const struct replay *replay)
{
    return output_utf8(replay->output) ? &lines : &plain;
}

/* "name/tid", or the tid alone. To be freed. */
static char *thread_text(const struct replay *replay, uint32_t thread)
{
    const struct tape_thread *it = replay->overview->threads[thread].it;
    char *text = NULL, *safe = NULL;
    const char *name = it->name != NULL ? it->name : "";
    if (asprintf(&text, "%s%s%u", name, *name != '\0' ? "/" : "", it->tid) >= 0) {
        safe = text_escaped(text, output_utf8(replay->output));
        free(text);
    }
    return safe;
}

void replay_start(struct replay *replay, const uint32_t *threads, size_t count)
{
    replay->last_thread = CT_NONE;
    replay->show_threads = count > 1;
    replay->thread_width = strlen("thread");
    for (size_t i = 0; replay->show_threads && i < count; i++) {
        char *text = thread_text(replay, threads[i]);
        size_t width = text != NULL ? text_width(text) : 0;
        free(text);
        replay->thread_width = width > replay->thread_width ? width : replay->thread_width;
    }
    if (replay->thread_width > MOST_THREAD_WIDTH)
        replay->thread_width = MOST_THREAD_WIDTH;
}

static size_t line_width(const struct replay *replay)
{
    size_t width = output_width(replay->output);
    return width == 0 || width > WIDEST ? WIDEST : width;
}

static void print_titles(const struct replay *replay)
{
    struct output *output = replay->output;
    output_style(output, OUTPUT_DIM);
    output_format(output, "%*s  ", TIME_WIDTH, "seconds");
    size_t used = TIME_WIDTH + 2;
    if (replay->show_threads) {
        output_left(output, "thread", replay->thread_width + 2);
        used += replay->thread_width + 2;
    }
    output_text(output, "  call");
    output_right(output, "took", line_width(replay) - used - strlen("  call"));
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_time(struct output *output, uint64_t ns)
{
    output_style(output, OUTPUT_DIM);
    output_format(output, "%5llu.%06llu  ", (unsigned long long)(ns / 1000000000),
                  (unsigned long long)(ns % 1000000000 / 1000));
}

static void print_thread(struct replay *replay, uint32_t thread)
{
    char *text = thread_text(replay, thread);
    output_style(replay->output, thread != replay->last_thread ? OUTPUT_STRONG : OUTPUT_DIM);
    size_t used = print_cut(replay->output, text != NULL ? text : "", replay->thread_width);
    output_pad(replay->output, replay->thread_width + 2 - used);
    replay->last_thread = thread;
    free(text);
}

/* Very deep calls are not pushed out of sight: from MOST_GUIDES on the depth is a number. */
static size_t print_guides(const struct replay *replay, uint32_t depth)
{
    char number[40] = "";
    output_style(replay->output, OUTPUT_DIM);
    uint32_t guides = depth < MOST_GUIDES ? depth : MOST_GUIDES;
    for (uint32_t i = 0; i < guides; i++)
        output_text(replay->output, strokes_of(replay)->down);
    if (depth > guides)
        snprintf(number, sizeof number, "(depth %u) ", depth);
    output_text(replay->output, number);
    return 2 * guides + strlen(number);
}

static size_t print_start(struct replay *replay, uint64_t ns, const struct timeline_item *item)
{
    size_t used = TIME_WIDTH + 2;
    print_time(replay->output, ns);
    if (replay->show_threads) {
        print_thread(replay, item->thread);
        used += replay->thread_width + 2;
    }
    return used + print_guides(replay, item->depth);
}

/* What is out of the ordinary about a call: "", or " (...)". */
static void remark_of(const struct replay *replay, const struct timeline_item *item, char *text, size_t size)
{
    char number[TEXT_NUMBER];
    size_t used = 0;
    text[0] = '\0';
    if (item->calls > 1)
        used += (size_t)snprintf(text, size, "  %s %s", strokes_of(replay)->times, text_count(number, item->calls));
    const char *why = (item->flags & CALL_CUT) != 0      ? "cut: events are missing here"
                      : (item->flags & CALL_JUMPED) != 0 ? "ended by a jump"
                      : (item->flags & CALL_OPEN) != 0   ? "never ended"
                                                         : NULL;
    if ((item->flags & CALL_INHERITED) != 0 && item->kind != TIMELINE_END)
        used += (size_t)snprintf(text + used, size - used, "  (entered before the fork)");
    if (why != NULL)
        snprintf(text + used, size - used, "  %s%s(%s)",
                 (item->flags & CALL_JUMPED) != 0 ? strokes_of(replay)->jump : "",
                 (item->flags & CALL_JUMPED) != 0 ? " " : "", why);
}

static void print_duration(const struct replay *replay, const struct timeline_item *item, size_t used)
{
    char number[TEXT_NUMBER];
    size_t width = line_width(replay);
    bool about = (item->flags & (CALL_UNTIMED_START | CALL_UNTIMED_END)) != 0;
    text_duration(number, item->total_ns, output_utf8(replay->output));
    size_t needed = text_width(number) + about;
    output_style(replay->output, OUTPUT_PLAIN);
    output_pad(replay->output, used + 2 + needed <= width ? width - used - needed : 2);
    output_text(replay->output, about ? "~" : "");
    output_text(replay->output, number);
}

static void print_call(struct replay *replay, const struct timeline_item *item)
{
    const struct strokes *strokes = strokes_of(replay);
    struct output *output = replay->output;
    bool ends = item->kind == TIMELINE_END;
    char remark[128];
    size_t used = print_start(replay, ends ? item->end_ns : item->start_ns, item);
    output_text(output, item->kind == TIMELINE_BEGIN ? strokes->begin : ends ? strokes->end : strokes->leaf);
    used += 2;
    remark_of(replay, item, remark, sizeof remark);
    size_t taken = used + text_width(remark) + TOOK_WIDTH + 2, width = output_width(output);
    size_t room = width == 0 ? 0 : width < taken + LEAST_NAME ? LEAST_NAME : width - taken;
    output_style(output, ends ? OUTPUT_DIM : OUTPUT_PLAIN);
    used += print_cut(output, shown_names_get(replay->names, item->function)->text, room);
    output_style(output, OUTPUT_WARN);
    output_text(output, remark);
    used += text_width(remark);
    if (item->kind != TIMELINE_BEGIN)
        print_duration(replay, item, used);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_note(struct replay *replay, const struct timeline_item *item)
{
    struct output *output = replay->output;
    char number[TEXT_NUMBER];
    print_start(replay, item->start_ns, item);
    output_style(output, item->event.kind == TAPE_STACK ? OUTPUT_DIM : OUTPUT_WARN);
    switch ((enum tape_event_kind)item->event.kind) {
    case TAPE_STACK:
        output_format(output, "-- stack %llu --", (unsigned long long)item->event.n);
        break;
    case TAPE_STRAY:
        output_text(output, "! exit without an entry: ");
        output_text(output, shown_names_get(replay->names, item->function)->text);
        break;
    case TAPE_LOST:
        output_format(output, "! %s events were lost here", text_count(number, item->event.n));
        break;
    case TAPE_WAIT:
        text_duration(number, item->wait_ns, output_utf8(output));
        output_format(output, "! waited %s for the recorder", number);
        break;
    case TAPE_GAP:
        output_text(output, "! the tape is damaged here: events are missing");
        if (item->event.n != 0)
            output_format(output, " (%s)", text_count(number, item->event.n));
        break;
    default:
        output_text(output, "! exit with no open call");
        break;
    }
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

int replay_text(void *context, const struct timeline_item *item)
{
    struct replay *replay = context;
    if (replay->lines >= replay->most_lines)
        return 1;
    if (replay->lines++ == 0)
        print_titles(replay);
    if (item->kind == TIMELINE_NOTE)
        print_note(replay, item);
    else
        print_call(replay, item);
    return output_gone(replay->output);
}

void replay_foot(struct replay *replay, const struct sums *sums)
{
    char number[TEXT_NUMBER];
    if (replay->lines < replay->most_lines) {
        remarks_foot(replay->output, sums);
        return;
    }
    output_style(replay->output, OUTPUT_DIM);
    output_format(replay->output, "... stopped after %s lines (--limit)\n", text_count(number, replay->most_lines));
    output_style(replay->output, OUTPUT_PLAIN);
}
