/* After the META sections were read: every index that is left points at something, every end is known as well as it
 * can be, and times can be told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tape/state.h"

static const char not_described[] = "";

/* The process with this index, or the first with damage where it cannot be or nothing describes it. */
static uint32_t process_of(struct tape *tape, uint32_t index, const char *what, uint32_t of)
{
    const struct tape_process *processes = tape->processes.at;
    bool known = index < tape->processes.count && processes[index].executable;
    if (!known)
        damages_add(tape_lacking(tape), 0, "%s %u belongs to process %u, which nothing describes", what, of, index);
    return index < tape->processes.count ? index : 0;
}

/* Placeholders for what threads and modules name come first: the tables must not move while they are walked. */
static int make_processes(struct tape *tape)
{
    const struct tape_thread *threads = tape->threads.at;
    const struct tape_module *modules = tape->modules.at;
    if (!table_at(&tape->processes, 0) || !table_at(&tape->functions, 0) || !table_at(&tape->keys, 0))
        return -1;
    for (uint32_t i = 0; i < tape->threads.count; i++)
        if (threads[i].process < tape->id_limit && !table_at(&tape->processes, threads[i].process))
            return -1;
    for (uint32_t i = 0; i < tape->modules.count; i++)
        if (modules[i].path && modules[i].process < tape->id_limit && !table_at(&tape->processes, modules[i].process))
            return -1;
    return 0;
}

/* A thread that only its blocks tell of is its first block's. */
static void adopt_thread(struct tape *tape, uint32_t index)
{
    struct tape_thread *thread = &((struct tape_thread *)tape->threads.at)[index];
    const struct ct_index_entry *first = &tape->blocks[tape->thread_blocks[index]];
    struct ct_block block;
    if (first == &tape->blocks[tape->thread_blocks[index + 1]])
        return;
    damages_add(tape_lacking(tape), first->offset, "nothing describes thread %u, which has events", index);
    thread->start_ticks = first->first_ticks;
    if (section_block_head(tape->fd, first->offset, first->bytes, &block))
        thread->process = block.process;
}

static void finish_threads(struct tape *tape)
{
    struct tape_thread *threads = tape->threads.at;
    for (uint32_t i = 0; i < tape->threads.count; i++) {
        if (!threads[i].name)
            threads[i].name = not_described;
        threads[i].process = threads[i].process == CT_NONE ? 0 : process_of(tape, threads[i].process, "thread", i);
    }
}

static void finish_modules(struct tape *tape)
{
    struct tape_module *modules = tape->modules.at;
    for (uint32_t i = 0; i < tape->modules.count; i++) {
        if (modules[i].path)
            modules[i].process = process_of(tape, modules[i].process, "module", i);
    }
}

static void finish_processes(struct tape *tape)
{
    struct tape_process *processes = tape->processes.at;
    for (uint32_t i = 0; i < tape->processes.count; i++) {
        struct tape_process *process = &processes[i];
        if (!process->executable)
            process->executable = process->command = not_described;
        if (process->parent == CT_NONE || process->parent < i)
            continue;
        /* a parent has the lower index: no walk up can go in a circle */
        damages_add(&tape->damages, 0, "process %u says that process %u is its parent, which cannot be", i,
                    process->parent);
        process->parent = CT_NONE;
    }
}

static void finish_functions(struct tape *tape)
{
    struct tape_function *functions = tape->functions.at;
    struct tape_module *modules = tape->modules.at;
    for (uint32_t i = 0; i < tape->functions.count; i++) {
        uint32_t module = functions[i].module;
        if (module == CT_NONE || (module < tape->modules.count && modules[module].path))
            continue;
        damages_add(tape_lacking(tape), 0, "function %u belongs to module %u, which nothing describes", i, module);
        functions[i].module = CT_NONE;
    }
    for (uint32_t i = 0; i < tape->modules.count; i++)
        if (!modules[i].path)
            modules[i].path = not_described;
}

static void finish_keys(struct tape *tape)
{
    struct tape_key *keys = tape->keys.at;
    for (uint32_t i = 0; i < tape->keys.count; i++) {
        if (keys[i].function < tape->functions.count)
            continue;
        damages_add(tape_lacking(tape), 0, "key %u belongs to function %u, which nothing describes", i,
                    keys[i].function);
        keys[i].function = 0;
    }
}

static uint64_t max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Ends, from what is surest: its own record, its process's, its last event. */
static int finish_ends(struct tape *tape)
{
    struct tape_process *processes = tape->processes.at;
    struct tape_thread *threads = tape->threads.at;
    uint64_t *last = calloc(tape->processes.count, sizeof *last);
    if (!last)
        return -1;
    for (uint32_t i = 0; i < tape->threads.count; i++) {
        struct tape_thread *thread = &threads[i];
        uint64_t end = thread->start_ticks;
        if (tape->thread_blocks[i] != tape->thread_blocks[i + 1])
            end = tape->blocks[tape->thread_blocks[i + 1] - 1].last_ticks;
        tape->session.end_ticks = max(tape->session.end_ticks, end);
        last[thread->process] = max(last[thread->process], end);
        if (thread->end_ticks == UINT64_MAX)
            thread->end_ticks =
                max(end, processes[thread->process].end_ticks == UINT64_MAX ? 0 : processes[thread->process].end_ticks);
    }
    for (uint32_t i = 0; i < tape->processes.count; i++) {
        if (processes[i].end_ticks == UINT64_MAX)
            processes[i].end_ticks = max(processes[i].start_ticks, last[i]);
        tape->session.end_ticks = max(tape->session.end_ticks, processes[i].end_ticks);
    }
    free(last);
    return 0;
}

static void finish_session(struct tape *tape)
{
    struct tape_session *session = &tape->session;
    session->arguments = tape->arguments.at;
    session->argument_count = tape->arguments.count;
    if (!tape->has_session) {
        damages_add(tape_lacking(tape), 0,
                    "nothing describes the recording: its start, host and command line are missing");
        session->directory = session->host = session->machine = session->kernel = session->version = not_described;
        session->start_ticks = UINT64_MAX;
        for (size_t i = 0; i < tape->block_count; i++)
            if (tape->blocks[i].first_ticks < session->start_ticks)
                session->start_ticks = tape->blocks[i].first_ticks;
        if (session->start_ticks == UINT64_MAX)
            session->start_ticks = 0;
        /* its clock is unknown too; pairs, where there are some, tell its rate */
        session->clock = tape->clock.pair_count > 1 ? CT_CLOCK_TSC : CT_CLOCK_MONOTONIC;
    } else if (tape->arguments_told != tape->arguments.count) {
        damages_add(tape_lacking(tape), 0, "the command line had %u words, of which %u are here", tape->arguments_told,
                    tape->arguments.count);
    }
    session->end_ticks = session->start_ticks;
}

static int compare_notes(const void *a, const void *b, void *notes)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = strcmp(((const char **)notes)[x], ((const char **)notes)[y]);
    return order ? order : x < y ? -1 : x > y;
}

/* A note may stand in the tape twice: a recorder killed between writing and freeing a chunk leaves it in both. */
static int drop_repeated_notes(struct tape *tape)
{
    uint32_t count = tape->notes.count;
    const char **notes = tape->notes.at;
    uint32_t *order = malloc((count + 1) * sizeof *order);
    if (!order)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_notes, notes);
    const char *before = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const char **note = &notes[order[i]];
        if (before && strcmp(*note, before) == 0)
            *note = NULL;
        else
            before = *note;
    }
    tape->notes.count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (notes[i])
            notes[tape->notes.count++] = notes[i];
    free(order);
    return 0;
}

static int finish_clock(struct tape *tape)
{
    bool guessed;
    bool ticks_are_ns = tape->session.clock == CT_CLOCK_MONOTONIC;
    bool no_rate = !tape->has_session && tape->clock.pair_count < 2;
    if (clock_build(&tape->clock, tape->session.start_ticks, ticks_are_ns, &guessed) != 0)
        return -1;
    if (!guessed && !no_rate)
        return 0;
    return tape_add_note(tape, "The recording does not tell the rate of its clock: durations are in clock ticks, shown "
                               "as nanoseconds.");
}

/* The first few; of a large tape all that is missing would be too much to be told with every report. */
static int note_losses(struct tape *tape)
{
    enum { SHOWN = 4 };
    char text[80];
    const struct damages *losses = &tape->losses;
    for (size_t i = 0; i < losses->count && i < SHOWN; i++)
        if (tape_add_note(tape, losses->at[i].what) != 0)
            return -1;
    if (losses->found <= SHOWN)
        return 0;
    snprintf(text, sizeof text, "%llu more things are missing likewise.", (unsigned long long)(losses->found - SHOWN));
    const char *own = tape_own(tape, text);
    return own ? tape_add_note(tape, own) : -1;
}

int meta_finish(struct tape *tape)
{
    for (uint32_t i = 0; i < tape->threads.count; i++)
        if (((struct tape_thread *)tape->threads.at)[i].process == CT_NONE)
            adopt_thread(tape, i);
    if (make_processes(tape) != 0)
        return -1;
    finish_threads(tape);
    finish_modules(tape);
    finish_processes(tape);
    finish_functions(tape);
    finish_keys(tape);
    finish_session(tape);
    if (left_finish(tape) != 0 || finish_ends(tape) != 0 || note_losses(tape) != 0 || finish_clock(tape) != 0)
        return -1;
    return drop_repeated_notes(tape);
}
