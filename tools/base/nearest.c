#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

#include "base/scope.h"

enum { LONGEST = 40 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (Damerau-Levenshtein without edits inside swapped pairs), three rows at a time. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b_length];
}

struct search {
    const char *word, *nearest;
    size_t length;
    unsigned best;
};

/* False: near such a word nothing is. */
static bool begin(struct search *search, const char *word)
{
    size_t length = strlen(word);
    *search = (struct search){.word = word, .length = length, .best = 1 + (unsigned)length / 3};
    return length != 0 && length <= LONGEST;
}

static void consider(struct search *search, const char *candidate)
{
    size_t other = strlen(candidate);
    if (other > LONGEST)
        return;
    bool begins = strncmp(search->word, candidate, search->length) == 0;
    unsigned away = begins ? 0 : distance(search->word, search->length, candidate, other);
    if (away < search->best || (away == search->best && search->nearest == NULL)) {
        search->best = away;
        search->nearest = candidate;
    }
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
    struct search search;
    bool any = begin(&search, word);
    for (size_t i = 0; any && i < count; i++)
        consider(&search, words[i]);
    return search.nearest;
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
    struct search search;
    bool any = begin(&search, word);
    for (size_t i = 0; any && i < count; i++)
        consider(&search, names[i]);
    for (size_t i = 0; any && i < count; i++)
        consider(&search, scope_last(names[i]));
    return search.nearest;
}
