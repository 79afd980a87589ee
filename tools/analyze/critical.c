#include "analyze/critical.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/critical_shares.h"

uint32_t critical_main_thread(const struct tape *tape)
{
    uint32_t threads, processes, found = CT_NONE;
    const struct tape_thread *all = tape_threads(tape, &threads);
    const struct tape_process *process = tape_processes(tape, &processes);
    for (uint32_t i = 0; i < threads && processes != 0; i++) {
        if (all[i].process == 0 && all[i].tid == process->pid)
            return i;
        found = all[i].process == 0 && found == CT_NONE ? i : found;
    }
    return found;
}

/* ---- the walk --------------------------------------------------------------------------------------------------- */

struct walk {
    const struct waits *waits;
    const struct tape_thread *threads;
    struct critical *to;
    size_t room;
    uint32_t thread;
    uint64_t from, end; /* end: of the segment that is being made */
    uint64_t at;        /* waits that end later were looked at */
    struct error *error;
};

static int add_segment(struct walk *walk, uint64_t from, uint32_t wait)
{
    struct critical *to = walk->to;
    if (to->segment_count == walk->room) {
        size_t room = walk->room != 0 ? 2 * walk->room : 64;
        void *grown = realloc(to->segments, room * sizeof *to->segments);
        if (grown == NULL)
            return error_set(walk->error, "out of memory for a chain of %zu segments", room);
        to->segments = grown;
        walk->room = room;
    }
    to->segments[to->segment_count++] = (struct critical_segment){.at = {walk->thread, from, walk->end}, .wait = wait};
    return 0;
}

static void stay(struct walk *walk, const struct wait *wait, bool known)
{
    uint64_t begin = wait->begin > walk->from ? wait->begin : walk->from;
    if (!known && wait->begin != 0 && wait->end > begin)
        walk->to->unknown_ticks += wait->end - begin;
    walk->at = begin < wait->end ? begin : wait->end - (wait->end != 0);
}

/* The wait lies behind walk->from. 1: there is more before. */
static int pass_wait(struct walk *walk, const struct wait *wait)
{
    const struct wake *wake = waits_ended_by(walk->waits, wait, walk->threads[wait->thread].process);
    if (wake == NULL || wake->thread == walk->thread) {
        stay(walk, wait, wake != NULL);
        return 1;
    }
    uint64_t from = wake->ticks > walk->from ? wake->ticks : walk->from;
    if (add_segment(walk, from, wait->function) != 0)
        return -1;
    walk->thread = wake->thread;
    walk->end = walk->at = from;
    return from > walk->from;
}

static int walk_back(struct walk *walk)
{
    int more = walk->end > walk->from;
    while (more > 0) {
        const struct wait *wait = waits_last(walk->waits, walk->thread, walk->at);
        if (wait == NULL || wait->end <= walk->from)
            break;
        more = pass_wait(walk, wait);
    }
    if (more < 0)
        return -1;
    return walk->end > walk->from ? add_segment(walk, walk->from, CT_NONE) : 0;
}

static void turn_round(struct critical *critical)
{
    for (size_t i = 0, k = critical->segment_count; i + 1 < k; i++) {
        struct critical_segment moved = critical->segments[i];
        critical->segments[i] = critical->segments[--k];
        critical->segments[k] = moved;
    }
}

static int make_chain(struct critical *critical, const struct waits *waits, const struct tape *tape,
                      struct error *error)
{
    uint32_t count;
    const struct stretch *asked = &critical->asked;
    struct walk walk = {.waits = waits,
                        .threads = tape_threads(tape, &count),
                        .to = critical,
                        .thread = asked->thread,
                        .from = asked->from,
                        .end = asked->to,
                        .at = asked->to,
                        .error = error};
    if (walk_back(&walk) != 0)
        return -1;
    turn_round(critical);
    for (size_t i = 0; i < critical->segment_count; i++) {
        struct critical_segment *segment = &critical->segments[i];
        segment->from_ns = tape_ns(tape, segment->at.from);
        segment->to_ns = tape_ns(tape, segment->at.to);
    }
    return 0;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

/* What is not said of the stretch is all of the thread. */
static int choose(struct critical *critical, const struct tape *tape, const struct critical_choice *choice,
                  const struct waits_search *search, struct error *error)
{
    uint32_t count;
    struct stretch *asked = &critical->asked;
    *asked = choice->functions != NULL ? search->longest : choice->asked;
    if (choice->functions != NULL && asked->thread == CT_NONE)
        return error_set(error, "no call of that function is there");
    if (asked->thread == CT_NONE)
        asked->thread = critical_main_thread(tape);
    if (asked->thread == CT_NONE)
        return error_set(error, "%s: no thread was recorded", tape_path(tape));
    const struct tape_thread *thread = &tape_threads(tape, &count)[asked->thread];
    asked->from = asked->from > thread->start_ticks ? asked->from : thread->start_ticks;
    asked->to = asked->to < thread->end_ticks ? asked->to : thread->end_ticks;
    asked->to = asked->to > asked->from ? asked->to : asked->from;
    critical->from_ns = tape_ns(tape, asked->from);
    critical->to_ns = tape_ns(tape, asked->to);
    return 0;
}

static void keep(struct critical *critical, const struct waits *waits, const struct tape *tape)
{
    struct scale scale = scale_of(tape);
    critical->waits = waits->wait_count + waits->left_waits;
    critical->wakes = waits->wake_count + waits->left_wakes;
    critical->left_waits = waits->left_waits;
    critical->left_wakes = waits->left_wakes;
    critical->least_ns = scale_ns(scale, waits->least_ticks);
    critical->unknown_ns = scale_ns(scale, critical->unknown_ticks);
    critical->sums = waits->sums;
}

int critical_make(struct critical *critical, struct tape *tape, const struct critical_choice *choice,
                  struct error *error)
{
    struct waits waits;
    struct waits_search search = {.functions = choice->functions, .where = choice->where};
    *critical = (struct critical){0};
    int status = waits_collect(&waits, tape, &search, choice->room, choice->watch, error);
    if (status == 0)
        status = choose(critical, tape, choice, &search, error);
    if (status == 0)
        status = make_chain(critical, &waits, tape, error);
    if (status == 0)
        keep(critical, &waits, tape);
    waits_free(&waits);
    critical->sums.raw = choice->raw;
    if (status == 0)
        status = critical_shares(critical, tape, choice, error);
    sums_damages(&critical->sums, tape);
    return status;
}

void critical_free(struct critical *critical)
{
    free(critical->segments);
    free(critical->rows);
}
