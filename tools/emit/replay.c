/* replay for people: when, which thread, the nested calls, and how long they took at the right edge. */
#include "emit/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/call_line.h"
#include "emit/remarks.h"
#include "emit/threads.h"
#include "emit/values.h"

enum {
    TIME_WIDTH = 12,
    NARROW = 56, /* no column of threads, depths are mere numbers */
    MOST_THREAD_WIDTH = 24,
    MOST_GUIDES = 40,
    MOST_VALUE = 512,
};

struct strokes {
    const char *begin, *end, *leaf, *down;
};

static const struct strokes lines = {"┌ ", "└ ", "  ", "│ "};
static const struct strokes plain = {"/ ", "\\ ", "  ", "| "};

static const struct strokes *strokes_of(const struct replay *replay)
{
    return output_utf8(replay->output) ? &lines : &plain;
}

static const char *thread_text(char text[SHOWN_PART], const struct replay *replay, uint32_t thread)
{
    return shown_thread(text, replay->overview->threads[thread].it, output_utf8(replay->output));
}

void replay_start(struct replay *replay, const uint32_t *threads, size_t count)
{
    replay->last_thread = CT_NONE;
    size_t columns = output_width(replay->output);
    size_t most = columns != 0 && columns / 5 < MOST_THREAD_WIDTH ? columns / 5 : MOST_THREAD_WIDTH;
    replay->show_threads = count > 1 && (columns == 0 || columns >= NARROW);
    replay->thread_width = strlen("thread");
    for (size_t i = 0; replay->show_threads && i < count; i++) {
        char text[SHOWN_PART];
        size_t width = text_width(thread_text(text, replay, threads[i]));
        replay->thread_width = width > replay->thread_width ? width : replay->thread_width;
    }
    if (replay->thread_width > most)
        replay->thread_width = most;
}

static struct call_line line_of(const struct replay *replay)
{
    return (struct call_line){replay->output, replay->keys, replay->names, replay->bounds};
}

static void print_titles(const struct replay *replay)
{
    struct output *output = replay->output;
    const struct call_line line = line_of(replay);
    output_style(output, OUTPUT_DIM);
    output_format(output, "%*s  ", TIME_WIDTH, "seconds");
    size_t used = TIME_WIDTH + 2;
    if (replay->show_threads) {
        output_left(output, "thread", replay->thread_width + 2);
        used += replay->thread_width + 2;
    }
    output_text(output, "  ");
    print_call_title(&line, used + 2);
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
    char text[SHOWN_PART];
    output_style(replay->output, thread != replay->last_thread ? OUTPUT_STRONG : OUTPUT_DIM);
    size_t used = print_cut(replay->output, thread_text(text, replay, thread), replay->thread_width);
    output_pad(replay->output, replay->thread_width + 2 - used);
    replay->last_thread = thread;
}

/* Very deep calls are not pushed out of sight: where there are MOST_GUIDES already, or no room for more, the depth is a
 * number. */
static size_t print_guides(const struct replay *replay, uint32_t depth, size_t used)
{
    char number[40];
    size_t columns = output_width(replay->output);
    bool brief = columns != 0 && columns < NARROW;
    size_t length = (size_t)snprintf(number, sizeof number, brief ? "(%u) " : "(depth %u) ", depth);
    const struct call_line line = line_of(replay);
    size_t room = call_line_room(&line, used + 2), guides = depth < MOST_GUIDES ? depth : MOST_GUIDES;
    bool narrow = room != 0 && 2 * guides + CALL_LINE_NAME > room && 2 * guides > length;
    if (depth == guides && !narrow)
        number[length = 0] = '\0';
    else if (room != 0 && 2 * guides + length + CALL_LINE_NAME > room)
        guides = room > length + CALL_LINE_NAME ? (room - length - CALL_LINE_NAME) / 2 : 0;
    output_style(replay->output, OUTPUT_DIM);
    for (size_t i = 0; i < guides; i++)
        output_text(replay->output, strokes_of(replay)->down);
    output_text(replay->output, number);
    return 2 * guides + length;
}

static size_t print_start(struct replay *replay, uint64_t ns, const struct timeline_item *item)
{
    size_t used = TIME_WIDTH + 2;
    print_time(replay->output, ns);
    if (replay->show_threads) {
        print_thread(replay, item->thread);
        used += replay->thread_width + 2;
    }
    return used + print_guides(replay, item->depth, used);
}

static void print_call(struct replay *replay, const struct timeline_item *item)
{
    const struct strokes *strokes = strokes_of(replay);
    const struct call_line line = line_of(replay);
    bool ends = item->kind == TIMELINE_END;
    size_t used = print_start(replay, ends ? item->end_ns : item->start_ns, item);
    output_text(replay->output, item->kind == TIMELINE_BEGIN ? strokes->begin : ends ? strokes->end : strokes->leaf);
    print_call_line(&line, item, used + 2);
}

static void note_of(const struct replay *replay, const struct timeline_item *item, char *text, size_t size)
{
    char number[TEXT_NUMBER];
    switch ((enum tape_event_kind)item->event.kind) {
    case TAPE_STACK:
        snprintf(text, size, "-- stack %llu --", (unsigned long long)item->event.n);
        break;
    case TAPE_STRAY:
        snprintf(text, size, "! exit without an entry: %s", shown_names_get(replay->names, item->function)->text);
        break;
    case TAPE_LOST:
        snprintf(text, size, "! %s events were lost here", text_count(number, item->event.n));
        break;
    case TAPE_WAIT:
        text_duration(number, item->wait_ns, output_utf8(replay->output));
        snprintf(text, size,
                 item->event.function == TAPE_PAUSED      ? "! paused for %s"
                 : item->event.function == TAPE_PREEMPTED ? "! the system ran something else for %s"
                                                          : "! waited %s for calltape",
                 number);
        break;
    case TAPE_GAP:
        if (item->event.n != 0)
            snprintf(text, size, "! the tape is damaged here: %s events are missing",
                     text_count(number, item->event.n));
        else
            snprintf(text, size, "! the tape is damaged here: events are missing");
        break;
    case TAPE_OVERWRITTEN:
        snprintf(text, size, "! %s older events were overwritten, as asked", text_count(number, item->event.n));
        break;
    default:
        snprintf(text, size, "! exit with no open call");
        break;
    }
}

/* A message, a counter, a frame, or a value told where no call was open. */
static void told_of(const struct replay *replay, const struct timeline_item *item, char *text, size_t size)
{
    char value[MOST_VALUE];
    bool utf8 = output_utf8(replay->output);
    const struct tape_key *key = &replay->keys[item->values->value.key];
    char *name = text_escaped(key->name, utf8);
    if (name == NULL)
        output_no_memory(replay->output);
    value_text(value, sizeof value, key, &item->values->value, utf8);
    if (key->kind == CT_KEY_MESSAGE)
        snprintf(text, size, "# %s", value);
    else if (key->kind == CT_KEY_FRAME)
        snprintf(text, size, "-- frame %s --", name != NULL ? name : "");
    else
        snprintf(text, size, "# %s=%s", name != NULL ? name : "", value);
    free(name);
}

static void print_note(struct replay *replay, const struct timeline_item *item)
{
    struct output *output = replay->output;
    char text[2 * MOST_VALUE];
    size_t width = output_width(output), used = print_start(replay, item->start_ns, item);
    bool value = item->event.kind == TAPE_VALUE;
    output_style(output, item->event.kind == TAPE_STACK ? OUTPUT_DIM : value ? OUTPUT_STRONG : OUTPUT_WARN);
    if (value)
        told_of(replay, item, text, sizeof text);
    else
        note_of(replay, item, text, sizeof text);
    print_cut(output, text, width == 0 ? 0 : width > used ? width - used : 1);
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
