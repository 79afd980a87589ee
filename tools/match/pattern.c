#include "match/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fnmatch.h>
#include <pcre2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "base/text.h"

struct pattern {
    const char *text;
    pcre2_code *code; /* NULL: a glob */
    pcre2_match_data *found;
};

static int bad_expression(const char *text, int number, size_t offset, struct error *error)
{
    char why[200], safe[300];
    pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
    text_escape(safe, sizeof safe, text, true);
    return error_set(error, "bad regular expression '%s': %s at character %zu", safe, why, offset + 1);
}

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for a pattern");
}

static int compile(struct pattern *pattern, const char *expression, struct error *error)
{
    int number;
    size_t offset;
    pattern->code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF,
                                  &number, &offset, NULL);
    if (pattern->code == NULL)
        return bad_expression(expression, number, offset, error);
    pattern->found = pcre2_match_data_create(1, NULL);
    return pattern->found != NULL ? 0 : no_memory(error);
}

struct pattern *pattern_create(const char *text, struct error *error)
{
    struct pattern *pattern = calloc(1, sizeof *pattern);
    if (pattern == NULL) {
        no_memory(error);
        return NULL;
    }
    pattern->text = text;
    if (strncmp(text, "re:", 3) != 0 || compile(pattern, text + 3, error) == 0)
        return pattern;
    pattern_destroy(pattern);
    return NULL;
}

void pattern_destroy(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_match_data_free(pattern->found);
    pcre2_code_free(pattern->code);
    free(pattern);
}

static int find_expression(const struct pattern *pattern, const char *name, size_t size, struct error *error)
{
    char why[200], safe[200];
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)name, size, 0, 0, pattern->found, NULL);
    if (found >= 0 || found == PCRE2_ERROR_NOMATCH)
        return found >= 0;
    pcre2_get_error_message(found, (PCRE2_UCHAR *)why, sizeof why);
    text_escape(safe, sizeof safe, pattern->text, true);
    return error_set(error, "'%s' is too hard to search for: %s; write it simpler", safe, why);
}

static int matches_glob(const struct pattern *pattern, const char *name)
{
    return strcmp(pattern->text, name) == 0 || fnmatch(pattern->text, name, 0) == 0;
}

int pattern_matches(const struct pattern *pattern, const char *name, struct error *error)
{
    return pattern->code != NULL ? find_expression(pattern, name, PCRE2_ZERO_TERMINATED, error)
                                 : matches_glob(pattern, name);
}

/* fnmatch knows no NUL but the last. */
static int matches_sized_glob(const struct pattern *pattern, const char *text, size_t size, struct error *error)
{
    static const char stand_in = '\1';
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return no_memory(error);
    for (size_t i = 0; i < size; i++)
        copy[i] = text[i] != '\0' ? text[i] : stand_in;
    copy[size] = '\0';
    int matches = matches_glob(pattern, copy);
    free(copy);
    return matches;
}

int pattern_matches_text(const struct pattern *pattern, const char *text, size_t size, struct error *error)
{
    if (pattern->code != NULL)
        return find_expression(pattern, text, size, error);
    return memchr(text, '\0', size) == NULL ? matches_glob(pattern, text)
                                            : matches_sized_glob(pattern, text, size, error);
}

/* The end of a name, from some component on, with its last one's template arguments and parameters or without. */
static bool matches_end(const struct pattern *pattern, const char *end, const char *component)
{
    char plain[256];
    size_t length = scope_is_operator(component) ? strlen(component) : strcspn(component, "<(");
    size_t bytes = (size_t)(component - end) + length;
    if (matches_glob(pattern, end))
        return true;
    if (length == 0 || bytes >= sizeof plain || component[length] == '\0')
        return false;
    memcpy(plain, end, bytes);
    plain[bytes] = '\0';
    return matches_glob(pattern, plain);
}

static bool matches_scopes(const struct pattern *pattern, const char *name)
{
    const char *component = scope_last(name);
    if (strstr(pattern->text, "::") == NULL)
        return matches_end(pattern, component, component);
    bool matches = matches_end(pattern, name, component);
    for (const char *end = scope_next(name); !matches && end != NULL; end = scope_next(end))
        matches = matches_end(pattern, end, component);
    return matches;
}

/* Without its unnamed namespaces. */
static int matches_named(const struct pattern *pattern, const char *name, struct error *error)
{
    char *named = strdup(name);
    if (named == NULL)
        return no_memory(error);
    for (char *at = named; (at = strstr(at, SCOPE_UNNAMED)) != NULL;) {
        const char *rest = at + sizeof SCOPE_UNNAMED - 1;
        memmove(at, rest, strlen(rest) + 1);
    }
    int matches = matches_glob(pattern, named) || matches_scopes(pattern, named);
    free(named);
    return matches;
}

int pattern_matches_function(const struct pattern *pattern, const char *name, struct error *error)
{
    int found = pattern_matches(pattern, name, error);
    if (found != 0 || pattern->code != NULL)
        return found;
    if (matches_scopes(pattern, name))
        return 1;
    return strstr(name, SCOPE_UNNAMED) != NULL ? matches_named(pattern, name, error) : 0;
}

int pattern_matches_path(const struct pattern *pattern, const char *path, struct error *error)
{
    if (pattern->code != NULL)
        return find_expression(pattern, path, PCRE2_ZERO_TERMINATED, error);
    bool found = matches_glob(pattern, path);
    for (const char *slash = strchr(path, '/'); !found && slash != NULL; slash = strchr(slash + 1, '/'))
        found = matches_glob(pattern, slash + 1);
    return found;
}
