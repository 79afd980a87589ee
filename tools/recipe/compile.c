#include "recipe/compile.h"

#include <string.h>

#include "calltape/format.h"
#include "recipe/judge.h"

enum { RAX = 0, RDX = 1, RDI = 5 };

/* ---- operations ------------------------------------------------------------------------------------------------- */

/* Of what the hook finds as it was; -1: the call may have changed it. */
static int kept_register(uint32_t number)
{
    switch (number) {
    case 3:
        return CT_RBX;
    case LOCATION_RBP:
        return CT_RBP;
    case LOCATION_RSP:
        return CT_RSP;
    case 12:
    case 13:
    case 14:
    case 15:
        return CT_R12 + (int)number - 12;
    default:
        return -1;
    }
}

static bool put_frame(const struct compile_site *at, struct program *to, int64_t offset)
{
    int number = at->site->has_frame ? kept_register(at->site->frame_register) : -1;
    return number >= 0 && program_put(to, CT_OP_REGISTER, (uint32_t)number, at->site->frame_offset + offset);
}

/* Whether the frame is where the unwind information has it, by what the code did. */
static bool frame_agrees(const struct compile_site *at)
{
    const struct term *term = at->follow->state.registers[at->site->frame_register];
    return at->site->has_frame && term->kind == TERM_CFA && term->value == -at->site->frame_offset;
}

static bool put_slot(const struct compile_site *at, struct program *to, int64_t where, uint32_t bytes)
{
    return bytes <= 8 && put_frame(at, to, where) && program_load(to, bytes, 0);
}

/* ---- copies ----------------------------------------------------------------------------------------------------- */

static bool put_kept_copy(const struct compile_site *at, struct program *to, const struct term *term, uint32_t bytes)
{
    static const uint8_t kept[] = {3, 12, 13, 14, 15, LOCATION_RBP};
    for (size_t i = 0; i < sizeof kept; i++)
        if (follow_same(at->follow->state.registers[kept[i]], term, bytes))
            return program_put(to, CT_OP_REGISTER, (uint32_t)kept_register(kept[i]), 0);
    return false;
}

/* Of what is somewhere only the call's end would destroy: another place that has the same. */
static bool put_copy(const struct compile_site *at, struct program *to, const struct term *term, uint32_t bytes)
{
    if (bytes > 8)
        return false;
    if (put_kept_copy(at, to, term, bytes))
        return true;
    const struct term *stripped = follow_strip(term, bytes);
    if (stripped->kind == TERM_CONSTANT)
        return program_put(to, CT_OP_PUSH, 0, stripped->value);
    if (stripped->kind == TERM_ADDRESS)
        return program_put(to, CT_OP_ADDRESS, 0, stripped->value);
    if (!frame_agrees(at))
        return false;
    for (uint32_t i = 0; i < at->follow->state.slot_count; i++) {
        const struct slot *slot = &at->follow->state.slots[i];
        if (slot->bytes >= bytes && follow_same(slot->term, term, bytes))
            return put_slot(at, to, slot->at, bytes);
    }
    if (stripped->kind == TERM_SLOT && !follow_slot(at->follow, stripped->value, bytes))
        return put_slot(at, to, stripped->value, bytes);
    return false;
}

/* What the register held when the function began. */
static bool put_entry_copy(const struct compile_site *at, struct program *to, uint32_t number, uint32_t bytes)
{
    const struct term term = {.kind = TERM_START, .number = (uint8_t)number};
    return at->follow && at->from_start && !at->site->inlined && put_copy(at, to, &term, bytes);
}

/* ---- what code makes of what it finds --------------------------------------------------------------------------- */

static bool put_term(const struct compile_site *at, struct program *to, const struct term *term, uint32_t bytes)
{
    term = follow_strip(term, bytes);
    switch (term->kind) {
    case TERM_START:
        return kept_register(term->number) >= 0 &&
               program_put(to, CT_OP_REGISTER, (uint32_t)kept_register(term->number), 0);
    case TERM_SLOT:
        return term->bytes <= 8 ? put_slot(at, to, term->value, term->bytes) : put_slot(at, to, term->value, 8);
    case TERM_CFA:
        return put_frame(at, to, term->value);
    case TERM_CONSTANT:
        return program_put(to, CT_OP_PUSH, 0, term->value);
    case TERM_ADDRESS:
        return program_put(to, CT_OP_ADDRESS, 0, term->value);
    case TERM_OPERATION:
        if (term->operation == CT_OP_ZERO || term->operation == CT_OP_SIGN)
            return put_term(at, to, term->a, term->bits / 8u) &&
                   program_put(to, (enum ct_op_kind)term->operation, term->bits, 0);
        return put_term(at, to, term->a, term->operation == CT_OP_SHR || term->operation == CT_OP_SAR ? 8 : bytes) &&
               (!term->b || put_term(at, to, term->b, bytes)) &&
               program_put(to, (enum ct_op_kind)term->operation, 0, 0);
    default:
        return false;
    }
}

/* ---- by the debug information ----------------------------------------------------------------------------------- */

static bool put_register(const struct compile_site *at, struct program *to, const struct ct_op *op, uint32_t bytes)
{
    int kept = kept_register(op->from);
    bool found = false;
    if (op->from == LOCATION_CFA)
        return put_frame(at, to, op->value);
    if (kept >= 0)
        return program_put(to, CT_OP_REGISTER, (uint32_t)kept, op->value);
    if (op->from >= LOCATION_ENTRY)
        found = put_entry_copy(at, to, (uint32_t)op->from - LOCATION_ENTRY, bytes);
    else if (op->from < FOLLOW_REGISTERS && at->follow)
        found = put_copy(at, to, at->follow->state.registers[op->from], bytes);
    return found && (op->value == 0 || (program_put(to, CT_OP_PUSH, 0, op->value) && program_put(to, CT_OP_ADD, 0, 0)));
}

/* The frame's slot that a place begins with; false: it begins with something else. */
static bool first_slot(const struct compile_site *at, const struct location *place, int64_t *where)
{
    const struct ct_op *op = &place->ops[0];
    if (op->kind != CT_OP_REGISTER)
        return false;
    *where = op->value;
    if (op->from == LOCATION_CFA)
        return true;
    if (at->site->has_frame && op->from == at->site->frame_register) {
        *where -= at->site->frame_offset;
        return true;
    }
    if (op->from >= FOLLOW_REGISTERS || !at->follow || at->follow->state.registers[op->from]->kind != TERM_CFA)
        return false;
    *where += at->follow->state.registers[op->from]->value;
    return true;
}

static bool was_stored(const struct follow *follow, int64_t where)
{
    for (uint32_t i = 0; i < follow->state.slot_count; i++)
        if (follow->state.slots[i].at <= where && where < follow->state.slots[i].at + follow->state.slots[i].bytes)
            return true;
    return false;
}

/* A function that clang has optimised gets nothing on the stack where it has no use for it: its callers leave there
 * what was there. */
static bool may_be_unset(const struct compile_site *at, int64_t where, uint32_t bytes)
{
    struct judge judge = {0};
    if (!at->site->may_be_unset || where < 0)
        return false;
    int64_t from = (int64_t)((uint64_t)where + (uint64_t)at->site->frame_offset);
    bool named = at->site->has_frame && at->onward &&
                 judge_open(&judge, at->onward, at->site->start, at->site->start + at->site->size) &&
                 judge_names(&judge, at->site->frame_register, from, bytes);
    judge_close(&judge);
    return !named;
}

/* Without optimisation a parameter has one place for all of its function, and some compilers call the hook before they
 * put it there. */
static bool is_there_yet(const struct compile_site *at, const struct location *place, bool ranged)
{
    int64_t where;
    if (ranged || place->kind != LOCATION_ADDRESS)
        return true;
    if (!first_slot(at, place, &where))
        return false;
    if (where >= 0 && !at->site->inlined)
        return true;
    return at->follow && frame_agrees(at) && was_stored(at->follow, where);
}

/* A value that some releases of clang say to be where it only can be found: the address of a place in the frame, cut
 * down to the value's size. */
static bool is_address_for_value(const struct compile_site *at, const struct location *place, uint32_t bytes)
{
    const struct ct_op *op = &place->ops[0];
    bool frame = op->kind == CT_OP_REGISTER && (op->from == LOCATION_CFA || op->from == LOCATION_RSP ||
                                                (at->site->has_frame && op->from == at->site->frame_register));
    bool loaded = place->count > 1 && place->ops[1].kind == CT_OP_LOAD;
    return place->kind == LOCATION_VALUE && frame && !loaded && (bytes < 8 || place->count > 3);
}

static bool translate(const struct compile_site *at, const struct location *place, struct piece *to, uint32_t bytes)
{
    to->kind = place->kind;
    to->bytes = place->bytes;
    if (is_address_for_value(at, place, bytes))
        return false;
    for (uint32_t i = 0; i < place->count; i++) {
        const struct ct_op *op = &place->ops[i];
        bool whole = place->kind == LOCATION_VALUE && place->count == 1;
        bool done = op->kind == CT_OP_REGISTER ? put_register(at, &to->ops, op, whole ? bytes : 8)
                    : op->kind == CT_OP_LOAD   ? program_load(&to->ops, op->from, op->value)
                                               : program_put(&to->ops, (enum ct_op_kind)op->kind, op->from, op->value);
        if (!done)
            return false;
    }
    return place->kind != LOCATION_NOWHERE;
}

/* ---- by the rules for calls ------------------------------------------------------------------------------------- */

/* Where the rules put the next parameter. */
struct rules {
    uint32_t general, vector; /* registers that are taken */
    int64_t stack;
    bool known;
    bool miscounted; /* by clang, which takes a pair of words for one that fits */
};

static const uint8_t general_registers[] = {5, 4, 1, 2, 8, 9};
enum { GENERAL_COUNT = 6, VECTOR_COUNT = 8 };

static uint32_t vectors_of(const struct passing *passing)
{
    return (uint32_t)passing->in_vector[0] + (passing->words > 1 && passing->in_vector[1]);
}

static bool fits(const struct rules *rules, const struct passing *passing)
{
    uint32_t vectors = vectors_of(passing);
    return rules->general + passing->words - vectors <= GENERAL_COUNT && rules->vector + vectors <= VECTOR_COUNT;
}

static bool is_ruled(const struct rules *rules, const struct passing *passing)
{
    return rules->known && (!rules->miscounted || passing->words < 2 || fits(rules, passing));
}

static int64_t place_on_stack(const struct rules *rules, const struct passing *passing)
{
    int64_t alignment = passing->alignment > 8 ? passing->alignment : 8;
    return (rules->stack + alignment - 1) / alignment * alignment;
}

static void pass(struct rules *rules, const struct passing *passing)
{
    struct passing pointer = {.how = PASSED_REGISTERS, .words = 1, .bytes = 8};
    const struct passing *by = passing->how == PASSED_REFERENCE ? &pointer : passing;
    rules->miscounted |= by->null;
    if (by->how == PASSED_UNKNOWN || !is_ruled(rules, by)) {
        rules->known = false;
    } else if (by->how == PASSED_REGISTERS && fits(rules, by)) {
        rules->general += by->words - vectors_of(by);
        rules->vector += vectors_of(by);
    } else if (by->how == PASSED_REGISTERS && by->words == 2 && by->alignment > 8) {
        rules->known = false; /* __int128: clang before 18 puts its halves elsewhere than the rules say */
    } else if (by->how != PASSED_NOTHING) {
        rules->stack = place_on_stack(rules, by) + (by->bytes + 7) / 8 * 8;
    }
}

static struct rules rules_before(const struct function *function, uint32_t parameter)
{
    struct rules rules = {.known = !function->foreign && function->result.how != PASSED_UNKNOWN};
    if (function->result.how == PASSED_MEMORY || function->result.how == PASSED_REFERENCE)
        rules.general++;
    for (uint32_t i = 0; i < parameter; i++)
        pass(&rules, &function->passing[i]);
    return rules;
}

/* How much of a word, which begins `at` bytes behind the value's beginning, the leaf takes. */
static uint32_t needed_of_word(const struct leaf *leaf, int64_t at)
{
    int64_t end = leaf->hop[0] + leaf_first_bytes(leaf) - at;
    return end < 1 ? 1 : end > 8 ? 8 : (uint32_t)end;
}

static void take_registers(struct rules rules, const struct passing *passing, uint8_t numbers[2])
{
    for (uint32_t i = 0; i < passing->words; i++)
        numbers[i] =
            passing->in_vector[i] ? (uint8_t)(LOCATION_XMM0 + rules.vector++) : general_registers[rules.general++];
}

bool compile_registers(const struct function *function, uint32_t parameter, uint8_t numbers[2])
{
    struct rules rules = rules_before(function, parameter);
    const struct passing *passing = &function->passing[parameter];
    if (!rules.known || passing->how != PASSED_REGISTERS || !fits(&rules, passing))
        return false;
    take_registers(rules, passing, numbers);
    return true;
}

static bool pass_in_registers(const struct compile_site *at, struct rules rules, const struct passing *passing,
                              const struct leaf *leaf, struct base *to)
{
    uint8_t numbers[2];
    take_registers(rules, passing, numbers);
    for (uint32_t i = 0; i < passing->words; i++) {
        struct piece *piece = &to->pieces[to->count++];
        bool found = put_entry_copy(at, &piece->ops, numbers[i], needed_of_word(leaf, 8 * i));
        piece->kind = found ? LOCATION_VALUE : LOCATION_NOWHERE;
        piece->bytes = 8;
    }
    return true;
}

/* Memory that the caller has filled; the function may use it for something else afterwards. */
static bool pass_on_stack(const struct compile_site *at, const struct rules *rules, const struct passing *passing,
                          struct base *to)
{
    if (passing->bytes > 4096 || !frame_agrees(at) || at->follow->state.lost)
        return false;
    for (uint32_t i = 0; i < at->follow->state.slot_count; i++)
        if (at->follow->state.slots[i].at >= 0)
            return false;
    int64_t where = place_on_stack(rules, passing);
    to->count = 1;
    to->pieces[0].kind = LOCATION_ADDRESS;
    return !may_be_unset(at, where, passing->bytes) && put_frame(at, &to->pieces[0].ops, where);
}

/* The registers, or the one with the address, in which the rules pass a parameter; 0: in none. */
static uint32_t ruled_registers(const struct function *function, uint32_t parameter, uint8_t numbers[2])
{
    struct rules rules = rules_before(function, parameter);
    const struct passing *passing = &function->passing[parameter];
    numbers[0] = rules.general < GENERAL_COUNT ? general_registers[rules.general] : 0;
    if (passing->how == PASSED_REFERENCE)
        return rules.known && rules.general < GENERAL_COUNT;
    return compile_registers(function, parameter, numbers) ? passing->words : 0;
}

/* Whether what is told of the function's first instruction bears the rules out, where they may not hold. */
static bool keeps_rules(const struct compile_site *at, uint32_t parameter)
{
    const struct location_registers *start = &at->site->starts[parameter];
    uint8_t numbers[2];
    if (!at->site->may_be_altered)
        return true;
    uint32_t count = ruled_registers(at->function, parameter, numbers);
    for (uint32_t i = 0; i < start->count && count != 0; i++) {
        uint8_t number = start->numbers[i];
        if (number != LOCATION_NO_PIECE && number != numbers[0] && (count < 2 || number != numbers[1]))
            return false;
    }
    return start->count != 0;
}

static bool find_by_rules(const struct compile_site *at, const struct leaf *leaf, struct base *to)
{
    struct rules rules = rules_before(at->function, leaf->parameter);
    const struct passing *passing = &at->function->passing[leaf->parameter];
    if (!at->ordinary || !at->follow || !at->from_start || !is_ruled(&rules, passing) ||
        !keeps_rules(at, leaf->parameter))
        return false;
    switch (passing->how) {
    case PASSED_REGISTERS:
        return fits(&rules, passing) ? pass_in_registers(at, rules, passing, leaf, to)
                                     : pass_on_stack(at, &rules, passing, to);
    case PASSED_MEMORY:
        return pass_on_stack(at, &rules, passing, to);
    case PASSED_REFERENCE:
        to->count = 1;
        to->pieces[0].kind = LOCATION_ADDRESS;
        return rules.general < GENERAL_COUNT &&
               put_entry_copy(at, &to->pieces[0].ops, general_registers[rules.general], 8);
    default:
        return false;
    }
}

/* ---- arguments ------------------------------------------------------------------------------------------------- */

static bool finish(const struct compile_site *at, const struct base *base, const struct leaf *leaf, struct program *to)
{
    return program_fetch(to, base, leaf, at->site->has_frame ? kept_register(at->site->frame_register) : -1);
}

static bool nowhere(struct program *to)
{
    *to = (struct program){.kind = CT_RECIPE_GONE};
    return false;
}

/* Where the hook comes before the function puts its parameters where they belong, what it then puts there is theirs. */
static bool find_onward(const struct compile_site *at, const struct leaf *leaf, struct base *to)
{
    const struct location_set *places = &at->site->places[leaf->parameter];
    uint32_t bytes = leaf_first_bytes(leaf);
    int64_t where;
    if (!at->site->hook_first || places->count != 1 || places->ranged || places->pieces[0].kind != LOCATION_ADDRESS ||
        places->pieces[0].count != 1 || !at->onward || !first_slot(at, &places->pieces[0], &where))
        return false;
    where += leaf->hop[0];
    for (uint32_t i = 0; i < at->onward->first_count; i++) {
        const struct slot *slot = &at->onward->first[i];
        uint32_t before = (uint32_t)(where - slot->at);
        if (where < slot->at || before + bytes > slot->bytes || before + bytes > 8)
            continue;
        to->count = 2;
        to->pieces[0] = (struct piece){.kind = LOCATION_NOWHERE, .bytes = (uint64_t)leaf->hop[0]};
        to->pieces[1].kind = LOCATION_VALUE;
        return put_term(at, &to->pieces[1].ops, slot->term, before + bytes) &&
               (before == 0 || (program_put(&to->pieces[1].ops, CT_OP_PUSH, 0, 8 * before) &&
                                program_put(&to->pieces[1].ops, CT_OP_SHR, 0, 0)));
    }
    return false;
}

bool compile_argument(const struct compile_site *at, const struct leaf *leaf, struct program *to)
{
    struct base base = {0};
    const struct location_set *places = &at->site->places[leaf->parameter];
    uint32_t whole = at->function->passing[leaf->parameter].bytes;
    int64_t where;
    if (find_by_rules(at, leaf, &base) && finish(at, &base, leaf, to))
        return true;
    memset(&base, 0, sizeof base);
    if (find_onward(at, leaf, &base) && finish(at, &base, leaf, to))
        return true;
    memset(&base, 0, sizeof base);
    for (uint32_t i = 0; i < places->count; i++) {
        const struct location *place = &places->pieces[i];
        struct piece *piece = &base.pieces[base.count++];
        uint32_t bytes = place->bytes ? (uint32_t)place->bytes : whole ? whole : 8;
        bool unset = place->kind == LOCATION_ADDRESS && first_slot(at, place, &where) && may_be_unset(at, where, whole);
        if (unset || !is_there_yet(at, place, places->ranged) || !translate(at, place, piece, bytes < 8 ? bytes : 8))
            piece->kind = LOCATION_NOWHERE;
    }
    return finish(at, &base, leaf, to) || nowhere(to);
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

bool compile_result(const struct compile_site *at, const struct leaf *leaf, struct program *to)
{
    const struct passing *passing = &at->function->result;
    struct base base = {0};
    uint32_t general = 0, vector = 0, left = passing->bytes;
    if (passing->how == PASSED_MEMORY || passing->how == PASSED_REFERENCE) {
        base.pieces[base.count++].kind = LOCATION_ADDRESS;
        if (!put_term(at, &base.pieces[0].ops, at->follow->state.registers[RAX], 8))
            return nowhere(to);
    } else if (passing->how != PASSED_REGISTERS) {
        return nowhere(to);
    }
    for (uint32_t i = 0; i < passing->words; i++) {
        struct piece *piece = &base.pieces[base.count++];
        uint32_t bytes = left < 8 ? left : 8;
        uint32_t number = passing->in_vector[i] ? LOCATION_XMM0 + vector++ : general++ ? RDX : RAX;
        piece->bytes = 8;
        piece->kind =
            put_term(at, &piece->ops, at->follow->state.registers[number], bytes) ? LOCATION_VALUE : LOCATION_NOWHERE;
        left -= bytes;
    }
    return finish(at, &base, leaf, to) || nowhere(to);
}
