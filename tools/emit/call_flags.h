/* What is out of the ordinary about calls, in JSON. */
#ifndef CALLTAPE_EMIT_CALL_FLAGS_H
#define CALLTAPE_EMIT_CALL_FLAGS_H

#include <stdint.h>

#include "base/json.h"

/* "flags": an array of jumped, open, inherited, cut, earlier, later, untimed_start, untimed_end; nothing where there
 * are none. `flags`: enum call_flag. */
void json_call_flags(struct json *json, uint32_t flags);

#endif
