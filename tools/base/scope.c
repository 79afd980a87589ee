#include "base/scope.h"

#include <stddef.h>
#include <string.h>

static bool is_word_letter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool scope_is_operator(const char *component)
{
    return strncmp(component, "operator", 8) == 0 && !is_word_letter(component[8]);
}

const char *scope_next(const char *name)
{
    size_t depth = 0;
    for (const char *at = name; *at != '\0' && !scope_is_operator(name); at++) {
        if (strchr("<([{", *at) != NULL)
            depth++;
        else if (strchr(">)]}", *at) != NULL && depth > 0)
            depth--;
        else if (depth == 0 && at[0] == ':' && at[1] == ':')
            return at + 2;
    }
    return NULL;
}

const char *scope_last(const char *name)
{
    const char *component = name;
    for (const char *next = name; next != NULL; next = scope_next(next))
        component = next;
    return component;
}
