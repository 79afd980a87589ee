/* Writes small tapes, one thread after the other, with the clock of nanoseconds from 0. For tests; asserts rather than
 * returning errors. */
#ifndef CALLTAPE_TESTS_TAPE_MAKER_H
#define CALLTAPE_TESTS_TAPE_MAKER_H

#include <stdint.h>

#include "calltape/format.h"

struct tape_maker;

/* The tape's command line is "demo --fast"; its time runs from 0 to what tape_maker_finish says. */
struct tape_maker *tape_maker_open(const char *path);
/* Calls of functions that were called more often are folded. */
void tape_maker_fold(struct tape_maker *maker, uint64_t most);
/* Indices count from 0 in the order of the calls; functions from 1. */
uint32_t tape_maker_process(struct tape_maker *maker, uint32_t parent, const char *command);
uint32_t tape_maker_module(struct tape_maker *maker, uint32_t process, const char *path);
/* `name` NULL: it has none; `address` in the module's file. */
uint32_t tape_maker_function(struct tape_maker *maker, uint32_t module, uint64_t address, const char *name,
                             const char *file, uint32_t line);

/* A key's id, from 1; `function` 0: of any; `details` NULL: none. */
uint32_t tape_maker_key(struct tape_maker *maker, enum ct_key_kind kind, enum ct_value_type type, uint32_t function,
                        const char *name, const char *details);

/* What follows up to the next of these is the thread's. */
uint32_t tape_maker_thread(struct tape_maker *maker, uint32_t process, const char *name, uint64_t start, uint64_t end);
void tape_maker_enter(struct tape_maker *maker, uint32_t function, uint64_t ticks);
void tape_maker_exit(struct tape_maker *maker, uint64_t ticks);
void tape_maker_special(struct tape_maker *maker, enum ct_special kind, uint64_t payload);
/* `bits` beside key and size: CT_VALUE_TIMED, a state. */
void tape_maker_value(struct tape_maker *maker, uint32_t key, uint64_t bits, const void *bytes, uint32_t size);
void tape_maker_number(struct tape_maker *maker, uint32_t key, int64_t number); /* of I64 and U64 */
/* Begins another chunk, as after a full one; `skip` more are missing before it. */
void tape_maker_chunk(struct tape_maker *maker, uint32_t skip);

void tape_maker_process_end(struct tape_maker *maker, uint32_t process, enum ct_end_cause cause, uint32_t status,
                            uint64_t ticks);
/* Frees the maker. */
void tape_maker_finish(struct tape_maker *maker, uint64_t lost_events);

#endif
