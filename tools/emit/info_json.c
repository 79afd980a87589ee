#include <stdio.h>

#include "base/json.h"
#include "emit/info.h"
#include "emit/names.h"
#include "emit/values.h"

static void write_session(struct json *json, const struct overview *overview)
{
    const struct tape_session *session = overview->session;
    char time[INFO_TIME];
    json_line(json, 1);
    json_open_array(json, "command");
    for (uint32_t i = 0; i < session->argument_count; i++)
        json_string(json, NULL, session->arguments[i]);
    json_close_array(json);
    json_string(json, "directory", session->directory);
    json_string(json, "host", session->host);
    json_string(json, "machine", session->machine);
    json_string(json, "kernel", session->kernel);
    if (session->start_real_ns != 0)
        json_string(json, "start", info_time(time, session->start_real_ns));
    else
        json_null(json, "start");
    json_string(json, "version", session->version);
}

static void write_processes(struct json *json, const struct overview *overview)
{
    char end[40];
    json_line(json, 1);
    json_open_array(json, "process_list");
    for (uint32_t i = 0; i < overview->process_count; i++) {
        const struct overview_process *process = &overview->processes[i];
        json_line(json, 2);
        json_open_object(json, NULL);
        json_number(json, "pid", process->it->pid);
        json_number(json, "ppid", process->it->ppid);
        json_string(json, "started_by", process->it->start == CT_START_FORK ? "fork" : "exec");
        json_string(json, "executable", process->it->executable);
        json_string(json, "command", process->it->command);
        json_number(json, "start_ns", process->start_ns);
        json_number(json, "end_ns", process->end_ns);
        json_string(json, "end", info_end(end, sizeof end, process->it));
        json_number(json, "threads", process->threads);
        json_number(json, "events", process->events);
        json_number(json, "calls", process->calls);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_threads(struct json *json, const struct overview *overview)
{
    json_line(json, 1);
    json_open_array(json, "thread_list");
    for (uint32_t i = 0; i < overview->thread_count; i++) {
        const struct overview_thread *thread = &overview->threads[i];
        json_line(json, 2);
        json_open_object(json, NULL);
        json_number(json, "index", i);
        json_number(json, "tid", thread->it->tid);
        json_number(json, "pid", overview->processes[thread->it->process].it->pid);
        json_string(json, "name", thread->it->name);
        json_number(json, "start_ns", thread->start_ns);
        json_number(json, "end_ns", thread->end_ns);
        json_number(json, "events", thread->it->events);
        json_number(json, "calls", thread->it->entries);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_modules(struct json *json, const struct overview *overview)
{
    json_line(json, 1);
    json_open_array(json, "modules");
    for (uint32_t i = 0; i < overview->module_count; i++) {
        const struct tape_module *module = &overview->modules[i];
        char id[2 * CT_BUILD_ID_BYTES + 1] = "";
        for (uint32_t n = 0; n < module->build_id_bytes && n < CT_BUILD_ID_BYTES; n++)
            snprintf(id + 2 * n, 3, "%02x", module->build_id[n]);
        json_line(json, 2);
        json_open_object(json, NULL);
        json_string(json, "path", module->path);
        json_string(json, "build_id", id[0] != '\0' ? id : NULL);
        json_number(json, "base", module->base);
        json_number(json, "start", module->start);
        json_number(json, "end", module->end);
        json_number(json, "pid", overview->processes[module->process].it->pid);
        json_bool(json, "unloaded", module->unload_ticks != UINT64_MAX);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_values(struct json *json, const struct overview *overview, const struct told *told)
{
    json_line(json, 1);
    json_open_array(json, "values");
    for (uint32_t i = 0; i < told->count; i++) {
        const struct told_key *key = &told->keys[i];
        json_line(json, 2);
        json_open_object(json, NULL);
        if (key->function != 0)
            json_label(json, labels_get(overview->labels, key->function));
        json_string(json, "name", key->key->name);
        json_string(json, "kind", value_kind(key->key));
        json_number(json, "values", key->values);
        if (key->numbers != 0) {
            json_exact(json, "least", key->least);
            json_exact(json, "most", key->most);
            json_exact(json, "last", key->last);
        }
        if (key->key->kind == CT_KEY_FRAME) {
            json_number(json, "frames", key->frames);
            json_number(json, "frames_ns", key->frame_ns);
            json_number(json, "longest_ns", key->longest_ns);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_unrecorded(struct json *json, const struct overview *overview)
{
    json_line(json, 1);
    json_open_array(json, "unrecorded");
    for (size_t i = 0; i < overview->unrecorded.count; i++) {
        const struct unrecorded_row *row = &overview->unrecorded.rows[i];
        json_line(json, 2);
        json_open_object(json, NULL);
        json_label(json, labels_get(overview->labels, row->function));
        json_number(json, "calls", row->calls);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_damage(struct json *json, const struct sums *sums)
{
    json_line(json, 1);
    json_open_array(json, "damage");
    for (size_t i = 0; i < sums->damage_count; i++) {
        json_open_object(json, NULL);
        json_number(json, "offset", sums->damages[i].offset);
        json_string(json, "what", sums->damages[i].what);
        json_close_object(json);
    }
    json_close_array(json);
    json_open_array(json, "notes");
    for (size_t i = 0; i < sums->note_count; i++)
        json_string(json, NULL, sums->notes[i]);
    json_close_array(json);
}

void info_json(struct output *output, const struct overview *overview, const struct told *told)
{
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_line(&json, 1);
    json_number(&json, "events", overview->totals.events);
    json_number(&json, "calls", overview->totals.entries);
    json_number(&json, "lost_events", overview->totals.lost_events);
    json_number(&json, "threads", overview->thread_count);
    json_number(&json, "processes", overview->process_count);
    json_number(&json, "functions", overview->function_count);
    json_number(&json, "duration_ns", overview->duration_ns);
    json_number(&json, "size_bytes", overview->totals.bytes);
    json_real(&json, "bytes_per_event", overview->bytes_per_event, 3);
    json_string(&json, "clock", info_clock(overview));
    json_number(&json, "timed_events", overview->totals.events - overview->totals.untimed);
    json_bool(&json, "finished", overview->session->finished);
    json_bool(&json, "damaged", overview->sums.damage_count != 0);
    write_session(&json, overview);
    write_processes(&json, overview);
    write_threads(&json, overview);
    write_modules(&json, overview);
    write_values(&json, overview, told);
    write_unrecorded(&json, overview);
    write_damage(&json, &overview->sums);
    output_text(output, "\n");
    json_close_object(&json);
    output_text(output, "\n");
}
