#include "recipe/follow.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INSTRUCTIONS = 512, MOST_CODE = 1 << 20 };

static const struct term unknown = {.kind = TERM_UNKNOWN};

/* ---- terms ------------------------------------------------------------------------------------------------------ */

static const struct term *make(struct follow *follow, struct term term)
{
    if (follow->term_count == FOLLOW_TERMS)
        return &unknown;
    follow->terms[follow->term_count] = term;
    return &follow->terms[follow->term_count++];
}

static const struct term *constant(struct follow *follow, int64_t value)
{
    return make(follow, (struct term){.kind = TERM_CONSTANT, .value = value});
}

static const struct term *frame_address(struct follow *follow, int64_t value)
{
    return make(follow, (struct term){.kind = TERM_CFA, .value = value});
}

static const struct term *operation(struct follow *follow, enum ct_op_kind kind, const struct term *a,
                                    const struct term *b)
{
    int64_t sign = kind == CT_OP_SUB ? -1 : 1;
    if (a->kind == TERM_UNKNOWN || b->kind == TERM_UNKNOWN)
        return &unknown;
    if ((kind == CT_OP_ADD || kind == CT_OP_SUB) && b->kind == TERM_CONSTANT) {
        if (b->value == 0)
            return a;
        if (a->kind == TERM_CFA || a->kind == TERM_CONSTANT) {
            struct term moved = *a;
            moved.value = (int64_t)((uint64_t)a->value + (uint64_t)sign * (uint64_t)b->value);
            return make(follow, moved);
        }
    }
    if (kind == CT_OP_ADD && a->kind == TERM_CONSTANT && b->kind != TERM_CONSTANT)
        return operation(follow, kind, b, a);
    return make(follow, (struct term){.kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a, .b = b});
}

/* CT_OP_ZERO and CT_OP_SIGN of the lowest bytes. */
static const struct term *extended(struct follow *follow, enum ct_op_kind kind, const struct term *a, uint32_t bytes)
{
    if (a->kind == TERM_UNKNOWN || bytes >= 8)
        return a;
    if (a->kind == TERM_CONSTANT) {
        uint64_t value = (uint64_t)a->value << (64 - 8 * bytes);
        return constant(follow,
                        kind == CT_OP_SIGN ? (int64_t)value >> (64 - 8 * bytes) : (int64_t)(value >> (64 - 8 * bytes)));
    }
    return make(follow, (struct term){
                            .kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a, .bits = (uint8_t)(8 * bytes)});
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
            ((a->kind == TERM_CFA || a->kind == TERM_CONSTANT) && a->value == b->value));
}

/* ---- the stack -------------------------------------------------------------------------------------------------- */

static bool overlaps(const struct slot *slot, int64_t at, uint32_t bytes)
{
    return at < slot->at + slot->bytes && slot->at < at + bytes;
}

static const struct term *state_slot(const struct state *state, int64_t at, uint32_t bytes)
{
    const struct term *found = state->lost ? &unknown : NULL;
    for (uint32_t i = 0; i < state->slot_count; i++) {
        const struct slot *slot = &state->slots[i];
        if (slot->at == at && slot->bytes >= bytes)
            return slot->term;
        if (overlaps(slot, at, bytes))
            found = &unknown;
    }
    return found;
}

const struct term *follow_slot(const struct follow *follow, int64_t at, uint32_t bytes)
{
    return state_slot(&follow->state, at, bytes);
}

static const struct term *load_slot(struct follow *follow, int64_t at, uint32_t bytes)
{
    const struct term *found = follow_slot(follow, at, bytes);
    return found ? found : make(follow, (struct term){.kind = TERM_SLOT, .bytes = (uint8_t)bytes, .value = at});
}

static void lose_stack(struct follow *follow)
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

static void store_slot(struct follow *follow, int64_t at, uint32_t bytes, const struct term *term)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < follow->state.slot_count; i++) {
        struct slot *slot = &follow->state.slots[i];
        bool covered = slot->at >= at && slot->at + slot->bytes <= at + bytes;
        if (covered)
            continue;
        if (overlaps(slot, at, bytes))
            slot->term = &unknown;
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

/* ---- registers -------------------------------------------------------------------------------------------------- */

struct part {
    uint8_t number; /* DWARF's */
    uint8_t bytes;  /* 0: none that is followed */
};

/* By DWARF's numbers. */
static const uint16_t general[16][4] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL},      {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL},      {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL},     {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL},     {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B},     {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B}, {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B}, {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B}, {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B},
};
enum { RAX = 0, RDX = 1, RCX = 2, RBX = 3, RSI = 4, RDI = 5 };

static struct part part_of(unsigned name)
{
    static const uint16_t high[] = {X86_REG_AH, X86_REG_DH, X86_REG_CH, X86_REG_BH};
    for (uint8_t number = 0; number < 16; number++)
        for (uint8_t size = 0; size < 4; size++)
            if (general[number][size] == name)
                return (struct part){number, (uint8_t)(8 >> size)};
    if (name >= X86_REG_XMM0 && name <= X86_REG_XMM15)
        return (struct part){(uint8_t)(LOCATION_XMM0 + name - X86_REG_XMM0), 16};
    if (name >= X86_REG_YMM0 && name <= X86_REG_YMM15)
        return (struct part){(uint8_t)(LOCATION_XMM0 + name - X86_REG_YMM0), 32};
    for (uint8_t number = 0; number < 4; number++)
        if (high[number] == name)
            return (struct part){number, 0};
    return (struct part){FOLLOW_REGISTERS, 0};
}

static void forget_register(struct follow *follow, unsigned name)
{
    uint8_t number = part_of(name).number;
    if (number < FOLLOW_REGISTERS)
        follow->state.registers[number] = &unknown;
}

/* A write of four bytes clears the upper half, one of fewer leaves the others. */
static void write_register(struct follow *follow, unsigned name, const struct term *term)
{
    struct part part = part_of(name);
    if (part.number >= FOLLOW_REGISTERS)
        return;
    if (part.bytes == 0)
        term = &unknown;
    else if (part.bytes == 4)
        term = extended(follow, CT_OP_ZERO, term, 4);
    else if (part.bytes < 4 && term->kind != TERM_UNKNOWN)
        term = make(follow, (struct term){.kind = TERM_LOW, .bytes = part.bytes, .a = term});
    follow->state.registers[part.number] = term;
}

static const struct term *read_register(struct follow *follow, unsigned name)
{
    struct part part = part_of(name);
    return part.number < FOLLOW_REGISTERS && part.bytes ? follow->state.registers[part.number] : &unknown;
}

/* ---- operands --------------------------------------------------------------------------------------------------- */

struct step {
    struct follow *follow;
    const cs_insn *at;
    const cs_x86 *detail;
};

static const struct term *address_of(const struct step *step, const x86_op_mem *memory)
{
    struct follow *follow = step->follow;
    if (memory->segment != X86_REG_INVALID)
        return &unknown;
    const struct term *term = constant(follow, memory->disp);
    if (memory->base == X86_REG_RIP)
        term = constant(follow, memory->disp + (int64_t)(step->at->address + step->at->size));
    else if (memory->base != X86_REG_INVALID)
        term = operation(follow, CT_OP_ADD, read_register(follow, memory->base), term);
    if (memory->index == X86_REG_INVALID || memory->index == X86_REG_RIZ || memory->index == X86_REG_EIZ)
        return term;
    const struct term *index =
        operation(follow, CT_OP_MUL, read_register(follow, memory->index), constant(follow, memory->scale));
    return operation(follow, CT_OP_ADD, term, index);
}

static const struct term *load_constant(struct follow *follow, uint64_t address, uint32_t bytes)
{
    uint64_t room;
    int64_t value = 0;
    const uint8_t *from = elf_file_code(follow->file, address, &room);
    if (!from && bytes == 8)
        return make(follow, (struct term){.kind = TERM_IMPORT, .value = (int64_t)address});
    if (!from || room < bytes || bytes > 8)
        return &unknown;
    memcpy(&value, from, bytes);
    return constant(follow, value);
}

static const struct term *read_operand(const struct step *step, const cs_x86_op *operand)
{
    struct follow *follow = step->follow;
    if (operand->type == X86_OP_REG)
        return read_register(follow, operand->reg);
    if (operand->type == X86_OP_IMM)
        return constant(follow, operand->imm);
    if (operand->type != X86_OP_MEM)
        return &unknown;
    const struct term *address = address_of(step, &operand->mem);
    if (address->kind == TERM_CFA)
        return load_slot(follow, address->value, operand->size);
    return address->kind == TERM_CONSTANT ? load_constant(follow, (uint64_t)address->value, operand->size) : &unknown;
}

/* A pointer that the function was given does not lead into its own frame, but to where it lies afterwards nobody knows
 * here: what is stored through it is taken to be elsewhere until the frame's address may have been given away. */
static void write_operand(const struct step *step, const cs_x86_op *operand, const struct term *term)
{
    struct follow *follow = step->follow;
    if (operand->type == X86_OP_REG) {
        write_register(follow, operand->reg, term);
    } else if (operand->type == X86_OP_MEM) {
        const struct term *address = address_of(step, &operand->mem);
        if (address->kind == TERM_CFA)
            store_slot(follow, address->value, operand->size, term);
        else if (address->kind != TERM_CONSTANT)
            lose_stack(follow);
    }
}

/* ---- instructions ----------------------------------------------------------------------------------------------- */

static const cs_x86_op *operand(const struct step *step, unsigned index)
{
    return &step->detail->operands[index];
}

static void push(const struct step *step, const struct term *term)
{
    struct follow *follow = step->follow;
    const struct term *top = operation(follow, CT_OP_SUB, follow->state.registers[LOCATION_RSP], constant(follow, 8));
    follow->state.registers[LOCATION_RSP] = top;
    if (top->kind == TERM_CFA)
        store_slot(follow, top->value, 8, term);
    else
        lose_stack(follow);
}

static const struct term *pop(const struct step *step)
{
    struct follow *follow = step->follow;
    const struct term *top = follow->state.registers[LOCATION_RSP];
    follow->state.registers[LOCATION_RSP] = operation(follow, CT_OP_ADD, top, constant(follow, 8));
    return top->kind == TERM_CFA ? load_slot(follow, top->value, 8) : &unknown;
}

static bool same_register(const struct step *step)
{
    const cs_x86_op *a = operand(step, step->detail->op_count - 2), *b = operand(step, step->detail->op_count - 1);
    return a->type == X86_OP_REG && b->type == X86_OP_REG && a->reg == b->reg;
}

static void do_binary(const struct step *step, enum ct_op_kind kind)
{
    const cs_x86_op *to = operand(step, 0);
    const struct term *a = read_operand(step, to), *b = read_operand(step, operand(step, 1));
    if ((kind == CT_OP_XOR || kind == CT_OP_SUB) && same_register(step))
        write_operand(step, to, constant(step->follow, 0));
    else
        write_operand(step, to, operation(step->follow, kind, a, b));
}

static void do_multiply(const struct step *step)
{
    unsigned count = step->detail->op_count;
    if (count < 2) {
        forget_register(step->follow, X86_REG_RAX);
        forget_register(step->follow, X86_REG_RDX);
        return;
    }
    const struct term *a = read_operand(step, operand(step, count - 2)),
                      *b = read_operand(step, operand(step, count - 1));
    write_operand(step, operand(step, 0), operation(step->follow, CT_OP_MUL, a, b));
}

/* What is shifted out of less than eight bytes must not come from what lies above them. */
static void do_shift(const struct step *step, enum ct_op_kind kind)
{
    const cs_x86_op *to = operand(step, 0);
    const struct term *a = read_operand(step, to);
    bool by_one = step->detail->op_count < 2;
    const struct term *by = by_one ? constant(step->follow, 1) : read_operand(step, operand(step, 1));
    if (by->kind != TERM_CONSTANT)
        by = &unknown;
    if (kind != CT_OP_SHL)
        a = extended(step->follow, kind == CT_OP_SAR ? CT_OP_SIGN : CT_OP_ZERO, a, to->size);
    write_operand(step, to, operation(step->follow, kind, a, by));
}

static void do_unary(const struct step *step, enum ct_op_kind kind)
{
    const struct term *a = read_operand(step, operand(step, 0));
    if (a->kind != TERM_UNKNOWN)
        a = make(step->follow, (struct term){.kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a});
    write_operand(step, operand(step, 0), a);
}

static void do_extension(const struct step *step, enum ct_op_kind kind)
{
    const cs_x86_op *from = operand(step, 1);
    write_operand(step, operand(step, 0), extended(step->follow, kind, read_operand(step, from), from->size));
}

/* Whole registers, or their lowest bytes. A move between xmm registers of fewer bytes leaves the others as they are,
 * which nobody asks for. */
static void do_vector_move(const struct step *step, uint32_t bytes)
{
    if (step->detail->op_count != 2) {
        forget_register(step->follow, operand(step, 0)->reg);
        return;
    }
    const struct term *term = read_operand(step, operand(step, 1));
    cs_x86_op to = *operand(step, 0);
    if (to.type == X86_OP_MEM)
        to.size = (uint8_t)bytes;
    if (bytes < 16 && term->kind != TERM_UNKNOWN && to.type == X86_OP_REG)
        term = make(step->follow, (struct term){.kind = TERM_LOW, .bytes = (uint8_t)bytes, .a = term});
    write_operand(step, &to, term);
}

static void do_leave(const struct step *step)
{
    step->follow->state.registers[LOCATION_RSP] = step->follow->state.registers[LOCATION_RBP];
    step->follow->state.registers[LOCATION_RBP] = pop(step);
}

/* What is not known changes what it writes to. */
static void do_other(const struct step *step, csh capstone)
{
    cs_regs read, written;
    uint8_t read_count, written_count;
    for (unsigned i = 0; i < step->detail->op_count; i++)
        if (operand(step, i)->type == X86_OP_MEM && (operand(step, i)->access & CS_AC_WRITE))
            write_operand(step, operand(step, i), &unknown);
    if (cs_regs_access(capstone, step->at, read, &read_count, written, &written_count) != 0) {
        for (unsigned i = 0; i < FOLLOW_REGISTERS; i++)
            step->follow->state.registers[i] = &unknown;
        lose_stack(step->follow);
        return;
    }
    for (unsigned i = 0; i < written_count; i++)
        forget_register(step->follow, written[i]);
}

static void do_call(struct follow *follow)
{
    static const uint8_t lost[] = {RAX, RDX, RCX, RSI, RDI, 8, 9, 10, 11};
    for (size_t i = 0; i < sizeof lost; i++)
        follow->state.registers[lost[i]] = &unknown;
    for (unsigned i = LOCATION_XMM0; i < FOLLOW_REGISTERS; i++)
        follow->state.registers[i] = &unknown;
    lose_stack(follow);
}

static void do_instruction(struct follow *follow, csh capstone, const cs_insn *at)
{
    const struct step step = {follow, at, &at->detail->x86};
    switch (at->id) {
    case X86_INS_MOV:
    case X86_INS_MOVABS:
        write_operand(&step, operand(&step, 0), read_operand(&step, operand(&step, 1)));
        break;
    case X86_INS_MOVZX:
        do_extension(&step, CT_OP_ZERO);
        break;
    case X86_INS_MOVSX:
    case X86_INS_MOVSXD:
        do_extension(&step, CT_OP_SIGN);
        break;
    case X86_INS_CDQE:
        write_register(follow, X86_REG_RAX, extended(follow, CT_OP_SIGN, follow->state.registers[RAX], 4));
        break;
    case X86_INS_CWDE:
        write_register(follow, X86_REG_EAX, extended(follow, CT_OP_SIGN, follow->state.registers[RAX], 2));
        break;
    case X86_INS_LEA:
        write_operand(&step, operand(&step, 0), address_of(&step, &operand(&step, 1)->mem));
        break;
    case X86_INS_ADD:
        do_binary(&step, CT_OP_ADD);
        break;
    case X86_INS_SUB:
        do_binary(&step, CT_OP_SUB);
        break;
    case X86_INS_AND:
        do_binary(&step, CT_OP_AND);
        break;
    case X86_INS_OR:
        do_binary(&step, CT_OP_OR);
        break;
    case X86_INS_XOR:
        do_binary(&step, CT_OP_XOR);
        break;
    case X86_INS_IMUL:
        do_multiply(&step);
        break;
    case X86_INS_SHL:
    case X86_INS_SAL:
        do_shift(&step, CT_OP_SHL);
        break;
    case X86_INS_SHR:
        do_shift(&step, CT_OP_SHR);
        break;
    case X86_INS_SAR:
        do_shift(&step, CT_OP_SAR);
        break;
    case X86_INS_NEG:
        do_unary(&step, CT_OP_NEG);
        break;
    case X86_INS_NOT:
        do_unary(&step, CT_OP_NOT);
        break;
    case X86_INS_PUSH:
        push(&step, read_operand(&step, operand(&step, 0)));
        break;
    case X86_INS_POP: {
        const struct term *term = pop(&step);
        write_operand(&step, operand(&step, 0), term);
        break;
    }
    case X86_INS_LEAVE:
        do_leave(&step);
        break;
    case X86_INS_MOVSS:
    case X86_INS_VMOVSS:
    case X86_INS_MOVD:
    case X86_INS_VMOVD:
        do_vector_move(&step, 4);
        break;
    case X86_INS_MOVSD:
    case X86_INS_VMOVSD:
    case X86_INS_MOVQ:
    case X86_INS_VMOVQ:
    case X86_INS_MOVLPS:
    case X86_INS_MOVLPD:
        do_vector_move(&step, 8);
        break;
    case X86_INS_MOVAPS:
    case X86_INS_MOVAPD:
    case X86_INS_MOVUPS:
    case X86_INS_MOVUPD:
    case X86_INS_MOVDQA:
    case X86_INS_MOVDQU:
    case X86_INS_VMOVAPS:
    case X86_INS_VMOVAPD:
    case X86_INS_VMOVUPS:
    case X86_INS_VMOVUPD:
    case X86_INS_VMOVDQA:
    case X86_INS_VMOVDQU:
        do_vector_move(&step, operand(&step, 1)->size > 16 ? 32 : 16);
        break;
    case X86_INS_PXOR:
    case X86_INS_XORPS:
    case X86_INS_XORPD:
    case X86_INS_VPXOR:
    case X86_INS_VXORPS:
    case X86_INS_VXORPD:
        write_operand(&step, operand(&step, 0), same_register(&step) ? constant(follow, 0) : &unknown);
        break;
    case X86_INS_CMP:
    case X86_INS_TEST:
    case X86_INS_NOP:
    case X86_INS_ENDBR64:
        break;
    case X86_INS_CALL:
        do_call(follow);
        break;
    default:
        do_other(&step, capstone);
    }
}

/* ---- stretches -------------------------------------------------------------------------------------------------- */

static void begin(struct follow *follow, struct follow_frame frame)
{
    for (uint8_t i = 0; i < FOLLOW_REGISTERS; i++)
        follow->state.registers[i] = make(follow, (struct term){.kind = TERM_START, .number = i});
    follow->state.slot_count = 0;
    follow->state.lost = false;
    follow->first_count = 0;
    if (frame.known)
        follow->state.registers[frame.number] = frame_address(follow, -frame.offset);
}

static bool open_capstone(csh *capstone)
{
    return cs_open(CS_ARCH_X86, CS_MODE_64, capstone) == CS_ERR_OK &&
           cs_option(*capstone, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK;
}

static bool is_conditional(const cs_insn *at)
{
    return at->id != X86_INS_JMP && (at->id == X86_INS_LOOP || (at->id >= X86_INS_JAE && at->id <= X86_INS_JS));
}

static bool is_jump(const cs_insn *at)
{
    return at->id == X86_INS_JMP || is_conditional(at) || at->id == X86_INS_RET || at->id == X86_INS_UD2;
}

/* How code is entered: by how many jumps each instruction is (0xff: by more, or nobody knows), and whether the one
 * before it ends there. */
struct entrance {
    uint8_t jumps;
    bool apart;
};

/* A table of jumps leads anywhere. False: there is one. */
static bool mark_entrances(csh capstone, cs_insn *at, const uint8_t *code, size_t size, uint64_t start,
                           struct entrance *entrances)
{
    const uint64_t end = start + size;
    uint64_t address = start;
    bool plain = true;
    while (cs_disasm_iter(capstone, &code, &size, &address, at)) {
        if (!is_jump(at))
            continue;
        const cs_x86_op *operand = &at->detail->x86.operands[0];
        bool direct = at->detail->x86.op_count == 1 && operand->type == X86_OP_IMM;
        uint64_t target = direct ? (uint64_t)operand->imm : end;
        if (target >= start && target < end && entrances[target - start].jumps < 0xff)
            entrances[target - start].jumps++;
        plain &= direct || at->id != X86_INS_JMP;
        entrances[address - start].apart |= !is_conditional(at);
    }
    return plain;
}

/* What was there when a jump forward was made. */
struct branch {
    uint64_t to;
    struct state state;
};
enum { MOST_BRANCHES = 8 };

struct branches {
    struct branch items[MOST_BRANCHES];
    uint32_t count;
};

static void note_branch(struct branches *branches, const struct follow *follow, const cs_insn *at)
{
    const cs_x86 *detail = &at->detail->x86;
    if (!is_jump(at) || detail->op_count != 1 || detail->operands[0].type != X86_OP_IMM)
        return;
    if (branches->count < MOST_BRANCHES)
        branches->items[branches->count++] = (struct branch){(uint64_t)detail->operands[0].imm, follow->state};
}

/* Keeps what both have. */
static void merge(struct state *to, const struct state *other)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < FOLLOW_REGISTERS; i++)
        if (!follow_same(to->registers[i], other->registers[i], 8))
            to->registers[i] = &unknown;
    for (uint32_t i = 0; i < to->slot_count; i++) {
        const struct slot *slot = &to->slots[i];
        const struct term *its = state_slot(other, slot->at, slot->bytes);
        if (its && follow_same(its, slot->term, slot->bytes < 8 ? slot->bytes : 8))
            to->slots[kept++] = *slot;
        else
            to->lost = true;
    }
    to->slot_count = kept;
    to->lost |= other->lost;
    for (uint32_t i = 0; i < other->slot_count; i++)
        to->lost |= state_slot(to, other->slots[i].at, other->slots[i].bytes) == NULL;
}

/* Where several ways meet. False: some of them are not known. */
static bool join(struct follow *follow, struct branches *branches, uint64_t address, const struct entrance *entrance)
{
    bool any = !entrance->apart;
    uint32_t kept = 0, met = 0;
    for (uint32_t i = 0; i < branches->count; i++) {
        const struct branch *branch = &branches->items[i];
        if (branch->to != address) {
            branches->items[kept++] = *branch;
            continue;
        }
        if (any)
            merge(&follow->state, &branch->state);
        else
            follow->state = branch->state;
        any = true;
        met++;
    }
    branches->count = kept;
    return any && met == entrance->jumps;
}

static bool run_to(struct follow *follow, csh capstone, cs_insn *at, const uint8_t *code, uint64_t size, uint64_t start,
                   uint64_t to, struct follow_frame frame, const struct entrance *entrances, bool *from_start)
{
    static struct branches branches;
    uint64_t address = start;
    size_t left = (size_t)size;
    *from_start = true;
    branches.count = 0;
    begin(follow, (struct follow_frame){true, LOCATION_RSP, 8});
    while (address < to && cs_disasm_iter(capstone, &code, &left, &address, at)) {
        const struct entrance *entrance = &entrances[at->address - start];
        if (address == to)
            return at->id == X86_INS_CALL;
        if ((entrance->jumps || entrance->apart) && !join(follow, &branches, at->address, entrance)) {
            *from_start = false;
            if (branches.count == 0)
                follow->term_count = 0;
            begin(follow, frame);
        }
        do_instruction(follow, capstone, at);
        note_branch(&branches, follow, at);
    }
    return false;
}

bool follow_to_call(struct follow *follow, uint64_t start, uint64_t size, uint64_t to, struct follow_frame frame,
                    bool *from_start)
{
    csh capstone;
    uint64_t room;
    const uint8_t *code = elf_file_code(follow->file, start, &room);
    follow->term_count = 0;
    if (!code || size > room || size > MOST_CODE || to <= start || to - start > size || !open_capstone(&capstone))
        return false;
    cs_insn *at = cs_malloc(capstone);
    struct entrance *entrances = calloc(size + 16, sizeof *entrances);
    bool reached = false;
    if (at && entrances) {
        bool plain = mark_entrances(capstone, at, code, (size_t)size, start, entrances);
        reached =
            run_to(follow, capstone, at, code, size, start, to, frame, entrances, from_start) && (plain || *from_start);
    }
    free(entrances);
    cs_free(at, 1);
    cs_close(&capstone);
    return reached;
}

/* "sub rdx, qword ptr fs:[0x28]": what follows jumps away only to complain of a broken stack. */
static bool checks_stack(const cs_insn *at)
{
    const cs_x86 *detail = &at->detail->x86;
    for (unsigned i = 0; i < detail->op_count; i++)
        if (detail->operands[i].type == X86_OP_MEM && detail->operands[i].mem.segment == X86_REG_FS &&
            detail->operands[i].mem.disp == 0x28)
            return at->id == X86_INS_SUB || at->id == X86_INS_XOR || at->id == X86_INS_CMP;
    return false;
}

static bool stop(struct follow *follow, const cs_insn *at)
{
    snprintf(follow->stopped, sizeof follow->stopped, "%.30s %.50s", at->mnemonic, at->op_str);
    return false;
}

static bool run_from(struct follow *follow, csh capstone, cs_insn *at, uint64_t address)
{
    bool checked = false;
    snprintf(follow->stopped, sizeof follow->stopped, "too much code");
    for (int i = 0; i < MOST_INSTRUCTIONS; i++) {
        uint64_t room;
        const uint8_t *code = elf_file_code(follow->file, address, &room);
        size_t size = (size_t)room;
        if (!code || !cs_disasm_iter(capstone, &code, &size, &address, at)) {
            snprintf(follow->stopped, sizeof follow->stopped, "no code");
            return false;
        }
        if (at->id == X86_INS_RET)
            return true;
        if (at->id == X86_INS_CALL || (is_conditional(at) && !checked))
            return stop(follow, at);
        if (at->id == X86_INS_JMP && at->detail->x86.operands[0].type != X86_OP_IMM)
            return stop(follow, at);
        if (at->id == X86_INS_JMP)
            address = (uint64_t)at->detail->x86.operands[0].imm;
        else if (!is_conditional(at))
            do_instruction(follow, capstone, at);
        checked = checks_stack(at);
    }
    return false;
}

void follow_onward(struct follow *follow, uint64_t from, struct follow_frame frame)
{
    csh capstone;
    follow->term_count = 0;
    begin(follow, frame);
    if (!open_capstone(&capstone))
        return;
    cs_insn *at = cs_malloc(capstone);
    uint64_t room = 0;
    const uint8_t *code = elf_file_code(follow->file, from, &room);
    size_t size = (size_t)room;
    for (int i = 0; at && code && i < MOST_INSTRUCTIONS && cs_disasm_iter(capstone, &code, &size, &from, at); i++) {
        if (is_jump(at) || at->id == X86_INS_CALL)
            break;
        do_instruction(follow, capstone, at);
    }
    cs_free(at, 1);
    cs_close(&capstone);
}

bool follow_to_return(struct follow *follow, uint64_t from, struct follow_frame frame)
{
    csh capstone;
    follow->term_count = 0;
    if (!open_capstone(&capstone))
        return false;
    cs_insn *at = cs_malloc(capstone);
    begin(follow, frame);
    bool reached = at && run_from(follow, capstone, at, from);
    cs_free(at, 1);
    cs_close(&capstone);
    return reached;
}
