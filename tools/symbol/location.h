/* Where a value is while a function runs, in the terms of recipes, but with DWARF's numbers for registers. */
#ifndef CALLTAPE_SYMBOL_LOCATION_H
#define CALLTAPE_SYMBOL_LOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "calltape/recipe.h"

enum { LOCATION_OPS = 24, LOCATION_PIECES = 8 };

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

/* A value may be in pieces, from its first byte on. */
struct location_set {
    struct location pieces[LOCATION_PIECES];
    uint32_t count;
    bool ranged; /* its range tells that it is there at this address; else it is so in all of the function */
};

/* The register that each piece is in, or its address. */
enum { LOCATION_NO_PIECE = 254, LOCATION_NO_REGISTER = 255 };
struct location_registers {
    uint32_t count; /* 0: not told */
    uint8_t numbers[LOCATION_PIECES];
};

/* Where it is from one address to another. */
struct location_range {
    uint64_t from, to;
    struct location_set set;
};

enum { LOCATION_RANGES = 64 };

struct location_list {
    uint32_t count;
    struct location_range ranges[LOCATION_RANGES];
};

/* Leaves those pieces of a value of so many bytes that are nothing but the bytes of which `kept` has a bit. */
void location_keep_bytes(struct location_set *set, uint16_t kept, uint32_t bytes);

struct location_registers location_registers(const struct location_set *set);

/* Takes away what is made of several values, of which one is in a register: clang often takes other ones for them. */
void location_forget_joined(struct location_set *set);

#endif
