/* The word that was probably meant. */
#ifndef CALLTAPE_BASE_NEAREST_H
#define CALLTAPE_BASE_NEAREST_H

#include <stddef.h>

/* The one of `words` that differs least from `word` in letters added, left out, changed or swapped with their
 * neighbour; NULL when none is near. A word that begins with all of `word` is near. */
const char *nearest_word(const char *word, const char *const *words, size_t count);
/* The same of names in scopes: all of one, or its last component. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

#endif
