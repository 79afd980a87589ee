#include "emit/brief.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "base/text.h"

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Behind the list that begins at the '<'; NULL where it does not end. What stands in parentheses may hold any
 * comparison. */
static const char *skip_list(const char *at)
{
    size_t angles = 0, parentheses = 0;
    for (; *at; at++) {
        if (*at == '(')
            parentheses++;
        else if (*at == ')' && parentheses > 0)
            parentheses--;
        else if (parentheses == 0 && *at == '<')
            angles++;
        else if (parentheses == 0 && *at == '>' && at[-1] != '-' && --angles == 0)
            return at + 1;
    }
    return NULL;
}

/* The characters of an operator's name at the end of `begin` .. `at`, such as those of "operator<<". */
static size_t operator_length(const char *begin, const char *at)
{
    static const char word[] = "operator";
    size_t length = sizeof word - 1;
    if ((size_t)(at - begin) < length || strncmp(at - length, word, length) != 0 ||
        ((size_t)(at - begin) > length && is_word(at[-(long)length - 1])))
        return 0;
    return strspn(at, "<=>-");
}

struct writing {
    FILE *to;
    const char *begin, *gap;
    unsigned level, open; /* lists that are kept, and those around what is being written */
};

/* Writes what begins at `at`; returns what is behind it, NULL where brackets do not pair. */
static const char *write_next(struct writing *writing, const char *at)
{
    size_t symbols = operator_length(writing->begin, at);
    if (strncmp(at, SCOPE_UNNAMED, sizeof SCOPE_UNNAMED - 1) == 0)
        return at + sizeof SCOPE_UNNAMED - 1;
    const char *behind = NULL;
    bool begins = symbols == 0 && *at == '<' && at > writing->begin && is_word(at[-1]);
    if (begins && !(behind = skip_list(at)))
        return NULL;
    if (begins && writing->open == writing->level) {
        fprintf(writing->to, "<%s>", writing->gap);
        return behind;
    }
    writing->open += begins;
    writing->open -= symbols == 0 && *at == '>' && writing->open > 0 && at[-1] != '-';
    fwrite(at, 1, symbols > 0 ? symbols : 1, writing->to);
    return at + (symbols > 0 ? symbols : 1);
}

char *brief_name(const char *name, unsigned level, const char *gap)
{
    char *text = NULL;
    size_t bytes = 0;
    struct writing writing = {open_memstream(&text, &bytes), name, gap, level, 0};
    if (!writing.to)
        return NULL;
    const char *at = name;
    while (at && *at)
        at = write_next(&writing, at);
    text = text_end(writing.to, &text);
    if (at)
        return text;
    free(text);
    return strdup(name);
}
