/* Less than all, for viewers that can't take it. */
#ifndef CALLTAPE_EXPORT_LIMIT_H
#define CALLTAPE_EXPORT_LIMIT_H

#include "export/export.h"

struct export_limits {
    uint64_t events, bytes; /* UINT64_MAX: any number */
};

/* Raises the least time of source->choice until what is left, the longest calls, is within the limits. Reads the tape
 * at least twice. `least_ns`: what it became; 0: all is within them. */
int export_limit(struct export_source *source, const struct export_format *format, const struct export_limits *limits,
                 uint64_t *least_ns, struct error *error);

/* How many bytes an export will take, about: told by the first million of its events, of fewer by their number. */
int export_foretell(const struct export_source *source, const struct export_format *format, uint64_t *bytes,
                    struct error *error);

/* Writes several files, each of at most so many bytes and complete in itself: the calls of one stretch of time after
 * the other. What is open between two ends in the one and begins anew in the next. `path` with a number before its
 * ending names them; `spare` fails, with the error set, where what stands there already must not be written over. */
int export_split(const struct export_source *source, const struct export_format *format, const char *path,
                 int (*spare)(const char *path, struct error *error), uint64_t bytes, uint32_t *files,
                 struct sums *sums, uint64_t *events, struct error *error);

#endif
