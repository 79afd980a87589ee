/* What a tape holds. */
#ifndef CALLTAPE_EMIT_INFO_H
#define CALLTAPE_EMIT_INFO_H

#include "analyze/overview.h"
#include "analyze/told.h"
#include "base/output.h"

void info_text(struct output *output, const struct overview *overview, const struct told *told);
/* One object; its keys are told in `calltape info --help`. */
void info_json(struct output *output, const struct overview *overview, const struct told *told);

/* 2026-01-31T12:34:56.123456789Z */
#define INFO_TIME 40
char *info_time(char buffer[INFO_TIME], uint64_t ns_since_1970);
const char *info_clock(const struct overview *overview);
/* "exit 0", "signal 9", "exec", "unknown" */
char *info_end(char *buffer, size_t size, const struct tape_process *process);

#endif
