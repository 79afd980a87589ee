#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export/limit.h"

/* Where in time the events are. */
enum { STRETCHES = 4096, FIRST_GUESS = 64 /* bytes an event */ };

struct density {
    uint64_t from, to;              /* ticks */
    uint64_t before[STRETCHES + 1]; /* events before each stretch */
};

struct look {
    struct export_writer writer;
    struct density *density;
    struct call_marks *marks; /* those shown; NULL: needn't be known */
    uint32_t thread;
    struct error *error;
};

static void add_event(struct density *density, uint64_t ticks)
{
    uint64_t at = ticks > density->from ? ticks - density->from : 0, span = density->to - density->from;
    size_t stretch = at < span ? (size_t)((unsigned __int128)at * STRETCHES / span) : STRETCHES - 1;
    density->before[stretch + 1]++;
}

static int look_begin(void *context, struct call *call, const struct call *parent)
{
    const struct look *look = context;
    (void)parent;
    add_event(look->density, call->start_ticks);
    return 0;
}

static int look_end(void *context, struct call *call, const struct call *parent)
{
    const struct look *look = context;
    (void)parent;
    add_event(look->density, call->end_ticks);
    if (look->marks == NULL || call_marks_add(look->marks, look->thread, call->number) == 0)
        return 0;
    return error_set(look->error, "out of memory for the calls that are long enough");
}

static int look_thread(struct export_writer *writer, uint32_t thread)
{
    struct look *look = (struct look *)writer;
    look->thread = thread;
    return 0;
}

static int look_close(struct export_writer *writer)
{
    (void)writer;
    return 0;
}

static int measure(const struct export_source *source, struct density *density, struct call_marks *marks,
                   struct sums *sums, struct error *error)
{
    struct look look = {
        .writer = {{.begin = look_begin, .end = look_end, .context = &look}, look_thread, NULL, look_close},
        .density = density,
        .marks = marks,
        .error = error,
    };
    const struct tape_session *session = tape_session(source->tape);
    const struct filter_choice *choice = &source->choice;
    uint64_t events;
    density->from = choice->from_ticks > session->start_ticks ? choice->from_ticks : session->start_ticks;
    density->to = choice->to_ticks < session->end_ticks ? choice->to_ticks : session->end_ticks;
    if (density->to <= density->from)
        density->to = density->from + 1;
    if (export_read(source, &look.writer, sums, &events, error) != 0)
        return -1;
    for (size_t i = 0; i < STRETCHES; i++)
        density->before[i + 1] += density->before[i];
    return 0;
}

/* Within a stretch events are taken to be evenly spread. */
static double events_before(const struct density *density, uint64_t ticks)
{
    double at = (double)(ticks - density->from) / (double)(density->to - density->from) * STRETCHES;
    size_t stretch = at < STRETCHES ? (size_t)at : STRETCHES - 1;
    double inside = (double)(density->before[stretch + 1] - density->before[stretch]);
    return (double)density->before[stretch] + inside * (at - (double)stretch);
}

/* When so many more events than before `from` have passed: later than `from`, at most `to`. */
static uint64_t ticks_after(const struct density *density, uint64_t from, double events)
{
    uint64_t low = from + 1, high = density->to;
    double wanted = events_before(density, from) + events;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (events_before(density, middle) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "x.json" and 2: "x.2.json" */
static int name_part(char *name, size_t size, const char *path, uint32_t number)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    size_t stem = dot != NULL && dot > (slash != NULL ? slash + 1 : path) ? (size_t)(dot - path) : strlen(path);
    int length = snprintf(name, size, "%.*s.%u%s", (int)stem, path, number, path + stem);
    return length >= 0 && (size_t)length < size ? 0 : -1;
}

struct splitting {
    const struct export_source *source;
    const struct export_format *format;
    struct density *density;
    uint64_t most;   /* bytes of a file */
    double events;   /* that are expected to fit */
    char path[4096]; /* of the file being written */
    int (*spare)(const char *path, struct error *error);
    uint64_t written; /* events */
    struct error *error;
};

/* Writes the stretch; `share`: by so much of the size asked for it could be larger, below 1 where it is too large. */
static int write_stretch(struct splitting *splitting, uint64_t from, uint64_t to, double *share)
{
    struct export_source part = *splitting->source;
    struct export_target target = {.path = splitting->path};
    const struct density *density = splitting->density;
    struct sums sums;
    part.filtered = true;
    if (from != density->from)
        part.choice.from_ticks = from;
    if (to != density->to)
        part.choice.to_ticks = to;
    int status = export_calls(&part, splitting->format, &target, &sums, &splitting->written, splitting->error);
    *share = (double)splitting->most / (double)(target.bytes != 0 ? target.bytes : 1);
    return status;
}

/* The next file, from `from` on; its end is left there. What is open at both ends takes room too, whatever the stretch:
 * so one that is too large is not simply that much too long. */
static int write_part(struct splitting *splitting, uint64_t *from)
{
    const struct density *density = splitting->density;
    uint64_t to = ticks_after(density, *from, splitting->events);
    for (;;) {
        double share;
        if (write_stretch(splitting, *from, to, &share) != 0)
            return -1;
        double events = events_before(density, to) - events_before(density, *from);
        splitting->events = (events > 1 ? events : 1) * share * 0.95;
        if (share >= 1)
            break;
        if (to == *from + 1)
            return error_set(splitting->error, "'%s' can't be made as small as that: --split with more",
                             splitting->path);
        uint64_t nearer = ticks_after(density, *from, events * share * 0.9);
        to = nearer < to ? nearer : *from + 1 + (to - *from - 1) / 2;
    }
    *from = to;
    return 0;
}

static int write_parts(struct splitting *splitting, const char *path, uint32_t *files, uint64_t *events)
{
    uint64_t at = splitting->density->from;
    int status;
    *files = 0;
    *events = 0;
    do {
        status = -1;
        if (name_part(splitting->path, sizeof splitting->path, path, *files + 1) != 0)
            return error_set(splitting->error, "the path of the file to write is too long");
        if (splitting->spare(splitting->path, splitting->error) != 0)
            break;
        ++*files;
        status = write_part(splitting, &at);
        *events += splitting->written;
    } while (status == 0 && at < splitting->density->to);
    return status;
}

static void undo_parts(struct splitting *splitting, const char *path, uint32_t files)
{
    for (uint32_t i = 1; i <= files; i++)
        if (name_part(splitting->path, sizeof splitting->path, path, i) == 0)
            output_undo(splitting->path);
}

int export_split(const struct export_source *source, const struct export_format *format, const char *path,
                 int (*spare)(const char *path, struct error *error), uint64_t bytes, uint32_t *files,
                 struct sums *sums, uint64_t *events, struct error *error)
{
    struct export_source whole = *source;
    struct density *density = calloc(1, sizeof *density);
    struct call_marks *marks = NULL;
    uint32_t threads;
    tape_threads(source->tape, &threads);
    if (source->choice.least_ticks != 0)
        marks = call_marks_create(threads);
    if (density == NULL || (marks == NULL && source->choice.least_ticks != 0)) {
        free(density);
        return error_set(error, "out of memory for the places of events");
    }
    whole.choice.numbered = marks != NULL;
    int status = measure(&whole, density, marks, sums, error);
    /* Parts of calls may be too short where the calls are not. */
    if (marks != NULL) {
        whole.choice.marked = marks;
        whole.choice.least_ticks = 0;
    }
    struct splitting splitting = {
        .source = &whole,
        .format = format,
        .density = density,
        .spare = spare,
        .most = bytes,
        .events = (double)bytes / FIRST_GUESS,
        .error = error,
    };
    *files = 0;
    if (status == 0)
        status = write_parts(&splitting, path, files, events);
    if (status != 0)
        undo_parts(&splitting, path, *files);
    call_marks_destroy(marks);
    free(density);
    return status;
}
