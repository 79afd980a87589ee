#include "recipe/program.h"

#include "calltape/format.h"

bool program_put(struct program *to, enum ct_op_kind kind, uint32_t from, int64_t value)
{
    if (to->count == CT_RECIPE_OPS_MAX)
        return false;
    to->ops[to->count++] = (struct ct_op){.kind = (uint8_t)kind, .from = (uint8_t)from, .value = value};
    return true;
}

bool program_load(struct program *to, uint32_t bytes, int64_t value)
{
    bool done = bytes >= 1 && bytes <= 8 && program_put(to, CT_OP_LOAD, 0, value);
    if (done)
        to->ops[to->count - 1].bytes = (uint8_t)bytes;
    return done;
}

static uint32_t last_bytes(const struct leaf *leaf)
{
    return leaf->bit_size ? (leaf->bit_offset + leaf->bit_size + 7) / 8 : leaf->size;
}

uint32_t leaf_first_bytes(const struct leaf *leaf)
{
    return leaf->hops > 1 || leaf->read == LEAF_POINTED ? 8 : last_bytes(leaf);
}

/* Makes *offset one in the piece. */
static const struct piece *piece_at(const struct base *base, int64_t *offset, uint32_t bytes)
{
    for (uint32_t i = 0; i < base->count; i++) {
        const struct piece *piece = &base->pieces[i];
        bool rest = piece->bytes == 0 && piece->kind != LOCATION_NOWHERE;
        if (rest || *offset + bytes <= (int64_t)piece->bytes)
            return *offset >= 0 ? piece : NULL;
        *offset -= (int64_t)piece->bytes;
        if (*offset < 0)
            return NULL;
    }
    return NULL;
}

static bool put_number(const struct leaf *leaf, struct program *to, bool loaded)
{
    uint32_t bits = leaf->bit_size ? leaf->bit_size : 8 * leaf->size;
    to->kind = CT_RECIPE_NUMBER;
    to->most = leaf->size;
    if (leaf->bit_offset && !(program_put(to, CT_OP_PUSH, 0, leaf->bit_offset) && program_put(to, CT_OP_SHR, 0, 0)))
        return false;
    if (bits >= 64 || (loaded && !leaf->is_signed && !leaf->bit_size))
        return true;
    return program_put(to, leaf->is_signed ? CT_OP_SIGN : CT_OP_ZERO, bits, 0);
}

/* The value itself is on top. */
static bool finish_value(const struct leaf *leaf, struct program *to)
{
    switch (leaf->read) {
    case LEAF_NUMBER:
        return put_number(leaf, to, false);
    case LEAF_FLOAT:
        to->kind = CT_RECIPE_FLOAT;
        to->most = leaf->size;
        return true;
    case LEAF_POINTED:
        to->kind = CT_RECIPE_STRING;
        to->most = leaf->most;
        return true;
    default:
        return false;
    }
}

/* The address stays under what is on top; the word of `bytes` that lies `offset` behind it is put there. */
static bool peek(struct program *to, uint32_t bytes, int64_t offset)
{
    return program_put(to, CT_OP_OVER, 0, 0) && program_load(to, bytes, offset);
}

/* Of two _Bit_iterators: {pointer, bits}. */
static bool count_bits(const struct leaf *leaf, struct program *to, int64_t offset)
{
    int64_t finish = offset + leaf->other;
    return program_put(to, CT_OP_DUP, 0, 0) && program_load(to, 8, finish) && peek(to, 8, offset) &&
           program_put(to, CT_OP_SUB, 0, 0) && program_put(to, CT_OP_PUSH, 0, 8) && program_put(to, CT_OP_MUL, 0, 0) &&
           peek(to, 4, finish + 8) && program_put(to, CT_OP_ADD, 0, 0) && peek(to, 4, offset + 8) &&
           program_put(to, CT_OP_SUB, 0, 0);
}

/* Of two _Deque_iterators: {current, first and last of its block, the block's place in a table}. Between the blocks of
 * both there are whole ones, of 512 bytes or one element. */
static bool count_in_blocks(const struct leaf *leaf, struct program *to, int64_t offset)
{
    enum { CURRENT = 0, FIRST = 8, LAST = 16, BLOCK = 24 };
    int64_t element = (int64_t)leaf->element, finish = offset + leaf->other;
    int64_t block = element < 512 ? 512 / element * element : element;
    return program_put(to, CT_OP_DUP, 0, 0) && program_load(to, 8, finish + BLOCK) && peek(to, 8, offset + BLOCK) &&
           program_put(to, CT_OP_SUB, 0, 0) && program_put(to, CT_OP_PUSH, 0, 8) && program_put(to, CT_OP_SUB, 0, 0) &&
           program_put(to, CT_OP_PUSH, 0, 8) && program_put(to, CT_OP_DIV, 0, 0) &&
           program_put(to, CT_OP_PUSH, 0, block) && program_put(to, CT_OP_MUL, 0, 0) && peek(to, 8, finish + CURRENT) &&
           program_put(to, CT_OP_ADD, 0, 0) && peek(to, 8, finish + FIRST) && program_put(to, CT_OP_SUB, 0, 0) &&
           peek(to, 8, offset + LAST) && program_put(to, CT_OP_ADD, 0, 0) && peek(to, 8, offset + CURRENT) &&
           program_put(to, CT_OP_SUB, 0, 0) && program_put(to, CT_OP_PUSH, 0, element) &&
           program_put(to, CT_OP_DIV, 0, 0);
}

/* An address is on top, and the value `offset` behind it. */
static bool finish_address(const struct leaf *leaf, struct program *to, int64_t offset)
{
    to->most = leaf->most;
    switch (leaf->read) {
    case LEAF_NUMBER:
        return program_load(to, last_bytes(leaf), offset) && put_number(leaf, to, true);
    case LEAF_FLOAT:
        return program_load(to, leaf->size, offset) && finish_value(leaf, to);
    case LEAF_POINTED:
        return program_load(to, 8, offset) && finish_value(leaf, to);
    case LEAF_INPLACE:
        to->kind = CT_RECIPE_STRING;
        return program_put(to, CT_OP_PUSH, 0, offset) && program_put(to, CT_OP_ADD, 0, 0);
    case LEAF_TEXT:
        to->kind = CT_RECIPE_TEXT;
        return program_put(to, CT_OP_DUP, 0, 0) && program_load(to, 8, offset) && program_put(to, CT_OP_SWAP, 0, 0) &&
               program_load(to, 8, offset + leaf->other);
    case LEAF_BITS:
        to->kind = CT_RECIPE_NUMBER;
        to->most = 8;
        return count_bits(leaf, to, offset);
    case LEAF_BLOCKS:
        to->kind = CT_RECIPE_NUMBER;
        to->most = 8;
        return count_in_blocks(leaf, to, offset);
    case LEAF_COUNT:
        to->kind = CT_RECIPE_NUMBER;
        to->most = 8;
        return program_put(to, CT_OP_DUP, 0, 0) && program_load(to, 8, offset + leaf->other) &&
               program_put(to, CT_OP_SWAP, 0, 0) && program_load(to, 8, offset) && program_put(to, CT_OP_SUB, 0, 0) &&
               program_put(to, CT_OP_PUSH, 0, (int64_t)leaf->element) && program_put(to, CT_OP_DIV, 0, 0);
    case LEAF_NULL:
        break;
    }
    return false;
}

/* From the hop on, whose address (less its offset) is on top. */
static bool finish_hops(const struct leaf *leaf, struct program *to, uint32_t hop, int64_t offset)
{
    for (; hop + 1 < leaf->hops; hop++) {
        if (!program_load(to, 8, offset))
            return false;
        offset = leaf->hop[hop + 1];
    }
    return finish_address(leaf, to, offset);
}

/* What lies in the function's own frame can be read without a check. */
static void join_slots(struct program *program, int frame)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < program->count; i++) {
        struct ct_op *op = &program->ops[i], *before = kept ? &program->ops[kept - 1] : NULL;
        if (op->kind == CT_OP_LOAD && before && before->kind == CT_OP_REGISTER &&
            (before->from == CT_RSP || before->from == frame))
            *before = (struct ct_op){
                .kind = CT_OP_SLOT, .from = before->from, .bytes = op->bytes, .value = before->value + op->value};
        else
            program->ops[kept++] = *op;
    }
    program->count = kept;
}

static bool put_program(struct program *to, const struct program *more)
{
    bool fits = to->count + more->count <= CT_RECIPE_OPS_MAX;
    for (uint32_t i = 0; i < more->count && fits; i++)
        to->ops[to->count++] = more->ops[i];
    return fits;
}

/* The word of eight bytes that lies `offset` behind the value's beginning. */
static bool put_word(const struct base *base, struct program *to, int64_t offset)
{
    const struct piece *piece = piece_at(base, &offset, 8);
    if (!piece || piece->kind == LOCATION_NOWHERE || !put_program(to, &piece->ops))
        return false;
    return piece->kind == LOCATION_ADDRESS ? program_load(to, 8, offset) : offset == 0;
}

/* A text whose address and length are in two places. */
static bool fetch_text(const struct base *base, const struct leaf *leaf, struct program *to)
{
    *to = (struct program){.kind = CT_RECIPE_TEXT, .most = leaf->most};
    return put_word(base, to, leaf->hop[0]) && put_word(base, to, leaf->hop[0] + leaf->other);
}

static bool fetch(const struct base *base, const struct leaf *leaf, struct program *to)
{
    int64_t offset = leaf->hop[0];
    if (leaf->read == LEAF_TEXT && leaf->hops == 1 && base->count > 1)
        return fetch_text(base, leaf, to);
    const struct piece *piece = piece_at(base, &offset, leaf_first_bytes(leaf));
    if (!piece || piece->kind == LOCATION_NOWHERE)
        return false;
    *to = piece->ops;
    if (piece->kind == LOCATION_ADDRESS)
        return finish_hops(leaf, to, 0, offset);
    if (offset >= 8 ||
        (offset > 0 && !(program_put(to, CT_OP_PUSH, 0, 8 * offset) && program_put(to, CT_OP_SHR, 0, 0))))
        return false;
    return leaf->hops > 1 ? finish_hops(leaf, to, 1, leaf->hop[1]) : finish_value(leaf, to);
}

bool program_fetch(struct program *to, const struct base *base, const struct leaf *leaf, int frame)
{
    if (leaf->read == LEAF_NULL) {
        *to = (struct program){.kind = CT_RECIPE_NUMBER, .most = 8};
        return program_put(to, CT_OP_PUSH, 0, 0);
    }
    if (!fetch(base, leaf, to))
        return false;
    join_slots(to, frame);
    to->is_signed = leaf->type == CT_TYPE_I64 || leaf->type == CT_TYPE_CHAR || leaf->type == CT_TYPE_ENUM;
    return true;
}
