/* What a recording's filters leave of it, once it has ended: those that no runtime can judge while it runs. */
#ifndef CALLTAPE_CMD_NARROW_H
#define CALLTAPE_CMD_NARROW_H

#include "cmd/filter.h"
#include "record/session.h"

/* Whether there is anything to do. */
bool narrow_is_asked(const struct cmd_filter *words);

/* Writes the part anew, with the calls that the filters show, and puts it in the place of the session's. On failure the
 * session is as it was. */
int narrow(struct session *session, const struct cmd_filter *words, struct error *error);

#endif
