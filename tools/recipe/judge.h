/* A function's code, for judging what it does to a value. */
#ifndef CALLTAPE_RECIPE_JUDGE_H
#define CALLTAPE_RECIPE_JUDGE_H

#include "recipe/capstone.h"

#include "recipe/follow.h"

struct judge {
    struct follow *follow;
    uint64_t start, end;
    csh handle;
    cs_insn *at;
    const uint8_t *code;
};

/* False: there is not so much code. To be closed in any case. */
bool judge_open(struct judge *judge, struct follow *follow, uint64_t start, uint64_t end);
void judge_close(struct judge *judge);

/* Puts the instruction at *address into `at`, and makes *address the one behind it. False: there is none before `to`.
 */
bool judge_step(const struct judge *judge, uint64_t *address, uint64_t to);

bool judge_is_jump(const cs_insn *at);

/* Where the first instruction ends that writes to the register, by DWARF's number; UINT64_MAX: none does; 0: that can't
 * be told. Restoring it at the function's end does not count. */
uint64_t judge_first_write(const struct judge *judge, uint8_t number, uint64_t from, uint64_t to);

/* Whether an instruction may let others get at a slot, which is so many bytes from a register, than those that name it.
 */
bool judge_gives_away(const cs_insn *at, uint8_t number);

/* Whether any instruction names some of the bytes that lie `from` bytes behind where the register points. */
bool judge_names(const struct judge *judge, uint8_t number, int64_t from, uint32_t bytes);

/* A call of a function at a known address, or of the one whose address the word there holds. */
struct judge_call {
    uint64_t target, at, behind;
};

/* The first from an address on, to which there is but one way. */
bool judge_next_call(const struct judge *judge, uint64_t from, struct judge_call *to);

/* What the function calls first, behind its hook. False: that is not known, or an instance may lack it. */
bool judge_first_call(const struct judge *judge, struct judge_call *to);

#endif
