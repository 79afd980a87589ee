#include "recipe/kept.h"

#include "recipe/compile.h"
#include "recipe/instruction.h"

/* Each of the pieces that a value came in: every place that the list tells of holds what came in. The first is left
 * alone, to another one it is copied, and nothing writes there while the list tells of it. Where code comes in between
 * that goes elsewhere first, it has it there as well, or the list would not say so. */

enum { MOST_SLOTS = 8 };

/* What a place of the list is. */
struct home {
    enum { HOME_UNKNOWN, HOME_REGISTER, HOME_SLOT, HOME_BEGUN } kind;
    uint8_t number; /* DWARF's, of the register, of that which a slot is `offset` behind, or of that at the beginning */
    int64_t offset;
};

/* That has held the value, from an address on. */
struct kept_slot {
    struct home home;
    uint64_t from;
};

struct value {
    const struct judge *judge;
    uint32_t at, bytes; /* which of the parameter's */
    struct home original;
    struct kept_slot slots[MOST_SLOTS];
    uint32_t slot_count;
};

/* ---- homes ------------------------------------------------------------------------------------------------------ */

/* Whether all operations but the first leave the lowest bits as they are. */
static bool is_lowest(const struct location *place, uint32_t bits)
{
    const int64_t mask = bits < 64 ? (INT64_C(1) << bits) - 1 : -1;
    for (uint32_t i = 1; i < place->count; i++) {
        const struct ct_op *op = &place->ops[i];
        bool extends = (op->kind == CT_OP_ZERO || op->kind == CT_OP_SIGN) && op->from >= bits;
        bool masks =
            op->kind == CT_OP_PUSH && (op->value & mask) == mask && i + 1 < place->count && op[1].kind == CT_OP_AND;
        if (!extends && !masks)
            return false;
        i += masks;
    }
    return true;
}

static struct home home_of(const struct location *place, uint32_t bytes)
{
    const struct ct_op *op = &place->ops[0];
    struct home none = {.kind = HOME_UNKNOWN};
    if (place->count == 0 || op->kind != CT_OP_REGISTER)
        return none;
    if (place->kind == LOCATION_ADDRESS && place->count == 1 && (op->from == LOCATION_RSP || op->from == LOCATION_RBP))
        return (struct home){HOME_SLOT, op->from, op->value};
    if (place->kind != LOCATION_VALUE || op->value || !is_lowest(place, 8 * bytes))
        return none;
    if (op->from >= LOCATION_ENTRY)
        return (struct home){HOME_BEGUN, (uint8_t)(op->from - LOCATION_ENTRY), 0};
    return op->from < FOLLOW_REGISTERS ? (struct home){HOME_REGISTER, op->from, 0} : none;
}

static bool is_same(const struct home *a, const struct home *b)
{
    return a->kind == b->kind && a->number == b->number && a->offset == b->offset;
}

static bool is_high_byte(unsigned name)
{
    return name == X86_REG_AH || name == X86_REG_BH || name == X86_REG_CH || name == X86_REG_DH;
}

static bool is_operand(const cs_x86_op *operand, const struct home *home)
{
    const x86_op_mem *memory = &operand->mem;
    if (operand->type == X86_OP_REG)
        return home->kind == HOME_REGISTER && register_number(operand->reg) == home->number &&
               !is_high_byte(operand->reg);
    return operand->type == X86_OP_MEM && home->kind == HOME_SLOT && memory->segment == X86_REG_INVALID &&
           memory->index == X86_REG_INVALID && register_number(memory->base) == home->number &&
           memory->disp == home->offset;
}

/* ---- slots ------------------------------------------------------------------------------------------------------ */

static bool writes_slot(const struct value *value, const struct home *slot)
{
    const cs_insn *at = value->judge->at;
    const cs_x86_op *to = &at->detail->x86.operands[0];
    if (at->id == X86_INS_PUSH)
        return true;
    if (at->detail->x86.op_count == 0 || to->type != X86_OP_MEM || at->id == X86_INS_CMP || at->id == X86_INS_TEST)
        return false;
    uint8_t base = register_number(to->mem.base);
    if (base != LOCATION_RSP && base != slot->number)
        return false;
    return base != slot->number || to->mem.index != X86_REG_INVALID ||
           (to->mem.disp < slot->offset + value->bytes && slot->offset < to->mem.disp + to->size);
}

/* From one address to another; what is named here stands between them, whichever way the code goes. */
static bool keeps_slot(const struct value *value, const struct home *slot, uint64_t from, uint64_t to)
{
    const struct judge *judge = value->judge;
    uint64_t at = judge->start;
    while (judge_step(judge, &at, judge->end))
        if (judge_gives_away(judge->at, slot->number) || (at > from && at < to && writes_slot(value, slot)))
            return false;
    return at == judge->end;
}

/* Whether it is a slot that already held the value, and still does. */
static bool is_known_slot(const struct value *value, const struct home *home, uint64_t to)
{
    for (uint32_t i = 0; i < value->slot_count; i++)
        if (is_same(&value->slots[i].home, home) && keeps_slot(value, home, value->slots[i].from, to))
            return true;
    return false;
}

static bool note_slot(struct value *value, const struct home *slot, const struct location_range *range)
{
    if (value->slot_count == MOST_SLOTS || !keeps_slot(value, slot, range->from, range->to))
        return false;
    value->slots[value->slot_count++] = (struct kept_slot){*slot, range->from};
    return true;
}

/* ---- copies ----------------------------------------------------------------------------------------------------- */

static bool moves(const cs_insn *at)
{
    switch (at->id) {
    case X86_INS_MOV:
    case X86_INS_MOVZX:
    case X86_INS_MOVSX:
    case X86_INS_MOVSXD:
    case X86_INS_MOVD:
    case X86_INS_MOVQ:
    case X86_INS_MOVSS:
    case X86_INS_MOVSD:
    case X86_INS_MOVAPS:
    case X86_INS_MOVAPD:
    case X86_INS_MOVUPS:
    case X86_INS_MOVUPD:
        return at->detail->x86.op_count == 2;
    default:
        return false;
    }
}

/* Does the instruction that ends at `address` move the one home's value to the other? */
static bool is_moved(const struct value *value, const struct home *from, const struct home *to, uint64_t address)
{
    const struct judge *judge = value->judge;
    uint64_t at = judge->start;
    while (judge_step(judge, &at, address) && at < address)
        ;
    const cs_x86_op *operands = judge->at->detail->x86.operands;
    return at == address && moves(judge->at) && operands[0].size >= value->bytes && operands[1].size >= value->bytes &&
           is_operand(&operands[0], to) && is_operand(&operands[1], from);
}

static const struct term *term_at(const struct value *value, const struct home *home)
{
    struct follow *follow = value->judge->follow;
    const struct term *base = follow->state.registers[home->number];
    if (home->kind == HOME_REGISTER)
        return base;
    return base->kind == TERM_CFA ? follow_load_slot(follow, base->value + home->offset, value->bytes) : &term_unknown;
}

/* Has the code from the beginning put it there, before any jump or call, and left it there? */
static bool is_copied(const struct value *value, const struct home *home, uint64_t address)
{
    const struct judge *judge = value->judge;
    uint64_t at = judge->start, behind = at;
    follow_begin(judge->follow);
    const struct term *original = term_at(value, &value->original);
    for (; judge_step(judge, &at, address); behind = at) {
        if (judge_is_jump(judge->at) || judge->at->id == X86_INS_CALL)
            break;
        follow_instruction(judge->follow, judge->handle, judge->at);
    }
    bool kept = home->kind == HOME_SLOT || judge_first_write(judge, home->number, behind, address) == UINT64_MAX;
    return kept && follow_same(term_at(value, home), original, value->bytes);
}

/* ---- the list --------------------------------------------------------------------------------------------------- */

/* Whether what the list tells from `range` on is the value of the beginning. `last` is where it was before, up to here;
 * NULL: nowhere. The instruction that ends a range may be the one that writes there. */
static bool is_kept(struct value *value, const struct location_range *range, const struct home *home,
                    const struct home *last)
{
    if (home->kind == HOME_BEGUN)
        return value->original.kind == HOME_REGISTER && value->original.number == home->number;
    if (home->kind == HOME_UNKNOWN || is_known_slot(value, home, range->to))
        return home->kind != HOME_UNKNOWN;
    if (!(last && is_moved(value, last, home, range->from)) && !is_copied(value, home, range->from))
        return false;
    return home->kind == HOME_SLOT ? note_slot(value, home, range)
                                   : judge_first_write(value->judge, home->number, range->from, range->to) >= range->to;
}

enum told { TOLD_NOTHING, TOLD_HOME, TOLD_OTHER };

/* What a place tells of the piece: nothing, where it is, or something in other pieces. */
static enum told told_of(const struct value *value, const struct location_set *set, struct home *home)
{
    uint64_t at = 0;
    for (uint32_t i = 0; i < set->count && at < value->at + value->bytes; i++) {
        const struct location *piece = &set->pieces[i];
        bool whole = piece->bytes == 0;
        uint64_t end = whole ? value->at + value->bytes : at + piece->bytes;
        if (piece->kind != LOCATION_NOWHERE && end > value->at) {
            *home = home_of(piece, value->bytes);
            return at == value->at && end == at + value->bytes ? TOLD_HOME : TOLD_OTHER;
        }
        at = end;
    }
    return TOLD_NOTHING;
}

/* Up to where the list tells of it at every address; 0: of something else as well. */
static uint64_t kept_until(struct value *value, const struct location_list *list)
{
    uint64_t until = value->judge->start, behind = 0;
    struct home last;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct location_range *range = &list->ranges[i];
        struct home home;
        enum told told = told_of(value, &range->set, &home);
        if (told == TOLD_NOTHING && i > 0)
            continue;
        if (told != TOLD_HOME ||
            (i == 0 && (range->from != until || home.kind == HOME_UNKNOWN || home.kind == HOME_BEGUN)))
            return 0;
        if (i == 0)
            value->original = home;
        else if (!is_kept(value, range, &home, behind == range->from ? &last : NULL))
            return 0;
        last = home;
        behind = range->to;
        until = range->from == until ? behind : until;
    }
    return until;
}

/* Whether all that stands there restores registers and returns. */
static bool is_end(const struct judge *judge, uint64_t from)
{
    bool end = true;
    while (end && judge_step(judge, &from, judge->end))
        end = judge->at->id == X86_INS_POP || judge->at->id == X86_INS_RET || judge->at->id == X86_INS_LEAVE;
    return end && from == judge->end;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

/* What was found of a parameter's bytes. */
struct found {
    uint16_t always, to_call;
};

static void find_piece(const struct judge *judge, const struct location_list *list, uint32_t at, uint32_t bytes,
                       struct found *to)
{
    struct value value = {.judge = judge, .at = at, .bytes = bytes};
    struct judge_call call;
    if (bytes < 1 || bytes > 8 || at + bytes > 16)
        return;
    uint64_t until = kept_until(&value, list);
    uint16_t mask = (uint16_t)(((1u << bytes) - 1) << at);
    if (until == judge->end || (until > 0 && is_end(judge, until)))
        to->always |= mask;
    if (until > 0 && judge_first_call(judge, &call) && until >= call.behind)
        to->to_call |= mask;
}

static struct kept decide(const struct judge *judge, const struct kept_question *question)
{
    const struct location_set *first = &question->list->ranges[0].set;
    uint32_t bytes = question->function->passing[question->parameter].bytes, at = 0;
    uint8_t registers[2];
    struct found found = {0};
    for (uint32_t i = 0; i < first->count && at < bytes; i++) {
        uint32_t size = first->pieces[i].bytes < bytes - at ? (uint32_t)first->pieces[i].bytes : bytes - at;
        size = size ? size : bytes - at;
        if (first->pieces[i].kind != LOCATION_NOWHERE)
            find_piece(judge, question->list, at, size, &found);
        at += size;
    }
    if (compile_registers(question->function, question->parameter, registers))
        found.to_call |= kept_pieces(judge, question, registers);
    if ((found.always | found.to_call) == found.always)
        return (struct kept){found.always, true};
    return (struct kept){found.to_call, false};
}

struct kept kept_judge(struct follow *follow, const struct kept_question *question)
{
    struct judge judge;
    struct kept kept = {0, false};
    if (judge_open(&judge, follow, question->start, question->end))
        kept = decide(&judge, question);
    judge_close(&judge);
    return kept;
}

bool kept_begins_alike(struct follow *follow, uint64_t start, uint64_t end, uint64_t site)
{
    struct judge alone, instance = {0};
    struct judge_call first, its;
    uint64_t room;
    bool alike = elf_file_code(follow->file, site, &room) && judge_open(&alone, follow, start, end) &&
                 judge_open(&instance, follow, site, site + (room < 4096 ? room : 4096)) &&
                 judge_first_call(&alone, &first) && judge_next_call(&instance, site, &its) &&
                 its.target == first.target;
    judge_close(&instance);
    judge_close(&alone);
    return alike;
}
