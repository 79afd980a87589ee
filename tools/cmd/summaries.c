#include "cmd/summaries.h"

#include <stdlib.h>
#include <time.h>

#include "analyze/tally.h"

/* What an event takes, until it is known better. */
static const double first_guess_ns = 20;

struct clock {
    uint64_t start, budget;
    uint64_t events; /* read since */
};

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static bool has_time_for(const struct clock *clock, uint64_t events)
{
    double passed = (double)(now() - clock->start);
    double each = clock->events > 100000 ? passed / (double)clock->events : first_guess_ns;
    return passed + each * (double)events <= (double)clock->budget;
}

/* What damage took is in no summary, nor sums that are no whole numbers any more. */
static bool is_sound(const struct sums *sums)
{
    const double whole = 9e15;
    return sums->gaps == 0 && sums->times.timed_cost < whole && sums->times.untimed_cost < whole;
}

static int write_thread(struct writer *writer, struct tape *tape, uint32_t thread, struct tallies *tallies,
                        struct error *error)
{
    uint32_t threads;
    const struct tape_thread *of = &tape_threads(tape, &threads)[thread];
    const struct ct_summary head = {
        .thread = thread, .events = of->events, .entries = of->entries, .end_ticks = of->end_ticks};
    size_t count;
    uint64_t *numbers = tallies_numbers(tallies, &count);
    if (numbers == NULL)
        return error_set(error, "out of memory for a summary");
    int status = writer_summary(writer, &head, numbers, count, error);
    free(numbers);
    return status;
}

static int summarize(struct writer *writer, struct tape *tape, uint32_t thread, struct tallies *tallies,
                     const struct calls_watch *watch, struct error *error)
{
    struct tallies emptied = {.of = tallies->of, .same = tallies->same, .functions = tallies->functions};
    size_t before, after;
    tape_damages(tape, &before);
    for (uint32_t i = 0; i < emptied.functions; i++)
        emptied.of[i] = (struct tally){0};
    *tallies = emptied;
    if (tallies_of_thread(tallies, tape, thread, NULL, watch, error) != 0)
        return -1;
    tape_damages(tape, &after);
    return before == after && is_sound(&tallies->sums) ? write_thread(writer, tape, thread, tallies, error) : 0;
}

int summaries_write(struct writer *writer, struct tape *tape, uint64_t budget_ns, const struct calls_watch *watch,
                    struct error *error)
{
    struct clock clock = {.start = now(), .budget = budget_ns};
    struct tallies tallies;
    uint32_t threads;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    int status = tallies_init(&tallies, tape);
    if (status != 0)
        error_set(error, "out of memory for summaries");
    for (uint32_t i = 0; i < threads && status == 0; i++) {
        if (thread[i].events == 0 || !has_time_for(&clock, thread[i].events))
            continue;
        status = summarize(writer, tape, i, &tallies, watch, error);
        clock.events += thread[i].events;
    }
    tallies_free(&tallies);
    return status;
}
