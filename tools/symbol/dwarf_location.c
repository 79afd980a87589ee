#include "symbol/dwarf_location.h"

#include <string.h>

struct translation {
    struct dwarf_reading *reading;
    Dwarf_Die die;
    const struct location *base;
    struct location *to;
};

static bool put(struct location *place, enum ct_op_kind kind, uint8_t from, int64_t value)
{
    if (place->count == LOCATION_OPS)
        return false;
    place->ops[place->count++] = (struct ct_op){.kind = (uint8_t)kind, .from = from, .value = value};
    return true;
}

/* ---- what the operations of a stack mean ------------------------------------------------------------------------ */

static bool is_register(uint64_t number)
{
    return number < 16 || (number >= LOCATION_XMM0 && number < LOCATION_XMM0 + 16);
}

static bool put_frame(const struct translation *by, int64_t offset)
{
    if (by->base->kind == LOCATION_NOWHERE || by->base->count != 1)
        return false;
    struct ct_op op = by->base->ops[0];
    return put(by->to, CT_OP_REGISTER, op.from, op.value + offset);
}

/* The base type at an offset in the unit: what is left of a value of it. */
static bool put_conversion(const struct translation *by, uint64_t type)
{
    struct dwarf_reading *reading = by->reading;
    Dwarf_Off unit, length;
    Dwarf_Die die;
    if (type == 0)
        return true;
    if (!dwarf_is_ok(reading, dwarf_die_CU_offset_range(by->die, &unit, &length, &reading->error)) ||
        !dwarf_is_ok(reading, dwarf_offdie_b(reading->dbg, unit + type, true, &die, &reading->error)))
        return false;
    uint64_t bytes = dwarf_number(reading, die, DW_AT_byte_size);
    switch (dwarf_number(reading, die, DW_AT_encoding)) {
    case DW_ATE_signed:
    case DW_ATE_signed_char:
        return bytes >= 1 && bytes <= 8 && put(by->to, CT_OP_SIGN, (uint8_t)(8 * bytes), 0);
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_boolean:
    case DW_ATE_address:
        return bytes >= 1 && bytes <= 8 && put(by->to, CT_OP_ZERO, (uint8_t)(8 * bytes), 0);
    default:
        return false;
    }
}

/* Only of a register alone: DW_OP_entry_value with DW_OP_reg0 to DW_OP_reg31. */
static bool put_entry_value(struct location *to, uint64_t bytes, const void *block)
{
    const uint8_t *code = block;
    if (bytes != 1 || !code || code[0] < DW_OP_reg0 || code[0] > DW_OP_reg31 || !is_register(code[0] - DW_OP_reg0))
        return false;
    return put(to, CT_OP_REGISTER, (uint8_t)(LOCATION_ENTRY + code[0] - DW_OP_reg0), 0);
}

static bool put_indexed_address(const struct translation *by, uint64_t index)
{
    Dwarf_Addr address;
    return dwarf_is_ok(by->reading, dwarf_debug_addr_index_to_addr(by->die, index, &address, &by->reading->error)) &&
           put(by->to, CT_OP_ADDRESS, 0, (int64_t)address);
}

static const struct {
    uint8_t dwarf, kind;
} plain[] = {
    {DW_OP_plus, CT_OP_ADD}, {DW_OP_minus, CT_OP_SUB}, {DW_OP_mul, CT_OP_MUL},   {DW_OP_div, CT_OP_DIV},
    {DW_OP_and, CT_OP_AND},  {DW_OP_or, CT_OP_OR},     {DW_OP_xor, CT_OP_XOR},   {DW_OP_shl, CT_OP_SHL},
    {DW_OP_shr, CT_OP_SHR},  {DW_OP_shra, CT_OP_SAR},  {DW_OP_neg, CT_OP_NEG},   {DW_OP_not, CT_OP_NOT},
    {DW_OP_dup, CT_OP_DUP},  {DW_OP_swap, CT_OP_SWAP}, {DW_OP_over, CT_OP_OVER}, {DW_OP_drop, CT_OP_DROP},
};

static bool put_plain(struct location *to, uint8_t operation)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].dwarf == operation)
            return put(to, (enum ct_op_kind)plain[i].kind, 0, 0);
    return false;
}

static bool put_op(const struct translation *by, uint8_t operation, uint64_t a, uint64_t b)
{
    struct location *to = by->to;
    if (operation >= DW_OP_lit0 && operation <= DW_OP_lit31)
        return put(to, CT_OP_PUSH, 0, operation - DW_OP_lit0);
    if (operation >= DW_OP_breg0 && operation <= DW_OP_breg31)
        return is_register(operation - DW_OP_breg0) &&
               put(to, CT_OP_REGISTER, (uint8_t)(operation - DW_OP_breg0), (int64_t)a);
    switch (operation) {
    case DW_OP_const1u:
    case DW_OP_const1s:
    case DW_OP_const2u:
    case DW_OP_const2s:
    case DW_OP_const4u:
    case DW_OP_const4s:
    case DW_OP_const8u:
    case DW_OP_const8s:
    case DW_OP_constu:
    case DW_OP_consts:
        return put(to, CT_OP_PUSH, 0, (int64_t)a);
    case DW_OP_addr:
        return put(to, CT_OP_ADDRESS, 0, (int64_t)a);
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
        return put_indexed_address(by, a);
    case DW_OP_bregx:
        return is_register(a) && put(to, CT_OP_REGISTER, (uint8_t)a, (int64_t)b);
    case DW_OP_fbreg:
        return put_frame(by, (int64_t)a);
    case DW_OP_call_frame_cfa:
        return put(to, CT_OP_REGISTER, LOCATION_CFA, 0);
    case DW_OP_plus_uconst:
        return put(to, CT_OP_PUSH, 0, (int64_t)a) && put(to, CT_OP_ADD, 0, 0);
    case DW_OP_deref:
        return put(to, CT_OP_LOAD, 8, 0);
    case DW_OP_deref_size:
        return a >= 1 && a <= 8 && put(to, CT_OP_LOAD, (uint8_t)a, 0);
    case DW_OP_regval_type:
    case DW_OP_GNU_regval_type:
        return is_register(a) && put(to, CT_OP_REGISTER, (uint8_t)a, 0) && put_conversion(by, b);
    case DW_OP_convert:
    case DW_OP_GNU_convert:
        return put_conversion(by, a);
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
        return put_entry_value(to, a, (const void *)(uintptr_t)b);
    case DW_OP_nop:
        return true;
    default:
        return put_plain(to, operation);
    }
}

/* ---- whole expressions ------------------------------------------------------------------------------------------ */

struct operation {
    uint8_t kind;
    uint64_t a, b;
};

static bool read_operation(struct dwarf_reading *reading, Dwarf_Locdesc_c from, uint64_t index, struct operation *to)
{
    Dwarf_Small kind;
    Dwarf_Unsigned a, b, c, branch;
    if (!dwarf_is_ok(reading, dwarf_get_location_op_value_c(from, index, &kind, &a, &b, &c, &branch, &reading->error)))
        return false;
    *to = (struct operation){kind, a, b};
    return true;
}

static bool put_implicit(struct location *to, uint64_t bytes, const void *block)
{
    int64_t value = 0;
    if (bytes > sizeof value || !block)
        return false;
    memcpy(&value, block, bytes);
    to->kind = LOCATION_VALUE;
    return put(to, CT_OP_PUSH, 0, value);
}

/* What ends a place, or says what it is; false: neither. */
static bool put_kind(struct location *to, const struct operation *operation, bool *known)
{
    uint8_t kind = operation->kind;
    if (kind == DW_OP_stack_value) {
        to->kind = LOCATION_VALUE;
        *known = true;
    } else if (kind >= DW_OP_reg0 && kind <= DW_OP_reg31) {
        to->kind = LOCATION_VALUE;
        *known = is_register(kind - DW_OP_reg0) && put(to, CT_OP_REGISTER, (uint8_t)(kind - DW_OP_reg0), 0);
    } else if (kind == DW_OP_regx) {
        to->kind = LOCATION_VALUE;
        *known = is_register(operation->a) && put(to, CT_OP_REGISTER, (uint8_t)operation->a, 0);
    } else if (kind == DW_OP_implicit_value) {
        *known = put_implicit(to, operation->a, (const void *)(uintptr_t)operation->b);
    } else {
        return false;
    }
    return true;
}

static void forget(struct location *place)
{
    place->kind = LOCATION_NOWHERE;
    place->count = 0;
}

static struct location *next_piece(struct location_set *to, uint64_t bytes)
{
    struct location *piece = &to->pieces[to->count - 1];
    piece->bytes = bytes;
    if (piece->count == 0)
        forget(piece);
    if (to->count == LOCATION_PIECES)
        return NULL;
    piece = &to->pieces[to->count++];
    *piece = (struct location){.kind = LOCATION_ADDRESS};
    return piece;
}

static void translate(struct translation *by, Dwarf_Locdesc_c from, uint64_t count, struct location_set *to)
{
    bool known = true;
    to->count = 1;
    to->pieces[0] = (struct location){.kind = LOCATION_ADDRESS};
    by->to = &to->pieces[0];
    for (uint64_t i = 0; i < count; i++) {
        struct operation operation;
        if (!read_operation(by->reading, from, i, &operation)) {
            to->count = 0;
            return;
        }
        if (operation.kind == DW_OP_piece) {
            if (!known)
                forget(by->to);
            by->to = next_piece(to, operation.a);
            if (!by->to)
                return;
            known = true;
        } else if (known && !put_kind(by->to, &operation, &known)) {
            known = put_op(by, operation.kind, operation.a, operation.b);
        }
    }
    if (!known || by->to->count == 0)
        forget(by->to);
}

/* One entry of a list. False: there is no such, or it can't be read. */
struct entry {
    Dwarf_Locdesc_c place;
    Dwarf_Addr low, high;
    Dwarf_Unsigned count; /* of operations */
    bool alone;           /* it is no list */
    bool range;
};

static bool read_entry(struct dwarf_reading *reading, Dwarf_Loc_Head_c list, uint64_t index, struct entry *to)
{
    Dwarf_Small kind, source;
    Dwarf_Unsigned raw_low, raw_high, expression, offset;
    Dwarf_Bool missing = false;
    if (!dwarf_is_ok(reading,
                     dwarf_get_locdesc_entry_d(list, index, &kind, &raw_low, &raw_high, &missing, &to->low, &to->high,
                                               &to->count, &to->place, &source, &expression, &offset, &reading->error)))
        return false;
    to->alone = source == 0;
    to->range = !missing && kind != DW_LLE_base_address && kind != DW_LLE_base_addressx && kind != DW_LLE_end_of_list;
    return true;
}

/* The entry of the list that holds for the address, or the only one. Within a call, the list tells of what is true once
 * it has returned: what it destroys is not in it. */
static void find_entry(struct translation *by, Dwarf_Loc_Head_c list, uint64_t entries, uint64_t pc,
                       struct location_set *to)
{
    struct entry entry;
    for (uint64_t i = 0; i < entries && read_entry(by->reading, list, i, &entry); i++) {
        if (!entry.alone && (!entry.range || pc < entry.low || pc >= entry.high))
            continue;
        translate(by, entry.place, entry.count, to);
        to->ranged = !entry.alone;
        return;
    }
}

static bool add_range(struct translation *by, const struct entry *entry, struct location_list *to)
{
    bool behind = to->count == 0 || entry->low >= to->ranges[to->count - 1].to;
    if (!behind || entry->high <= entry->low || to->count == LOCATION_RANGES)
        return false;
    struct location_range *range = &to->ranges[to->count++];
    range->from = entry->low;
    range->to = entry->high;
    translate(by, entry->place, entry->count, &range->set);
    return range->set.count < LOCATION_PIECES; /* there may be more */
}

bool dwarf_location_list(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base,
                         struct location_list *to)
{
    Dwarf_Half form;
    Dwarf_Loc_Head_c list;
    Dwarf_Unsigned entries;
    struct translation by = {.reading = reading, .die = variable, .base = base};
    Dwarf_Attribute from = dwarf_attribute(reading, variable, DW_AT_location, &form);
    to->count = 0;
    if (!from || !dwarf_is_ok(reading, dwarf_get_loclist_c(from, &list, &entries, &reading->error)))
        return false;
    for (uint64_t i = 0; i < entries; i++) {
        struct entry entry;
        if (!read_entry(reading, list, i, &entry) || entry.alone || (entry.range && !add_range(&by, &entry, to)))
            return false;
    }
    return to->count > 0;
}

static void read_list(struct translation *by, Dwarf_Attribute from, uint64_t pc, struct location_set *to)
{
    struct dwarf_reading *reading = by->reading;
    Dwarf_Loc_Head_c list;
    Dwarf_Unsigned entries;
    if (dwarf_is_ok(reading, dwarf_get_loclist_c(from, &list, &entries, &reading->error)))
        find_entry(by, list, entries, pc, to);
}

/* ---- constants -------------------------------------------------------------------------------------------------- */

/* Forms of a fixed size hold numbers without sign; compilers have DW_FORM_sdata for the others. */
static bool put_constant(struct dwarf_reading *reading, Dwarf_Attribute from, Dwarf_Half form, struct location *to)
{
    Dwarf_Signed number;
    Dwarf_Unsigned plain_number;
    Dwarf_Block *block;
    switch (form) {
    case DW_FORM_sdata:
    case DW_FORM_implicit_const:
        return dwarf_is_ok(reading, dwarf_formsdata(from, &number, &reading->error)) && put(to, CT_OP_PUSH, 0, number);
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
        return dwarf_is_ok(reading, dwarf_formblock(from, &block, &reading->error)) &&
               put_implicit(to, block->bl_len, block->bl_data);
    default:
        return dwarf_is_ok(reading, dwarf_formudata(from, &plain_number, &reading->error)) &&
               put(to, CT_OP_PUSH, 0, (int64_t)plain_number);
    }
}

static void read_constant(struct dwarf_reading *reading, Dwarf_Attribute from, Dwarf_Half form, struct location_set *to)
{
    to->pieces[0] = (struct location){.kind = LOCATION_VALUE};
    to->count = put_constant(reading, from, form, &to->pieces[0]);
    to->ranged = true;
}

void dwarf_location_find(struct dwarf_reading *reading, Dwarf_Die variable, const struct location *base, uint64_t pc,
                         struct location_set *to)
{
    Dwarf_Half form;
    Dwarf_Attribute from = dwarf_attribute(reading, variable, DW_AT_location, &form);
    to->count = 0;
    to->ranged = false;
    if (from) {
        struct translation by = {.reading = reading, .die = variable, .base = base};
        read_list(&by, from, pc, to);
    } else if ((from = dwarf_attribute(reading, variable, DW_AT_const_value, &form))) {
        read_constant(reading, from, form, to);
    }
}

void dwarf_location_frame_base(struct dwarf_reading *reading, Dwarf_Die function, struct location *to)
{
    Dwarf_Half form;
    struct location_set set = {0};
    static const struct location none;
    struct translation by = {.reading = reading, .die = function, .base = &none};
    Dwarf_Attribute from = dwarf_attribute(reading, function, DW_AT_frame_base, &form);
    *to = none;
    if (from)
        read_list(&by, from, 0, &set);
    if (set.count == 1 && set.pieces[0].count == 1 && !set.ranged && set.pieces[0].ops[0].kind == CT_OP_REGISTER)
        *to = set.pieces[0];
}

struct location_registers dwarf_location_registers(struct dwarf_reading *reading, Dwarf_Die variable,
                                                   const struct location *base, uint64_t pc)
{
    struct location_set set;
    dwarf_location_find(reading, variable, base, pc, &set);
    return location_registers(&set);
}
