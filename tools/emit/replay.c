/* replay for people: when, which thread, the nested calls, and how long they took at the right edge. */
#include "emit/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/duration.h"
#include "emit/remarks.h"
#include "emit/threads.h"
#include "emit/values.h"

enum {
    TIME_WIDTH = 12,
    WIDEST = 100,
    NARROW = 56, /* no column of threads */
    LEAST_NAME = 12,
    LONG_NS = 1000,
    MOST_THREAD_WIDTH = 24,
    MOST_GUIDES = 40,
    TOOK_WIDTH = 9,
    BOUND_WIDTH = 11,
    MOST_VALUE = 512,
};

struct strokes {
    const char *begin, *end, *leaf, *down, *times, *jump;
};

static const struct strokes lines = {"┌ ", "└ ", "  ", "│ ", "×", "↯"};
static const struct strokes plain = {"/ ", "\\ ", "  ", "| ", "x", "!"};

static const struct strokes *strokes_of(const struct replay *replay)
{
    return output_utf8(replay->output) ? &lines : &plain;
}

static char *thread_text(const struct replay *replay, uint32_t thread)
{
    return shown_thread(replay->overview->threads[thread].it, output_utf8(replay->output));
}

void replay_start(struct replay *replay, const uint32_t *threads, size_t count)
{
    replay->last_thread = CT_NONE;
    size_t columns = output_width(replay->output);
    size_t most = columns != 0 && columns / 5 < MOST_THREAD_WIDTH ? columns / 5 : MOST_THREAD_WIDTH;
    replay->show_threads = count > 1 && (columns == 0 || columns >= NARROW);
    replay->thread_width = strlen("thread");
    for (size_t i = 0; replay->show_threads && i < count; i++) {
        char *text = thread_text(replay, threads[i]);
        size_t width = text != NULL ? text_width(text) : 0;
        free(text);
        replay->thread_width = width > replay->thread_width ? width : replay->thread_width;
    }
    if (replay->thread_width > most)
        replay->thread_width = most;
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
    used += strlen("  call");
    used += replay->bounds ? BOUND_WIDTH : 0;
    output_right(output, "took", line_width(replay) > used ? line_width(replay) - used : 0);
    if (replay->bounds)
        output_right(output, output_utf8(output) ? "±" : "+-", BOUND_WIDTH);
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

/* What is left behind `used` columns and the space for the mark and the duration; 0: no limit. */
static size_t room_after(const struct replay *replay, size_t used)
{
    size_t width = output_width(replay->output);
    used += 2 + TOOK_WIDTH + 2 + (replay->bounds ? BOUND_WIDTH : 0);
    return width == 0 ? 0 : width > used ? width - used : 1;
}

/* Very deep calls are not pushed out of sight: where there are MOST_GUIDES already, or no room for more, the depth is a
 * number. */
static size_t print_guides(const struct replay *replay, uint32_t depth, size_t used)
{
    char number[40];
    size_t length = (size_t)snprintf(number, sizeof number, "(depth %u) ", depth);
    size_t room = room_after(replay, used), guides = depth < MOST_GUIDES ? depth : MOST_GUIDES;
    bool narrow = room != 0 && 2 * guides + LEAST_NAME > room && 2 * guides > length;
    if (depth == guides && !narrow)
        number[length = 0] = '\0';
    else if (room != 0 && 2 * guides + length + LEAST_NAME > room)
        guides = room > length + LEAST_NAME ? (room - length - LEAST_NAME) / 2 : 0;
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

/* How many calls the item is: "", or " × 12". */
static void count_of(const struct replay *replay, const struct timeline_item *item, char *text, size_t size)
{
    char number[TEXT_NUMBER];
    text[0] = '\0';
    if (item->calls > 1)
        snprintf(text, size, "  %s %s", strokes_of(replay)->times, text_count(number, item->calls));
}

/* What is out of the ordinary about a call: "", or " (...)". */
static void remark_of(const struct replay *replay, const struct timeline_item *item, char *text, size_t size)
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
        snprintf(text + used, size - used, "  %s%s(%s)",
                 (item->flags & CALL_JUMPED) != 0 ? strokes_of(replay)->jump : "",
                 (item->flags & CALL_JUMPED) != 0 ? " " : "", why);
}

/* What no version knows of yet stands among the notes. */
static enum ct_key_kind kind_of(const struct replay *replay, const struct kept_value *kept)
{
    uint32_t kind = replay->keys[kept->value.key].kind;
    return kind == CT_KEY_ARGUMENT ? CT_KEY_ARGUMENT : kind == CT_KEY_RETURN ? CT_KEY_RETURN : CT_KEY_NOTE;
}

/* "name=value" of a kind, with what stands before the first and between them; "": there are none. */
static char *values_of(const struct replay *replay, const struct timeline_item *item, enum ct_key_kind kind,
                       const char *first, const char *between, const char *last)
{
    char *text = NULL, one[MOST_VALUE];
    size_t bytes;
    bool utf8 = output_utf8(replay->output);
    FILE *to = open_memstream(&text, &bytes);
    for (const struct kept_value *kept = item->values; to != NULL && kept != NULL; kept = kept->next) {
        const struct tape_key *key = &replay->keys[kept->value.key];
        if (kind_of(replay, kept) != kind)
            continue;
        char *name = text_escaped(kind != CT_KEY_RETURN ? key->name : "", utf8);
        value_text(one, sizeof one, key, &kept->value, utf8);
        fputs(ftell(to) == 0 ? first : between, to);
        fprintf(to, "%s%s%s", name != NULL ? name : "", name != NULL && *name != '\0' ? "=" : "", one);
        free(name);
    }
    if (to != NULL && ftell(to) != 0)
        fputs(last, to);
    if (to != NULL)
        fclose(to);
    return text;
}

/* "(n=3) = 7  rows=5" */
static char *values_text(const struct replay *replay, const struct timeline_item *item)
{
    char *text = NULL;
    char *arguments = values_of(replay, item, CT_KEY_ARGUMENT, "(", ", ", ")");
    char *result = values_of(replay, item, CT_KEY_RETURN, " = ", ", ", "");
    char *notes = values_of(replay, item, CT_KEY_NOTE, "  ", ", ", "");
    if (asprintf(&text, "%s%s%s", arguments != NULL ? arguments : "", result != NULL ? result : "",
                 notes != NULL ? notes : "") < 0)
        text = NULL;
    free(arguments);
    free(result);
    free(notes);
    return text;
}

/* The name, then what was told of the call; there is no place where that is told. */
static size_t print_valued(struct replay *replay, const struct timeline_item *item, const struct shown_name *name,
                           size_t room)
{
    char *values = values_text(replay, item);
    size_t width = values != NULL ? text_width(values) : 0, used;
    size_t left = room > width + LEAST_NAME ? room - width : LEAST_NAME;
    used = print_name(replay->output, name, "", 0, room == 0 ? 0 : left);
    output_style(replay->output, OUTPUT_STRONG);
    used += print_cut(replay->output, values != NULL ? values : "", room == 0 ? 0 : room > used ? room - used : 1);
    free(values);
    return used;
}

/* Of a long call in which as much is said to have gone into recording only the most that it may have taken is known. */
static bool is_all_cost(const struct timeline_item *item)
{
    return item->took.ns == 0 && item->took.cost_ns != 0 && item->end_ns - item->start_ns >= LONG_NS;
}

/* Of single calls every interpolated end is marked, whatever it means. */
static void print_duration(const struct replay *replay, const struct timeline_item *item, size_t used)
{
    char number[TEXT_NUMBER], bound[TEXT_NUMBER] = "";
    bool utf8 = output_utf8(replay->output), less = is_all_cost(item);
    bool about = less || (item->flags & (CALL_UNTIMED_START | CALL_UNTIMED_END)) != 0;
    size_t width = line_width(replay) - (replay->bounds ? BOUND_WIDTH : 0);
    text_duration(number, less ? item->end_ns - item->start_ns : item->took.ns, utf8);
    if (replay->bounds)
        shown_bound(bound, &item->took, utf8);
    size_t needed = text_width(number) + about;
    output_style(replay->output, OUTPUT_PLAIN);
    output_pad(replay->output, used + 2 + needed <= width ? width - used - needed : 2);
    output_text(replay->output, less ? "<" : about ? "~" : "");
    output_text(replay->output, number);
    output_style(replay->output, OUTPUT_DIM);
    if (*bound != '\0')
        output_right(replay->output, bound, BOUND_WIDTH);
}

static void print_call(struct replay *replay, const struct timeline_item *item)
{
    const struct strokes *strokes = strokes_of(replay);
    struct output *output = replay->output;
    bool ends = item->kind == TIMELINE_END;
    char count[2 * TEXT_NUMBER], remark[128];
    size_t used = print_start(replay, ends ? item->end_ns : item->start_ns, item), room = room_after(replay, used);
    output_text(output, item->kind == TIMELINE_BEGIN ? strokes->begin : ends ? strokes->end : strokes->leaf);
    count_of(replay, item, count, sizeof count);
    remark_of(replay, item, remark, sizeof remark);
    size_t beside = text_width(count) + text_width(remark);
    if (room != 0 && room < LEAST_NAME + beside) {
        remark[0] = '\0';
        beside = text_width(count);
    }
    output_style(output, ends ? OUTPUT_DIM : OUTPUT_PLAIN);
    used += 2 + beside;
    const struct shown_name *name = shown_names_get(replay->names, item->function);
    size_t left = room == 0 ? 0 : room > beside ? room - beside : 1;
    if (item->values != NULL)
        used += print_valued(replay, item, name, left);
    else
        used += print_name(output, name, ends ? "" : name->place, 0, left);
    output_style(output, OUTPUT_WARN);
    output_text(output, count);
    output_text(output, remark);
    if (item->kind != TIMELINE_BEGIN)
        print_duration(replay, item, used);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
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
        snprintf(text, size, item->event.function != 0 ? "! paused for %s" : "! waited %s for the recorder", number);
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
