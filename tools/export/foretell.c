#include "export/limit.h"

enum { SAMPLE = 1000000, MOST_AN_EVENT = 256 /* bytes, more than any format needs on the mean */ };

/* So many events are read, about, where those of a thread are evenly spread. */
static double events_to_read(const struct export_source *source)
{
    const struct filter_choice *choice = &source->choice;
    uint32_t count;
    const struct tape_thread *threads = tape_threads(source->tape, &count);
    double sum = 0;
    for (uint32_t i = 0; i < choice->thread_count; i++) {
        const struct tape_thread *thread = &threads[choice->threads[i]];
        uint64_t from = thread->start_ticks > choice->from_ticks ? thread->start_ticks : choice->from_ticks;
        uint64_t to = thread->end_ticks < choice->to_ticks ? thread->end_ticks : choice->to_ticks;
        double whole = (double)(thread->end_ticks - thread->start_ticks);
        if (to > from)
            sum += (double)thread->events * (double)(to - from) / whole;
    }
    return sum;
}

static int count_sample(void *context, uint64_t events)
{
    uint64_t *read = context;
    *read += events;
    return *read >= SAMPLE;
}

/* A damaged tape may tell of any number of events. */
static uint64_t whole_of(double x)
{
    return x < 0x1p63 ? (uint64_t)x : UINT64_C(1) << 63;
}

int export_foretell(const struct export_source *source, const struct export_format *format, uint64_t *bytes,
                    struct error *error)
{
    struct export_target nowhere = {.nowhere = true, .path = ""};
    struct export_source sample = *source;
    struct sums sums;
    uint64_t written, read = 0;
    const struct calls_watch watch = {count_sample, &read};
    double events = events_to_read(source);
    *bytes = whole_of(events * MOST_AN_EVENT);
    if (*bytes <= format->most_bytes)
        return 0;
    sample.watch = &watch;
    int status = export_calls(&sample, format, &nowhere, &sums, &written, error);
    if (status != 0 && read < SAMPLE)
        return -1;
    *bytes = read < SAMPLE ? nowhere.bytes : whole_of((double)nowhere.bytes * events / (double)read);
    return 0;
}
