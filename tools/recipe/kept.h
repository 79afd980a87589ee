/* Whether a parameter is what it was when its function began, by the list of its places and the code of what stands
 * alone of the function. Code and lists are hostile input: to be run in a sandbox only. */
#ifndef CALLTAPE_RECIPE_KEPT_H
#define CALLTAPE_RECIPE_KEPT_H

#include "recipe/judge.h"
#include "symbol/functions.h"

struct kept kept_judge(struct follow *follow, const struct kept_question *question);

/* Whether the call that comes first behind the hook call of `site` is the one that comes first in what stands alone:
 * what is kept there until that call, is so in this instance, too. The compiler took no earlier one away: there is
 * none, as this is called once in all of the function, or is a hook. */
bool kept_begins_alike(struct follow *follow, uint64_t start, uint64_t end, uint64_t site);

/* The bytes of a value that came in one or two registers which are the same when the first call is made; the list tells
 * nothing else of them afterwards. */
uint16_t kept_pieces(const struct judge *judge, const struct kept_question *question, const uint8_t registers[2]);

#endif
