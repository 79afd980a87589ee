/* speedscope's own JSON, www.speedscope.app/file-format-schema.json: the functions, then a profile a track, which holds
 * its calls' entries and exits. A thread with several tracks is read once for each. */
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "base/json.h"
#include "export/tracks.h"
#include "export/words.h"

struct speedscope {
    struct export_writer writer;
    struct export_base base;
    struct output *output;
    struct json json;
    struct tracks tracks;
    const struct tape_function *functions;
    uint32_t *frames; /* by function: its index */
    uint32_t lane;    /* being written */
    bool open;        /* its profile was begun */
    uint64_t first_ns, last_ns;
};

static int no_memory(const struct speedscope *speedscope)
{
    return error_set(speedscope->base.error, "out of memory for thread %u", speedscope->tracks.thread);
}

/* ---- profiles ---------------------------------------------------------------------------------------------------- */

static void begin_profile(struct speedscope *speedscope, const struct track *track, uint64_t ns)
{
    const struct overview *overview = speedscope->base.source->overview;
    struct json *json = &speedscope->json;
    char name[256], full[300];
    tracks_name(&speedscope->tracks, track, name, sizeof name);
    snprintf(full, sizeof full, overview->process_count > 1 ? "%s (%u, process %u)" : "%s (%u)", name,
             speedscope->tracks.tids[speedscope->tracks.thread], track->pid);
    json_line(json, 0);
    json_open_object(json, NULL);
    json_string(json, "type", "evented");
    json_string(json, "name", full);
    json_string(json, "unit", "nanoseconds");
    json_open_array(json, "events");
    speedscope->open = true;
    speedscope->first_ns = ns;
}

static void end_profile(struct speedscope *speedscope)
{
    struct json *json = &speedscope->json;
    if (!speedscope->open)
        return;
    speedscope->open = false;
    output_text(speedscope->output, "\n");
    json_close_array(json);
    json_number(json, "startValue", speedscope->first_ns);
    json_number(json, "endValue", speedscope->last_ns);
    json_close_object(json);
}

static void write_event(struct speedscope *speedscope, const char *kind, size_t length, uint32_t function, uint64_t ns)
{
    char *at = output_room(speedscope->output, 128);
    if (speedscope->json.comma)
        *at++ = ',';
    speedscope->json.comma = true;
    memcpy(at, kind, length);
    at = digits_put(at + length, speedscope->frames[speedscope->functions[function].same]);
    memcpy(at, ",\"at\":", 6);
    at = digits_put(at + 6, ns);
    *at++ = '}';
    speedscope->last_ns = ns;
    output_filled(speedscope->output, at);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    static const char kind[] = "\n{\"type\":\"O\",\"frame\":";
    struct speedscope *speedscope = context;
    const struct track *track = tracks_get(&speedscope->tracks, call->stack, call->start_ticks);
    (void)parent;
    if (track == NULL)
        return no_memory(speedscope);
    if (track->lane != speedscope->lane)
        return 0;
    uint64_t ns = export_ns(&speedscope->base, call->start_ticks);
    if (!speedscope->open)
        begin_profile(speedscope, track, ns);
    write_event(speedscope, kind, sizeof kind - 1, call->function, ns);
    return output_gone(speedscope->output);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    static const char kind[] = "\n{\"type\":\"C\",\"frame\":";
    struct speedscope *speedscope = context;
    struct track *track = tracks_get(&speedscope->tracks, call->stack, call->end_ticks);
    (void)parent;
    if (track == NULL)
        return no_memory(speedscope);
    if (track->lane == speedscope->lane)
        write_event(speedscope, kind, sizeof kind - 1, call->function, export_ns(&speedscope->base, call->end_ticks));
    if (call->depth == 0)
        tracks_leave(&speedscope->tracks, track, call->end_ticks);
    return 0;
}

static int thread(struct export_writer *writer, uint32_t number)
{
    struct speedscope *speedscope = (struct speedscope *)writer;
    return tracks_thread(&speedscope->tracks, number) == 0 ? 0 : no_memory(speedscope);
}

/* Is there another track? The next pass is its. */
static bool again(struct export_writer *writer)
{
    struct speedscope *speedscope = (struct speedscope *)writer;
    end_profile(speedscope);
    speedscope->lane++;
    if (speedscope->lane < speedscope->tracks.lane_count)
        return true;
    speedscope->lane = 0;
    return false;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static void write_frame(struct speedscope *speedscope, const struct label *label)
{
    struct json *json = &speedscope->json;
    json_line(json, 0);
    json_open_object(json, NULL);
    json_string(json, "name", label->name);
    if (label->file != NULL)
        json_string(json, "file", label->file);
    if (label->line != 0)
        json_number(json, "line", label->line);
    json_close_object(json);
}

static void write_start(struct speedscope *speedscope, uint32_t functions)
{
    const struct export_source *source = speedscope->base.source;
    struct json *json = &speedscope->json;
    char command[1024];
    uint32_t frames = 0;
    words_command(source->overview->session, command, sizeof command);
    json->output = speedscope->output;
    json_open_object(json, NULL);
    json_string(json, "$schema", "https://www.speedscope.app/file-format-schema.json");
    json_string(json, "exporter", "calltape " CALLTAPE_VERSION);
    json_string(json, "name", command);
    json_open_object(json, "shared");
    json_open_array(json, "frames");
    for (uint32_t i = 0; i < functions; i++) {
        if (speedscope->functions[i].same != i)
            continue;
        speedscope->frames[i] = frames++;
        write_frame(speedscope, labels_get(source->labels, i));
    }
    json_close_array(json);
    json_close_object(json);
    json_open_array(json, "profiles");
}

static int close_speedscope(struct export_writer *writer)
{
    struct speedscope *speedscope = (struct speedscope *)writer;
    int status = 0;
    if (speedscope->output != NULL) {
        end_profile(speedscope);
        json_close_array(&speedscope->json);
        json_close_object(&speedscope->json);
        output_text(speedscope->output, "\n");
        status = export_close(speedscope->base.target, speedscope->output, speedscope->base.error);
    }
    tracks_free(&speedscope->tracks);
    free(speedscope->frames);
    free(speedscope);
    return status;
}

struct export_writer *speedscope_open(const struct export_base *base)
{
    uint32_t functions;
    struct speedscope *speedscope = calloc(1, sizeof *speedscope);
    if (speedscope == NULL) {
        error_set(base->error, "out of memory");
        return NULL;
    }
    speedscope->writer =
        (struct export_writer){{.begin = begin, .end = end, .context = speedscope}, thread, again, close_speedscope};
    speedscope->base = *base;
    speedscope->functions = tape_functions(base->source->tape, &functions);
    speedscope->frames = calloc(functions, sizeof *speedscope->frames);
    if (speedscope->frames == NULL)
        error_set(base->error, "out of memory for %u functions", functions);
    else if (tracks_init(&speedscope->tracks, base->source, base->error) == 0)
        speedscope->output = export_open(base->target, NULL, base->error);
    if (speedscope->output != NULL) {
        write_start(speedscope, functions);
        return &speedscope->writer;
    }
    close_speedscope(&speedscope->writer);
    return NULL;
}
