/* A table of words and how often each was seen. Not thread-safe: each worker has its own, merged at the end. */
#ifndef INDEXER_WORDS_H
#define INDEXER_WORDS_H

#include <stddef.h>

struct word {
    struct word *next; /* in its bucket */
    unsigned long hash, count;
    size_t length;
    char text[]; /* not terminated */
};

struct words {
    struct word **buckets;
    size_t bucket_count, word_count;
};

void words_init(struct words *words);
void words_free(struct words *words);
/* Adds `count` to the word's count. */
void words_add(struct words *words, const char *text, size_t length, unsigned long count);
/* Adds all of `from` to `into`. */
void words_merge(struct words *into, const struct words *from);
/* The `wanted` most frequent words, most frequent first; returns how many there are. */
size_t words_top(const struct words *words, const struct word **top, size_t wanted);

#endif
