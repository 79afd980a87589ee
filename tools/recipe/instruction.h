/* What one instruction does to what is known. */
#ifndef CALLTAPE_RECIPE_INSTRUCTION_H
#define CALLTAPE_RECIPE_INSTRUCTION_H

#include "recipe/capstone.h"

#include "recipe/term.h"

/* DWARF's number of the register that one of capstone's names is of, or of a part of; UINT8_MAX: of none of them. */
uint8_t register_number(unsigned name);

/* What is known at a function's first instruction. */
void follow_begin(struct follow *follow);

/* Any but a jump. */
void follow_instruction(struct follow *follow, csh handle, const cs_insn *at);

#endif
