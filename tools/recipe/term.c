#include "recipe/term.h"

#include <string.h>

const struct term term_unknown = {.kind = TERM_UNKNOWN};

/* ---- terms ------------------------------------------------------------------------------------------------------ */

const struct term *term_make(struct follow *follow, struct term term)
{
    if (follow->term_count == FOLLOW_TERMS)
        return &term_unknown;
    follow->terms[follow->term_count] = term;
    return &follow->terms[follow->term_count++];
}

const struct term *term_constant(struct follow *follow, int64_t value)
{
    return term_make(follow, (struct term){.kind = TERM_CONSTANT, .value = value});
}

const struct term *term_address(struct follow *follow, int64_t value)
{
    return term_make(follow, (struct term){.kind = TERM_ADDRESS, .value = value});
}

const struct term *term_frame_address(struct follow *follow, int64_t value)
{
    return term_make(follow, (struct term){.kind = TERM_CFA, .value = value});
}

const struct term *term_operation(struct follow *follow, enum ct_op_kind kind, const struct term *a,
                                  const struct term *b)
{
    int64_t sign = kind == CT_OP_SUB ? -1 : 1;
    if (a->kind == TERM_UNKNOWN || b->kind == TERM_UNKNOWN)
        return &term_unknown;
    if ((kind == CT_OP_ADD || kind == CT_OP_SUB) && b->kind == TERM_CONSTANT) {
        if (b->value == 0)
            return a;
        if (a->kind == TERM_CFA || a->kind == TERM_CONSTANT || a->kind == TERM_ADDRESS) {
            struct term moved = *a;
            moved.value = (int64_t)((uint64_t)a->value + (uint64_t)sign * (uint64_t)b->value);
            return term_make(follow, moved);
        }
    }
    if (kind == CT_OP_ADD && a->kind == TERM_CONSTANT && b->kind != TERM_CONSTANT)
        return term_operation(follow, kind, b, a);
    return term_make(follow, (struct term){.kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a, .b = b});
}

/* CT_OP_ZERO and CT_OP_SIGN of the lowest bytes. */
const struct term *term_extended(struct follow *follow, enum ct_op_kind kind, const struct term *a, uint32_t bytes)
{
    if (a->kind == TERM_UNKNOWN || bytes >= 8)
        return a;
    if (a->kind == TERM_CONSTANT) {
        uint64_t value = (uint64_t)a->value << (64 - 8 * bytes);
        return term_constant(follow, kind == CT_OP_SIGN ? (int64_t)value >> (64 - 8 * bytes)
                                                        : (int64_t)(value >> (64 - 8 * bytes)));
    }
    return term_make(
        follow,
        (struct term){.kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a, .bits = (uint8_t)(8 * bytes)});
}

static bool is_extension(const struct term *term)
{
    return term->kind == TERM_OPERATION && (term->operation == CT_OP_ZERO || term->operation == CT_OP_SIGN);
}

const struct term *follow_strip(const struct term *term, uint32_t bytes)
{
    while ((is_extension(term) && term->bits >= 8 * bytes) || (term->kind == TERM_LOW && term->bytes >= bytes))
        term = term->a;
    return term;
}

bool follow_same(const struct term *a, const struct term *b, uint32_t bytes)
{
    a = follow_strip(a, bytes);
    b = follow_strip(b, bytes);
    if (a->kind == TERM_UNKNOWN || b->kind == TERM_UNKNOWN)
        return false;
    if (a == b)
        return true;
    return a->kind == b->kind &&
           ((a->kind == TERM_START && a->number == b->number) ||
            (a->kind == TERM_SLOT && a->value == b->value && a->bytes >= bytes && b->bytes >= bytes) ||
            ((a->kind == TERM_CFA || a->kind == TERM_CONSTANT || a->kind == TERM_ADDRESS) && a->value == b->value));
}

/* ---- the stack -------------------------------------------------------------------------------------------------- */

static bool overlaps(const struct slot *slot, int64_t at, uint32_t bytes)
{
    return at < slot->at + slot->bytes && slot->at < at + bytes;
}

const struct term *follow_state_slot(const struct state *state, int64_t at, uint32_t bytes)
{
    const struct term *found = state->lost ? &term_unknown : NULL;
    for (uint32_t i = 0; i < state->slot_count; i++) {
        const struct slot *slot = &state->slots[i];
        if (slot->at == at && slot->bytes >= bytes)
            return slot->term;
        if (overlaps(slot, at, bytes))
            found = &term_unknown;
    }
    return found;
}

const struct term *follow_slot(const struct follow *follow, int64_t at, uint32_t bytes)
{
    return follow_state_slot(&follow->state, at, bytes);
}

const struct term *follow_load_slot(struct follow *follow, int64_t at, uint32_t bytes)
{
    const struct term *found = follow_slot(follow, at, bytes);
    return found ? found : term_make(follow, (struct term){.kind = TERM_SLOT, .bytes = (uint8_t)bytes, .value = at});
}

void follow_lose_stack(struct follow *follow)
{
    follow->state.slot_count = 0;
    follow->state.lost = true;
}

static void note_first(struct follow *follow, const struct slot *stored)
{
    for (uint32_t i = 0; i < follow->first_count; i++)
        if (overlaps(&follow->first[i], stored->at, stored->bytes))
            return;
    if (follow->first_count < FOLLOW_SLOTS)
        follow->first[follow->first_count++] = *stored;
}

void follow_store_slot(struct follow *follow, int64_t at, uint32_t bytes, const struct term *term)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < follow->state.slot_count; i++) {
        struct slot *slot = &follow->state.slots[i];
        bool covered = slot->at >= at && slot->at + slot->bytes <= at + bytes;
        if (covered)
            continue;
        if (overlaps(slot, at, bytes))
            slot->term = &term_unknown;
        follow->state.slots[kept++] = *slot;
    }
    if (kept == FOLLOW_SLOTS) { /* the oldest is forgotten */
        memmove(follow->state.slots, follow->state.slots + 1, --kept * sizeof *follow->state.slots);
        follow->state.lost = true;
    }
    follow->state.slots[kept] = (struct slot){at, bytes, term};
    note_first(follow, &follow->state.slots[kept]);
    follow->state.slot_count = kept + 1;
}
