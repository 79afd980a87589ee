/* Chrome's trace events: one JSON object, an event a line, a call one event ("X") once it has ended: of entries and
 * exits told apart DevTools pairs those of different threads. Times are microseconds with three decimals. Viewers can
 * tell by their times only which of two calls is within the other, and they add up and compare fractions: so on a track
 * no two begins and ends have the same nanosecond; what would have is told a nanosecond later than the one before. The
 * format: "Trace Event Format", docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. */
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "base/json.h"
#include "calls/valued.h"
#include "emit/values.h"
#include "export/fragments.h"
#include "export/tracks.h"
#include "export/words.h"

/* When the open calls of a track are said to begin; its latest time. */
struct lane {
    uint64_t *begins;
    uint32_t room;
    uint64_t latest;
};

struct chrome {
    struct export_writer writer;
    struct export_base base;
    struct output *output;
    struct tracks tracks;
    struct fragments names;
    const struct tape_key *keys;
    struct valued valued;
    bool begun;         /* an event was written */
    struct lane *lanes; /* by track of the thread at work */
    uint32_t lane_count;
    const struct track *shown; /* what `head` is of */
    char head[64];             /* of an event, up to what kind it is */
    size_t head_length;
};

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* Up to what its arguments may have more. */
static void make_name(struct output *output, const struct label *label)
{
    struct json json = {.output = output, .comma = true};
    char place[1024];
    json_string(&json, "name", label->name);
    json_string(&json, "cat", label->module[0] != '\0' ? words_file(label->module) : "calltape");
    json_open_object(&json, "args");
    if (label->file == NULL)
        return;
    snprintf(place, sizeof place, label->line != 0 ? "%s:%u" : "%s", words_file(label->file), label->line);
    json_string(&json, "at", place);
}

/* Of a track or, without one, of a process. */
static void write_metadata(struct chrome *chrome, const char *what, uint32_t pid, const struct track *track,
                           const char *name)
{
    struct json json = {.output = chrome->output};
    output_text(chrome->output, chrome->begun ? ",\n" : "\n");
    chrome->begun = true;
    json_open_object(&json, NULL);
    json_number(&json, "pid", pid);
    if (track != NULL)
        json_number(&json, "tid", track->tid);
    json_number(&json, "ts", 0);
    json_string(&json, "ph", "M");
    json_string(&json, "name", what);
    json_string(&json, "cat", "__metadata");
    json_open_object(&json, "args");
    json_string(&json, "name", name);
    json_close_object(&json);
    json_close_object(&json);
}

static void show_track(struct chrome *chrome, struct track *track)
{
    char name[256];
    chrome->shown = track;
    chrome->head_length = (size_t)snprintf(chrome->head, sizeof chrome->head,
                                           ",\n{\"pid\":%u,\"tid\":%u,\"ts\":", track->pid, track->tid);
    if (track->announced)
        return;
    track->announced = true;
    tracks_name(&chrome->tracks, track, name, sizeof name);
    write_metadata(chrome, "thread_name", track->pid, track, name);
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

static struct track *track_of(struct chrome *chrome, uint64_t stack, uint64_t ticks)
{
    struct track *track = tracks_get(&chrome->tracks, stack, ticks);
    if (track == NULL)
        error_set(chrome->base.error, "out of memory for the stacks of thread %u", chrome->tracks.thread);
    else if (track != chrome->shown)
        show_track(chrome, track);
    return track;
}

/* Where what is left of the event's line goes. */
static char *write_head(struct chrome *chrome, uint64_t ns)
{
    char *at = output_room(chrome->output, 256);
    memcpy(at, chrome->head, chrome->head_length);
    return digits_put_us(at + chrome->head_length, ns);
}

/* An instant or a counter, up to its name. */
static void write_mark(struct chrome *chrome, uint64_t ticks, const char *kind)
{
    char *at = write_head(chrome, export_ns(&chrome->base, ticks));
    output_filled(chrome->output, stpcpy(stpcpy(at, kind), ",\"cat\":\"calltape\""));
}

static void write_told(struct json *json, const struct chrome *chrome, const struct kept_value *kept)
{
    for (; kept != NULL; kept = kept->next) {
        const struct tape_key *key = &chrome->keys[kept->value.key];
        value_json(json, *key->name != '\0' ? key->name : value_kind(key), key, &kept->value);
    }
}

/* A call's, those of its function written. */
static void write_arguments(struct chrome *chrome, uint32_t flags, const struct kept_value *told, bool comma)
{
    struct json json = {.output = chrome->output, .comma = comma};
    if (words_begin(flags) != NULL)
        json_string(&json, "began", words_begin(flags));
    if (words_end(flags) != NULL)
        json_string(&json, "ended", words_end(flags));
    write_told(&json, chrome, told);
}

/* ---- times ------------------------------------------------------------------------------------------------------- */

static int add_lanes(struct chrome *chrome)
{
    uint32_t count = chrome->tracks.lane_count;
    struct lane *lanes = realloc(chrome->lanes, count * sizeof *lanes);
    if (lanes == NULL)
        return -1;
    for (; chrome->lane_count < count; chrome->lane_count++)
        lanes[chrome->lane_count] = (struct lane){0};
    chrome->lanes = lanes;
    return 0;
}

static void free_lanes(struct chrome *chrome)
{
    for (uint32_t i = 0; i < chrome->lane_count; i++)
        free(chrome->lanes[i].begins);
    chrome->lane_count = 0;
}

/* With room for a call of that depth; NULL: no memory. */
static struct lane *lane_of(struct chrome *chrome, const struct track *track, uint32_t depth)
{
    if (track->lane >= chrome->lane_count && add_lanes(chrome) != 0)
        return NULL;
    struct lane *lane = &chrome->lanes[track->lane];
    if (depth < lane->room)
        return lane;
    uint32_t room = depth < 32 ? 64 : 2 * depth;
    uint64_t *begins = realloc(lane->begins, room * sizeof *begins);
    if (begins == NULL)
        return NULL;
    lane->begins = begins;
    lane->room = room;
    return lane;
}

/* Later than all before. */
static uint64_t next_time(struct lane *lane, uint64_t ns)
{
    if (ns <= lane->latest)
        ns = lane->latest + 1;
    return lane->latest = ns;
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct chrome *chrome = context;
    const struct track *track = track_of(chrome, call->stack, call->start_ticks);
    (void)parent;
    valued_begin(call);
    if (track == NULL)
        return -1;
    struct lane *lane = lane_of(chrome, track, call->depth);
    if (lane == NULL)
        return error_set(chrome->base.error, "out of memory for open calls");
    lane->begins[call->depth] = next_time(lane, export_ns(&chrome->base, call->start_ticks));
    return 0;
}

static void write_call(struct chrome *chrome, const struct call *call, const struct fragment *name, uint64_t from,
                       uint64_t to)
{
    char *at = stpcpy(write_head(chrome, from), ",\"dur\":");
    output_filled(chrome->output, stpcpy(digits_put_us(at, to - from), ",\"ph\":\"X\""));
    output_bytes(chrome->output, name->text, name->length);
    write_arguments(chrome, call->flags, valued_of(&chrome->valued, call), name->text[name->length - 1] != '{');
    output_bytes(chrome->output, "}}", 2);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct chrome *chrome = context;
    struct track *track = track_of(chrome, call->stack, call->end_ticks);
    const struct fragment *name = fragments_get(&chrome->names, call->function);
    (void)parent;
    if (track == NULL)
        return -1;
    if (name == NULL)
        return error_set(chrome->base.error, "out of memory for names");
    struct lane *lane = &chrome->lanes[track->lane];
    uint64_t to = next_time(lane, export_ns(&chrome->base, call->end_ticks));
    write_call(chrome, call, name, lane->begins[call->depth], to);
    valued_end(&chrome->valued, call);
    if (call->depth == 0)
        tracks_leave(&chrome->tracks, track, call->end_ticks);
    return output_gone(chrome->output);
}

static const char instant[] = ",\"ph\":\"i\",\"s\":\"t\"", counter[] = ",\"ph\":\"C\"";

static int note(void *context, const struct tape_event *event)
{
    struct chrome *chrome = context;
    char text[1024];
    if (!words_note(chrome->base.source, event, text, sizeof text))
        return 0;
    const struct track *now = chrome->tracks.current;
    if (track_of(chrome, now != NULL ? now->stack : 0, event->ticks) == NULL)
        return -1;
    write_mark(chrome, event->ticks, instant);
    struct json json = {.output = chrome->output, .comma = true};
    json_string(&json, "name", text);
    json_close_object(&json);
    return 0;
}

/* A counter stands at a number, or a mark with what was told. */
static void write_value(struct chrome *chrome, const struct tape_key *key, const struct tape_value *value)
{
    struct json json = {.output = chrome->output, .comma = true};
    double number;
    bool counts = key->kind == CT_KEY_COUNTER && value_number(key, value, &number);
    write_mark(chrome, value->ticks, counts ? counter : instant);
    json_string(&json, "name", *key->name != '\0' ? key->name : value_kind(key));
    json_open_object(&json, "args");
    value_json(&json, "value", key, value);
    json_close_object(&json);
    json_close_object(&json);
}

/* Arguments and results go with the end of their call. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct chrome *chrome = context;
    const struct track *now = chrome->tracks.current;
    const struct tape_key *key = &chrome->keys[event->value->key];
    int kept = 0;
    if (call != NULL && (key->kind == CT_KEY_ARGUMENT || key->kind == CT_KEY_RETURN))
        kept = valued_add(&chrome->valued, event, call);
    if (kept < 0)
        return error_set(chrome->base.error, "out of memory for values");
    if (kept > 0)
        return 0;
    if (track_of(chrome, call != NULL ? call->stack : now != NULL ? now->stack : 0, event->ticks) == NULL)
        return -1;
    write_value(chrome, key, event->value);
    return 0;
}

static int thread(struct export_writer *writer, uint32_t number)
{
    struct chrome *chrome = (struct chrome *)writer;
    chrome->shown = NULL;
    free_lanes(chrome);
    if (tracks_thread(&chrome->tracks, number) == 0)
        return 0;
    return error_set(chrome->base.error, "out of memory for thread %u", number);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static void write_start(struct chrome *chrome)
{
    const struct overview *overview = chrome->base.source->overview;
    struct json json = {.output = chrome->output};
    char command[1024];
    words_command(overview->session, command, sizeof command);
    json_open_object(&json, NULL);
    json_string(&json, "displayTimeUnit", "ns");
    json_open_object(&json, "otherData");
    json_string(&json, "tracer", "calltape " CALLTAPE_VERSION);
    json_string(&json, "command", command);
    json_close_object(&json);
    output_text(chrome->output, ",\"traceEvents\":[");
    for (uint32_t i = 0; i < overview->process_count; i++) {
        const struct tape_process *process = overview->processes[i].it;
        const char *name = process->command[0] != '\0' ? process->command : process->executable;
        write_metadata(chrome, "process_name", chrome->tracks.pids[i], NULL, name);
    }
}

static int close_chrome(struct export_writer *writer)
{
    struct chrome *chrome = (struct chrome *)writer;
    int status = 0;
    if (chrome->output != NULL) {
        output_text(chrome->output, "\n]}\n");
        status = export_close(chrome->base.target, chrome->output, chrome->base.error);
    }
    free_lanes(chrome);
    free(chrome->lanes);
    valued_free(&chrome->valued);
    tracks_free(&chrome->tracks);
    fragments_free(&chrome->names);
    free(chrome);
    return status;
}

struct export_writer *chrome_open(const struct export_base *base)
{
    struct chrome *chrome = calloc(1, sizeof *chrome);
    if (chrome == NULL) {
        error_set(base->error, "out of memory");
        return NULL;
    }
    chrome->writer = (struct export_writer){
        {.begin = begin, .end = end, .note = note, .value = value, .context = chrome}, thread, NULL, close_chrome};
    chrome->base = *base;
    uint32_t keys;
    chrome->keys = tape_keys(base->source->tape, &keys);
    if (tracks_init(&chrome->tracks, base->source, base->error) == 0 &&
        fragments_init(&chrome->names, base->source, make_name, base->error) == 0 &&
        (chrome->output = export_open(base->target, NULL, base->error)) != NULL) {
        write_start(chrome);
        return &chrome->writer;
    }
    close_chrome(&chrome->writer);
    return NULL;
}
