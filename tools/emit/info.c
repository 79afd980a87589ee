/* info for people. */
#include "emit/info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/brief.h"
#include "emit/remarks.h"
#include "emit/values.h"

enum { LABEL_WIDTH = 10, MOST_ROWS = 40 };

static void print_label(struct output *output, const char *label)
{
    output_style(output, OUTPUT_DIM);
    output_format(output, "%-*s", LABEL_WIDTH + 1, label);
    output_style(output, OUTPUT_PLAIN);
}

static void print_line(struct output *output, const char *label, const char *text)
{
    print_label(output, label);
    output_escaped(output, *text != '\0' ? text : "unknown");
    output_text(output, "\n");
}

/* Words that a shell would split are quoted, so that one sees where they end. */
static void print_command(struct output *output, const struct tape_session *session)
{
    print_label(output, "command");
    for (uint32_t i = 0; i < session->argument_count; i++) {
        char *word = text_quoted(session->arguments[i]);
        output_text(output, i == 0 ? "" : " ");
        output_made(output, word != NULL ? text_escaped(word, output_utf8(output)) : NULL);
        free(word);
    }
    output_text(output, session->argument_count != 0 ? "\n" : "unknown\n");
}

/* ", adaptive: 8,123 of 36,415 events (22.3 %) carry a time" */
static const char *clock_use(char *buffer, size_t size, const struct overview *overview)
{
    char timed[TEXT_NUMBER], all[TEXT_NUMBER];
    uint64_t events = overview->totals.events, with_time = events - overview->totals.untimed;
    *buffer = '\0';
    if (events != 0 && with_time == events)
        snprintf(buffer, size, ", every event %s a time", overview->totals.folds ? "was recorded with" : "carries");
    else if (events != 0)
        snprintf(buffer, size, ", adaptive: %s of %s events (%.1f %%) carry a time", text_count(timed, with_time),
                 text_count(all, events), 100 * (double)with_time / (double)events);
    return buffer;
}

static void print_session(struct output *output, const struct overview *overview)
{
    const struct tape_session *session = overview->session;
    char text[2 * TEXT_NUMBER + INFO_TIME], duration[TEXT_NUMBER], time[INFO_TIME];
    print_line(output, "tape", overview->path);
    print_command(output, session);
    print_line(output, "directory", session->directory);
    print_label(output, "machine");
    const char *const parts[] = {session->host, session->machine, session->kernel};
    for (size_t i = 0; i < 3; i++) {
        output_escaped(output, *parts[i] != '\0' ? parts[i] : "unknown");
        output_text(output, i < 2 ? ", " : "\n");
    }
    snprintf(text, sizeof text, "%s, for %s",
             session->start_real_ns != 0 ? info_time(time, session->start_real_ns) : "at an unknown time",
             text_duration(duration, overview->duration_ns, output_utf8(output)));
    print_line(output, "recorded", text);
    print_label(output, "clock");
    output_format(output, "%s%s; calltape ", info_clock(overview), clock_use(text, sizeof text, overview));
    output_escaped(output, session->version);
    output_text(output, "\n");
}

static void print_sizes(struct output *output, const struct overview *overview)
{
    char events[TEXT_NUMBER], calls[TEXT_NUMBER], functions[TEXT_NUMBER], size[TEXT_NUMBER];
    print_label(output, "events");
    output_format(output, "%s: %s calls of %s functions", text_count(events, overview->totals.events),
                  text_count(calls, overview->totals.entries), text_count(functions, overview->function_count));
    output_format(output, "; %s lost\n", text_count(events, overview->totals.lost_events));
    print_label(output, "size");
    output_format(output, "%s, %.2f bytes an event\n", text_bytes(size, overview->totals.bytes),
                  overview->bytes_per_event);
}

/* What all durations that are made of the tape mean. */
static void print_times(struct output *output, const struct overview *overview)
{
    char untimed[60] = "";
    if (overview->totals.events == 0)
        return;
    print_label(output, "times");
    output_text(output, "elapsed: sleeping or waiting is self time of what waits\n");
    if (overview->timed_cost_ns == 0 && overview->untimed_cost_ns == 0)
        return;
    print_label(output, "cost");
    if (overview->untimed_cost_ns != 0)
        snprintf(untimed, sizeof untimed, ", %.1f ns one without a time", overview->untimed_cost_ns);
    output_format(output, "%.1f ns an event%s: taken out (--raw leaves it in)\n", overview->timed_cost_ns, untimed);
}

static void print_more(struct output *output, uint32_t count)
{
    char number[TEXT_NUMBER];
    if (count > MOST_ROWS)
        output_format(output, "  ... and %s more (--format json lists all)\n", text_count(number, count - MOST_ROWS));
}

static void print_processes(struct output *output, const struct overview *overview)
{
    char number[TEXT_NUMBER], end[40];
    output_format(output, "\n%s process%s\n", text_count(number, overview->process_count),
                  overview->process_count == 1 ? "" : "es");
    for (uint32_t i = 0; i < overview->process_count && i < MOST_ROWS; i++) {
        const struct overview_process *process = &overview->processes[i];
        const struct tape_process *it = process->it;
        info_end(end, sizeof end, it);
        output_format(output, "  %7u  %15s calls  %-9s  %s", it->pid, text_count(number, process->calls), end,
                      it->start == CT_START_FORK ? "fork: " : "");
        output_escaped(output, *it->command != '\0' ? it->command : it->executable);
        output_text(output, "\n");
    }
    print_more(output, overview->process_count);
}

static void print_threads(struct output *output, const struct overview *overview)
{
    char number[TEXT_NUMBER], lasted[TEXT_NUMBER];
    output_format(output, "\n%s thread%s\n", text_count(number, overview->thread_count),
                  overview->thread_count == 1 ? "" : "s");
    for (uint32_t i = 0; i < overview->thread_count && i < MOST_ROWS; i++) {
        const struct overview_thread *thread = &overview->threads[i];
        text_duration(lasted, thread->end_ns - thread->start_ns, output_utf8(output));
        output_format(output, "  %7u  %15s calls  ", thread->it->tid, text_count(number, thread->it->entries));
        output_left(output, lasted, 9);
        output_pad(output, 2);
        output_escaped(output, thread->it->name != NULL ? thread->it->name : "");
        output_text(output, "\n");
    }
    print_more(output, overview->thread_count);
}

static void print_modules(struct output *output, const struct overview *overview)
{
    char number[TEXT_NUMBER];
    output_format(output, "\n%s module%s\n", text_count(number, overview->module_count),
                  overview->module_count == 1 ? "" : "s");
    for (uint32_t i = 0; i < overview->module_count && i < MOST_ROWS; i++) {
        const struct tape_module *module = &overview->modules[i];
        output_text(output, "  ");
        if (overview->process_count > 1)
            output_format(output, "%7u  ", overview->processes[module->process].it->pid);
        output_escaped(output, *module->path != '\0' ? module->path : "[no file: generated code]");
        output_format(output, "%s\n", module->unload_ticks != UINT64_MAX ? "  (unloaded)" : "");
    }
    print_more(output, overview->module_count);
}

/* "12 values, 0 to 30, the last 5", "4 frames, 14.2 ms on the mean, the longest 48.0 ms" */
static void print_told(struct output *output, const struct told_key *key)
{
    char count[TEXT_NUMBER], one[TEXT_NUMBER], other[TEXT_NUMBER];
    bool frame = key->key->kind == CT_KEY_FRAME, utf8 = output_utf8(output);
    output_format(output, "  %s%-8s  ", key->function != 0 ? "  " : "", value_kind(key->key));
    output_escaped(output, key->key->name);
    output_format(output, "%s%s %s%s", *key->key->name != '\0' ? ": " : "",
                  text_count(count, frame ? key->frames : key->values), frame ? "frame" : "value",
                  (frame ? key->frames : key->values) == 1 ? "" : "s");
    if (key->frames != 0)
        output_format(output, ", %s on the mean, the longest %s", text_duration(one, key->frame_ns / key->frames, utf8),
                      text_duration(other, key->longest_ns, utf8));
    if (key->numbers != 0)
        output_format(output, ", %s to %s", text_real(one, key->least), text_real(other, key->most));
    if (key->numbers != 0 && key->key->kind == CT_KEY_COUNTER)
        output_format(output, ", the last %s", text_real(one, key->last));
    output_text(output, "\n");
}

static void print_function(struct output *output, const struct overview *overview, uint32_t function)
{
    const char *name = labels_get(overview->labels, function)->name;
    char *brief = brief_name(name, 0, output_utf8(output) ? "…" : "...");
    output_text(output, "  ");
    output_escaped(output, brief != NULL ? brief : name);
    output_text(output, "\n");
    free(brief);
}

/* Each function is named above its own. */
static void print_values(struct output *output, const struct overview *overview, const struct told *told)
{
    uint32_t last = 0;
    if (told->count != 0)
        output_text(output, "\nvalues\n");
    for (uint32_t i = 0; i < told->count && i < MOST_ROWS; i++) {
        uint32_t function = told->keys[i].function;
        if (function != last)
            print_function(output, overview, function);
        last = function;
        print_told(output, &told->keys[i]);
    }
    print_more(output, told->count);
}

static void print_unrecorded(struct output *output, const struct overview *overview)
{
    char number[TEXT_NUMBER], functions[TEXT_NUMBER];
    const struct unrecorded *unrecorded = &overview->unrecorded;
    if (unrecorded->count == 0)
        return;
    output_format(output, "\n%s call%s of %s function%s not recorded\n", text_count(number, unrecorded->calls),
                  unrecorded->calls == 1 ? "" : "s", text_count(functions, unrecorded->count),
                  unrecorded->count == 1 ? "" : "s");
    for (size_t i = 0; i < unrecorded->count && i < MOST_ROWS; i++) {
        const struct unrecorded_row *row = &unrecorded->rows[i];
        output_format(output, "  %15s calls  ", text_count(number, row->calls));
        output_escaped(output, row->function != 0 ? labels_get(overview->labels, row->function)->name
                                                  : "[others: a process tells 8,183 functions apart]");
        output_text(output, "\n");
    }
    print_more(output, (uint32_t)unrecorded->count);
}

static void print_remark(void *context, bool warning, const char *text)
{
    struct output *output = context;
    output_style(output, warning ? OUTPUT_WARN : OUTPUT_PLAIN);
    output_format(output, "%s: %s\n", warning ? "warning" : "note", text);
    output_style(output, OUTPUT_PLAIN);
}

void info_text(struct output *output, const struct overview *overview, const struct told *told)
{
    print_session(output, overview);
    print_sizes(output, overview);
    print_times(output, overview);
    print_processes(output, overview);
    print_threads(output, overview);
    print_modules(output, overview);
    print_values(output, overview, told);
    print_unrecorded(output, overview);
    remarks(&overview->sums, output_utf8(output), print_remark, output);
}
