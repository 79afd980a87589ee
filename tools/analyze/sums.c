#include "analyze/sums.h"

#include <string.h>

#include "base/saturate.h"

void sums_flags(struct sums *sums, const struct call *call)
{
    if ((call->flags & CALL_CONTINUES) != 0)
        return;
    sums->earlier += (call->flags & CALL_EARLIER) != 0;
    sums->later += (call->flags & CALL_LATER) != 0;
    if (!call_counts(call)) {
        sums->inherited += (call->flags & CALL_EARLIER) == 0;
        return;
    }
    sums->jumped += (call->flags & CALL_JUMPED) != 0;
    sums->open += (call->flags & CALL_OPEN) != 0;
    sums->cut += (call->flags & CALL_CUT) != 0;
}

void sums_note(struct sums *sums, const struct tape_event *event)
{
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_EXIT:
    case TAPE_STRAY:
        sums->strays++;
        break;
    case TAPE_WAIT:
        if (event->function == TAPE_PREEMPTED) {
            sums->preempted_ticks += event->n;
            break;
        }
        sums->waits++;
        sums->wait_ticks += event->n;
        sums->paused |= event->function == TAPE_PAUSED;
        break;
    case TAPE_GAP:
        sums->gaps++;
        break;
    case TAPE_OVERWRITTEN:
        sums->overwritten = true;
        break;
    default:
        break;
    }
}

/* The sums of costs are whole numbers, whatever their type. */
void sums_numbers(const struct sums *sums, uint64_t numbers[SUMS_NUMBERS])
{
    const struct tape_times *times = &sums->times;
    const uint64_t all[SUMS_NUMBERS] = {
        sums->calls,
        sums->traced_ticks,
        sums->traced_cost,
        sums->jumped,
        sums->open,
        sums->cut,
        sums->inherited,
        sums->strays,
        sums->waits,
        sums->wait_ticks,
        sums->overwritten + 2u * sums->paused + 4u * sums->preempted_ticks,
        times->timed,
        times->untimed,
        (uint64_t)times->timed_cost,
        (uint64_t)times->untimed_cost,
        times->surprises,
        times->surprise_ticks,
    };
    memcpy(numbers, all, sizeof all);
}

void sums_load(struct sums *sums, const uint64_t numbers[SUMS_NUMBERS])
{
    const uint64_t *n = numbers;
    sums->calls = n[0];
    sums->traced_ticks = n[1];
    sums->traced_cost = n[2];
    sums->jumped = n[3];
    sums->open = n[4];
    sums->cut = n[5];
    sums->inherited = n[6];
    sums->strays = n[7];
    sums->waits = n[8];
    sums->wait_ticks = n[9];
    sums->overwritten = (n[10] & 1) != 0;
    sums->paused = (n[10] & 2) != 0;
    sums->preempted_ticks = n[10] >> 2;
    sums->times = (struct tape_times){n[11], n[12], (double)n[13], (double)n[14], n[15], n[16]};
}

void sums_move(struct sums *to, struct sums *from)
{
    to->calls += from->calls;
    to->traced_ticks += from->traced_ticks;
    to->traced_cost += from->traced_cost;
    to->jumped += from->jumped;
    to->open += from->open;
    to->cut += from->cut;
    to->inherited += from->inherited;
    to->strays += from->strays;
    to->waits += from->waits;
    to->wait_ticks += from->wait_ticks;
    to->preempted_ticks += from->preempted_ticks;
    to->gaps += from->gaps;
    to->overwritten |= from->overwritten;
    to->paused |= from->paused;
    to->earlier += from->earlier;
    to->later += from->later;
    filter_left_sum(&to->left, &from->left);
    tape_times_add(&to->times, &from->times);
    *from = (struct sums){0};
}

static double mean_ns(struct scale scale, double cost, uint64_t events)
{
    double sixteenth = (double)scale.ns / (double)scale.ticks / 16;
    return events != 0 ? cost / (double)events * sixteenth : 0;
}

static void finish_costs(struct sums *sums, struct scale scale)
{
    const struct tape_times *times = &sums->times;
    sums->cost_ns = scale_cost_ns(scale, sums->traced_cost);
    sums->surprise_ns = scale_ns(scale, times->surprise_ticks);
    sums->timed_cost_ns = mean_ns(scale, times->timed_cost, times->timed);
    sums->untimed_cost_ns = mean_ns(scale, times->untimed_cost, times->untimed);
    sums->left_ns = scale_ns(scale, sums->left.ticks);
    if (sums->raw)
        return;
    sums->traced_ns = scale_less(sums->traced_ns, sums->cost_ns);
    sums->left_ns = scale_less(sums->left_ns, scale_cost_ns(scale, sums->left.cost));
}

/* Of the threads chosen. A process's threads need not stand together, but those of few processes mostly do. */
static uint64_t count_processes(const struct filter_choice *choice, const struct tape_thread *threads)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < choice->thread_count; i++) {
        uint32_t before = i;
        while (before != 0 && threads[choice->threads[before - 1]].process != threads[choice->threads[i]].process)
            before--;
        count += before == 0;
    }
    return count;
}

static uint64_t count_unrecorded(const struct tape *tape)
{
    size_t count;
    uint64_t calls = 0;
    const struct tape_left *left = tape_left(tape, &count);
    for (size_t i = 0; i < count; i++)
        calls = saturating_add(calls, left[i].calls);
    return calls;
}

void sums_damages(struct sums *sums, const struct tape *tape)
{
    sums->damages = tape_damages(tape, &sums->damage_count);
}

void sums_finish(struct sums *sums, const struct tape *tape, const struct filter_choice *choice)
{
    struct scale scale = scale_of(tape);
    uint32_t thread_count;
    const struct tape_thread *threads = tape_threads(tape, &thread_count);
    sums->process_list = tape_processes(tape, &sums->process_count);
    sums->filtered = choice != NULL;
    sums->all_calls = tape_totals(tape).entries;
    const struct tape_session *session = tape_session(tape);
    sums->threads = filter_threads(choice, tape);
    sums->processes = choice != NULL ? count_processes(choice, threads) : sums->process_count;
    sums->span_ns = tape_ns(tape, session->end_ticks) - tape_ns(tape, session->start_ticks);
    sums->traced_ns = scale_ns(scale, sums->traced_ticks);
    finish_costs(sums, scale);
    sums->wait_ns = scale_ns(scale, sums->wait_ticks);
    sums->preempted_ns = scale_ns(scale, sums->preempted_ticks);
    sums->lost_events = tape_totals(tape).lost_events;
    sums->unrecorded = count_unrecorded(tape);
    sums->finished = session->finished;
    sums_damages(sums, tape);
    sums->notes = tape_notes(tape, &sums->note_count);
}
