/* pprof's profile, github.com/google/pprof/blob/main/proto/profile.proto: a sample a path, with its calls and its own
 * nanoseconds. A function is a location with one line. */
#include <stdlib.h>

#include "export/protobuf.h"
#include "export/words.h"

enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE = 2,
    PROFILE_MAPPING = 3,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION = 5,
    PROFILE_STRING = 6,
    PROFILE_TIME_NANOS = 9,
    PROFILE_DURATION_NANOS = 10,
    PROFILE_DEFAULT_TYPE = 14,
};
enum { TYPE_TYPE = 1, TYPE_UNIT = 2 };
enum { SAMPLE_LOCATIONS = 1, SAMPLE_VALUES = 2, SAMPLE_LABEL = 3 };
enum { LABEL_KEY = 1, LABEL_STRING = 2, LABEL_NUMBER = 3 };
enum { MAPPING_ID = 1, MAPPING_FILE = 5, MAPPING_HAS_FUNCTIONS = 7, MAPPING_HAS_FILES = 8, MAPPING_HAS_LINES = 9 };
enum { LOCATION_ID = 1, LOCATION_MAPPING = 2, LOCATION_LINE = 4 };
enum { LINE_FUNCTION = 1, LINE_LINE = 2 };
enum { FUNCTION_ID = 1, FUNCTION_NAME = 2, FUNCTION_FILE = 4, FUNCTION_LINE = 5 };

/* The table of strings: these, then a name and a file for each function, then a name for each process and thread. */
enum { NOTHING, CALLS, COUNT, TIME, NANOSECONDS, PROCESS, PID, THREAD, TID, DEEPER, PROGRAM, FIRST_NAME };
static const char *const fixed[PROGRAM] = {"",        "calls", "count",  "time", "nanoseconds",
                                           "process", "pid",   "thread", "tid",  EXPORT_DEEPER};

static uint64_t name_of(uint32_t function)
{
    return FIRST_NAME + UINT64_C(2) * function;
}

struct pprof {
    const struct export_sums *sums;
    struct output *output;
    uint32_t functions;
};

static void write_message(const struct pprof *pprof, uint32_t field, const uint8_t *bytes, const uint8_t *end)
{
    uint8_t head[PROTOBUF_NUMBER];
    size_t count = (size_t)(protobuf_length(head, field, (uint64_t)(end - bytes)) - head);
    output_bytes(pprof->output, head, count);
    output_bytes(pprof->output, bytes, (size_t)(end - bytes));
}

static void write_string(const struct pprof *pprof, const char *text)
{
    size_t size = 3 * strlen(text) + 1;
    char *valid = malloc(size);
    size_t count = valid != NULL ? text_valid(valid, size, text) : 0;
    if (valid == NULL)
        output_no_memory(pprof->output);
    write_message(pprof, PROFILE_STRING, (const uint8_t *)valid, (const uint8_t *)valid + count);
    free(valid);
}

static void write_number(const struct pprof *pprof, uint32_t field, uint64_t n)
{
    uint8_t bytes[PROTOBUF_NUMBER];
    output_bytes(pprof->output, bytes, (size_t)(protobuf_number(bytes, field, n) - bytes));
}

static void write_type(const struct pprof *pprof, uint64_t type, uint64_t unit)
{
    uint8_t bytes[2 * PROTOBUF_NUMBER];
    write_message(pprof, PROFILE_SAMPLE_TYPE, bytes,
                  protobuf_number(protobuf_number(bytes, TYPE_TYPE, type), TYPE_UNIT, unit));
}

static void write_mapping(const struct pprof *pprof)
{
    uint8_t bytes[8 * PROTOBUF_NUMBER], *end = protobuf_number(bytes, MAPPING_ID, 1);
    end = protobuf_number(end, MAPPING_FILE, PROGRAM);
    end = protobuf_number(end, MAPPING_HAS_FUNCTIONS, 1);
    end = protobuf_number(end, MAPPING_HAS_FILES, 1);
    write_message(pprof, PROFILE_MAPPING, bytes, protobuf_number(end, MAPPING_HAS_LINES, 1));
}

static void write_location(const struct pprof *pprof, uint32_t function, uint64_t name, uint64_t file,
                           uint32_t line_number)
{
    uint8_t line[4 * PROTOBUF_NUMBER], bytes[8 * PROTOBUF_NUMBER],
        *end = protobuf_number(bytes, FUNCTION_ID, function + UINT64_C(1));
    end = protobuf_number(end, FUNCTION_NAME, name);
    end = protobuf_number(end, FUNCTION_FILE, file);
    write_message(pprof, PROFILE_FUNCTION, bytes, protobuf_number(end, FUNCTION_LINE, line_number));
    const uint8_t *line_end =
        protobuf_number(protobuf_number(line, LINE_FUNCTION, function + UINT64_C(1)), LINE_LINE, line_number);
    end = protobuf_number(bytes, LOCATION_ID, function + UINT64_C(1));
    end = protobuf_number(end, LOCATION_MAPPING, 1);
    write_message(pprof, PROFILE_LOCATION, bytes, protobuf_bytes(end, LOCATION_LINE, line, (size_t)(line_end - line)));
}

static void write_function(const struct pprof *pprof, uint32_t function)
{
    const struct label *label = labels_get(pprof->sums->source->labels, function);
    write_location(pprof, function, name_of(function), name_of(function) + 1, label->line);
}

/* Threads' names stand behind those of processes. */
static uint64_t process_name(const struct pprof *pprof, uint32_t process)
{
    return name_of(pprof->functions) + process;
}

static uint64_t thread_name(const struct pprof *pprof, uint32_t thread)
{
    return process_name(pprof, pprof->sums->source->overview->process_count) + thread;
}

static uint8_t *put_label(uint8_t *at, uint64_t key, uint32_t field, uint64_t value)
{
    uint8_t label[2 * PROTOBUF_NUMBER];
    const uint8_t *end = protobuf_number(protobuf_number(label, LABEL_KEY, key), field, value);
    return protobuf_bytes(at, SAMPLE_LABEL, label, (size_t)(end - label));
}

static uint8_t *put_labels(const struct pprof *pprof, uint8_t *at, uint32_t part)
{
    const struct overview *overview = pprof->sums->source->overview;
    bool per_thread = pprof->sums->samples->per_thread;
    uint32_t process = per_thread ? overview->threads[part].it->process : part;
    if (per_thread) {
        at = put_label(at, THREAD, LABEL_STRING, thread_name(pprof, part));
        at = put_label(at, TID, LABEL_NUMBER, overview->threads[part].it->tid);
    }
    if (process == CT_NONE || overview->process_count < 2)
        return at;
    at = put_label(at, PROCESS, LABEL_STRING, process_name(pprof, process));
    return put_label(at, PID, LABEL_NUMBER, overview->processes[process].it->pid);
}

/* The innermost function comes first; deeper calls have the number after all functions'. */
static void write_sample(const struct pprof *pprof, const struct sample *sample)
{
    const struct sample *all = pprof->sums->samples->of, *at = sample;
    uint8_t locations[(PATHS_MOST_DEPTH + 2) * PROTOBUF_VARINT], *end = locations, values[2 * PROTOBUF_VARINT];
    uint8_t bytes[sizeof locations + 16 * PROTOBUF_NUMBER];
    for (; at->function != CT_NONE; at = &all[at->parent])
        end = protobuf_varint(end, (at->function != SAMPLES_DEEPER ? at->function : pprof->functions) + UINT64_C(1));
    uint8_t *to = protobuf_bytes(bytes, SAMPLE_LOCATIONS, locations, (size_t)(end - locations));
    end = protobuf_varint(protobuf_varint(values, sample->calls), sample->ns);
    to = protobuf_bytes(to, SAMPLE_VALUES, values, (size_t)(end - values));
    write_message(pprof, PROFILE_SAMPLE, bytes, put_labels(pprof, to, at->parent));
}

static void write_strings(const struct pprof *pprof)
{
    const struct export_source *source = pprof->sums->source;
    const struct overview *overview = source->overview;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        write_string(pprof, fixed[i]);
    write_string(pprof, overview->process_count != 0 ? overview->processes[0].it->executable : "");
    for (uint32_t i = 0; i < pprof->functions; i++) {
        const struct label *label = labels_get(source->labels, i);
        write_string(pprof, label->name);
        write_string(pprof, label->file != NULL ? label->file : "");
    }
    for (uint32_t i = 0; i < overview->process_count; i++)
        write_string(pprof, overview->processes[i].it->command);
    for (uint32_t i = 0; i < overview->thread_count; i++)
        write_string(pprof, overview->threads[i].it->name);
}

int pprof_write(const struct export_sums *sums, struct output *output)
{
    struct pprof pprof = {sums, output, 0};
    const struct samples *samples = sums->samples;
    const struct overview *overview = sums->source->overview;
    tape_functions(sums->source->tape, &pprof.functions);
    write_type(&pprof, CALLS, COUNT);
    write_type(&pprof, TIME, NANOSECONDS);
    write_number(&pprof, PROFILE_DEFAULT_TYPE, TIME);
    write_number(&pprof, PROFILE_TIME_NANOS, overview->session->start_real_ns);
    write_number(&pprof, PROFILE_DURATION_NANOS, overview->duration_ns);
    write_mapping(&pprof);
    for (size_t i = 0; i < sums->profile->count; i++)
        write_function(&pprof, sums->profile->rows[i].function);
    if (sums->samples->folded != 0)
        write_location(&pprof, pprof.functions, DEEPER, NOTHING, 0);
    for (size_t i = samples->roots; i < samples->count && !output_gone(output); i++)
        write_sample(&pprof, &samples->of[i]);
    write_strings(&pprof);
    return 0;
}
