#include "calls/parts.h"

#include <stdlib.h>

#include "calls/stacks.h"

enum { FIRST_ROOM = 64 };

int call_parts_add(struct call_parts *parts, const struct call *part)
{
    if (parts->count == parts->room) {
        size_t room = parts->room != 0 ? 2 * parts->room : FIRST_ROOM;
        struct call *more = realloc(parts->parts, room * sizeof *more);
        if (more == NULL)
            return -1;
        parts->parts = more;
        parts->room = room;
    }
    parts->parts[parts->count++] = *part;
    return 0;
}

void call_parts_free(struct call_parts *parts)
{
    free(parts->parts);
    *parts = (struct call_parts){0};
}

void wholes_free(struct wholes *wholes)
{
    stacks_free(&wholes->stacks);
}

/* The call at a part's depth, with room for it; NULL: no memory. Flagged CALL_CONTINUED where it has no part yet. */
static struct call *whole_of(struct stack *stack, const struct call *part)
{
    while (stack->depth <= part->depth) {
        struct call *call = stack_push(stack);
        if (call == NULL)
            return NULL;
        *call = (struct call){.flags = CALL_CONTINUED};
    }
    return &stack->calls[part->depth];
}

static void add_part(struct call *whole, const struct call *part)
{
    uint32_t start_flags = whole->flags & (CALL_UNTIMED_START | CALL_INHERITED | CALL_EARLIER);
    whole->child_ticks += part->child_ticks;
    whole->child_cost += part->child_cost;
    whole->away_ticks += part->away_ticks;
    whole->away_cost += part->away_cost;
    whole->wait_ticks += part->wait_ticks;
    whole->cost += part->cost;
    whole->end_ticks = part->end_ticks;
    whole->end_slack = part->end_slack;
    whole->end_run = whole->start_run + 1; /* another */
    whole->flags = start_flags | (part->flags & ~(uint32_t)(CALL_CONTINUED | CALL_CONTINUES | CALL_UNTIMED_START));
}

int wholes_add(struct wholes *wholes, const struct call_parts *parts, const struct wholes_receiver *receiver)
{
    for (const struct call *part = parts->parts; part < parts->parts + parts->count; part++) {
        struct stack *stack = stacks_get(&wholes->stacks, part->stack);
        struct call *whole = stack != NULL ? whole_of(stack, part) : NULL;
        if (whole == NULL)
            return -1;
        bool first = (part->flags & CALL_CONTINUED) == 0;
        if (first || (whole->flags & CALL_CONTINUED) != 0) { /* else a damage has taken the first one */
            *whole = *part;
            whole->flags &= ~(uint32_t)CALL_CONTINUED;
        } else {
            add_part(whole, part);
            if (receiver->join != NULL && receiver->join(receiver->context, whole, part) != 0)
                return -1;
        }
        if ((part->flags & CALL_CONTINUES) == 0)
            receiver->whole(receiver->context, whole);
        if (part->depth == 0 && (part->flags & CALL_CONTINUES) == 0)
            stacks_forget(&wholes->stacks, part->stack);
    }
    return 0;
}
