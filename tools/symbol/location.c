#include "symbol/location.h"

void location_keep_bytes(struct location_set *set, uint16_t kept, uint32_t bytes)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        struct location *piece = &set->pieces[i];
        uint64_t size = piece->bytes || at >= bytes ? piece->bytes : bytes - at;
        bool known = size <= 16 && at + size <= 16;
        uint32_t mask = known ? ((1u << size) - 1) << at : UINT32_MAX;
        if ((kept & mask) != mask)
            piece->kind = LOCATION_NOWHERE;
        at = known ? at + (uint32_t)size : 16;
    }
}

void location_forget_joined(struct location_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t k = 1; k < set->pieces[i].count; k++)
            if (set->pieces[i].ops[k].kind == CT_OP_REGISTER)
                set->pieces[i].kind = LOCATION_NOWHERE;
}

static uint8_t register_of(const struct location *piece)
{
    const struct ct_op *op = &piece->ops[0];
    if (piece->kind == LOCATION_NOWHERE)
        return LOCATION_NO_PIECE;
    return piece->count == 1 && op->kind == CT_OP_REGISTER && op->value == 0 ? op->from : LOCATION_NO_REGISTER;
}

struct location_registers location_registers(const struct location_set *set)
{
    struct location_registers registers = {.count = set->count};
    for (uint32_t i = 0; i < set->count; i++)
        registers.numbers[i] = register_of(&set->pieces[i]);
    return registers;
}
