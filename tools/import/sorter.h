/* Sorts more than fits into memory: runs of what does, in a temporary file, are merged. */
#ifndef CALLTAPE_IMPORT_SORTER_H
#define CALLTAPE_IMPORT_SORTER_H

#include <stdint.h>

#include "base/error.h"

enum sorted_kind { SORTED_BEGIN, SORTED_END, SORTED_PAIR, SORTED_STRAY, SORTED_MARK, SORTED_WHOLE };

/* An event. By thread, then time, then in their order in the file but for whole ones, which come last, the longest
 * first. */
struct sorted {
    uint64_t ns, length; /* length: of a whole one and of a pair; UINT64_MAX: it has no end */
    uint64_t number;     /* in the file */
    uint64_t end_number; /* of a pair: that of its end */
    uint32_t thread, function;
    uint64_t kind : 7, inherited : 1, told : 56; /* it was open before; where its values are, 0: it has none */
};

struct sorter;
struct sorter *sorter_create(struct error *error); /* NULL: the error is set */
void sorter_destroy(struct sorter *sorter);        /* NULL is allowed */

int sorter_add(struct sorter *sorter, const struct sorted *event, struct error *error);
uint64_t sorter_count(const struct sorter *sorter); /* added */
/* Nothing more is added. */
int sorter_sort(struct sorter *sorter, struct error *error);
/* 1: *event is the next one; 0: the end; -1. */
int sorter_next(struct sorter *sorter, struct sorted *event, struct error *error);

#endif
