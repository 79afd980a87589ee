#include "analyze/sums.h"

void sums_call(struct sums *sums, const struct call *call)
{
    sums->traced_ticks += call_self_ticks(call);
    sums->traced_cost += call_self_cost(call);
    if ((call->flags & CALL_INHERITED) != 0) {
        sums->inherited++;
        return;
    }
    sums->calls++;
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
        sums->waits++;
        sums->wait_ticks += event->n;
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
    if (!sums->raw)
        sums->traced_ns = scale_less(sums->traced_ns, sums->cost_ns);
}

void sums_finish(struct sums *sums, const struct tape *tape)
{
    struct scale scale = scale_of(tape);
    uint32_t threads, processes;
    tape_threads(tape, &threads);
    sums->process_list = tape_processes(tape, &processes);
    const struct tape_session *session = tape_session(tape);
    sums->threads = threads;
    sums->processes = processes;
    sums->span_ns = tape_ns(tape, session->end_ticks) - tape_ns(tape, session->start_ticks);
    sums->traced_ns = scale_ns(scale, sums->traced_ticks);
    finish_costs(sums, scale);
    sums->wait_ns = scale_ns(scale, sums->wait_ticks);
    sums->lost_events = tape_totals(tape).lost_events;
    sums->finished = session->finished;
    sums->damages = tape_damages(tape, &sums->damage_count);
    sums->notes = tape_notes(tape, &sums->note_count);
}
