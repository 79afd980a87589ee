/* Which of the thread's entries the calls are that are open where a piece begins: EDGES tells the block that each was
 * entered in, that block which of its entries it was. */
#include <stdlib.h>

#include "base/numbers.h"
#include "tape/block.h"
#include "tape/state.h"

enum { BATCH = 256, FIRST_ROOM = 64 };

/* One stack's calls that were entered in the block and are open. */
struct entered {
    uint64_t stack;    /* first: struct numbers finds it here */
    uint64_t *entries; /* of the block, from 1; 0: inherited */
    size_t depth, room;
    size_t taken;
};

struct scan {
    const struct tape *tape;
    struct block block;
    struct numbers stacks;
    struct entered *current;
    uint64_t entries; /* so far */
};

static void forget_all(struct scan *scan)
{
    for (size_t i = 0; i < scan->stacks.slots; i++) {
        struct entered *entered = scan->stacks.table[i];
        if (entered)
            free(entered->entries);
        free(entered);
    }
    numbers_free(&scan->stacks);
    scan->current = NULL;
}

static int enter_stack(struct scan *scan, uint64_t stack)
{
    scan->current = numbers_get(&scan->stacks, stack, sizeof *scan->current);
    return scan->current ? 0 : -1;
}

static int push(struct entered *entered, uint64_t entry)
{
    if (entered->depth == entered->room) {
        size_t room = entered->room + entered->room / 2 + FIRST_ROOM;
        uint64_t *entries = realloc(entered->entries, room * sizeof *entries);
        if (!entries)
            return -1;
        entered->entries = entries;
        entered->room = room;
    }
    entered->entries[entered->depth++] = entry;
    return 0;
}

static void pop(struct entered *entered, uint64_t count)
{
    entered->depth -= count < entered->depth ? count : entered->depth;
}

static int pass(struct scan *scan, const struct tape_event *event)
{
    uint64_t stack = scan->current->stack;
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_ENTRY:
        return push(scan->current, ++scan->entries);
    case TAPE_INHERIT:
        return push(scan->current, 0);
    case TAPE_EXIT:
        pop(scan->current, 1);
        return 0;
    case TAPE_JUMP:
        pop(scan->current, event->n);
        return 0;
    case TAPE_STACK:
        return enter_stack(scan, event->n);
    case TAPE_OVERWRITTEN:
        forget_all(scan);
        return enter_stack(scan, stack);
    default:
        return 0;
    }
}

/* -1: no memory. Of a damaged block nothing is told. */
static int scan_block(struct scan *scan, size_t index)
{
    const struct tape *tape = scan->tape;
    const char *why;
    struct tape_event events[BATCH];
    size_t count;
    forget_all(scan);
    scan->entries = 0;
    enum block_status status =
        block_load(&scan->block, tape->fd, tape->size, &tape->blocks[index], tape->functions.count, &why);
    if (status != BLOCK_OK)
        return status == BLOCK_DAMAGED ? 0 : -1;
    struct unpacker unpacker = block_unpacker(&scan->block, tape->functions.count, 0);
    int failed = enter_stack(scan, scan->block.head.stack);
    while (failed == 0 && (count = unpack(&unpacker, events, BATCH)) != 0)
        for (size_t i = 0; i < count && failed == 0; i++)
            failed = pass(scan, &events[i]);
    return failed;
}

static void take_number(struct scan *scan, struct tape_open_call *call)
{
    struct entered *entered = numbers_find(&scan->stacks, call->stack);
    if (!entered || entered->taken >= entered->depth)
        return;
    uint64_t entry = entered->entries[entered->taken++];
    call->number = entry != 0 ? call->before + entry : 0;
}

static int by_block(const void *left, const void *right)
{
    const struct tape_open_call *a = *(struct tape_open_call *const *)left, *b = *(struct tape_open_call *const *)right;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a > b) - (a < b);
}

static int number_all(struct scan *scan, const struct tape_piece *piece, struct tape_open_call **calls)
{
    int status = 0;
    for (size_t i = 0; i < piece->open_count; i++)
        calls[i] = &piece->open[i];
    qsort(calls, piece->open_count, sizeof(struct tape_open_call *), by_block);
    for (size_t i = 0; i < piece->open_count && status == 0; i++) {
        if (i == 0 || calls[i]->block != calls[i - 1]->block)
            status = scan_block(scan, calls[i]->block);
        if (status == 0)
            take_number(scan, calls[i]);
    }
    return status;
}

int tape_piece_entries(struct tape *tape, const struct tape_piece *piece, uint64_t ticks, uint64_t *entries,
                       struct error *error)
{
    struct tape_cursor *cursor = tape_cursor_open_piece(tape, piece, error);
    struct tape_event event;
    int more = cursor ? 0 : -1;
    *entries = piece->entries;
    while (cursor && (more = tape_cursor_next(cursor, &event, error)) > 0 && event.ticks < ticks)
        *entries += event.kind == TAPE_ENTRY;
    tape_cursor_close(cursor);
    return more < 0 ? -1 : 0;
}

int tape_piece_number(const struct tape *tape, struct tape_piece *piece, struct error *error)
{
    struct scan scan = {.tape = tape};
    struct tape_open_call **calls = malloc((piece->open_count + 1) * sizeof(struct tape_open_call *));
    int status = calls ? number_all(&scan, piece, calls) : -1;
    forget_all(&scan);
    block_free(&scan.block);
    free(calls);
    return status == 0 ? 0 : error_set(error, "cannot read '%s': out of memory", tape->path);
}
