#include "compiler/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST = 64 << 20 }; /* bytes of a file of words */

bool words_add(struct words *words, const char *word)
{
    char **list = realloc(words->list, (words->count + 2) * sizeof *list);
    if (list == NULL)
        return false;
    words->list = list;
    list[words->count] = strdup(word);
    list[words->count + 1] = NULL;
    return list[words->count++] != NULL;
}

/* Copies the word that begins at `text` without its quotes; returns where it ended. */
static const char *take_word(char *word, const char *text)
{
    char quote = '\0';
    for (; *text != '\0' && (quote != '\0' || !isspace((unsigned char)*text)); text++) {
        if (quote == '\0' ? *text == '"' || *text == '\'' : *text == quote)
            quote = quote == '\0' ? *text : '\0';
        else if (*text == '\\' && quote != '\'' && text[1] != '\0')
            *word++ = *++text;
        else
            *word++ = *text;
    }
    *word = '\0';
    return text;
}

bool words_split(struct words *words, const char *text)
{
    char *word = malloc(strlen(text) + 1);
    bool fine = word != NULL;
    while (fine && *(text += strspn(text, " \t\n\v\f\r")) != '\0') {
        text = take_word(word, text);
        fine = words_add(words, word);
    }
    free(word);
    return fine;
}

/* NULL: it can't be read, is not a regular file, or is no list of words by its size. */
static char *read_text(const char *path)
{
    struct stat status;
    FILE *file =
        stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= LARGEST ? fopen(path, "re") : NULL;
    char *text = file != NULL ? calloc((size_t)status.st_size + 1, 1) : NULL;
    if (text != NULL && fread(text, 1, (size_t)status.st_size, file) == 0)
        text[0] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

bool words_expand(struct words *words, char *const *given)
{
    bool fine = true;
    for (; fine && *given != NULL; given++) {
        char *text = **given == '@' ? read_text(*given + 1) : NULL;
        fine = text != NULL ? words_split(words, text) : words_add(words, *given);
        free(text);
    }
    return fine;
}

void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->list[i]);
    free(words->list);
    *words = (struct words){0};
}
