#include "analyze/call_edges.h"

#include <stdlib.h>

#include "calls/pairing.h"

/* An open call of a subject. */
struct frame {
    uint32_t subject;
    uint32_t outer;           /* the frame, plus one, of the call of the same subject that it is nested in; 0: none */
    struct call_edge *edge;   /* of the call made from it that is open now */
    struct call_edge *caller; /* whose the call is */
    struct took called;       /* totals of the calls made from it that have ended */
};

struct spine {
    uint64_t number; /* of the stack; first: struct numbers finds it here */
    struct frame *frames;
    uint32_t depth, room;
};

enum { FIRST_ROOM = 16 };

static int no_memory(const struct call_edges *edges)
{
    return error_set(edges->gathered.error, "out of memory for %zu callers and callees", edges->edges.count);
}

/* ---- subjects' open calls --------------------------------------------------------------------------------------- */

static struct spine *spine_of(struct call_edges *edges, uint64_t stack)
{
    if (edges->current != NULL && edges->current->number == stack)
        return edges->current;
    edges->current = numbers_get(&edges->spines, stack, sizeof *edges->current);
    return edges->current;
}

static void free_spine(struct spine *spine)
{
    if (spine != NULL)
        free(spine->frames);
    free(spine);
}

/* Stacks come and go, but for the first. */
static void forget_empty(struct call_edges *edges, struct spine *spine)
{
    if (spine->depth != 0 || spine->number == 0)
        return;
    free_spine(numbers_take(&edges->spines, spine->number));
    edges->current = NULL;
}

static uint32_t outer_of(const struct spine *spine, uint32_t subject)
{
    uint32_t outer = spine->depth;
    while (outer != 0 && spine->frames[outer - 1].subject != subject)
        outer--;
    return outer;
}

static struct frame *push(struct spine *spine, uint32_t subject)
{
    if (spine->depth == spine->room) {
        uint32_t room = spine->room != 0 ? 2 * spine->room : FIRST_ROOM;
        struct frame *wider = room > spine->room ? realloc(spine->frames, room * sizeof *wider) : NULL;
        if (wider == NULL)
            return NULL;
        spine->frames = wider;
        spine->room = room;
    }
    struct frame *frame = &spine->frames[spine->depth];
    *frame = (struct frame){.subject = subject, .outer = outer_of(spine, subject)};
    spine->depth++;
    return frame;
}

/* ---- edges ------------------------------------------------------------------------------------------------------ */

static struct call_edge *new_edge(struct numbers *to, struct call_edge like)
{
    struct call_edge *edge = malloc(sizeof *edge);
    if (edge == NULL)
        return NULL;
    *edge = like;
    if (numbers_add(to, edge) == 0)
        return edge;
    free(edge);
    return NULL;
}

static struct call_edge *edge_of(struct numbers *edges, uint32_t subject, uint32_t other, bool callee)
{
    uint64_t number = (uint64_t)subject << 33 | (uint64_t)callee << 32 | other;
    struct call_edge *edge = numbers_find(edges, number);
    if (edge != NULL)
        return edge;
    return new_edge(edges, (struct call_edge){.number = number, .subject = subject, .other = other, .callee = callee});
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static uint32_t subject_of(const struct call_edges *edges, const struct call *call)
{
    return call != NULL ? edges->subjects->of[call->function] : CT_NONE;
}

static uint32_t same_of(const struct call_edges *edges, const struct call *call)
{
    return call != NULL ? edges->functions[call->function].same : CT_NONE;
}

/* A subject calls. The innermost of the subjects' open calls is the one that does. */
static int begin_callee(struct call_edges *edges, const struct call *call, uint32_t caller, uint32_t callee)
{
    struct spine *spine = spine_of(edges, call->stack);
    struct call_edge *edge = edge_of(&edges->edges, caller, same_of(edges, call), true);
    if (spine == NULL || edge == NULL)
        return no_memory(edges);
    spine->frames[spine->depth - 1].edge = edge;
    took_bound(&edges->of[caller].self, call->start_run, call->gap_slack);
    if (caller != callee)
        took_bound(&edge->time, call->start_run, call->start_slack);
    return 0;
}

/* Calls that are nested in another of the same subject are in that one's time, and not in that of what it called. */
static struct took *inner_time(const struct call_edges *edges, const struct spine *spine, const struct frame *frame)
{
    struct call_edge *edge = spine->frames[frame->outer - 1].edge;
    return edge->other != edges->subjects->functions[edge->subject] ? &edge->time : NULL;
}

static int begin_subject(struct call_edges *edges, const struct call *call, const struct call *parent, uint32_t subject)
{
    struct spine *spine = spine_of(edges, call->stack);
    struct frame *frame = spine != NULL ? push(spine, subject) : NULL;
    if (frame == NULL || (frame->caller = edge_of(&edges->edges, subject, same_of(edges, parent), false)) == NULL)
        return no_memory(edges);
    bool nested = frame->outer != 0;
    struct took *time = nested ? inner_time(edges, spine, frame) : &frame->caller->time;
    if (time != NULL)
        took_bound(time, call->start_run, call->start_slack);
    if (!nested)
        took_bound(&edges->of[subject].total, call->start_run, call->start_slack);
    return 0;
}

static inline __attribute__((always_inline)) int begin(void *context, struct call *call, const struct call *parent)
{
    struct call_edges *edges = context;
    uint32_t subject = subject_of(edges, call), caller = subject_of(edges, parent);
    if (caller != CT_NONE && begin_callee(edges, call, caller, subject) != 0)
        return -1;
    return subject != CT_NONE ? begin_subject(edges, call, parent, subject) : 0;
}

/* Calls that are left out may have been away as well: it is what is neither its own nor its callees'. */
static void count_away(struct took *away, const struct call *call, const struct took *called)
{
    took_add(away, call_total_ticks(call) - call_self_ticks(call) - called->ticks,
             call_total_cost(call) - call_self_cost(call) - called->cost);
}

static void count_subject(struct call_subject *of, const struct call *call, bool nested)
{
    of->calls += call_counts(call);
    of->nested += nested && call_counts(call);
    of->jumped += call_counts(call) && (call->flags & CALL_JUMPED) != 0;
    of->open += call_counts(call) && (call->flags & CALL_OPEN) != 0;
    of->shallow = call->depth < of->shallow ? call->depth : of->shallow;
    of->deepest = call->depth > of->deepest ? call->depth : of->deepest;
    took_add(&of->self, call_self_ticks(call), call_self_cost(call));
    took_bound(&of->self, call->end_run, call->gap_slack);
}

static void add_total(struct took *to, const struct call *call)
{
    took_add(to, call_total_ticks(call), call_total_cost(call));
    took_bound(to, call->end_run, call->end_slack);
}

/* What the calls around it called took without it. It may be less than nothing until that has ended. */
static void take_out(struct took *from, const struct call *call)
{
    from->ticks -= call_total_ticks(call);
    from->cost -= call_total_cost(call);
    took_bound(from, call->end_run, call->end_slack);
}

static void end_subject(struct call_edges *edges, const struct call *call, uint32_t subject)
{
    struct spine *spine = spine_of(edges, call->stack);
    const struct frame *frame = &spine->frames[--spine->depth];
    count_subject(&edges->of[subject], call, frame->outer != 0);
    frame->caller->calls += call_counts(call);
    frame->caller->nested += frame->outer != 0 && call_counts(call);
    count_away(&edges->of[subject].away, call, &frame->called);
    if (frame->outer == 0) {
        add_total(&frame->caller->time, call);
        add_total(&edges->of[subject].total, call);
    } else if (inner_time(edges, spine, frame) != NULL) {
        take_out(inner_time(edges, spine, frame), call);
    }
    forget_empty(edges, spine);
}

static void end_callee(struct call_edges *edges, const struct call *call, uint32_t caller, uint32_t callee)
{
    struct spine *spine = spine_of(edges, call->stack);
    struct frame *frame = &spine->frames[spine->depth - 1];
    took_add(&frame->called, call_total_ticks(call), call_total_cost(call));
    frame->edge->calls += call_counts(call);
    if (caller != callee)
        add_total(&frame->edge->time, call);
}

static void whole(void *context, const struct call *call)
{
    const struct call_edges *edges = context;
    if (call_counts(call))
        took_longest(&edges->of[subject_of(edges, call)].longest, call_total_ticks(call), call_total_cost(call));
}

static inline __attribute__((always_inline)) int end(void *context, struct call *call, const struct call *parent)
{
    struct call_edges *edges = context;
    uint32_t subject = subject_of(edges, call), caller = subject_of(edges, parent);
    int status = 0;
    sums_call(&edges->gathered.sums, call);
    if (subject != CT_NONE && call_is_part(call))
        status = call_parts_add(edges->gathered.parts, call);
    else if (subject != CT_NONE)
        whole(edges, call);
    if (subject != CT_NONE)
        end_subject(edges, call, subject);
    if (caller != CT_NONE)
        end_callee(edges, call, caller, subject);
    return status == 0 ? 0 : no_memory(edges);
}

static int note(void *context, const struct tape_event *event)
{
    struct call_edges *edges = context;
    sums_note(&edges->gathered.sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct call_edges *edges = context;
    uint32_t subject = subject_of(edges, call);
    if (subject != CT_NONE)
        took_bound(&edges->of[subject].self, run, slack);
}

static const struct tape_event *plain(struct calls *calls, const struct tape_event *event,
                                      const struct tape_event *last, int *status)
{
    return pair_plain(calls, begin, end, NULL, event, last, status);
}

/* ---- together --------------------------------------------------------------------------------------------------- */

static void *create(const void *plan, struct error *error)
{
    const struct call_edges_plan *wanted = plan;
    struct call_edges *edges = calloc(1, sizeof *edges);
    if (edges != NULL)
        edges->of = calloc(wanted->subjects->count + (size_t)1, sizeof *edges->of);
    if (edges == NULL || edges->of == NULL) {
        free(edges);
        error_set(error, "out of memory for %u functions", wanted->subjects->count);
        return NULL;
    }
    edges->functions = wanted->functions;
    edges->subjects = wanted->subjects;
    for (uint32_t i = 0; i < wanted->subjects->count; i++)
        edges->of[i].shallow = UINT32_MAX;
    return edges;
}

static void destroy(void *sums)
{
    struct call_edges *edges = sums;
    if (edges == NULL)
        return;
    for (size_t i = 0; i < edges->edges.slots; i++)
        free(edges->edges.table[i]);
    for (size_t i = 0; i < edges->spines.slots; i++)
        free_spine(edges->spines.table[i]);
    numbers_free(&edges->edges);
    numbers_free(&edges->spines);
    free(edges->of);
    free(edges);
}

static void add_subject(struct call_subject *to, const struct call_subject *from)
{
    to->calls += from->calls;
    to->nested += from->nested;
    to->jumped += from->jumped;
    to->open += from->open;
    took_join(&to->total, &from->total);
    took_join(&to->self, &from->self);
    took_join(&to->away, &from->away);
    took_longest(&to->longest, from->longest.ticks, from->longest.cost);
    to->shallow = from->shallow < to->shallow ? from->shallow : to->shallow;
    to->deepest = from->deepest > to->deepest ? from->deepest : to->deepest;
}

static int add(void *to, const void *from, struct error *error)
{
    struct call_edges *all = to;
    const struct call_edges *one = from;
    all->gathered.error = error;
    for (uint32_t i = 0; i < one->subjects->count; i++)
        add_subject(&all->of[i], &one->of[i]);
    for (size_t i = 0; i < one->edges.slots; i++) {
        const struct call_edge *edge = one->edges.table[i];
        struct call_edge *sum = edge != NULL ? edge_of(&all->edges, edge->subject, edge->other, edge->callee) : NULL;
        if (edge == NULL)
            continue;
        if (sum == NULL)
            return no_memory(all);
        sum->calls += edge->calls;
        sum->nested += edge->nested;
        took_join(&sum->time, &edge->time);
    }
    return 0;
}

const struct gather_kind call_edges_kind = {
    .receiver = {.begin = begin, .end = end, .note = note, .gap = gap, .plain = plain},
    .create = create,
    .destroy = destroy,
    .add = add,
    .takes_parts = true,
    .whole = whole,
};
