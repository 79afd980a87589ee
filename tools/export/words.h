/* What all formats say in the same words. */
#ifndef CALLTAPE_EXPORT_WORDS_H
#define CALLTAPE_EXPORT_WORDS_H

#include <stddef.h>

#include "export/export.h"

/* What became of a call that did not simply return: "jump", "never" ended, "cut" (events are missing), "later" (after
 * the range); NULL: it returned. */
const char *words_end(uint32_t flags);
/* Where a call did not begin in what is exported: "inherited", "earlier"; NULL: it did. */
const char *words_begin(uint32_t flags);

/* A sentence of what happened beside calls. False: nothing that a viewer's user must know. */
bool words_note(const struct export_source *source, const struct tape_event *event, char *text, size_t size);

/* The last part of a path. */
const char *words_file(const char *path);

/* The program and its arguments, cut where `size` ends. */
void words_command(const struct tape_session *session, char *text, size_t size);

#endif
