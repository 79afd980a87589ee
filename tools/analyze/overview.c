#include "analyze/overview.h"

#include <stdlib.h>

static uint32_t count_functions(const struct tape *tape)
{
    uint32_t count, different = 0;
    const struct tape_function *functions = tape_functions(tape, &count);
    for (uint32_t i = 1; i < count; i++)
        different += functions[i].same == i && !functions[i].left_out;
    return different;
}

static void fill_processes(struct overview *overview, const struct tape *tape, const struct tape_process *processes)
{
    for (uint32_t i = 0; i < overview->process_count; i++)
        overview->processes[i] = (struct overview_process){
            .it = &processes[i],
            .start_ns = tape_ns(tape, processes[i].start_ticks),
            .end_ns = tape_ns(tape, processes[i].end_ticks),
        };
}

static void fill_threads(struct overview *overview, const struct tape *tape, const struct tape_thread *threads)
{
    for (uint32_t i = 0; i < overview->thread_count; i++) {
        overview->threads[i] = (struct overview_thread){
            .it = &threads[i],
            .start_ns = tape_ns(tape, threads[i].start_ticks),
            .end_ns = tape_ns(tape, threads[i].end_ticks),
        };
        struct overview_process *process = &overview->processes[threads[i].process];
        process->threads++;
        process->events += threads[i].events;
        process->calls += threads[i].entries;
    }
}

int overview_make(struct overview *overview, const struct tape *tape, struct error *error)
{
    *overview = (struct overview){
        .path = tape_path(tape),
        .session = tape_session(tape),
        .totals = tape_totals(tape),
        .function_count = count_functions(tape),
    };
    const struct tape_process *processes = tape_processes(tape, &overview->process_count);
    const struct tape_thread *threads = tape_threads(tape, &overview->thread_count);
    overview->modules = tape_modules(tape, &overview->module_count);
    overview->processes = calloc(overview->process_count + (size_t)1, sizeof *overview->processes);
    overview->threads = calloc(overview->thread_count + (size_t)1, sizeof *overview->threads);
    if (overview->processes == NULL || overview->threads == NULL) {
        overview_free(overview);
        return error_set(error, "out of memory for the list of threads");
    }
    overview->labels = labels_create(tape, error);
    if (overview->labels == NULL || unrecorded_make(&overview->unrecorded, tape, error) != 0) {
        overview_free(overview);
        return -1;
    }
    fill_processes(overview, tape, processes);
    fill_threads(overview, tape, threads);
    sums_finish(&overview->sums, tape, NULL);
    overview->duration_ns = overview->sums.span_ns;
    overview->sums.calls = overview->totals.entries;
    if (overview->totals.events != 0)
        overview->bytes_per_event = (double)overview->totals.bytes / (double)overview->totals.events;
    return 0;
}

void overview_costs(struct overview *overview, struct tape *tape)
{
    struct sums all = {0};
    for (uint32_t i = 0; i < overview->thread_count; i++) {
        uint64_t *numbers;
        size_t count;
        struct sums one = {0};
        if (!tape_summary(tape, i, &numbers, &count))
            continue;
        if (count >= SUMS_NUMBERS)
            sums_load(&one, numbers);
        sums_move(&all, &one);
        free(numbers);
    }
    sums_finish(&all, tape, NULL);
    overview->timed_cost_ns = all.timed_cost_ns;
    overview->untimed_cost_ns = all.untimed_cost_ns;
}

void overview_free(struct overview *overview)
{
    unrecorded_free(&overview->unrecorded);
    labels_destroy(overview->labels);
    free(overview->processes);
    free(overview->threads);
    overview->processes = NULL;
    overview->threads = NULL;
}
