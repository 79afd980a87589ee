/* gcc's flags for an advice. */
#ifndef CALLTAPE_EMIT_ADVICE_FLAGS_H
#define CALLTAPE_EMIT_ADVICE_FLAGS_H

#include "analyze/advice.h"

/* The flag whose list leaves out the rows of that way, to be freed; "" where there are none, NULL: no memory. */
char *advice_flag(const struct advice *advice, enum advice_way way);

#endif
