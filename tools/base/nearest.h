/* The word that was probably meant. */
#ifndef CALLTAPE_BASE_NEAREST_H
#define CALLTAPE_BASE_NEAREST_H

#include <stddef.h>

/* The one of `words` that differs least from `word` in letters added, left out, changed or swapped with their
 * neighbour; NULL when none is near. A word that begins with all of `word` is near. */
const char *nearest_word(const char *word, const char *const *words, size_t count);

#endif
