#include "recipe/kept.h"

#include "recipe/instruction.h"

/* Records, and what else is in pieces. Up to the first call, code goes but one way: what is where is known in terms of
 * the beginning. Two terms are the same if they give the same for numbers that nobody could foresee. */

enum { TRIALS = 3, DEPTH = 16 };

static uint64_t number_of(uint32_t trial, uint64_t what)
{
    uint64_t x = (what + 1) * UINT64_C(0x9e3779b97f4a7c15) + (trial + 1) * UINT64_C(0xd1b54a32d192ed03);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t lowest(uint64_t value, uint32_t bits, bool is_signed)
{
    uint64_t high = value << (64 - bits);
    return is_signed ? (uint64_t)((int64_t)high >> (64 - bits)) : high >> (64 - bits);
}

/* False: not an operation of two operands that is known here. */
static bool combine(uint32_t kind, uint64_t a, uint64_t b, uint64_t *to)
{
    switch (kind) {
    case CT_OP_ADD:
        *to = a + b;
        return true;
    case CT_OP_SUB:
        *to = a - b;
        return true;
    case CT_OP_MUL:
        *to = a * b;
        return true;
    case CT_OP_AND:
        *to = a & b;
        return true;
    case CT_OP_OR:
        *to = a | b;
        return true;
    case CT_OP_XOR:
        *to = a ^ b;
        return true;
    case CT_OP_SHL:
        *to = b < 64 ? a << b : 0;
        return b < 64;
    case CT_OP_SHR:
        *to = b < 64 ? a >> b : 0;
        return b < 64;
    default:
        return false;
    }
}

/* What the lowest bytes of a term would be. False: nobody knows. */
static bool try_term(const struct term *term, uint32_t bytes, uint32_t trial, uint64_t *to)
{
    uint64_t a, b;
    term = follow_strip(term, bytes);
    switch (term->kind) {
    case TERM_START:
        *to = number_of(trial, term->number);
        return true;
    case TERM_CONSTANT:
        *to = (uint64_t)term->value;
        return true;
    case TERM_OPERATION:
        if (term->operation == CT_OP_ZERO || term->operation == CT_OP_SIGN) {
            bool known = try_term(term->a, term->bits / 8u, trial, &a);
            *to = known ? lowest(a, term->bits, term->operation == CT_OP_SIGN) : 0;
            return known;
        }
        return term->b && try_term(term->a, 8, trial, &a) && try_term(term->b, 8, trial, &b) &&
               combine(term->operation, a, b, to);
    default:
        return false;
    }
}

/* ---- pieces ----------------------------------------------------------------------------------------------------- */

static bool try_register(const struct follow *follow, const struct ct_op *op, uint32_t bytes, uint32_t trial,
                         uint64_t *to)
{
    if (op->from >= LOCATION_ENTRY)
        *to = number_of(trial, op->from - LOCATION_ENTRY);
    else if (op->from >= FOLLOW_REGISTERS || !try_term(follow->state.registers[op->from], bytes, trial, to))
        return false;
    *to += (uint64_t)op->value;
    return true;
}

/* "& 0xffffffff" behind a register asks for no more of it than that. */
static uint32_t asked_of(const struct location *piece, uint32_t bytes)
{
    const struct ct_op *op = piece->ops;
    if (piece->count == 1)
        return bytes;
    if (piece->count > 2 && op[1].kind == CT_OP_PUSH && op[2].kind == CT_OP_AND && op[1].value == UINT32_MAX)
        return 4;
    return op[1].kind == CT_OP_ZERO || op[1].kind == CT_OP_SIGN ? op[1].from / 8u : 8;
}

static bool try_value(const struct follow *follow, const struct location *piece, uint32_t bytes, uint32_t trial,
                      uint64_t *to)
{
    uint64_t stack[DEPTH];
    uint32_t depth = 0;
    for (uint32_t i = 0; i < piece->count; i++) {
        const struct ct_op *op = &piece->ops[i];
        bool done = depth < DEPTH;
        if (done && op->kind == CT_OP_REGISTER)
            done = try_register(follow, op, i == 0 ? asked_of(piece, bytes) : 8, trial, &stack[depth++]);
        else if (done && op->kind == CT_OP_PUSH)
            stack[depth++] = (uint64_t)op->value;
        else if (depth >= 1 && (op->kind == CT_OP_ZERO || op->kind == CT_OP_SIGN))
            stack[depth - 1] = lowest(stack[depth - 1], op->from, op->kind == CT_OP_SIGN);
        else if (depth >= 2 && combine(op->kind, stack[depth - 2], stack[depth - 1], &stack[depth - 2]))
            depth--;
        else
            return false;
        if (!done)
            return false;
    }
    *to = depth == 1 ? stack[0] : 0;
    return depth == 1;
}

/* What the stack holds, where no address of it has been given away. */
static bool try_slot(struct follow *follow, const struct location *piece, uint32_t bytes, uint32_t trial, uint64_t *to)
{
    const struct ct_op *op = &piece->ops[0];
    if (piece->count != 1 || op->kind != CT_OP_REGISTER || op->from >= FOLLOW_REGISTERS ||
        follow->state.registers[op->from]->kind != TERM_CFA)
        return false;
    return try_term(follow_load_slot(follow, follow->state.registers[op->from]->value + op->value, bytes), bytes, trial,
                    to);
}

/* A value, and where its pieces are now. */
struct record {
    const struct judge *judge;
    const uint8_t *registers; /* that it came in */
    bool private;             /* its slots */
};

/* Whether the piece, which begins with so many of the value's bytes before it, is what came in. */
static bool is_original(const struct record *record, const struct location *piece, uint32_t at, uint32_t bytes)
{
    if (at / 8 != (at + bytes - 1) / 8)
        return false;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        uint64_t value, original = number_of(trial, record->registers[at / 8]) >> (8 * (at % 8));
        bool known = piece->kind == LOCATION_VALUE
                         ? try_value(record->judge->follow, piece, bytes, trial, &value)
                         : record->private && try_slot(record->judge->follow, piece, bytes, trial, &value);
        if (!known || lowest(value ^ original, 8 * bytes, false) != 0)
            return false;
    }
    return true;
}

/* The bytes that a place tells of; false: one of them is not what came in. */
static bool take_pieces(const struct record *record, const struct location_set *set, uint32_t bytes, uint16_t *told)
{
    uint32_t at = 0;
    *told = 0;
    for (uint32_t i = 0; i < set->count && at < bytes; i++) {
        const struct location *piece = &set->pieces[i];
        uint64_t size = piece->bytes ? piece->bytes : bytes - at;
        if (piece->kind != LOCATION_NOWHERE) {
            if (size > 8 || at + size > 16 || !is_original(record, piece, at, (uint32_t)size))
                return false;
            *told |= (uint16_t)(((1u << size) - 1) << at);
        }
        if (size > bytes - at)
            return false;
        at += (uint32_t)size;
    }
    return true;
}

/* ---- the list --------------------------------------------------------------------------------------------------- */

static bool is_private(const struct judge *judge)
{
    uint64_t at = judge->start;
    while (judge_step(judge, &at, judge->end))
        if (judge_gives_away(judge->at, LOCATION_RSP))
            return false;
    return at == judge->end;
}

/* From one address to another, on the only way. A call leaves the slots of a frame that it can't know. */
static void follow_on(const struct record *record, uint64_t from, uint64_t to)
{
    static struct state before;
    struct follow *follow = record->judge->follow;
    while (judge_step(record->judge, &from, to)) {
        bool call = record->judge->at->id == X86_INS_CALL;
        if (call)
            before = follow->state;
        follow_instruction(follow, record->judge->handle, record->judge->at);
        for (uint32_t i = 0; call && record->private && i < before.slot_count; i++)
            follow_store_slot(follow, before.slots[i].at, before.slots[i].bytes, before.slots[i].term);
    }
}

static bool same_ops(const struct location *a, const struct location *b)
{
    bool same = a->kind == b->kind && a->count == b->count && a->bytes == b->bytes;
    for (uint32_t i = 0; same && i < a->count; i++)
        same =
            a->ops[i].kind == b->ops[i].kind && a->ops[i].from == b->ops[i].from && a->ops[i].value == b->ops[i].value;
    return same;
}

/* Whether the piece is where it was at the call, with nothing having been written to the registers. */
static bool is_left_alone(const struct judge *judge, const struct location *piece, const struct location *before,
                          uint64_t from, uint64_t to)
{
    if (!same_ops(piece, before) || piece->kind != LOCATION_VALUE)
        return false;
    for (uint32_t i = 0; i < piece->count; i++)
        if (piece->ops[i].kind == CT_OP_REGISTER && piece->ops[i].from < FOLLOW_REGISTERS &&
            judge_first_write(judge, piece->ops[i].from, from, to) < to)
            return false;
    return true;
}

static bool tells_no_other(const struct judge *judge, const struct location_range *range,
                           const struct location_set *before, uint64_t from)
{
    for (uint32_t i = 0; i < range->set.count; i++)
        if (range->set.pieces[i].kind != LOCATION_NOWHERE &&
            (i >= before->count || !is_left_alone(judge, &range->set.pieces[i], &before->pieces[i], from, range->to)))
            return false;
    return true;
}

uint16_t kept_pieces(const struct judge *judge, const struct kept_question *question, const uint8_t registers[2])
{
    const struct location_list *list = question->list;
    const struct record record = {judge, registers, is_private(judge)};
    const struct location_set *at_call = NULL;
    uint32_t bytes = question->function->passing[question->parameter].bytes;
    struct judge_call call;
    uint64_t at = judge->start;
    uint16_t told = 0, ignored;
    if (!judge_first_call(judge, &call))
        return 0;
    follow_begin(judge->follow);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct location_range *range = &list->ranges[i];
        if (range->from > call.at) {
            if (!at_call || !tells_no_other(judge, range, at_call, call.at))
                return 0;
            continue;
        }
        follow_on(&record, at, range->from);
        at = range->from;
        if (!take_pieces(&record, &range->set, bytes, &ignored))
            return 0;
        if (range->to > call.at)
            at_call = &range->set;
    }
    if (!at_call)
        return 0;
    follow_on(&record, at, call.at);
    return take_pieces(&record, at_call, bytes, &told) ? told : 0;
}
