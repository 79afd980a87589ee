#include "analyze/gcc_names.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* The bracket that closes the one at `at`, of the same kind; the text's end where none does. */
static const char *closing(const char *at)
{
    char open = *at, close = open == '(' ? ')' : open == '<' ? '>' : '}';
    for (int depth = 0; *at != '\0'; at++) {
        depth += (*at == open) - (*at == close);
        if (depth == 0)
            break;
    }
    return at;
}

static const char *behind(const char *closed)
{
    return *closed != '\0' ? closed + 1 : closed;
}

char *gcc_visible(const char *name)
{
    const char *at = name, *start = name;
    while (*at != '\0') {
        if (*at == '(') {
            const char *end = behind(closing(at));
            if (strncmp(end, "::", 2) != 0)
                break;
            at = end;
        } else if (*at == '<' || *at == '{') {
            at = behind(closing(at));
        } else if (*at++ == ' ') {
            start = at;
        }
    }
    return strndup(start, (size_t)(at - start));
}

/* The beginning of the template arguments that the name ends in, else its end. */
static const char *without_arguments(const char *visible)
{
    const char *end = visible + strlen(visible);
    if (end == visible || end[-1] != '>')
        return end;
    int depth = 0;
    do {
        end--;
        depth += (*end == '>') - (*end == '<');
    } while (depth > 0 && end > visible);
    return end;
}

static bool is_plain(char c)
{
    return isalnum((unsigned char)c) || strchr("_:~", c) != NULL;
}

char *gcc_word(const char *visible)
{
    const char *end = without_arguments(visible), *start = end;
    if (strstr(visible, "operator") != NULL)
        return strdup("");
    while (start > visible && is_plain(start[-1]))
        start--;
    bool whole = start == visible || start[-1] == '>' || start[-1] == ')';
    bool named = end > start && (isalnum((unsigned char)end[-1]) || end[-1] == '_');
    return strndup(start, whole && named ? (size_t)(end - start) : 0);
}
