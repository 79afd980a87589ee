/* Who may ask the viewer's server: only pages of its own address, which holds a token that nobody can guess. A page of
 * another site can make a browser send requests here, under another Origin; a site whose name was made to point at this
 * machine sends them under another Host. */
#ifndef CALLTAPE_VIEW_GUARD_H
#define CALLTAPE_VIEW_GUARD_H

#include <stdbool.h>
#include <stdint.h>

enum { GUARD_TOKEN = 32 }; /* hexadecimal digits */

struct guard {
    char token[GUARD_TOKEN + 1];
    uint16_t port;
};

/* A new token. False: the system has no randomness. */
bool guard_make(struct guard *guard);

/* Headers as received; NULL: there was none. A browser need not send `origin` and `site` (Sec-Fetch-Site). */
bool guard_allows(const struct guard *guard, const char *host, const char *origin, const char *site);
/* What of the path "/TOKEN/what" is asked for; NULL: the token is not there, or another one. */
const char *guard_path(const struct guard *guard, const char *path);

#endif
