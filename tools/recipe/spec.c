#include "recipe/spec.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int wrong(const struct spec *spec, const char *at, const char *what, struct error *error)
{
    char text[300];
    text_escape(text, sizeof text, spec->text, true);
    return error_set(error, "%s '%s': %s at column %zu", spec->result ? "--returns" : "--args", text, what,
                     (size_t)(at - spec->copy) + 1);
}

/* Behind the '/': s, s64, p. */
static int parse_format(const struct spec *spec, const char *at, struct leaf_wish *wish, struct error *error)
{
    char *end = NULL;
    if (strcmp(at, "p") == 0) {
        wish->format = 'p';
        return 0;
    }
    if (*at != 's')
        return wrong(spec, at, "a format is /s, /sBYTES or /p", error);
    wish->format = 's';
    unsigned long most = at[1] ? strtoul(at + 1, &end, 10) : 0;
    if (at[1] && (at[1] < '0' || at[1] > '9' || *end || most == 0 || most > CT_RECIPE_STRING_MAX))
        return wrong(spec, at + 1, "a text has 1 to 1008 bytes", error);
    wish->most = (uint32_t)most;
    return 0;
}

static bool is_name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* NAME, then "->NAME" or ".NAME" as often as one likes. */
static int check_path(const struct spec *spec, const char *path, struct error *error)
{
    for (const char *at = path;;) {
        const char *begin = at;
        while (is_name_letter(*at))
            at++;
        if (at == begin)
            return wrong(spec, at, "a name is missing", error);
        if (*at == '\0')
            return 0;
        if (*at == '.')
            at++;
        else if (at[0] == '-' && at[1] == '>')
            at += 2;
        else
            return wrong(spec, at, "'.', '->', '/' or ',' is missing", error);
    }
}

static int parse_path(struct spec *spec, char *path, struct error *error)
{
    struct leaf_wish wish = {.path = path};
    char *format = strchr(path, '/');
    if (format)
        *format++ = '\0';
    if (spec->path_count == SPEC_PATHS)
        return wrong(spec, path, "more than 32 names", error);
    if (check_path(spec, path, error) != 0 || (format && parse_format(spec, format, &wish, error) != 0))
        return -1;
    spec->paths[spec->path_count++] = wish;
    return 0;
}

/* "std::vector::size:n": a single colon ends the name, but not in "make[abi:cxx11]", as tools show it. */
static char *find_colon(char *text)
{
    char *at = strncmp(text, "re:", 3) == 0 ? text + 3 : text;
    for (; *at; at++) {
        if (strncmp(at, "[abi:", 5) == 0)
            at += strcspn(at, "]");
        if (*at == '\0')
            return NULL;
        if (*at != ':')
            continue;
        if (at[1] != ':')
            return at;
        at++;
    }
    return NULL;
}

static int parse_paths(struct spec *spec, char *at, struct error *error)
{
    if (spec->result)
        return wrong(spec, at, "a result has no names; /s, /sBYTES or /p may stand behind the function", error);
    if (strcmp(at, "*") == 0) /* all, as without names */
        return 0;
    for (char *next; at; at = next) {
        next = strchr(at, ',');
        if (next)
            *next++ = '\0';
        if (parse_path(spec, at, error) != 0)
            return -1;
    }
    return 0;
}

int spec_parse(struct spec *spec, const char *text, bool result, struct error *error)
{
    *spec = (struct spec){.text = text, .result = result, .copy = strdup(text)};
    if (!spec->copy)
        return error_set(error, "no memory for %s", text);
    char *colon = find_colon(spec->copy), *format = result && !colon ? strrchr(spec->copy, '/') : NULL;
    if (colon)
        *colon++ = '\0';
    if (format)
        *format++ = '\0';
    if (!spec->copy[0])
        return wrong(spec, spec->copy, "a function's name is missing", error);
    spec->glob = strncmp(spec->copy, "re:", 3) == 0 || strpbrk(spec->copy, "*?") != NULL;
    spec->pattern = pattern_create(spec->copy, error);
    if (!spec->pattern || (colon && parse_paths(spec, colon, error) != 0))
        return -1;
    return format ? parse_format(spec, format, &spec->paths[0], error) : 0;
}

void spec_free(struct spec *spec)
{
    pattern_destroy(spec->pattern);
    free(spec->copy);
}

bool spec_matches(const struct spec *spec, const char *name, const char *qualified)
{
    struct error ignored;
    return (qualified && strcmp(spec->copy, qualified) == 0) ||
           pattern_matches_function(spec->pattern, name, &ignored) == 1 ||
           (qualified && pattern_matches_function(spec->pattern, qualified, &ignored) == 1);
}
