#include "view/rows.h"

#include <stdlib.h>

#include "analyze/moment.h"
#include "analyze/profile.h"

/* As many as are read in half a second; where they lie unevenly, it may be some more. */
static const uint64_t events_most = 16000000, events_limit = 2 * 16000000;

static bool has_summary(struct tape *tape, uint32_t thread)
{
    uint64_t *numbers;
    size_t count;
    bool has = tape_summary(tape, thread, &numbers, &count);
    if (has)
        free(numbers);
    return has;
}

/* About how many events of a thread lie in a range. */
static uint64_t events_in(const struct tape *tape, const struct tape_thread *thread, uint64_t from, uint64_t to)
{
    uint64_t start = tape_ns(tape, thread->start_ticks), end = tape_ns(tape, thread->end_ticks);
    uint64_t low = from > start ? from : start, high = to < end ? to : end;
    if (low >= high)
        return low == high ? thread->events : 0;
    return (uint64_t)((double)thread->events * ((double)(high - low) / (double)(end - start)));
}

static uint64_t events_to_read(struct tape *tape, const struct filter_choice *choice, uint64_t from, uint64_t to)
{
    uint32_t known;
    const struct tape_thread *threads = tape_threads(tape, &known);
    uint64_t events = 0;
    for (uint32_t i = 0; i < filter_threads(choice, tape); i++) {
        uint32_t thread = filter_thread(choice, i);
        if (choice != NULL || !has_summary(tape, thread))
            events += events_in(tape, &threads[thread], from, to);
    }
    return events;
}

static int stop_late(void *context, uint64_t events)
{
    uint64_t *read = context;
    *read += events;
    return *read > events_limit;
}

static void put_rows(struct bytes *bytes, const struct profile *profile)
{
    uint32_t last = 0;
    bytes_number(bytes, 1);
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_row *row = &profile->rows[i];
        bytes_number(bytes, row->function - last);
        bytes_number(bytes, row->calls);
        bytes_number(bytes, row->self.ns);
        bytes_number(bytes, row->total.ns);
        bytes_number(bytes, row->average.ns);
        last = row->function;
    }
}

static int write_profile(struct tape *tape, const struct filter_choice *choice, struct bytes *bytes,
                         struct error *error)
{
    uint64_t read = 0;
    struct profile profile;
    const struct calls_watch watch = {stop_late, &read};
    int status = profile_make(&profile, tape, choice, 0, choice != NULL ? &watch : NULL, error);
    bool stopped = status != 0 && read > events_limit;
    if (status == 0)
        put_rows(bytes, &profile);
    else if (stopped)
        bytes_number(bytes, 0);
    profile_free(&profile);
    return stopped ? 0 : status;
}

int rows_write(struct pyramid *pyramid, const uint32_t *threads, uint32_t count, uint64_t from, uint64_t to,
               struct bytes *bytes, struct error *error)
{
    struct tape *tape = pyramid_tape(pyramid);
    const struct filter_choice part = {
        .threads = threads,
        .thread_count = count,
        .depth = UINT32_MAX,
        .from_ticks = moment_ticks(tape, from),
        .to_ticks = to > pyramid_ns(pyramid) ? UINT64_MAX : moment_ticks(tape, to),
    };
    uint32_t all = 0, known;
    const struct tape_thread *they = tape_threads(tape, &known);
    for (uint32_t i = 0; i < known; i++)
        all += they[i].events != 0;
    bool whole = count >= all && from == 0 && to > pyramid_ns(pyramid);
    const struct filter_choice *choice = whole ? NULL : &part;
    if (events_to_read(tape, choice, from, to) <= events_most)
        return write_profile(tape, choice, bytes, error);
    bytes_number(bytes, 0);
    return 0;
}
