/* What one instruction does to what is known. */
#ifndef CALLTAPE_RECIPE_INSTRUCTION_H
#define CALLTAPE_RECIPE_INSTRUCTION_H

#include "recipe/capstone.h"

#include "recipe/term.h"

/* Any but a jump. */
void follow_instruction(struct follow *follow, csh handle, const cs_insn *at);

#endif
