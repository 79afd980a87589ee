/* Where a value is while a function runs, in the terms of recipes, but with DWARF's numbers for registers. */
#ifndef CALLTAPE_SYMBOL_LOCATION_H
#define CALLTAPE_SYMBOL_LOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "calltape/recipe.h"

enum { LOCATION_OPS = 24, LOCATION_PIECES = 4 };

/* Registers of CT_OP_REGISTER here: DWARF's, 0 to 15 general ones, 17 to 32 xmm0 to xmm15, and these. */
enum {
    LOCATION_RBP = 6,
    LOCATION_RSP = 7,
    LOCATION_XMM0 = 17,
    LOCATION_CFA = 64,   /* the canonical frame address */
    LOCATION_ENTRY = 128 /* added to a number: what the register held when the function began */
};

enum location_kind {
    LOCATION_NOWHERE,
    LOCATION_ADDRESS, /* the operations give its address */
    LOCATION_VALUE,   /* they give itself */
};

struct location {
    enum location_kind kind;
    uint32_t count;
    struct ct_op ops[LOCATION_OPS];
    uint64_t bytes; /* of a piece; 0: all of it */
};

/* A register that is to hold, from one address to another, what another held when the function began. */
struct kept_copy {
    uint64_t start; /* of the function */
    uint64_t from, to;
    uint8_t original, copy; /* DWARF's numbers */
    uint8_t previous;       /* what is known to hold it before `from` */
    uint32_t bytes;         /* the lowest, that matter */
};

/* A value may be in pieces, from its first byte on. */
struct location_set {
    struct location pieces[LOCATION_PIECES];
    uint32_t count;
    bool ranged; /* its range tells that it is there at this address; else it is so in all of the function */
};

#endif
