/* Perfetto's own format, perfetto.dev/docs/reference/synthetic-track-event: TracePackets, all of one sequence. Names
 * and places are interned, under the number of their function. Times are nanoseconds from the recording's start. */
#include <stdio.h>
#include <stdlib.h>

#include "base/deflate.h"
#include "calls/valued.h"
#include "emit/values.h"
#include "export/protobuf.h"
#include "export/tracks.h"
#include "export/words.h"

/* Field numbers, from the .proto files in protos/perfetto/trace. */
enum { TRACE_PACKET = 1 };
enum {
    PACKET_TIMESTAMP = 8,
    PACKET_SEQUENCE = 10,
    PACKET_TRACK_EVENT = 11,
    PACKET_INTERNED_DATA = 12,
    PACKET_SEQUENCE_FLAGS = 13,
    PACKET_COMPRESSED = 50,
    PACKET_TRACK_DESCRIPTOR = 60,
};
enum {
    EVENT_ANNOTATION = 4,
    EVENT_TYPE = 9,
    EVENT_NAME_IID = 10,
    EVENT_TRACK = 11,
    EVENT_NAME = 23,
    EVENT_PLACE = 34,
    EVENT_COUNTER = 44, /* a double */
};
enum { TYPE_BEGIN = 1, TYPE_END = 2, TYPE_INSTANT = 3, TYPE_COUNTER = 4 };
enum {
    ANNOTATION_BOOL = 2,
    ANNOTATION_UNSIGNED = 3,
    ANNOTATION_SIGNED = 4,
    ANNOTATION_DOUBLE = 5,
    ANNOTATION_STRING = 6,
    ANNOTATION_POINTER = 7,
    ANNOTATION_NAME = 10,
};
enum { INTERNED_NAMES = 2, INTERNED_PLACES = 4 };
enum { NAME_IID = 1, NAME_NAME = 2 };
enum { PLACE_IID = 1, PLACE_FILE = 2, PLACE_FUNCTION = 3, PLACE_LINE = 4 };
enum { TRACK_UUID = 1, TRACK_NAME = 2, TRACK_PROCESS = 3, TRACK_THREAD = 4, TRACK_PARENT = 5, TRACK_COUNTER = 8 };
enum { PROCESS_PID = 1, PROCESS_NAME = 6 };
enum { THREAD_PID = 1, THREAD_TID = 2, THREAD_NAME = 5 };
enum { FLAG_CLEARED = 1, FLAG_NEEDS_STATE = 2, SEQUENCE = 1 };

enum { COMPRESS_AT = 256 * 1024, SHORT_TEXT = 256 };

struct perfetto {
    struct export_writer writer;
    struct export_base base;
    struct output *output;
    struct output *packets; /* `output`, or memory until they are compressed */
    struct tracks tracks;
    uint8_t *interned; /* by function: 1 once it was, 3 with a place */
    const struct tape_key *keys;
    uint32_t *counters; /* by key: one more than the process of which its track was told last */
    struct valued valued;
    uint8_t packet[64 * 1024]; /* VALUED_MOST annotations fit */
};

/* ---- packets ----------------------------------------------------------------------------------------------------- */

/* What a packet holds begins behind gaps for it and for the packet itself. */
static uint8_t *content(struct perfetto *perfetto)
{
    return perfetto->packet + 2 * PROTOBUF_GAP;
}

/* A packet whose content ends at `end`. */
static void write_packet(struct perfetto *perfetto, uint8_t *first, uint8_t *end, unsigned flags)
{
    end = protobuf_number(end, PACKET_SEQUENCE, SEQUENCE);
    end = protobuf_number(end, PACKET_SEQUENCE_FLAGS, flags);
    first = protobuf_wrap(first, end, TRACE_PACKET);
    output_bytes(perfetto->packets, first, (size_t)(end - first));
}

static int compress_packets(struct perfetto *perfetto)
{
    uint8_t head[2 * PROTOBUF_NUMBER], inner[PROTOBUF_NUMBER];
    size_t count, packed = 0;
    char *packets = output_taken(perfetto->packets, &count);
    void *bytes = packets != NULL ? malloc(deflate_most(count)) : NULL;
    if (bytes != NULL)
        packed = deflate_bytes(bytes, deflate_most(count), packets, count);
    free(packets);
    if (packed == 0) {
        free(bytes);
        return error_set(perfetto->base.error, "out of memory for compressed packets");
    }
    size_t length = (size_t)(protobuf_length(inner, PACKET_COMPRESSED, packed) - inner);
    uint8_t *end = protobuf_length(head, TRACE_PACKET, length + packed);
    output_bytes(perfetto->output, head, (size_t)(end - head));
    output_bytes(perfetto->output, inner, length);
    output_bytes(perfetto->output, bytes, packed);
    free(bytes);
    return 0;
}

static int keep_small(struct perfetto *perfetto)
{
    if (perfetto->packets != perfetto->output && output_written(perfetto->packets) >= COMPRESS_AT)
        return compress_packets(perfetto);
    return output_gone(perfetto->output);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static uint8_t *put_interned_name(uint8_t *at, uint32_t function, const struct label *label)
{
    uint8_t *first = at + PROTOBUF_GAP;
    at = protobuf_number(first, NAME_IID, function + UINT64_C(1));
    at = protobuf_text(at, NAME_NAME, label->name);
    return protobuf_close(first, at, INTERNED_NAMES);
}

static uint8_t *put_interned_place(uint8_t *at, uint32_t function, const struct label *label)
{
    uint8_t *first = at + PROTOBUF_GAP;
    at = protobuf_number(first, PLACE_IID, function + UINT64_C(1));
    at = protobuf_text(at, PLACE_FILE, label->file);
    at = protobuf_text(at, PLACE_FUNCTION, label->name);
    at = protobuf_number(at, PLACE_LINE, label->line);
    return protobuf_close(first, at, INTERNED_PLACES);
}

static void intern(struct perfetto *perfetto, uint32_t function)
{
    const struct label *label = labels_get(perfetto->base.source->labels, function);
    uint8_t *end = put_interned_name(content(perfetto), function, label);
    perfetto->interned[function] = 1;
    if (label->file != NULL) {
        end = put_interned_place(end, function, label);
        perfetto->interned[function] = 3;
    }
    write_packet(perfetto, protobuf_wrap(content(perfetto), end, PACKET_INTERNED_DATA), end, FLAG_NEEDS_STATE);
}

/* ---- tracks ------------------------------------------------------------------------------------------------------ */

/* Processes come first; the numbers of threads and of further stacks go on from there. */
static uint64_t process_uuid(uint32_t process)
{
    return process + UINT64_C(1);
}

static uint64_t track_uuid(const struct perfetto *perfetto, const struct track *track)
{
    const struct overview *overview = perfetto->base.source->overview;
    if (track->lane == 0)
        return overview->process_count + UINT64_C(1) + perfetto->tracks.thread;
    return (uint64_t)overview->process_count + overview->thread_count + 1 + (track->tid - TRACKS_FIRST_OWN);
}

static void write_descriptor(struct perfetto *perfetto, const uint8_t *bytes, size_t count, bool first)
{
    uint8_t *packet = perfetto->packet + PROTOBUF_GAP;
    uint8_t *end = protobuf_bytes(packet, PACKET_TRACK_DESCRIPTOR, bytes, count);
    write_packet(perfetto, packet, end, first ? FLAG_CLEARED : 0);
}

static void write_process(struct perfetto *perfetto, uint32_t number)
{
    const struct tape_process *process = perfetto->base.source->overview->processes[number].it;
    const char *name = process->command[0] != '\0' ? process->command : process->executable;
    uint8_t inner[PROTOBUF_TEXT + 64], bytes[PROTOBUF_TEXT + 128], *end;
    end = protobuf_number(inner, PROCESS_PID, perfetto->tracks.pids[number]);
    end = protobuf_text(end, PROCESS_NAME, name);
    size_t count = (size_t)(end - inner);
    end = protobuf_number(bytes, TRACK_UUID, process_uuid(number));
    end = protobuf_bytes(end, TRACK_PROCESS, inner, count);
    write_descriptor(perfetto, bytes, (size_t)(end - bytes), number == 0);
}

static void write_track(struct perfetto *perfetto, struct track *track)
{
    uint8_t inner[PROTOBUF_TEXT + 64], bytes[PROTOBUF_TEXT + 128], *end;
    char name[256];
    track->announced = true;
    tracks_name(&perfetto->tracks, track, name, sizeof name);
    uint32_t process = perfetto->base.source->overview->threads[perfetto->tracks.thread].it->process;
    end = protobuf_number(inner, THREAD_PID, track->pid);
    end = protobuf_number(end, THREAD_TID, track->tid);
    end = protobuf_text(end, THREAD_NAME, name);
    size_t count = (size_t)(end - inner);
    end = protobuf_number(bytes, TRACK_UUID, track_uuid(perfetto, track));
    end = protobuf_number(end, TRACK_PARENT, process_uuid(process));
    end = protobuf_bytes(end, TRACK_THREAD, inner, count);
    write_descriptor(perfetto, bytes, (size_t)(end - bytes), false);
}

static struct track *track_of(struct perfetto *perfetto, uint64_t stack, uint64_t ticks)
{
    struct track *track = tracks_get(&perfetto->tracks, stack, ticks);
    if (track == NULL)
        error_set(perfetto->base.error, "out of memory for the stacks of thread %u", perfetto->tracks.thread);
    else if (!track->announced)
        write_track(perfetto, track);
    return track;
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

static uint8_t *put_annotation(uint8_t *at, const char *name, const char *value)
{
    if (value == NULL)
        return at;
    uint8_t *first = at + PROTOBUF_GAP;
    at = protobuf_text(first, ANNOTATION_NAME, name);
    at = protobuf_text(at, ANNOTATION_STRING, value);
    return protobuf_close(first, at, EVENT_ANNOTATION);
}

static uint8_t *put_short(uint8_t *at, uint32_t field, const char *text)
{
    char valid[SHORT_TEXT];
    return protobuf_bytes(at, field, valid, text_valid(valid, sizeof valid, text));
}

static uint8_t *put_number(uint8_t *at, const struct tape_key *key, const struct tape_value *value)
{
    char text[SHORT_TEXT];
    if (value->state == CT_VALUE_WHOLE && key->type == CT_TYPE_I64)
        return protobuf_number(at, ANNOTATION_SIGNED, (uint64_t)value_i64(value));
    if (value->state == CT_VALUE_WHOLE && key->type == CT_TYPE_U64)
        return protobuf_number(at, ANNOTATION_UNSIGNED, value_u64(value));
    if (value->state == CT_VALUE_WHOLE && key->type == CT_TYPE_F64)
        return protobuf_double(at, ANNOTATION_DOUBLE, value_f64(value));
    if (value->state == CT_VALUE_WHOLE && key->type == CT_TYPE_BOOL)
        return protobuf_number(at, ANNOTATION_BOOL, value_u64(value) != 0);
    if (value->state == CT_VALUE_WHOLE && key->type == CT_TYPE_POINTER)
        return protobuf_number(at, ANNOTATION_POINTER, value_u64(value));
    value_plain(text, sizeof text, key, value);
    return put_short(at, ANNOTATION_STRING, text);
}

static uint8_t *put_value(uint8_t *at, const struct tape_key *key, const struct tape_value *value)
{
    uint8_t *first = at + PROTOBUF_GAP;
    at = put_short(first, ANNOTATION_NAME, *key->name != '\0' ? key->name : value_kind(key));
    return protobuf_close(first, put_number(at, key, value), EVENT_ANNOTATION);
}

static uint8_t *put_told(const struct perfetto *perfetto, uint8_t *at, const struct kept_value *kept)
{
    for (; kept != NULL; kept = kept->next)
        at = put_value(at, &perfetto->keys[kept->value.key], &kept->value);
    return at;
}

static uint8_t *put_event(const struct perfetto *perfetto, uint8_t *at, const struct track *track, unsigned type)
{
    at = protobuf_number(at, EVENT_TYPE, type);
    return protobuf_number(at, EVENT_TRACK, track_uuid(perfetto, track));
}

/* The event from content() to `end`, at that time. */
static int write_event(struct perfetto *perfetto, uint8_t *end, uint64_t ticks)
{
    uint8_t *first = protobuf_wrap(content(perfetto), end, PACKET_TRACK_EVENT);
    end = protobuf_number(end, PACKET_TIMESTAMP, export_ns(&perfetto->base, ticks));
    write_packet(perfetto, first, end, FLAG_NEEDS_STATE);
    return keep_small(perfetto);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct perfetto *perfetto = context;
    const struct track *track = track_of(perfetto, call->stack, call->start_ticks);
    (void)parent;
    valued_begin(call);
    if (track == NULL)
        return -1;
    if (perfetto->interned[call->function] == 0)
        intern(perfetto, call->function);
    uint8_t *end = put_event(perfetto, content(perfetto), track, TYPE_BEGIN);
    end = protobuf_number(end, EVENT_NAME_IID, call->function + UINT64_C(1));
    if (perfetto->interned[call->function] == 3)
        end = protobuf_number(end, EVENT_PLACE, call->function + UINT64_C(1));
    if (words_begin(call->flags) != NULL)
        end = put_annotation(end, "began", words_begin(call->flags));
    return write_event(perfetto, end, call->start_ticks);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct perfetto *perfetto = context;
    struct track *track = track_of(perfetto, call->stack, call->end_ticks);
    (void)parent;
    if (track == NULL)
        return -1;
    uint8_t *last = put_event(perfetto, content(perfetto), track, TYPE_END);
    last = put_annotation(last, "ended", words_end(call->flags));
    last = put_told(perfetto, last, valued_of(&perfetto->valued, call));
    valued_end(&perfetto->valued, call);
    if (call->depth == 0)
        tracks_leave(&perfetto->tracks, track, call->end_ticks);
    return write_event(perfetto, last, call->end_ticks);
}

static int note(void *context, const struct tape_event *event)
{
    struct perfetto *perfetto = context;
    char text[1024];
    if (!words_note(perfetto->base.source, event, text, sizeof text))
        return 0;
    const struct track *now = perfetto->tracks.current,
                       *track = track_of(perfetto, now != NULL ? now->stack : 0, event->ticks);
    if (track == NULL)
        return -1;
    uint8_t *last = put_event(perfetto, content(perfetto), track, TYPE_INSTANT);
    last = protobuf_text(last, EVENT_NAME, text);
    return write_event(perfetto, last, event->ticks);
}

/* A counter has a track of its own, below its process. */
static uint64_t counter_uuid(uint32_t process, const struct tape_key *key)
{
    return UINT64_C(1) << 62 | (uint64_t)process << 24 | key->same;
}

static void write_counter_track(struct perfetto *perfetto, uint32_t process, const struct tape_key *key)
{
    uint8_t bytes[2 * SHORT_TEXT], *end = protobuf_number(bytes, TRACK_UUID, counter_uuid(process, key));
    perfetto->counters[key->same] = process + 1;
    end = put_short(end, TRACK_NAME, key->name);
    end = protobuf_number(end, TRACK_PARENT, process_uuid(process));
    end = protobuf_length(end, TRACK_COUNTER, 0);
    write_descriptor(perfetto, bytes, (size_t)(end - bytes), false);
}

static int write_counter(struct perfetto *perfetto, const struct tape_key *key, double number, uint64_t ticks)
{
    uint32_t process = perfetto->base.source->overview->threads[perfetto->tracks.thread].it->process;
    if (perfetto->counters[key->same] != process + 1)
        write_counter_track(perfetto, process, key);
    uint8_t *last = protobuf_number(content(perfetto), EVENT_TYPE, TYPE_COUNTER);
    last = protobuf_number(last, EVENT_TRACK, counter_uuid(process, key));
    return write_event(perfetto, protobuf_double(last, EVENT_COUNTER, number), ticks);
}

static int write_mark(struct perfetto *perfetto, const struct track *track, const struct tape_key *key,
                      const struct tape_value *value)
{
    uint8_t *last = put_event(perfetto, content(perfetto), track, TYPE_INSTANT);
    last = put_value(last, key, value);
    last = put_short(last, EVENT_NAME, *key->name != '\0' ? key->name : value_kind(key));
    return write_event(perfetto, last, value->ticks);
}

/* Arguments and results go with the end of their call. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct perfetto *perfetto = context;
    const struct tape_key *key = &perfetto->keys[event->value->key];
    const struct track *now = perfetto->tracks.current;
    double number;
    int kept = 0;
    if (key->kind == CT_KEY_COUNTER && value_number(key, event->value, &number))
        return write_counter(perfetto, key, number, event->value->ticks);
    if (call != NULL && (key->kind == CT_KEY_ARGUMENT || key->kind == CT_KEY_RETURN))
        kept = valued_add(&perfetto->valued, event, call);
    if (kept < 0)
        return error_set(perfetto->base.error, "out of memory for values");
    if (kept > 0)
        return 0;
    const struct track *track = track_of(perfetto,
                                         call != NULL  ? call->stack
                                         : now != NULL ? now->stack
                                                       : 0,
                                         event->ticks);
    return track != NULL ? write_mark(perfetto, track, key, event->value) : -1;
}

static int thread(struct export_writer *writer, uint32_t number)
{
    struct perfetto *perfetto = (struct perfetto *)writer;
    if (tracks_thread(&perfetto->tracks, number) == 0)
        return 0;
    return error_set(perfetto->base.error, "out of memory for thread %u", number);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static int close_perfetto(struct export_writer *writer)
{
    struct perfetto *perfetto = (struct perfetto *)writer;
    int status = 0;
    if (perfetto->packets != NULL && perfetto->packets != perfetto->output) {
        if (output_written(perfetto->packets) != 0)
            status = compress_packets(perfetto);
        output_close(perfetto->packets, NULL);
    }
    if (perfetto->output != NULL &&
        export_close(perfetto->base.target, perfetto->output, status == 0 ? perfetto->base.error : NULL) != 0)
        status = -1;
    valued_free(&perfetto->valued);
    tracks_free(&perfetto->tracks);
    free(perfetto->counters);
    free(perfetto->interned);
    free(perfetto);
    return status;
}

static bool open_outputs(struct perfetto *perfetto)
{
    const struct export_base *base = &perfetto->base;
    perfetto->output = export_open(base->target, NULL, base->error);
    if (perfetto->output == NULL)
        return false;
    perfetto->packets = base->source->compress ? output_memory(base->error) : perfetto->output;
    return perfetto->packets != NULL;
}

struct export_writer *perfetto_open(const struct export_base *base)
{
    uint32_t functions, keys;
    struct perfetto *perfetto = calloc(1, sizeof *perfetto);
    if (perfetto == NULL) {
        error_set(base->error, "out of memory");
        return NULL;
    }
    tape_functions(base->source->tape, &functions);
    perfetto->writer = (struct export_writer){
        {.begin = begin, .end = end, .note = note, .value = value, .context = perfetto}, thread, NULL, close_perfetto};
    perfetto->base = *base;
    perfetto->keys = tape_keys(base->source->tape, &keys);
    perfetto->counters = calloc(keys + (size_t)1, sizeof *perfetto->counters);
    perfetto->interned = calloc(functions, sizeof *perfetto->interned);
    if (perfetto->interned == NULL || perfetto->counters == NULL) {
        error_set(base->error, "out of memory for %u functions", functions);
    } else if (tracks_init(&perfetto->tracks, base->source, base->error) == 0 && open_outputs(perfetto)) {
        for (uint32_t i = 0; i < base->source->overview->process_count; i++)
            write_process(perfetto, i);
        return &perfetto->writer;
    }
    close_perfetto(&perfetto->writer);
    return NULL;
}
