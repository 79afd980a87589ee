/* Counts the words of files with a few threads and prints the most frequent ones.
 *   indexer FILES...   or the files below the working directory when none is named */
#include <ctype.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { WORKERS = 2, TOP = 8, SHORTEST_WORD = 3, LONGEST_WORD = 40, LARGEST_FILE = 16 << 20 };

/* The files to read; workers take them one by one. */
static char **files;
static size_t file_count;
static atomic_size_t next_file;

struct worker {
    pthread_t thread;
    struct words words;
    unsigned long files_read, bytes_read;
};

static void add_file(const char *path)
{
    if (file_count % 64 == 0) {
        files = realloc(files, (file_count + 64) * sizeof *files);
        if (!files)
            abort();
    }
    files[file_count++] = strdup(path);
}

static int visit(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    const char *name = path + place->base;
    bool hidden = name[0] == '.' && place->level > 0;
    if (type == FTW_D && (hidden || strcmp(name, "build") == 0))
        return FTW_SKIP_SUBTREE;
    if (type == FTW_F && !hidden)
        add_file(path);
    return FTW_CONTINUE;
}

/* The file's bytes, to be freed; NULL where it can't be read or is no text. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    size_t size = 0, room = 1 << 16;
    char *bytes = malloc(room), *larger;
    while (bytes) {
        size += fread(bytes + size, 1, room - size, file);
        if (size < room || room >= LARGEST_FILE)
            break;
        larger = realloc(bytes, room *= 2);
        if (!larger)
            free(bytes);
        bytes = larger;
    }
    fclose(file);
    if (bytes && memchr(bytes, '\0', size)) {
        free(bytes);
        return NULL;
    }
    *length = size;
    return bytes;
}

/* The next word from *at on, in lower case in `word`; its length, or 0 at the end. */
static size_t next_word(const char **at, const char *end, char *word)
{
    size_t length = 0;
    for (; *at < end; ++*at) {
        unsigned char byte = (unsigned char)**at;
        if (isalnum(byte) || byte == '_')
            word[length++] = (char)tolower(byte);
        else if (length >= SHORTEST_WORD)
            break;
        else
            length = 0;
        if (length == LONGEST_WORD)
            break;
    }
    return length >= SHORTEST_WORD ? length : 0;
}

static void index_text(struct words *words, const char *text, size_t length)
{
    char word[LONGEST_WORD];
    const char *at = text;
    for (size_t n; (n = next_word(&at, text + length, word)) > 0;)
        words_add(words, word, n, 1);
}

static void index_file(struct worker *worker, const char *path)
{
    size_t length;
    char *text = read_file(path, &length);
    if (!text)
        return;
    index_text(&worker->words, text, length);
    worker->files_read++;
    worker->bytes_read += length;
    free(text);
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    words_init(&worker->words);
    for (size_t i; (i = atomic_fetch_add(&next_file, 1)) < file_count;)
        index_file(worker, files[i]);
    return NULL;
}

static void wait_for_worker(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
}

static void merge_workers(struct worker *workers, struct words *all)
{
    for (int i = 0; i < WORKERS; i++) {
        wait_for_worker(&workers[i]);
        words_merge(all, &workers[i].words);
        words_free(&workers[i].words);
    }
}

static void print_summary(const struct worker *workers, const struct words *all)
{
    unsigned long files_read = 0, bytes_read = 0;
    for (int i = 0; i < WORKERS; i++) {
        files_read += workers[i].files_read;
        bytes_read += workers[i].bytes_read;
    }
    const struct word *top[TOP];
    size_t count = words_top(all, top, TOP);
    printf("%lu files, %lu KB, %zu different words; the most frequent:\n", files_read, bytes_read / 1024,
           all->word_count);
    for (size_t i = 0; i < count; i++)
        printf("%8lu  %.*s\n", top[i]->count, (int)top[i]->length, top[i]->text);
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++)
        add_file(arguments[i]);
    if (count == 1)
        nftw(".", visit, 16, FTW_PHYS | FTW_ACTIONRETVAL);

    struct worker workers[WORKERS] = {0};
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) != 0)
            abort();
    struct words all;
    words_init(&all);
    merge_workers(workers, &all);
    print_summary(workers, &all);
    words_free(&all);
    for (size_t i = 0; i < file_count; i++)
        free(files[i]);
    free(files);
    return 0;
}
