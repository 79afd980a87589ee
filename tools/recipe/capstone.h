/* libcapstone's functions, from when capstone_load has returned 0. */
#ifndef CALLTAPE_RECIPE_CAPSTONE_H
#define CALLTAPE_RECIPE_CAPSTONE_H

#include <capstone/capstone.h>

#include "base/error.h"

extern struct capstone {
    __typeof__(cs_open) *open;
    __typeof__(cs_option) *option;
    __typeof__(cs_malloc) *make;
    __typeof__(cs_disasm_iter) *next;
    __typeof__(cs_regs_access) *registers;
    __typeof__(cs_free) *release;
    __typeof__(cs_close) *close;
} capstone;

/* -1 with the error set: the library is not there. */
int capstone_load(struct error *error);

#endif
