/* How functions are called where people read them. */
#ifndef CALLTAPE_ANALYZE_LABELS_H
#define CALLTAPE_ANALYZE_LABELS_H

#include <stdint.h>

#include "calls/calls.h"

/* Strings live as long as the labels and the tape; they may hold any bytes: escape them for a terminal. */
struct label {
    const char *name;     /* as stored, else "module+0x1234" with the address in the file */
    const char *module;   /* path; "" for code that belongs to no file */
    const char *file;     /* NULL: not known */
    uint32_t line;        /* 0: not known */
    uint64_t address;     /* in the module's file, or, where there is none, at run time; 0: the unknown function */
    const char *distinct; /* what tells it from others of the same name: module, file:line or address; else NULL */
};

struct labels;

struct labels *labels_create(const struct tape *tape, struct error *error);
void labels_destroy(struct labels *labels); /* NULL is allowed */

/* The label of a function id (any of those that are the same function). */
const struct label *labels_get(const struct labels *labels, uint32_t function);

#endif
