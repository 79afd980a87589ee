#include "emit/brief.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

char *brief_name(const char *name, const char *gap)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    if (!file)
        return NULL;
    for (const char *at = name; *at;) {
        size_t symbols = operator_length(name, at);
        const char *behind = *at == '<' && at > name && is_word(at[-1]) && symbols == 0 ? skip_list(at) : NULL;
        if (behind)
            fprintf(file, "<%s>", gap);
        else
            fwrite(at, 1, symbols > 0 ? symbols : 1, file);
        at = behind ? behind : at + (symbols > 0 ? symbols : 1);
    }
    if (fclose(file) == 0)
        return text;
    free(text);
    return NULL;
}
