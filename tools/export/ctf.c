/* Common Trace Format 1.8, diamon.org/ctf/v1.8.3: a directory with `metadata`, which describes all in TSDL,
 * `functions`, an event for each function, and a file a track. Events name functions by number; an enumeration in the
 * metadata gives their names. Streams consist of packets, which tell their process and thread. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "emit/values.h"
#include "export/tracks.h"
#include "export/words.h"

#define MAGIC 0xc1fc1fc1u
enum { CALLS_STREAM = 0, FUNCTIONS_STREAM = 1 };
enum { ENTRY, EXIT, RESUMED, LEFT, NOTE, FRAME, TEXT, INTEGER, NATURAL, REAL, TRUTH, POINTER }; /* event classes */
enum { HOW_INHERITED, HOW_EARLIER, HOW_JUMP, HOW_NEVER, HOW_CUT, HOW_LATER, HOWS };
static const char *const hows[HOWS] = {"inherited", "earlier", "jump", "never", "cut", "later"};

enum { PACKET_BYTES = 64 * 1024, EVENT_MOST = 4 * 4096, TEXT_MOST = 4096 };

/* A file of packets; the one being filled. */
struct stream {
    struct output *output;
    uint8_t *packet, *end;
    uint64_t first_ns, last_ns;
    size_t times; /* where in the packet its context begins: times and sizes */
};

struct ctf {
    struct export_writer writer;
    struct export_base base;
    struct tracks tracks;
    const struct tape_key *keys;
    struct stream *streams; /* by lane of the thread at work */
    uint32_t stream_count;
    struct stream notes; /* of that thread: they come when they are read, calls when it is known that they are shown */
};

/* ---- packets ----------------------------------------------------------------------------------------------------- */

static uint8_t *put(uint8_t *at, const void *bytes, size_t count)
{
    memcpy(at, bytes, count);
    return at + count;
}

static uint8_t *put8(uint8_t *at, uint8_t n)
{
    *at = n;
    return at + 1;
}

static uint8_t *put32(uint8_t *at, uint32_t n)
{
    return put(at, &n, sizeof n);
}

static uint8_t *put64(uint8_t *at, uint64_t n)
{
    return put(at, &n, sizeof n);
}

/* Not of length 0: babeltrace 2.0 then shows what stood there before. */
static uint8_t *put_string(uint8_t *at, const char *text)
{
    size_t length = strnlen(text, TEXT_MOST - 1);
    at = put(at, text, length);
    return put8(at, 0);
}

static void begin_packet(const struct ctf *ctf, struct stream *stream, uint32_t id, const struct track *track)
{
    char name[256];
    uint8_t *at = put32(put32(stream->packet, MAGIC), id);
    stream->times = (size_t)(at - stream->packet);
    at += 4 * sizeof(uint64_t);
    if (track != NULL) {
        tracks_name(&ctf->tracks, track, name, sizeof name);
        at = put_string(put32(put32(at, track->pid), track->tid), name);
    }
    stream->end = at;
    stream->first_ns = UINT64_MAX;
}

/* Sizes are in bits, the packet's without padding. */
static void end_packet(struct stream *stream)
{
    size_t bytes = (size_t)(stream->end - stream->packet);
    if (stream->first_ns == UINT64_MAX)
        return;
    uint8_t *at = put64(stream->packet + stream->times, stream->first_ns);
    at = put64(at, stream->last_ns);
    put64(put64(at, bytes * 8), bytes * 8);
    output_bytes(stream->output, stream->packet, bytes);
}

static bool is_full(const struct stream *stream)
{
    return (size_t)(stream->end - stream->packet) > PACKET_BYTES - EVENT_MOST;
}

static uint8_t *put_event(struct stream *stream, uint8_t id, uint64_t ns)
{
    if (stream->first_ns == UINT64_MAX)
        stream->first_ns = ns;
    stream->last_ns = ns;
    return put64(put8(stream->end, id), ns);
}

static int open_stream(struct ctf *ctf, struct stream *stream, const char *name)
{
    *stream = (struct stream){.packet = malloc(PACKET_BYTES)};
    if (stream->packet == NULL)
        return error_set(ctf->base.error, "out of memory for a packet");
    stream->output = export_open(ctf->base.target, name, ctf->base.error);
    return stream->output != NULL ? 0 : -1;
}

static int close_stream(struct ctf *ctf, struct stream *stream)
{
    int status = 0;
    if (stream->output != NULL) {
        end_packet(stream);
        status = export_close(ctf->base.target, stream->output, ctf->base.error);
    }
    free(stream->packet);
    *stream = (struct stream){0};
    return status;
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

static int open_track(struct ctf *ctf, struct track *track)
{
    char name[64];
    struct stream *streams = realloc(ctf->streams, ctf->tracks.lane_count * sizeof *streams);
    if (streams == NULL)
        return error_set(ctf->base.error, "out of memory for the stacks of thread %u", ctf->tracks.thread);
    ctf->streams = streams;
    for (; ctf->stream_count < ctf->tracks.lane_count; ctf->stream_count++)
        streams[ctf->stream_count] = (struct stream){0};
    track->announced = true;
    snprintf(name, sizeof name, track->lane == 0 ? "thread_%u" : "thread_%u_stack_%u", ctf->tracks.thread, track->lane);
    return open_stream(ctf, &streams[track->lane], name);
}

/* With room for an event; NULL: the error is set. */
static struct stream *stream_of(struct ctf *ctf, struct track *track)
{
    bool fresh = track != NULL && !track->announced;
    if (track == NULL) {
        error_set(ctf->base.error, "out of memory for the stacks of thread %u", ctf->tracks.thread);
        return NULL;
    }
    if (fresh && open_track(ctf, track) != 0)
        return NULL;
    struct stream *stream = &ctf->streams[track->lane];
    if (!fresh && !is_full(stream))
        return stream;
    if (!fresh)
        end_packet(stream);
    begin_packet(ctf, stream, CALLS_STREAM, track);
    return stream;
}

static uint8_t how(const char *word)
{
    uint8_t i = 0;
    while (strcmp(hows[i], word) != 0)
        i++;
    return i;
}

static int write_call(struct ctf *ctf, const struct call *call, uint8_t id, const char *word, uint64_t ticks)
{
    struct stream *stream = stream_of(ctf, tracks_get(&ctf->tracks, call->stack, ticks));
    if (stream == NULL)
        return -1;
    stream->end = put32(put_event(stream, id, export_ns(&ctf->base, ticks)), call->function);
    if (word != NULL)
        stream->end = put8(stream->end, how(word));
    return output_gone(stream->output);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    const char *word = words_begin(call->flags);
    (void)parent;
    return write_call(context, call, word != NULL ? RESUMED : ENTRY, word, call->start_ticks);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct ctf *ctf = context;
    const char *word = words_end(call->flags);
    (void)parent;
    int status = write_call(ctf, call, word != NULL ? LEFT : EXIT, word, call->end_ticks);
    if (status == 0 && call->depth == 0)
        tracks_leave(&ctf->tracks, tracks_get(&ctf->tracks, call->stack, call->end_ticks), call->end_ticks);
    return status;
}

static int open_notes(struct ctf *ctf)
{
    char name[64];
    snprintf(name, sizeof name, "thread_%u_notes", ctf->tracks.thread);
    if (open_stream(ctf, &ctf->notes, name) != 0)
        return -1;
    begin_packet(ctf, &ctf->notes, CALLS_STREAM, ctf->tracks.lanes[0]);
    return 0;
}

/* With room for an event; NULL: the error is set. */
static struct stream *notes_of(struct ctf *ctf)
{
    if (ctf->notes.output == NULL && open_notes(ctf) != 0)
        return NULL;
    if (is_full(&ctf->notes)) {
        end_packet(&ctf->notes);
        begin_packet(ctf, &ctf->notes, CALLS_STREAM, ctf->tracks.lanes[0]);
    }
    return &ctf->notes;
}

/* Which class of events holds it. */
static uint8_t class_of(const struct tape_key *key, const struct tape_value *value)
{
    if (key->kind == CT_KEY_FRAME)
        return FRAME;
    if (value->state != CT_VALUE_WHOLE)
        return TEXT;
    switch ((enum ct_value_type)key->type) {
    case CT_TYPE_I64:
        return INTEGER;
    case CT_TYPE_U64:
        return NATURAL;
    case CT_TYPE_F64:
        return REAL;
    case CT_TYPE_BOOL:
        return TRUTH;
    case CT_TYPE_POINTER:
        return POINTER;
    default:
        return TEXT;
    }
}

static uint8_t *put_value(uint8_t *at, uint8_t class, const struct tape_key *key, const struct tape_value *value)
{
    char text[TEXT_MOST];
    double real;
    switch (class) {
    case FRAME:
        return at;
    case INTEGER:
        return put64(at, (uint64_t)value_i64(value));
    case REAL:
        real = value_f64(value);
        return put(at, &real, sizeof real);
    case TRUTH:
        return put8(at, value_u64(value) != 0);
    case TEXT:
        value_plain(text, sizeof text, key, value);
        return put_string(at, text);
    default:
        return put64(at, value_u64(value));
    }
}

/* What is of a call stands on its track, in order with it. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct ctf *ctf = context;
    const struct tape_value *it = event->value;
    const struct tape_key *key = &ctf->keys[it->key];
    bool timed = call == NULL || it->timed;
    struct stream *stream = timed ? notes_of(ctf) : stream_of(ctf, tracks_get(&ctf->tracks, call->stack, it->ticks));
    if (stream == NULL)
        return -1;
    uint8_t class = class_of(key, it), *at = put_event(stream, class, export_ns(&ctf->base, it->ticks));
    const char *name = *key->name != '\0' ? key->name : value_kind(key);
    stream->end = put_value(put_string(put_string(at, value_kind(key)), name), class, key, it);
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct ctf *ctf = context;
    char text[1024];
    if (!words_note(ctf->base.source, event, text, sizeof text))
        return 0;
    if (notes_of(ctf) == NULL)
        return -1;
    uint64_t ns = export_ns(&ctf->base, event->ticks);
    ctf->notes.end = put_string(put_event(&ctf->notes, NOTE, ns), text);
    return 0;
}

static int close_streams(struct ctf *ctf)
{
    int status = close_stream(ctf, &ctf->notes);
    for (uint32_t i = 0; i < ctf->stream_count; i++)
        if (close_stream(ctf, &ctf->streams[i]) != 0)
            status = -1;
    ctf->stream_count = 0;
    return status;
}

static int thread(struct export_writer *writer, uint32_t number)
{
    struct ctf *ctf = (struct ctf *)writer;
    if (close_streams(ctf) != 0)
        return -1;
    if (tracks_thread(&ctf->tracks, number) == 0)
        return 0;
    return error_set(ctf->base.error, "out of memory for thread %u", number);
}

/* ---- metadata ---------------------------------------------------------------------------------------------------- */

/* As a string of TSDL. */
static void write_quoted(struct output *output, const char *text)
{
    output_text(output, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte == 0x7f)
            output_format(output, "\\%03o", byte);
        else if (byte == '"' || byte == '\\')
            output_format(output, "\\%c", byte);
        else
            output_bytes(output, text, 1);
    }
    output_text(output, "\"");
}

static void write_environment(struct output *output, const struct tape_session *session)
{
    char command[1024];
    words_command(session, command, sizeof command);
    output_text(output, "env {\n    tracer_name = \"calltape\";\n    tracer_version = \"" CALLTAPE_VERSION "\";\n"
                        "    hostname = ");
    write_quoted(output, session->host);
    output_text(output, ";\n    command = ");
    write_quoted(output, command);
    output_text(output, ";\n};\n\n");
}

static void write_functions_enumeration(struct output *output, const struct export_source *source)
{
    uint32_t functions;
    tape_functions(source->tape, &functions);
    output_text(output, "enum function : uint32_t {\n");
    for (uint32_t i = 0; i < functions; i++) {
        output_text(output, "    ");
        write_quoted(output, labels_get(source->labels, i)->name);
        output_format(output, " = %u,\n", i);
    }
    output_text(output, "};\n\nenum how : uint8_t {\n");
    for (uint32_t i = 0; i < HOWS; i++)
        output_format(output, "    \"%s\" = %u,\n", hows[i], i);
    output_text(output, "};\n\n");
}

static void write_event_class(struct output *output, const char *name, unsigned id, unsigned stream, const char *fields)
{
    output_format(output,
                  "event {\n    name = \"%s\";\n    id = %u;\n    stream_id = %u;\n    fields := struct {%s};\n};\n\n",
                  name, id, stream, fields);
}

static void write_value_class(struct output *output, const char *name, unsigned id, const char *type)
{
    char fields[128];
    snprintf(fields, sizeof fields, " string kind; string name; %s value; ", type);
    write_event_class(output, name, id, CALLS_STREAM, fields);
}

static void write_stream_class(struct output *output, unsigned id, const char *context)
{
    output_format(output,
                  "stream {\n    id = %u;\n"
                  "    packet.context := struct {\n"
                  "        time_t timestamp_begin;\n        time_t timestamp_end;\n"
                  "        uint64_t content_size;\n        uint64_t packet_size;\n%s    };\n"
                  "    event.header := struct { uint8_t id; time_t timestamp; };\n};\n\n",
                  id, context);
}

static void write_types(struct output *output, const struct tape_session *session)
{
    static const uint16_t one = 1;
    output_text(output, "/* CTF 1.8 */\n\n");
    for (unsigned bits = 8; bits <= 64; bits *= 2)
        output_format(output, "typealias integer { size = %u; align = 8; signed = false; } := uint%u_t;\n", bits, bits);
    output_text(output, "typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
                        "typealias integer { size = 64; align = 8; signed = false; base = 16; } := pointer;\n"
                        "typealias floating_point { exp_dig = 11; mant_dig = 53; align = 8; } := double;\n"
                        "enum truth : uint8_t { \"false\" = 0, \"true\" = 1 };\n");
    output_format(output,
                  "\ntrace {\n    major = 1;\n    minor = 8;\n    byte_order = %s;\n"
                  "    packet.header := struct { uint32_t magic; uint32_t stream_id; };\n};\n\n",
                  *(const uint8_t *)&one == 1 ? "le" : "be");
    write_environment(output, session);
    output_format(
        output,
        "clock {\n    name = \"recording\";\n    freq = 1000000000;\n    offset_s = %llu;\n    offset = %llu;\n"
        "};\n\n",
        (unsigned long long)(session->start_real_ns / 1000000000),
        (unsigned long long)(session->start_real_ns % 1000000000));
    output_text(output, "typealias integer {\n    size = 64; align = 8; signed = false; map = clock.recording.value;\n"
                        "} := time_t;\n\n");
}

static int write_metadata(struct ctf *ctf)
{
    const struct export_source *source = ctf->base.source;
    struct output *output = export_open(ctf->base.target, "metadata", ctf->base.error);
    if (output == NULL)
        return -1;
    write_types(output, source->overview->session);
    write_functions_enumeration(output, source);
    write_stream_class(output, CALLS_STREAM, "        uint32_t pid;\n        uint32_t tid;\n        string thread;\n");
    write_stream_class(output, FUNCTIONS_STREAM, "");
    write_event_class(output, "entry", ENTRY, CALLS_STREAM, " enum function function; ");
    write_event_class(output, "exit", EXIT, CALLS_STREAM, " enum function function; ");
    write_event_class(output, "resumed", RESUMED, CALLS_STREAM, " enum function function; enum how how; ");
    write_event_class(output, "left", LEFT, CALLS_STREAM, " enum function function; enum how how; ");
    write_event_class(output, "note", NOTE, CALLS_STREAM, " string text; ");
    write_event_class(output, "frame", FRAME, CALLS_STREAM, " string kind; string name; ");
    write_value_class(output, "text", TEXT, "string");
    write_value_class(output, "integer", INTEGER, "int64_t");
    write_value_class(output, "natural", NATURAL, "uint64_t");
    write_value_class(output, "real", REAL, "double");
    write_value_class(output, "truth", TRUTH, "enum truth");
    write_value_class(output, "pointer", POINTER, "pointer");
    write_event_class(output, "function", 0, FUNCTIONS_STREAM,
                      " enum function function; string module; uint64_t address; string file; uint32_t line; ");
    return export_close(ctf->base.target, output, ctf->base.error);
}

static int write_functions(struct ctf *ctf)
{
    const struct export_source *source = ctf->base.source;
    struct stream stream;
    uint32_t functions;
    tape_functions(source->tape, &functions);
    int status = open_stream(ctf, &stream, "functions");
    if (status == 0)
        begin_packet(ctf, &stream, FUNCTIONS_STREAM, NULL);
    for (uint32_t i = 1; i < functions && status == 0; i++) {
        const struct label *label = labels_get(source->labels, i);
        if (is_full(&stream)) {
            end_packet(&stream);
            begin_packet(ctf, &stream, FUNCTIONS_STREAM, NULL);
        }
        uint8_t *at = put_string(put32(put_event(&stream, 0, 0), i), *label->module != '\0' ? label->module : "???");
        at = put_string(put64(at, label->address), label->file != NULL ? label->file : "???");
        stream.end = put32(at, label->line);
    }
    return close_stream(ctf, &stream) == 0 ? status : -1;
}

/* ---- the directory ----------------------------------------------------------------------------------------------- */

static int close_ctf(struct export_writer *writer)
{
    struct ctf *ctf = (struct ctf *)writer;
    int status = close_streams(ctf);
    tracks_free(&ctf->tracks);
    free(ctf->streams);
    free(ctf);
    return status;
}

static bool is_empty(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    if (directory == NULL)
        return false;
    while ((entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            break;
    closedir(directory);
    return entry == NULL;
}

static int make_directory(const struct export_base *base)
{
    struct export_target *target = base->target;
    char safe[1024];
    if (target->nowhere || is_empty(target->path))
        return 0;
    target->made = mkdir(target->path, 0777) == 0;
    if (target->made)
        return 0;
    text_escape(safe, sizeof safe, target->path, true);
    if (errno == EEXIST)
        return error_set(base->error, "'%s' exists and is no empty directory: name another for the trace", safe);
    return error_set(base->error, "cannot make the directory '%s': %s", safe, strerror(errno));
}

struct export_writer *ctf_open(const struct export_base *base)
{
    struct ctf *ctf = calloc(1, sizeof *ctf);
    if (ctf == NULL) {
        error_set(base->error, "out of memory");
        return NULL;
    }
    ctf->writer = (struct export_writer){
        {.begin = begin, .end = end, .note = note, .value = value, .context = ctf}, thread, NULL, close_ctf};
    uint32_t keys;
    ctf->keys = tape_keys(base->source->tape, &keys);
    ctf->base = *base;
    if (make_directory(base) == 0 && tracks_init(&ctf->tracks, base->source, base->error) == 0 &&
        write_metadata(ctf) == 0 && write_functions(ctf) == 0)
        return &ctf->writer;
    close_ctf(&ctf->writer);
    return NULL;
}
