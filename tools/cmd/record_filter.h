/* Which functions a recording leaves out or is switched by, told by their names as programs meet them. */
#ifndef CALLTAPE_CMD_RECORD_FILTER_H
#define CALLTAPE_CMD_RECORD_FILTER_H

#include "base/error.h"
#include "base/options.h"
#include "cmd/filter.h"
#include "record/drain.h"

struct record_filter;

/* Words of --trigger: "on:NAME", "off:NAME". NULL with the error set: a word is malformed, or no memory. Lists must
 * outlive the filter. */
struct record_filter *record_filter_create(const struct cmd_filter *words, const struct option_list *triggers,
                                           struct error *error);
void record_filter_destroy(struct record_filter *filter); /* NULL is allowed */

/* Looks for what the words name in the program and its libraries, where that can be known before it runs: an error is
 * set (2) where a word names nothing there but nearly does; what names nothing is said on standard error. */
int record_filter_check(struct record_filter *filter, const char *program, struct error *error);

/* After the recording: the words that there is still something to do with at its end. Words for functions that never
 * came are taken out. */
struct cmd_filter record_filter_rest(const struct record_filter *filter, const struct cmd_filter *words);

/* Bits of enum ct_filter: 0 where all functions are recorded. */
uint32_t record_filter_bits(const struct record_filter *filter);
struct judge record_filter_judge(struct record_filter *filter);

#endif
