#include "view/meta.h"

#include <stdlib.h>

#include "analyze/sums.h"
#include "base/json.h"
#include "emit/brief.h"
#include "emit/remarks.h"

/* Moves what was written to `to`, and closes. */
static int take(struct output *output, struct bytes *to, struct error *error)
{
    size_t count;
    char *text = output_taken(output, &count);
    if (text != NULL)
        bytes_put(to, text, count);
    free(text);
    output_close(output, NULL);
    return text != NULL && !to->failed ? 0 : error_set(error, "out of memory for what is known of the tape");
}

static void write_processes(struct json *json, const struct tape *tape)
{
    uint32_t count;
    const struct tape_process *processes = tape_processes(tape, &count);
    json_open_array(json, "processes");
    for (uint32_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_number(json, "pid", processes[i].pid);
        json_string(json, "command", processes[i].command);
        json_number(json, "start", tape_ns(tape, processes[i].start_ticks));
        json_number(json, "end", tape_ns(tape, processes[i].end_ticks));
        json_close_object(json);
    }
    json_close_array(json);
}

static bool is_shown(const struct tape *tape, const struct filter_choice *choice, uint32_t thread, uint32_t *next)
{
    bool shown = *next < filter_threads(choice, tape) && filter_thread(choice, *next) == thread;
    *next += shown;
    return shown;
}

/* When the thread's first call begins, in ticks; UINT64_MAX: it has none before `end`, or can't be read. */
static uint64_t first_call(struct tape *tape, uint32_t thread, uint64_t end)
{
    struct error error;
    struct tape_event event = {.kind = TAPE_WAIT};
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    while (cursor != NULL && event.kind != TAPE_ENTRY && event.kind != TAPE_INHERIT && event.ticks < end)
        if (tape_cursor_next(cursor, &event, &error) <= 0)
            event.ticks = UINT64_MAX;
    tape_cursor_close(cursor);
    return cursor != NULL && event.ticks < end ? event.ticks : UINT64_MAX;
}

/* From the first call that is shown to the end of the threads. */
static void write_stretch(struct json *json, struct tape *tape, const struct filter_choice *choice)
{
    uint32_t count, next = 0;
    const struct tape_thread *threads = tape_threads(tape, &count);
    uint64_t first = UINT64_MAX, last = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_shown(tape, choice, i, &next) || threads[i].events == 0)
            continue;
        uint64_t begin = threads[i].start_ticks < first ? first_call(tape, i, first) : UINT64_MAX;
        first = begin < first ? begin : first;
        last = threads[i].end_ticks > last ? threads[i].end_ticks : last;
    }
    if (choice != NULL && first < choice->from_ticks)
        first = choice->from_ticks;
    if (choice != NULL && last > choice->to_ticks)
        last = choice->to_ticks;
    json_number(json, "first", first < last ? tape_ns(tape, first) : 0);
    json_number(json, "last", tape_ns(tape, first < last ? last : tape_session(tape)->end_ticks));
}

/* The page shows threads that have events. */
static void write_threads(struct json *json, struct pyramid *pyramid)
{
    const struct tape *tape = pyramid_tape(pyramid);
    const struct filter_choice *choice = pyramid_choice(pyramid);
    uint32_t count, next = 0;
    const struct tape_thread *threads = tape_threads(tape, &count);
    json_open_array(json, "threads");
    for (uint32_t i = 0; i < count; i++) {
        bool shown = is_shown(tape, choice, i, &next);
        json_open_object(json, NULL);
        json_number(json, "process", threads[i].process);
        json_number(json, "tid", threads[i].tid);
        json_string(json, "name", threads[i].name);
        json_number(json, "start", tape_ns(tape, threads[i].start_ticks));
        json_number(json, "end", tape_ns(tape, threads[i].end_ticks));
        json_number(json, "calls", choice != NULL ? pyramid_lane(pyramid, i).calls : threads[i].entries);
        json_number(json, "events", shown ? threads[i].events : 0);
        json_number(json, "untimed", threads[i].untimed);
        json_number(json, "finest", pyramid_lane(pyramid, i).finest);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_function(struct json *json, uint32_t function, const struct label *label)
{
    char *brief = brief_name(label->name, 0, "\xe2\x80\xa6");
    json_open_array(json, NULL);
    json_number(json, NULL, function);
    json_string(json, NULL, label->name);
    json_string(json, NULL, brief != NULL ? brief : label->name);
    json_string(json, NULL, label->file);
    json_number(json, NULL, label->line);
    json_string(json, NULL, label->module);
    json_string(json, NULL, label->distinct);
    json_close_array(json);
    free(brief);
}

/* Each an array: id, name, short name, file, line, module, what tells it from others of that name. */
static void write_functions(struct json *json, const struct tape *tape, const struct labels *labels)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    json_open_array(json, "functions");
    for (uint32_t i = 0; i < count; i++)
        if (functions[i].same == i)
            write_function(json, i, labels_get(labels, i));
    json_close_array(json);
}

static void write_remark(void *context, bool warning, const char *text)
{
    struct json *json = context;
    (void)warning;
    json_string(json, NULL, text);
}

/* What every report says at its foot, of all calls as far as no event must be read for it. */
static void write_remarks(struct json *json, const struct pyramid *pyramid, const struct tape *tape)
{
    struct sums sums = {0};
    if (pyramid_choice(pyramid) != NULL)
        sums = *pyramid_sums(pyramid);
    else
        sums_finish(&sums, tape, NULL);
    json_open_array(json, "remarks");
    remarks(&sums, true, write_remark, json);
    json_close_array(json);
}

/* Arguments, results or notes of calls. */
static bool has_values(const struct tape *tape)
{
    uint32_t count;
    tape_keys(tape, &count);
    return count != 0;
}

static void write_arguments(struct json *json, const struct tape_session *session)
{
    json_open_array(json, "command");
    for (uint32_t i = 0; i < session->argument_count; i++)
        json_string(json, NULL, session->arguments[i]);
    json_close_array(json);
}

int meta_write(struct pyramid *pyramid, const struct labels *labels, struct bytes *to, struct error *error)
{
    struct tape *tape = pyramid_tape(pyramid);
    const struct tape_session *session = tape_session(tape);
    struct tape_totals totals = tape_totals(tape);
    struct output *output = output_memory(error);
    if (output == NULL)
        return -1;
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_string(&json, "path", tape_path(tape));
    json_number(&json, "ns", pyramid_ns(pyramid));
    write_stretch(&json, tape, pyramid_choice(pyramid));
    json_number(&json, "started_ns", session->start_real_ns);
    json_string(&json, "directory", session->directory);
    json_string(&json, "host", session->host);
    json_number(&json, "events", totals.events);
    json_number(&json, "calls", pyramid_choice(pyramid) != NULL ? pyramid_sums(pyramid)->calls : totals.entries);
    json_number(&json, "untimed", totals.untimed);
    json_number(&json, "lost", totals.lost_events);
    json_number(&json, "bytes", totals.bytes);
    struct scale scale = scale_of(tape);
    json_real(&json, "ns_a_tick", (double)scale.ns / (double)scale.ticks, 12);
    json_bool(&json, "values", has_values(tape));
    json_number(&json, "coarsest", pyramid_coarsest(pyramid));
    json_number(&json, "slices", pyramid_slices_level(pyramid));
    write_arguments(&json, session);
    write_processes(&json, tape);
    write_threads(&json, pyramid);
    write_functions(&json, tape, labels);
    write_remarks(&json, pyramid, tape);
    json_close_object(&json);
    return take(output, to, error);
}

int meta_write_state(struct pyramid *pyramid, struct bytes *to, struct error *error)
{
    static const char *const fates[] = {
        [TAPE_REMOVED] = "removed", [TAPE_REPLACED] = "replaced", [TAPE_CHANGED] = "changed"};
    uint32_t count;
    struct error failure;
    tape_threads(pyramid_tape(pyramid), &count);
    int state = pyramid_state(pyramid, &failure);
    struct output *output = output_memory(error);
    if (output == NULL)
        return -1;
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_bool(&json, "done", state == 1);
    json_string(&json, "failure", state < 0 ? failure.text : NULL);
    json_string(&json, "tape", fates[tape_fate(pyramid_tape(pyramid))]);
    json_number(&json, "read", pyramid_events_read(pyramid));
    json_open_array(&json, "lanes"); /* rows, and up to where it is there: null: all */
    for (uint32_t i = 0; i < count; i++) {
        struct pyramid_lane lane = pyramid_lane(pyramid, i);
        json_open_array(&json, NULL);
        json_number(&json, NULL, lane.rows);
        if (lane.done_ns == UINT64_MAX)
            json_null(&json, NULL);
        else
            json_number(&json, NULL, lane.done_ns);
        json_close_array(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return take(output, to, error);
}
