/* A set of calls, by their threads and the numbers of their entries: a bit for each, but none for long stretches
 * without any. */
#ifndef CALLTAPE_CALLS_MARKS_H
#define CALLTAPE_CALLS_MARKS_H

#include <stdbool.h>
#include <stdint.h>

struct call_marks;

struct call_marks *call_marks_create(uint32_t threads);                         /* NULL: no memory */
void call_marks_destroy(struct call_marks *marks);                              /* NULL is allowed */
int call_marks_add(struct call_marks *marks, uint32_t thread, uint64_t number); /* -1: no memory */
bool call_marks_has(const struct call_marks *marks, uint32_t thread, uint64_t number);

#endif
