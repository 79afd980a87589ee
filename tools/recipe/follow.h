/* Following a stretch of x86-64 code: what registers and the function's own stack hold at its end, in terms of what
 * they held at its beginning. The only user of libcapstone. Code is hostile input: to be run in a sandbox only. */
#ifndef CALLTAPE_RECIPE_FOLLOW_H
#define CALLTAPE_RECIPE_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "symbol/elf_file.h"
#include "symbol/location.h"

enum term_kind {
    TERM_UNKNOWN,
    TERM_START,    /* what register `number` held at the beginning */
    TERM_SLOT,     /* the `bytes` at CFA + value at the beginning */
    TERM_CFA,      /* CFA + value */
    TERM_CONSTANT, /* value */
    TERM_ADDRESS,  /* where the address `value` of the file is loaded */
    TERM_IMPORT,   /* the word at address `value` of the file, which the dynamic linker sets */
    TERM_LOW,      /* the lowest `bytes` of a; the others are not known */
    TERM_OPERATION /* `operation` of a and b, or of a's lowest `bits` */
};

struct term {
    enum term_kind kind;
    uint8_t number, bytes, bits;
    uint8_t operation; /* enum ct_op_kind */
    int64_t value;
    const struct term *a, *b;
};

enum { FOLLOW_REGISTERS = 33, FOLLOW_SLOTS = 96, FOLLOW_TERMS = 1 << 16 };

/* Something that was stored. */
struct slot {
    int64_t at; /* from the CFA */
    uint32_t bytes;
    const struct term *term;
};

struct state {
    const struct term *registers[FOLLOW_REGISTERS]; /* by DWARF's numbers */
    struct slot slots[FOLLOW_SLOTS];
    uint32_t slot_count;
    bool lost; /* something was stored besides */
};

struct follow {
    const struct elf_file *file;
    struct state state;
    struct slot first[FOLLOW_SLOTS]; /* the first that was stored anywhere */
    uint32_t first_count;
    struct term terms[FOLLOW_TERMS];
    uint32_t term_count;
    char stopped[96]; /* why it can't be followed further */
};

/* Where the frame is, at the end of what is followed to and at the beginning of what is followed from. */
struct follow_frame {
    bool known;
    uint8_t number; /* a register and so much more are the CFA */
    int64_t offset;
};

/* From a function's first instruction to the call that returns to `to`. False: it can't be. Where branches lead here it
 * is only the last stretch without any; then *from_start is false, and what TERM_START means is not known. */
bool follow_to_call(struct follow *follow, uint64_t start, uint64_t size, uint64_t to, struct follow_frame frame,
                    bool *from_start);

/* From the return address of a call as far as there is but one way: for `first`. */
void follow_onward(struct follow *follow, uint64_t from, struct follow_frame frame);

/* From the return address of a call to the function's end. False: see `stopped`. */
bool follow_to_return(struct follow *follow, uint64_t from, struct follow_frame frame);

/* Whether a function keeps xmm8 to xmm15 for its caller, by what was followed from its beginning, or to its end: System
 * V's calls do not, and Microsoft's do. */
bool follow_saves_vectors(const struct follow *follow);
bool follow_restores_vectors(const struct follow *follow);

/* Whether the lowest `bytes` of two terms are the same. */
bool follow_same(const struct term *a, const struct term *b, uint32_t bytes);

/* What a term is, without what only changes bytes above the lowest `bytes`. */
const struct term *follow_strip(const struct term *term, uint32_t bytes);

/* The term of what the stack holds; NULL: not stored to since the beginning. TERM_UNKNOWN where stores overlap. */
const struct term *follow_slot(const struct follow *follow, int64_t at, uint32_t bytes);

#endif
