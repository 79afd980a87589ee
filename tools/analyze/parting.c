#include "analyze/parting.h"

#include <stdlib.h>

enum { NO_SLOT = UINT32_MAX };

/* A call begins or ends. */
struct step {
    uint32_t slot;
    bool ends;
    uint64_t ticks;
};

/* An open call; kept until the step that ends it was compared. */
struct slot {
    uint32_t item, parent; /* parent: a slot */
    uint32_t free_next;
};

/* One thread of one recording, read as far as needed. */
struct flow {
    const uint32_t *items;
    struct tape_cursor *cursor;
    struct filter *filter;
    struct calls_receiver receiver;
    uint64_t end_ticks;
    bool ended;
    struct step *steps;
    size_t at, count, room;
    struct slot *slots;
    uint32_t slot_count, slot_room, free_first;
    uint32_t innermost; /* slot of the call that was begun last and is open, as compared so far */
    struct error *error;
};

static int no_memory(struct flow *flow)
{
    return error_set(flow->error, "out of memory for comparing calls");
}

static int add_step(struct flow *flow, struct step step)
{
    if (flow->count == flow->room) {
        size_t room = flow->room != 0 ? 2 * flow->room : 512;
        struct step *steps = realloc(flow->steps, room * sizeof *steps);
        if (steps == NULL)
            return no_memory(flow);
        flow->steps = steps;
        flow->room = room;
    }
    flow->steps[flow->count++] = step;
    return 0;
}

static uint32_t take_slot(struct flow *flow)
{
    uint32_t slot = flow->free_first;
    if (slot != NO_SLOT) {
        flow->free_first = flow->slots[slot].free_next;
        return slot;
    }
    if (flow->slot_count == flow->slot_room) {
        uint32_t room = flow->slot_room != 0 ? 2 * flow->slot_room : 256;
        struct slot *slots = realloc(flow->slots, room * sizeof *slots);
        if (slots == NULL)
            return NO_SLOT;
        flow->slots = slots;
        flow->slot_room = room;
    }
    return flow->slot_count++;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct flow *flow = context;
    uint32_t slot = call->tag = take_slot(flow);
    if (slot == NO_SLOT)
        return no_memory(flow);
    flow->slots[slot] = (struct slot){flow->items[call->function], parent != NULL ? parent->tag : NO_SLOT, NO_SLOT};
    return add_step(flow, (struct step){slot, false, call->start_ticks});
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct flow *flow = context;
    (void)parent;
    return add_step(flow, (struct step){call->tag, true, call->end_ticks});
}

static int flow_open(struct flow *flow, const struct recording *recording, const uint32_t *items, uint32_t thread,
                     struct error *error)
{
    uint32_t count;
    *flow = (struct flow){.items = items, .free_first = NO_SLOT, .innermost = NO_SLOT, .error = error};
    flow->receiver = (struct calls_receiver){.begin = begin, .end = end, .context = flow};
    if (thread == CT_NONE) {
        flow->ended = true;
        return 0;
    }
    flow->end_ticks = tape_threads(recording->tape, &count)[thread].end_ticks;
    flow->cursor = tape_cursor_open(recording->tape, thread, error);
    flow->filter = flow->cursor != NULL ? filter_create(recording->choice, &flow->receiver, error) : NULL;
    if (flow->filter != NULL)
        filter_enter(flow->filter, thread);
    return flow->filter != NULL ? 0 : -1;
}

static void flow_close(struct flow *flow)
{
    tape_cursor_close(flow->cursor);
    filter_destroy(flow->filter);
    free(flow->steps);
    free(flow->slots);
}

static int read_batch(struct flow *flow)
{
    const struct tape_event *events;
    size_t count;
    int more = tape_cursor_batch(flow->cursor, &events, &count, flow->error), status = 0;
    if (more < 0)
        return -1;
    for (size_t i = 0; more != 0 && i < count && status == 0; i++)
        status = filter_feed(flow->filter, &events[i], flow->error);
    if (status < 0)
        return -1;
    flow->ended = more == 0 || status != 0;
    return flow->ended ? filter_finish(flow->filter, flow->end_ticks) : 0;
}

/* NULL at the end, or where *status is -1. */
static const struct step *next_step(struct flow *flow, int *status)
{
    while (flow->at == flow->count && !flow->ended && *status == 0) {
        flow->at = flow->count = 0;
        *status = read_batch(flow);
    }
    return flow->at < flow->count && *status == 0 ? &flow->steps[flow->at] : NULL;
}

/* The step was the same on both sides. */
static void pass_step(struct flow *flow)
{
    const struct step *step = &flow->steps[flow->at++];
    struct slot *slot = &flow->slots[step->slot];
    flow->innermost = step->ends ? slot->parent : step->slot;
    if (!step->ends)
        return;
    slot->free_next = flow->free_first;
    flow->free_first = step->slot;
}

static bool agree(const struct flow *flows, const struct step *a, const struct step *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    uint32_t one = flows[0].slots[a->slot].item, other = flows[1].slots[b->slot].item;
    return a->ends == b->ends && one == other;
}

static void tell_side(struct parting *parting, int side, const struct flow *flow, const struct step *step)
{
    parting->step[side] = step == NULL ? PARTING_END : step->ends ? PARTING_RETURN : PARTING_CALL;
    parting->item[side] = step != NULL && !step->ends ? flow->slots[step->slot].item : CT_NONE;
    parting->ticks[side] = step != NULL ? step->ticks : flow->end_ticks;
}

static void tell_path(struct parting *parting, const struct flow *flow, uint32_t from)
{
    for (uint32_t slot = from; slot != NO_SLOT; slot = flow->slots[slot].parent) {
        if (parting->depth < PARTING_MOST_PATH)
            parting->path[parting->depth] = flow->slots[slot].item;
        parting->depth++;
    }
}

/* The open calls: above the call that one side makes, or those that it returns from. */
static uint32_t open_slot(const struct flow *flow, const struct step *step)
{
    if (step == NULL)
        return flow->innermost;
    return step->ends ? step->slot : flow->slots[step->slot].parent;
}

static int follow(struct parting *parting, struct flow *flows)
{
    int status = 0;
    uint64_t calls = 0;
    for (;;) {
        const struct step *a = next_step(&flows[0], &status), *b = next_step(&flows[1], &status);
        if (status != 0)
            return -1;
        if (agree(flows, a, b)) {
            if (a == NULL)
                return 0;
            calls += !a->ends;
            pass_step(&flows[0]);
            pass_step(&flows[1]);
            continue;
        }
        parting->parts = true;
        parting->calls = calls;
        tell_side(parting, 0, &flows[0], a);
        tell_side(parting, 1, &flows[1], b);
        tell_path(parting, &flows[a == NULL], open_slot(&flows[a == NULL], a != NULL ? a : b));
        return 0;
    }
}

/* The n-th of those that are looked at and have calls; CT_NONE: there are fewer. */
static uint32_t thread_of(const struct recording *recording, uint32_t n)
{
    uint32_t count;
    const struct tape_thread *threads = tape_threads(recording->tape, &count);
    for (uint32_t i = 0; i < filter_threads(recording->choice, recording->tape); i++) {
        uint32_t thread = filter_thread(recording->choice, i);
        if (threads[thread].events != 0 && n-- == 0)
            return thread;
    }
    return CT_NONE;
}

int parting_find(struct parting *parting, const struct recording *recordings, const struct matching *matching, size_t a,
                 size_t b, struct error *error)
{
    const size_t sides[2] = {a, b};
    *parting = (struct parting){0};
    int status = 0;
    for (uint32_t n = 0; status == 0 && !parting->parts; n++) {
        struct flow flows[2];
        for (int side = 0; side < 2; side++)
            parting->thread[side] = thread_of(&recordings[sides[side]], n);
        if (parting->thread[0] == CT_NONE && parting->thread[1] == CT_NONE)
            break;
        for (int side = 0; side < 2; side++)
            if (flow_open(&flows[side], &recordings[sides[side]], matching->of[sides[side]], parting->thread[side],
                          error) != 0)
                status = -1;
        if (status == 0)
            status = follow(parting, flows);
        flow_close(&flows[0]);
        flow_close(&flows[1]);
    }
    return status;
}
