#include "recipe/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recipe/capstone.h"
#include "recipe/instruction.h"

enum { MOST_INSTRUCTIONS = 512, MOST_CODE = 1 << 20 };

static void begin(struct follow *follow, struct follow_frame frame)
{
    for (uint8_t i = 0; i < FOLLOW_REGISTERS; i++)
        follow->state.registers[i] = term_make(follow, (struct term){.kind = TERM_START, .number = i});
    follow->state.slot_count = 0;
    follow->state.lost = false;
    follow->first_count = 0;
    if (frame.known)
        follow->state.registers[frame.number] = term_frame_address(follow, -frame.offset);
}

void follow_begin(struct follow *follow)
{
    follow->term_count = 0;
    begin(follow, (struct follow_frame){true, LOCATION_RSP, 8});
}

static bool open_capstone(csh *handle)
{
    return capstone.open(CS_ARCH_X86, CS_MODE_64, handle) == CS_ERR_OK &&
           capstone.option(*handle, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK;
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
static bool mark_entrances(csh handle, cs_insn *at, const uint8_t *code, size_t size, uint64_t start,
                           struct entrance *entrances)
{
    const uint64_t end = start + size;
    uint64_t address = start;
    bool plain = true;
    while (capstone.next(handle, &code, &size, &address, at)) {
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
            to->registers[i] = &term_unknown;
    for (uint32_t i = 0; i < to->slot_count; i++) {
        const struct slot *slot = &to->slots[i];
        const struct term *its = follow_state_slot(other, slot->at, slot->bytes);
        if (its && follow_same(its, slot->term, slot->bytes < 8 ? slot->bytes : 8))
            to->slots[kept++] = *slot;
        else
            to->lost = true;
    }
    to->slot_count = kept;
    to->lost |= other->lost;
    for (uint32_t i = 0; i < other->slot_count; i++)
        to->lost |= follow_state_slot(to, other->slots[i].at, other->slots[i].bytes) == NULL;
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

static bool run_to(struct follow *follow, csh handle, cs_insn *at, const uint8_t *code, uint64_t size, uint64_t start,
                   uint64_t to, struct follow_frame frame, const struct entrance *entrances, bool *from_start)
{
    static struct branches branches;
    uint64_t address = start;
    size_t left = (size_t)size;
    *from_start = true;
    branches.count = 0;
    begin(follow, (struct follow_frame){true, LOCATION_RSP, 8});
    while (address < to && capstone.next(handle, &code, &left, &address, at)) {
        const struct entrance *entrance = &entrances[at->address - start];
        if (address == to)
            return at->id == X86_INS_CALL;
        if ((entrance->jumps || entrance->apart) && !join(follow, &branches, at->address, entrance)) {
            *from_start = false;
            if (branches.count == 0)
                follow->term_count = 0;
            begin(follow, frame);
        }
        follow_instruction(follow, handle, at);
        note_branch(&branches, follow, at);
    }
    return false;
}

bool follow_to_call(struct follow *follow, uint64_t start, uint64_t size, uint64_t to, struct follow_frame frame,
                    bool *from_start)
{
    csh handle;
    uint64_t room;
    const uint8_t *code = elf_file_code(follow->file, start, &room);
    follow->term_count = 0;
    if (!code || size > room || size > MOST_CODE || to <= start || to - start > size || !open_capstone(&handle))
        return false;
    cs_insn *at = capstone.make(handle);
    struct entrance *entrances = calloc(size + 16, sizeof *entrances);
    bool reached = false;
    if (at && entrances) {
        bool plain = mark_entrances(handle, at, code, (size_t)size, start, entrances);
        reached =
            run_to(follow, handle, at, code, size, start, to, frame, entrances, from_start) && (plain || *from_start);
    }
    free(entrances);
    capstone.release(at, 1);
    capstone.close(&handle);
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

static bool run_from(struct follow *follow, csh handle, cs_insn *at, uint64_t address)
{
    bool checked = false;
    snprintf(follow->stopped, sizeof follow->stopped, "too much code");
    for (int i = 0; i < MOST_INSTRUCTIONS; i++) {
        uint64_t room;
        const uint8_t *code = elf_file_code(follow->file, address, &room);
        size_t size = (size_t)room;
        if (!code || !capstone.next(handle, &code, &size, &address, at)) {
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
            follow_instruction(follow, handle, at);
        checked = checks_stack(at);
    }
    return false;
}

void follow_onward(struct follow *follow, uint64_t from, struct follow_frame frame)
{
    csh handle;
    follow->term_count = 0;
    begin(follow, frame);
    if (!open_capstone(&handle))
        return;
    cs_insn *at = capstone.make(handle);
    uint64_t room = 0;
    const uint8_t *code = elf_file_code(follow->file, from, &room);
    size_t size = (size_t)room;
    for (int i = 0; at && code && i < MOST_INSTRUCTIONS && capstone.next(handle, &code, &size, &from, at); i++) {
        if (is_jump(at) || at->id == X86_INS_CALL)
            break;
        follow_instruction(follow, handle, at);
    }
    capstone.release(at, 1);
    capstone.close(&handle);
}

bool follow_to_return(struct follow *follow, uint64_t from, struct follow_frame frame)
{
    csh handle;
    follow->term_count = 0;
    if (!open_capstone(&handle))
        return false;
    cs_insn *at = capstone.make(handle);
    begin(follow, frame);
    bool reached = at && run_from(follow, handle, at, from);
    capstone.release(at, 1);
    capstone.close(&handle);
    return reached;
}

enum { FIRST_KEPT = LOCATION_XMM0 + 8, ALL_KEPT = (1 << (FOLLOW_REGISTERS - FIRST_KEPT)) - 1 };

bool follow_saves_vectors(const struct follow *follow)
{
    uint32_t saved = 0;
    for (uint32_t i = 0; i < follow->first_count; i++) {
        const struct term *term = follow->first[i].term;
        if (term->kind == TERM_START && term->number >= FIRST_KEPT)
            saved |= 1u << (term->number - FIRST_KEPT);
    }
    return saved == ALL_KEPT;
}

/* Where from is not always known. */
bool follow_restores_vectors(const struct follow *follow)
{
    for (uint32_t i = FIRST_KEPT; i < FOLLOW_REGISTERS; i++)
        if (follow->state.registers[i]->kind == TERM_START)
            return false;
    return true;
}
