#include "recipe/instruction.h"

#include <string.h>

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

uint8_t register_number(unsigned name)
{
    struct part part = part_of(name);
    return part.number < FOLLOW_REGISTERS ? part.number : UINT8_MAX;
}

static void forget_register(struct follow *follow, unsigned name)
{
    uint8_t number = part_of(name).number;
    if (number < FOLLOW_REGISTERS)
        follow->state.registers[number] = &term_unknown;
}

/* A write of four bytes clears the upper half, one of fewer leaves the others. */
static void write_register(struct follow *follow, unsigned name, const struct term *term)
{
    struct part part = part_of(name);
    if (part.number >= FOLLOW_REGISTERS)
        return;
    if (part.bytes == 0)
        term = &term_unknown;
    else if (part.bytes == 4)
        term = term_extended(follow, CT_OP_ZERO, term, 4);
    else if (part.bytes < 4 && term->kind != TERM_UNKNOWN)
        term = term_make(follow, (struct term){.kind = TERM_LOW, .bytes = part.bytes, .a = term});
    follow->state.registers[part.number] = term;
}

static const struct term *read_register(struct follow *follow, unsigned name)
{
    struct part part = part_of(name);
    return part.number < FOLLOW_REGISTERS && part.bytes ? follow->state.registers[part.number] : &term_unknown;
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
        return &term_unknown;
    const struct term *term = term_constant(follow, memory->disp);
    if (memory->base == X86_REG_RIP)
        term = term_address(follow, memory->disp + (int64_t)(step->at->address + step->at->size));
    else if (memory->base != X86_REG_INVALID)
        term = term_operation(follow, CT_OP_ADD, read_register(follow, memory->base), term);
    if (memory->index == X86_REG_INVALID || memory->index == X86_REG_RIZ || memory->index == X86_REG_EIZ)
        return term;
    const struct term *index =
        term_operation(follow, CT_OP_MUL, read_register(follow, memory->index), term_constant(follow, memory->scale));
    return term_operation(follow, CT_OP_ADD, term, index);
}

/* An address of the file, which in a program that is loaded nowhere else may be a plain number. */
static bool is_static(const struct term *address)
{
    return address->kind == TERM_ADDRESS || address->kind == TERM_CONSTANT;
}

static const struct term *load_constant(struct follow *follow, uint64_t address, uint32_t bytes)
{
    uint64_t room;
    int64_t value = 0;
    const uint8_t *from = elf_file_code(follow->file, address, &room);
    if (!from && bytes == 8)
        return term_make(follow, (struct term){.kind = TERM_IMPORT, .value = (int64_t)address});
    if (!from || room < bytes || bytes > 8)
        return &term_unknown;
    memcpy(&value, from, bytes);
    return term_constant(follow, value);
}

static const struct term *read_operand(const struct step *step, const cs_x86_op *operand)
{
    struct follow *follow = step->follow;
    if (operand->type == X86_OP_REG)
        return read_register(follow, operand->reg);
    if (operand->type == X86_OP_IMM)
        return term_constant(follow, operand->imm);
    if (operand->type != X86_OP_MEM)
        return &term_unknown;
    const struct term *address = address_of(step, &operand->mem);
    if (address->kind == TERM_CFA)
        return follow_load_slot(follow, address->value, operand->size);
    return is_static(address) ? load_constant(follow, (uint64_t)address->value, operand->size) : &term_unknown;
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
            follow_store_slot(follow, address->value, operand->size, term);
        else if (!is_static(address))
            follow_lose_stack(follow);
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
    const struct term *top =
        term_operation(follow, CT_OP_SUB, follow->state.registers[LOCATION_RSP], term_constant(follow, 8));
    follow->state.registers[LOCATION_RSP] = top;
    if (top->kind == TERM_CFA)
        follow_store_slot(follow, top->value, 8, term);
    else
        follow_lose_stack(follow);
}

static const struct term *pop(const struct step *step)
{
    struct follow *follow = step->follow;
    const struct term *top = follow->state.registers[LOCATION_RSP];
    follow->state.registers[LOCATION_RSP] = term_operation(follow, CT_OP_ADD, top, term_constant(follow, 8));
    return top->kind == TERM_CFA ? follow_load_slot(follow, top->value, 8) : &term_unknown;
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
        write_operand(step, to, term_constant(step->follow, 0));
    else
        write_operand(step, to, term_operation(step->follow, kind, a, b));
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
    write_operand(step, operand(step, 0), term_operation(step->follow, CT_OP_MUL, a, b));
}

/* What is shifted out of less than eight bytes must not come from what lies above them. */
static void do_shift(const struct step *step, enum ct_op_kind kind)
{
    const cs_x86_op *to = operand(step, 0);
    const struct term *a = read_operand(step, to);
    bool by_one = step->detail->op_count < 2;
    const struct term *by = by_one ? term_constant(step->follow, 1) : read_operand(step, operand(step, 1));
    if (by->kind != TERM_CONSTANT)
        by = &term_unknown;
    if (kind != CT_OP_SHL)
        a = term_extended(step->follow, kind == CT_OP_SAR ? CT_OP_SIGN : CT_OP_ZERO, a, to->size);
    write_operand(step, to, term_operation(step->follow, kind, a, by));
}

static void do_unary(const struct step *step, enum ct_op_kind kind)
{
    const struct term *a = read_operand(step, operand(step, 0));
    if (a->kind != TERM_UNKNOWN)
        a = term_make(step->follow, (struct term){.kind = TERM_OPERATION, .operation = (uint8_t)kind, .a = a});
    write_operand(step, operand(step, 0), a);
}

static void do_extension(const struct step *step, enum ct_op_kind kind)
{
    const cs_x86_op *from = operand(step, 1);
    write_operand(step, operand(step, 0), term_extended(step->follow, kind, read_operand(step, from), from->size));
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
        term = term_make(step->follow, (struct term){.kind = TERM_LOW, .bytes = (uint8_t)bytes, .a = term});
    write_operand(step, &to, term);
}

static void do_leave(const struct step *step)
{
    step->follow->state.registers[LOCATION_RSP] = step->follow->state.registers[LOCATION_RBP];
    step->follow->state.registers[LOCATION_RBP] = pop(step);
}

/* What is not known changes what it writes to. */
static void do_other(const struct step *step, csh handle)
{
    cs_regs read, written;
    uint8_t read_count, written_count;
    for (unsigned i = 0; i < step->detail->op_count; i++)
        if (operand(step, i)->type == X86_OP_MEM && (operand(step, i)->access & CS_AC_WRITE))
            write_operand(step, operand(step, i), &term_unknown);
    if (capstone.registers(handle, step->at, read, &read_count, written, &written_count) != 0) {
        for (unsigned i = 0; i < FOLLOW_REGISTERS; i++)
            step->follow->state.registers[i] = &term_unknown;
        follow_lose_stack(step->follow);
        return;
    }
    for (unsigned i = 0; i < written_count; i++)
        forget_register(step->follow, written[i]);
}

static void do_call(struct follow *follow)
{
    static const uint8_t lost[] = {RAX, RDX, RCX, RSI, RDI, 8, 9, 10, 11};
    for (size_t i = 0; i < sizeof lost; i++)
        follow->state.registers[lost[i]] = &term_unknown;
    for (unsigned i = LOCATION_XMM0; i < FOLLOW_REGISTERS; i++)
        follow->state.registers[i] = &term_unknown;
    follow_lose_stack(follow);
}

void follow_instruction(struct follow *follow, csh handle, const cs_insn *at)
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
        write_register(follow, X86_REG_RAX, term_extended(follow, CT_OP_SIGN, follow->state.registers[RAX], 4));
        break;
    case X86_INS_CWDE:
        write_register(follow, X86_REG_EAX, term_extended(follow, CT_OP_SIGN, follow->state.registers[RAX], 2));
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
        write_operand(&step, operand(&step, 0), same_register(&step) ? term_constant(follow, 0) : &term_unknown);
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
        do_other(&step, handle);
    }
}
