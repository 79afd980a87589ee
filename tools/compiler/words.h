/* Lists of words: command lines, and what "@file" among them stands for. */
#ifndef CALLTAPE_COMPILER_WORDS_H
#define CALLTAPE_COMPILER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
    char **list; /* ends in NULL once a word was added; the words are the list's own */
    size_t count;
};

/* All false: no memory. */
bool words_add(struct words *words, const char *word);

/* Adds the words of a text as compilers part it: by white space, but for quotes and backslashes. */
bool words_split(struct words *words, const char *text);

/* Adds `given`, each "@file" replaced by the words of that file (not of files that those name in turn); one that can't
 * be read stays, as compilers have it. */
bool words_expand(struct words *words, char *const *given);

void words_free(struct words *words);

#endif
