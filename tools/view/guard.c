#include "view/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

bool guard_make(struct guard *guard)
{
    uint8_t bytes[GUARD_TOKEN / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(guard->token + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* "127.0.0.1:PORT" or "localhost:PORT" */
static bool is_here(const struct guard *guard, const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char expected[32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(expected, sizeof expected, "%s:%u", names[i], guard->port);
        if (strcasecmp(host, expected) == 0)
            return true;
    }
    return false;
}

bool guard_allows(const struct guard *guard, const char *host, const char *origin, const char *site)
{
    static const char scheme[] = "http://";
    const size_t skip = sizeof scheme - 1;
    if (host == NULL || !is_here(guard, host))
        return false;
    if (origin != NULL && (strncmp(origin, scheme, skip) != 0 || strcasecmp(origin + skip, host) != 0))
        return false;
    return site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

const char *guard_path(const struct guard *guard, const char *path)
{
    unsigned different = 0;
    if (path[0] != '/' || strlen(path) < GUARD_TOKEN + 2)
        return NULL;
    for (size_t i = 0; i < GUARD_TOKEN; i++) /* all of it, so that time tells nothing */
        different |= (unsigned char)path[i + 1] ^ (unsigned char)guard->token[i];
    return different == 0 && path[GUARD_TOKEN + 1] == '/' ? path + GUARD_TOKEN + 2 : NULL;
}
