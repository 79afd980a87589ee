/* The terms that following code deals in, and what the stack holds of them. For follow.c and instruction.c. */
#ifndef CALLTAPE_RECIPE_TERM_H
#define CALLTAPE_RECIPE_TERM_H

#include "recipe/follow.h"

extern const struct term term_unknown;

const struct term *term_make(struct follow *follow, struct term term);
const struct term *term_constant(struct follow *follow, int64_t value);
const struct term *term_address(struct follow *follow, int64_t value);
const struct term *term_frame_address(struct follow *follow, int64_t value);
const struct term *term_operation(struct follow *follow, enum ct_op_kind kind, const struct term *a,
                                  const struct term *b);
/* CT_OP_ZERO and CT_OP_SIGN of the lowest bytes. */
const struct term *term_extended(struct follow *follow, enum ct_op_kind kind, const struct term *a, uint32_t bytes);

const struct term *follow_load_slot(struct follow *follow, int64_t at, uint32_t bytes);
void follow_store_slot(struct follow *follow, int64_t at, uint32_t bytes, const struct term *term);
/* Something was stored to where nobody knows. */
void follow_lose_stack(struct follow *follow);
const struct term *follow_state_slot(const struct state *state, int64_t at, uint32_t bytes);

#endif
