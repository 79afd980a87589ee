#include "words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static unsigned long hash_of(const char *text, size_t length)
{
    unsigned long hash = 14695981039346656037ul; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211ul;
    return hash;
}

void words_init(struct words *words)
{
    words->bucket_count = 64;
    words->word_count = 0;
    words->buckets = calloc(words->bucket_count, sizeof *words->buckets);
    if (!words->buckets)
        abort();
}

void words_free(struct words *words)
{
    for (size_t i = 0; i < words->bucket_count; i++)
        for (struct word *word = words->buckets[i], *next; word; word = next) {
            next = word->next;
            free(word);
        }
    free(words->buckets);
}

static bool same_word(const struct word *word, const char *text, size_t length)
{
    return word->length == length && memcmp(word->text, text, length) == 0;
}

static struct word *find_word(const struct words *words, unsigned long hash, const char *text, size_t length)
{
    struct word *word = words->buckets[hash % words->bucket_count];
    while (word && !same_word(word, text, length))
        word = word->next;
    return word;
}

static struct word *new_word(struct words *words, unsigned long hash, const char *text, size_t length)
{
    struct word *word = malloc(sizeof *word + length);
    if (!word)
        abort();
    struct word **bucket = &words->buckets[hash % words->bucket_count];
    *word = (struct word){.next = *bucket, .hash = hash, .length = length};
    memcpy(word->text, text, length);
    *bucket = word;
    words->word_count++;
    return word;
}

void words_add(struct words *words, const char *text, size_t length, unsigned long count)
{
    unsigned long hash = hash_of(text, length);
    struct word *word = find_word(words, hash, text, length);
    if (!word)
        word = new_word(words, hash, text, length);
    word->count += count;
}

void words_merge(struct words *into, const struct words *from)
{
    for (size_t i = 0; i < from->bucket_count; i++)
        for (const struct word *word = from->buckets[i]; word; word = word->next)
            words_add(into, word->text, word->length, word->count);
}

static int by_count(const void *a, const void *b)
{
    const struct word *left = *(const struct word *const *)a, *right = *(const struct word *const *)b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    size_t shorter = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->text, right->text, shorter);
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

size_t words_top(const struct words *words, const struct word **top, size_t wanted)
{
    const struct word **all = malloc((words->word_count + 1) * sizeof *all);
    if (!all)
        abort();
    size_t count = 0;
    for (size_t i = 0; i < words->bucket_count; i++)
        for (const struct word *word = words->buckets[i]; word; word = word->next)
            all[count++] = word;
    qsort(all, count, sizeof *all, by_count);
    if (count > wanted)
        count = wanted;
    memcpy(top, all, count * sizeof *all);
    free(all);
    return count;
}
