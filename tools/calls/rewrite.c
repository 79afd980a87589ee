#include "calls/rewrite.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 32 }; /* chunks of a block, as the recorder has them */

/* What left-out calls cost is told by words of its own, so that costs are where they were. */
struct rewrite {
    struct tape *tape;
    const struct filter_choice *choice;
    const struct tape_function *functions;
    uint32_t function_count;
    struct writer *writer;
    struct ct_chunk head; /* of the chunk to be begun */
    uint8_t *room;
    const struct ct_chunk *chunks[GROUP];
    size_t count;
    uint64_t now, stack, jumps;
    uint64_t spent, each; /* 1/16 ticks: what events cost up to the last one written; what one costs at least */
    uint64_t *starts;     /* by tag: spent when the call began */
    uint32_t *tags;       /* those that are free */
    uint32_t tag_count, free_count;
    uint64_t *left; /* by function: calls less those written */
    bool *told;     /* by function: its index is on the tape, for this process */
    uint32_t told_process;
    struct error *error;
};

struct rewrite *rewrite_create(struct tape *tape, const struct filter_choice *choice, struct writer *writer,
                               struct error *error)
{
    struct rewrite *rewrite = calloc(1, sizeof *rewrite);
    if (rewrite != NULL) {
        rewrite->tape = tape;
        rewrite->choice = choice;
        rewrite->writer = writer;
        rewrite->functions = tape_functions(tape, &rewrite->function_count);
        rewrite->room = calloc(GROUP, CT_CHUNK_BYTES);
        rewrite->left = calloc(rewrite->function_count, sizeof *rewrite->left);
        rewrite->told = calloc(rewrite->function_count, sizeof *rewrite->told);
        rewrite->told_process = CT_NONE;
    }
    if (rewrite != NULL && rewrite->room != NULL && rewrite->left != NULL && rewrite->told != NULL)
        return rewrite;
    rewrite_destroy(rewrite);
    error_set(error, "out of memory for what filters leave");
    return NULL;
}

void rewrite_destroy(struct rewrite *rewrite)
{
    if (rewrite == NULL)
        return;
    free(rewrite->room);
    free(rewrite->left);
    free(rewrite->told);
    free(rewrite->starts);
    free(rewrite->tags);
    free(rewrite);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static int flush(struct rewrite *rewrite)
{
    size_t count = rewrite->count;
    rewrite->count = 0;
    return count != 0 ? writer_chunks(rewrite->writer, rewrite->chunks, count, rewrite->error) : 0;
}

static struct ct_chunk *last_chunk(const struct rewrite *rewrite)
{
    return (struct ct_chunk *)(void *)(rewrite->room + (rewrite->count - 1) * CT_CHUNK_BYTES);
}

/* Chunks end where the clock's epoch does, too: so nobody needs to be told of it. */
static bool has_room(const struct rewrite *rewrite, uint32_t words)
{
    if (rewrite->count == 0)
        return false;
    const struct ct_chunk *chunk = last_chunk(rewrite);
    return chunk->words + words <= CT_CHUNK_WORDS &&
           chunk->base_ticks >> CT_EPOCH_SHIFT == rewrite->now >> CT_EPOCH_SHIFT;
}

static int make_room(struct rewrite *rewrite, uint32_t words)
{
    if (has_room(rewrite, words))
        return 0;
    if (rewrite->count == GROUP && flush(rewrite) != 0)
        return -1;
    rewrite->count++;
    rewrite->head.sequence_plus_1++;
    rewrite->head.base_ticks = rewrite->now;
    rewrite->head.stack = rewrite->stack;
    *last_chunk(rewrite) = rewrite->head;
    rewrite->chunks[rewrite->count - 1] = last_chunk(rewrite);
    return 0;
}

static int put(struct rewrite *rewrite, uint64_t word)
{
    if (make_room(rewrite, 1) != 0)
        return -1;
    struct ct_chunk *chunk = last_chunk(rewrite);
    memcpy((uint8_t *)chunk + (size_t)chunk->words++ * sizeof word, &word, sizeof word);
    return 0;
}

static int put_special(struct rewrite *rewrite, enum ct_special kind, uint64_t payload)
{
    return put(rewrite, CT_SPECIAL(kind, payload));
}

static int put_jumps(struct rewrite *rewrite)
{
    uint64_t jumps = rewrite->jumps;
    rewrite->jumps = 0;
    return jumps != 0 ? put_special(rewrite, CT_SPECIAL_JUMP, jumps) : 0;
}

static int go_to_stack(struct rewrite *rewrite, uint64_t stack)
{
    if (stack == rewrite->stack)
        return 0;
    if (put_jumps(rewrite) != 0 || put_special(rewrite, CT_SPECIAL_STACK, stack) != 0)
        return -1;
    rewrite->stack = stack;
    return 0;
}

static int put_event(struct rewrite *rewrite, uint64_t stack, uint64_t word, uint64_t ticks, uint64_t spent)
{
    uint64_t cost = spent > rewrite->spent ? spent - rewrite->spent : 0;
    if (go_to_stack(rewrite, stack) != 0 || put_jumps(rewrite) != 0)
        return -1;
    rewrite->now = ticks > rewrite->now ? ticks : rewrite->now;
    rewrite->spent += cost;
    if (make_room(rewrite, 2) != 0)
        return -1;
    if (cost > rewrite->each && put_special(rewrite, CT_SPECIAL_COST, cost - rewrite->each) != 0)
        return -1;
    return put(rewrite, word | CT_TIMED | (rewrite->now & CT_CLOCK_MASK));
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static int no_memory(struct rewrite *rewrite)
{
    return error_set(rewrite->error, "out of memory for open calls");
}

static int take_tag(struct rewrite *rewrite, uint32_t *tag)
{
    if (rewrite->free_count == 0) {
        uint32_t count = rewrite->tag_count != 0 ? rewrite->tag_count * 2 : 64;
        uint64_t *starts = realloc(rewrite->starts, count * sizeof *starts);
        rewrite->starts = starts != NULL ? starts : rewrite->starts;
        uint32_t *tags = starts != NULL ? realloc(rewrite->tags, count * sizeof *tags) : NULL;
        if (tags == NULL)
            return no_memory(rewrite);
        rewrite->tags = tags;
        while (rewrite->tag_count < count)
            tags[rewrite->free_count++] = rewrite->tag_count++;
    }
    *tag = rewrite->tags[--rewrite->free_count];
    return 0;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct rewrite *rewrite = context;
    (void)parent;
    if (take_tag(rewrite, &call->tag) != 0)
        return -1;
    rewrite->starts[call->tag] = call->cost;
    if (!call_counts(call)) {
        rewrite->now = call->start_ticks > rewrite->now ? call->start_ticks : rewrite->now;
        rewrite->spent = call->cost;
        if (go_to_stack(rewrite, call->stack) != 0 || put_jumps(rewrite) != 0)
            return -1;
        return put_special(rewrite, CT_SPECIAL_INHERIT, call->function);
    }
    rewrite->left[call->function]--;
    uint64_t word = CT_ENTRY | (uint64_t)call->function << CT_CLOCK_BITS;
    return put_event(rewrite, call->stack, word, call->start_ticks, call->cost);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct rewrite *rewrite = context;
    uint64_t spent = rewrite->starts[call->tag] + call->cost;
    (void)parent;
    rewrite->tags[rewrite->free_count++] = call->tag;
    if (call->flags & (CALL_OPEN | CALL_CUT))
        return 0;
    if ((call->flags & CALL_JUMPED) == 0)
        return put_event(rewrite, call->stack, CT_EXIT, call->end_ticks, spent);
    if (go_to_stack(rewrite, call->stack) != 0)
        return -1;
    rewrite->jumps++;
    return 0;
}

static bool is_shown(const struct rewrite *rewrite, uint32_t function)
{
    return rewrite->choice->functions == NULL || (rewrite->choice->functions[function] & FILTER_SHOWN) != 0;
}

/* Calls that this event has ended, after a jump, end with it: on the tape too, whether or not it is to be there. */
static int end_jumps_now(struct rewrite *rewrite, const struct tape_event *event)
{
    if (rewrite->jumps == 0 || event->kind == TAPE_EXIT)
        return 0;
    return put_jumps(rewrite) != 0 ? -1 : put_special(rewrite, CT_SPECIAL_STACK, rewrite->stack);
}

static uint32_t wait_special(uint32_t why)
{
    return why == TAPE_PAUSED ? CT_SPECIAL_PAUSE : why == TAPE_PREEMPTED ? CT_SPECIAL_PREEMPTED : CT_SPECIAL_WAIT;
}

static int note(void *context, const struct tape_event *event)
{
    struct rewrite *rewrite = context;
    if (end_jumps_now(rewrite, event) != 0)
        return -1;
    /* A chunk that begins with it begins then. */
    rewrite->now = event->ticks > rewrite->now ? event->ticks : rewrite->now;
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_WAIT:
        return put_special(rewrite, wait_special(event->function), event->n);
    case TAPE_LOST:
        return put_special(rewrite, CT_SPECIAL_LOST, event->n);
    case TAPE_EXIT: /* of nothing that is open */
        return put_event(rewrite, rewrite->stack, CT_EXIT, event->ticks, rewrite->spent + event->cost);
    case TAPE_STACK:
        return go_to_stack(rewrite, event->n);
    case TAPE_OVERWRITTEN:
        return put_special(rewrite, CT_SPECIAL_OVERWRITTEN, event->n);
    case TAPE_STRAY:
        if (!is_shown(rewrite, event->function))
            return 0;
        return put_jumps(rewrite) != 0 ? -1 : put_special(rewrite, CT_SPECIAL_STRAY, event->function);
    default:
        return 0;
    }
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct rewrite *rewrite = context;
    const struct tape_value *it = event->value;
    uint32_t time = it->timed ? sizeof it->ticks : 0, size = it->size + time;
    uint8_t bytes[CT_VALUE_MAX + sizeof it->ticks + CT_VALUE_DATA_BYTES] = {0};
    size = size < CT_VALUE_MAX ? size : CT_VALUE_MAX;
    memcpy(bytes, &it->ticks, time);
    memcpy(bytes + time, it->bytes, size - time);
    uint32_t words = (size + CT_VALUE_DATA_BYTES - 1) / CT_VALUE_DATA_BYTES;
    uint64_t payload = CT_VALUE(it->key, size, it->state) | (it->timed ? CT_VALUE_TIMED : 0);
    if ((call != NULL && go_to_stack(rewrite, call->stack) != 0) || put_jumps(rewrite) != 0 ||
        make_room(rewrite, words + 1) != 0 || put_special(rewrite, CT_SPECIAL_VALUE, payload) != 0)
        return -1;
    for (uint32_t i = 0; i < words; i++) {
        uint64_t data = 0;
        for (uint32_t k = 0; k < CT_VALUE_DATA_BYTES; k++)
            data |= (uint64_t)bytes[i * CT_VALUE_DATA_BYTES + k] << 8 * k;
        if (put_special(rewrite, CT_SPECIAL_DATA, data) != 0)
            return -1;
    }
    return 0;
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

/* Counts all calls, and finds what an event costs at least. */
static int count_calls(struct rewrite *rewrite, uint32_t thread)
{
    const struct tape_event *events;
    size_t count;
    struct tape_cursor *cursor = tape_cursor_open(rewrite->tape, thread, rewrite->error);
    int more = cursor != NULL ? 1 : -1;
    memset(rewrite->left, 0, rewrite->function_count * sizeof *rewrite->left);
    rewrite->each = UINT64_MAX;
    while (more > 0 && (more = tape_cursor_batch(cursor, &events, &count, rewrite->error)) > 0) {
        for (size_t i = 0; i < count; i++) {
            if (events[i].kind == TAPE_ENTRY)
                rewrite->left[events[i].function]++;
            if (events[i].kind <= TAPE_EXIT && events[i].cost < rewrite->each)
                rewrite->each = events[i].cost;
        }
    }
    if (rewrite->each == UINT64_MAX)
        rewrite->each = 0;
    if (cursor != NULL)
        tape_cursor_close(cursor);
    return more;
}

static int write_shown(struct rewrite *rewrite, uint32_t process, uint32_t thread)
{
    struct tape_times times = {0};
    struct filter_left left = {0};
    const struct calls_receiver receiver = {
        .begin = begin, .end = end, .note = note, .value = value, .context = rewrite};
    rewrite->head = (struct ct_chunk){.process = process,
                                      .thread = thread,
                                      .words = CT_CHUNK_HEADER_WORDS,
                                      .probe = CT_PROBE(rewrite->each, rewrite->each)};
    rewrite->now = rewrite->stack = rewrite->jumps = rewrite->spent = 0;
    int status =
        calls_of_thread(rewrite->tape, thread, rewrite->choice, &receiver, NULL, &times, &left, rewrite->error);
    return status == 0 && put_jumps(rewrite) == 0 ? flush(rewrite) : -1;
}

/* Indices of a process that its runtime does not give. */
static uint32_t index_of(uint32_t function)
{
    return CT_CHUNK_WORDS + function;
}

static int tell_index(struct rewrite *rewrite, uint32_t process, uint32_t function)
{
    struct ct_left record = {.process = process, .index = index_of(function), .function = function};
    if (rewrite->told_process != process)
        memset(rewrite->told, 0, rewrite->function_count * sizeof *rewrite->told);
    rewrite->told_process = process;
    if (rewrite->told[function])
        return 0;
    rewrite->told[function] = true;
    return writer_record(rewrite->writer, CT_RECORD_LEFT, &record, sizeof record, NULL, 0, rewrite->error);
}

static int write_left(struct rewrite *rewrite, uint32_t process, uint32_t thread)
{
    int status = 0;
    for (uint32_t i = 0; i < rewrite->function_count && status == 0; i++) {
        struct ct_left_calls record = {.thread = thread, .index = index_of(i), .calls = rewrite->left[i]};
        if (record.calls == 0)
            continue;
        status = tell_index(rewrite, process, i);
        if (status == 0)
            status =
                writer_record(rewrite->writer, CT_RECORD_LEFT_CALLS, &record, sizeof record, NULL, 0, rewrite->error);
    }
    return status;
}

int rewrite_thread(struct rewrite *rewrite, uint32_t thread, bool shown, struct error *error)
{
    uint32_t count;
    uint32_t process = tape_threads(rewrite->tape, &count)[thread].process;
    rewrite->error = error;
    if (count_calls(rewrite, thread) != 0 || (shown && write_shown(rewrite, process, thread) != 0))
        return -1;
    return write_left(rewrite, process, thread);
}
