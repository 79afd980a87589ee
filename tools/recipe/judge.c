#include "recipe/judge.h"

#include "recipe/instruction.h"

enum { MOST_CODE = 1 << 20 };

bool judge_open(struct judge *judge, struct follow *follow, uint64_t start, uint64_t end)
{
    uint64_t room;
    *judge = (struct judge){.follow = follow, .start = start, .end = end};
    judge->code = elf_file_code(follow->file, start, &room);
    if (!judge->code || end <= start || end - start > room || end - start > MOST_CODE ||
        capstone.open(CS_ARCH_X86, CS_MODE_64, &judge->handle) != CS_ERR_OK ||
        capstone.option(judge->handle, CS_OPT_DETAIL, CS_OPT_ON) != CS_ERR_OK)
        return false;
    judge->at = capstone.make(judge->handle);
    return judge->at != NULL;
}

void judge_close(struct judge *judge)
{
    if (judge->at)
        capstone.release(judge->at, 1);
    if (judge->handle)
        capstone.close(&judge->handle);
}

bool judge_step(const struct judge *judge, uint64_t *address, uint64_t to)
{
    if (*address < judge->start || *address >= to || to > judge->end)
        return false;
    const uint8_t *code = judge->code + (*address - judge->start);
    size_t left = (size_t)(judge->end - *address);
    return capstone.next(judge->handle, &code, &left, address, judge->at);
}

bool judge_is_jump(const cs_insn *at)
{
    return at->id == X86_INS_JMP || at->id == X86_INS_LOOP || (at->id >= X86_INS_JAE && at->id <= X86_INS_JS) ||
           at->id == X86_INS_RET || at->id == X86_INS_UD2;
}

/* ---- what is written -------------------------------------------------------------------------------------------- */

static bool is_kept_by_calls(uint8_t number)
{
    return number == 3 || number == LOCATION_RBP || (number >= 12 && number <= 15);
}

/* "pop rbx" restores it; "push 7; pop rbx" does not. */
static bool writes(const struct judge *judge, unsigned before, uint8_t number)
{
    const cs_insn *at = judge->at;
    cs_regs read, written;
    uint8_t read_count, written_count;
    if ((at->id == X86_INS_POP && before != X86_INS_PUSH) || at->id == X86_INS_LEAVE)
        return false;
    if (at->id == X86_INS_CALL && !is_kept_by_calls(number))
        return true;
    if (capstone.registers(judge->handle, at, read, &read_count, written, &written_count) != 0)
        return true;
    for (unsigned i = 0; i < written_count; i++)
        if (register_number(written[i]) == number)
            return true;
    return false;
}

uint64_t judge_first_write(const struct judge *judge, uint8_t number, uint64_t from, uint64_t to)
{
    unsigned before = X86_INS_NOP;
    for (; judge_step(judge, &from, to); before = judge->at->id)
        if (writes(judge, before, number))
            return from;
    return from == to ? UINT64_MAX : 0;
}

static uint8_t number_of(const cs_x86_op *operand)
{
    return operand->type == X86_OP_REG ? register_number(operand->reg) : UINT8_MAX;
}

bool judge_gives_away(const cs_insn *at, uint8_t number)
{
    const cs_x86 *detail = &at->detail->x86;
    const cs_x86_op *operands = detail->operands;
    uint8_t to = detail->op_count > 0 ? number_of(&operands[0]) : UINT8_MAX;
    if (at->id == X86_INS_LEA && to != LOCATION_RSP) {
        uint8_t base = register_number(operands[1].mem.base), index = register_number(operands[1].mem.index);
        return base == LOCATION_RSP || base == number || index == number;
    }
    for (unsigned i = 1; i < detail->op_count; i++) {
        uint8_t from = number_of(&operands[i]);
        bool sets_frame = at->id == X86_INS_MOV && from == LOCATION_RSP && to == number;
        if ((from == LOCATION_RSP || from == number) && to != LOCATION_RSP && !sets_frame)
            return true;
    }
    return false;
}

static bool names(const cs_insn *at, uint8_t number, int64_t from, uint32_t bytes)
{
    const cs_x86 *detail = &at->detail->x86;
    for (unsigned i = 0; i < detail->op_count; i++) {
        const cs_x86_op *operand = &detail->operands[i];
        if (operand->type == X86_OP_MEM && register_number(operand->mem.base) == number &&
            operand->mem.disp < from + bytes && operand->mem.disp + operand->size > from)
            return true;
    }
    return false;
}

bool judge_names(const struct judge *judge, uint8_t number, int64_t from, uint32_t bytes)
{
    uint64_t at = judge->start;
    bool reached = from >= INT32_MIN && from <= INT32_MAX; /* as far as an instruction can */
    while (reached && judge_step(judge, &at, judge->end))
        if (names(judge->at, number, from, bytes))
            return true;
    return false;
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static bool call_of(const struct judge *judge, uint64_t behind, struct judge_call *to)
{
    const cs_x86_op *operand = &judge->at->detail->x86.operands[0];
    *to = (struct judge_call){.at = judge->at->address, .behind = behind};
    if (operand->type == X86_OP_IMM)
        to->target = (uint64_t)operand->imm;
    else if (operand->type == X86_OP_MEM && operand->mem.base == X86_REG_RIP)
        to->target = behind + (uint64_t)operand->mem.disp;
    else
        return false;
    return true;
}

bool judge_next_call(const struct judge *judge, uint64_t from, struct judge_call *to)
{
    while (judge_step(judge, &from, judge->end)) {
        if (judge->at->id == X86_INS_CALL)
            return call_of(judge, from, to);
        if (judge_is_jump(judge->at))
            return false;
    }
    return false;
}

static bool is_called_once(const struct judge *judge, uint64_t target)
{
    uint64_t at = judge->start;
    uint32_t count = 0;
    struct judge_call call;
    while (judge_step(judge, &at, judge->end))
        count += judge->at->id == X86_INS_CALL && call_of(judge, at, &call) && call.target == target;
    return count == 1;
}

bool judge_first_call(const struct judge *judge, struct judge_call *to)
{
    struct judge_call hook;
    return judge_next_call(judge, judge->start, &hook) && judge_next_call(judge, hook.behind, to) &&
           (to->target == hook.target || is_called_once(judge, to->target));
}
