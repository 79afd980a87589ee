/* What a recording's filters leave of it, once it has ended: those that no runtime can judge while it runs. */
#ifndef CALLTAPE_CMD_NARROW_H
#define CALLTAPE_CMD_NARROW_H

#include "cmd/filter.h"
#include "record/session.h"

/* Writes the part anew, with the calls that the filters show, and puts it in the place of the session's; does nothing
 * where there is nothing to do. On failure the session is as it was. */
int narrow(struct session *session, const struct cmd_filter *words, struct error *error);

/* The same by names alone, where a span is left out: a span's name is not asked about while the program runs. */
int narrow_spans(struct session *session, const struct cmd_filter *words, struct error *error);

#endif
