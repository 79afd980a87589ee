/* What is recorded of a parameter or a result: one number or text, found in it by a path of members and pointers. */
#ifndef CALLTAPE_SYMBOL_LEAF_H
#define CALLTAPE_SYMBOL_LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEAF_NAME = 128, LEAF_DETAILS = 1024, LEAF_HOPS = 8 };

enum leaf_read {
    LEAF_NUMBER, /* of `size` bytes */
    LEAF_NULL,   /* one that is always 0: a std::nullptr_t */
    LEAF_FLOAT,
    LEAF_POINTED, /* characters at a pointer */
    LEAF_INPLACE, /* characters where it is */
    LEAF_TEXT,    /* a pointer, and a length `other` bytes behind it */
    LEAF_BITS, /* two pointers with a count of bits behind each, `other` bytes apart: how many bits there are between */
    LEAF_BLOCKS, /* two places in blocks of `element`s (libstdc++'s _Deque_iterator), `other` bytes apart: likewise */
    LEAF_COUNT,  /* two pointers, `other` bytes apart, to things of `element` bytes: how many there are between */
};

struct leaf {
    char name[LEAF_NAME], type_name[LEAF_NAME];
    char details[LEAF_DETAILS]; /* "RED=0,GREEN=1" */
    uint32_t parameter;         /* which, from 0 */
    uint32_t type;              /* enum ct_value_type */
    uint32_t size;
    enum leaf_read read;
    bool is_signed;
    uint32_t bit_offset, bit_size; /* size 0: all bits */
    uint32_t most;                 /* bytes of a text */
    int64_t other;
    uint64_t element;
    uint32_t hops; /* hop[0] from the place itself, each further one from where the pointer there points */
    int64_t hop[LEAF_HOPS];
};

/* How x86-64's calls hand over a value (System V ABI, 3.2.3). */
enum passed { PASSED_UNKNOWN, PASSED_NOTHING, PASSED_REGISTERS, PASSED_MEMORY, PASSED_REFERENCE };
struct passing {
    enum passed how;
    uint32_t bytes;
    uint32_t alignment; /* on the stack; 0: that of a word */
    uint8_t words;      /* one or two of eight bytes */
    bool null;          /* a std::nullptr_t, in a register that clang does not count among those that are taken */
    bool in_vector[2];  /* an xmm register, else a general one */
};

/* "req->path", with a format behind it: 's' a text of at most `most` bytes, 'p' a pointer, 0 what its type says. */
struct leaf_wish {
    const char *path;
    char format;
    uint32_t most;
    size_t spec; /* the asker's number for it */
};

#endif
