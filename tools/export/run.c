/* Reading a tape into an export. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "analyze/graph.h"
#include "export/export.h"

/* Between the calls and the format: counts. */
struct run {
    const struct export_source *source;
    struct export_writer *writer;
    struct sums *sums;
    uint64_t *events;
    struct error *error;
};

static int begin(void *context, struct call *call, const struct call *parent)
{
    const struct run *run = context;
    ++*run->events;
    return run->writer->receiver.begin(run->writer->receiver.context, call, parent);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    const struct run *run = context;
    ++*run->events;
    sums_call(run->sums, call);
    return run->writer->receiver.end(run->writer->receiver.context, call, parent);
}

static int note(void *context, const struct tape_event *event)
{
    const struct run *run = context;
    sums_note(run->sums, event);
    const struct calls_receiver *receiver = &run->writer->receiver;
    return receiver->note != NULL ? receiver->note(receiver->context, event) : 0;
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    const struct run *run = context;
    const struct calls_receiver *receiver = &run->writer->receiver;
    return receiver->value != NULL ? receiver->value(receiver->context, event, call) : 0;
}

static int read_thread(struct run *run, uint32_t thread, const struct calls_receiver *receiver)
{
    const struct export_source *source = run->source;
    struct export_writer *writer = run->writer;
    if (writer->thread != NULL && writer->thread(writer, thread) != 0)
        return -1;
    return calls_of_thread(source->tape, thread, &source->choice, receiver, source->watch, &run->sums->times,
                           &run->sums->left, run->error);
}

/* What a format asks for again was counted already. */
static int reread_thread(struct run *run, uint32_t thread)
{
    struct sums sums = {0};
    struct run again = *run;
    int status = 0;
    again.sums = &sums;
    while (status == 0 && run->writer->again != NULL && run->writer->again(run->writer))
        status = read_thread(&again, thread, &run->writer->receiver);
    return status;
}

static int read_threads(struct run *run)
{
    const struct filter_choice *choice = &run->source->choice;
    const struct calls_receiver receiver = {.begin = begin, .end = end, .note = note, .value = value, .context = run};
    int status = 0;
    for (uint32_t i = 0; i < choice->thread_count && status == 0; i++) {
        status = read_thread(run, choice->threads[i], &receiver);
        if (status == 0)
            status = reread_thread(run, choice->threads[i]);
    }
    return status;
}

int export_read(const struct export_source *source, struct export_writer *writer, struct sums *sums, uint64_t *events,
                struct error *error)
{
    struct run run = {source, writer, sums, events, error};
    *sums = (struct sums){.raw = true};
    *events = 0;
    int status = read_threads(&run);
    sums_finish(sums, source->tape, source->filtered ? &source->choice : NULL);
    return status;
}

int export_calls(const struct export_source *source, const struct export_format *format, struct export_target *target,
                 struct sums *sums, uint64_t *events, struct error *error)
{
    const struct export_base base = {.source = source, .target = target, .error = error};
    error->text[0] = '\0';
    struct export_writer *writer = format->open(&base);
    if (writer == NULL) {
        export_undo(target, format->directory);
        return -1;
    }
    int status = export_read(source, writer, sums, events, error);
    if (writer->close(writer) != 0)
        status = -1;
    if (status != 0)
        export_undo(target, format->directory);
    return status;
}

static int write_merged(const struct export_sums *sums, const struct export_format *format,
                        struct export_target *target)
{
    struct output *output = export_open(target, NULL, sums->error);
    int status = output != NULL ? format->write(sums, output) : -1;
    if (output != NULL && export_close(target, output, status == 0 ? sums->error : NULL) != 0)
        status = -1;
    if (status != 0)
        export_undo(target, false);
    return status;
}

static int write_paths(struct export_sums *merged, const struct export_format *format, struct export_target *target,
                       struct sums *sums, struct export_left *left)
{
    const struct export_source *source = merged->source;
    bool per_thread = source->per_thread || format->threads;
    struct samples *samples = samples_make(source->tape, source->filtered ? &source->choice : NULL, per_thread,
                                           merged->profile, source->watch, merged->error);
    if (samples == NULL)
        return -1;
    *sums = samples->gathered.sums;
    *left = (struct export_left){.folded = samples->folded, .threads = per_thread && !samples->per_thread};
    merged->samples = samples;
    int status = write_merged(merged, format, target);
    samples_free(samples);
    return status;
}

static int write_graph(struct export_sums *merged, const struct export_format *format, struct export_target *target,
                       struct sums *sums, struct export_left *left)
{
    const struct export_source *source = merged->source;
    struct paths paths;
    int status = paths_make(&paths, source->tape, source->filtered ? &source->choice : NULL, false, source->raw,
                            source->watch, merged->error);
    *sums = paths.sums;
    *left = (struct export_left){.folded = paths.folded};
    merged->paths = &paths;
    if (status == 0)
        status = write_merged(merged, format, target);
    paths_free(&paths);
    return status;
}

int export_merged(const struct export_source *source, const struct export_format *format, struct export_target *target,
                  struct sums *sums, struct export_left *left, struct error *error)
{
    struct profile profile;
    if (profile_make(&profile, source->tape, source->filtered ? &source->choice : NULL, source->raw ? PROFILE_RAW : 0,
                     NULL, error) != 0)
        return -1;
    struct export_sums merged = {.source = source, .profile = &profile, .left = left, .error = error};
    int status = (format->paths ? write_paths : write_graph)(&merged, format, target, sums, left);
    profile_free(&profile);
    return status;
}

/* ---- where it goes ----------------------------------------------------------------------------------------------- */

struct output *export_open(struct export_target *target, const char *name, struct error *error)
{
    char path[4096];
    if (target->nowhere)
        return output_nowhere(error);
    if (target->path == NULL)
        return target->standard;
    if ((size_t)snprintf(path, sizeof path, name != NULL ? "%s/%s" : "%s", target->path, name) >= sizeof path) {
        error_set(error, "the path to write to is too long");
        return NULL;
    }
    struct output *output = output_file(path, error);
    target->opened = target->opened || output != NULL;
    return output;
}

int export_close(struct export_target *target, struct output *output, struct error *error)
{
    target->bytes += output_written(output);
    return output != target->standard ? output_close(output, error) : 0;
}

/* It was empty before. */
static void empty_directory(const char *path)
{
    char name[4096];
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL)
        if ((size_t)snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < sizeof name)
            output_undo(name);
    if (directory != NULL)
        closedir(directory);
}

void export_undo(const struct export_target *target, bool directory)
{
    if (target->opened && directory)
        empty_directory(target->path);
    else if (target->opened)
        output_undo(target->path);
    if (target->made)
        rmdir(target->path);
}
