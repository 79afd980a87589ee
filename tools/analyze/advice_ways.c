#include "analyze/advice_ways.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/gcc_names.h"

/* All functions of the tape, in the order of the profile's rows. */
struct seen {
    char **visible;     /* as gcc compares them */
    const char **paths; /* "": not known */
    bool *advised;
    size_t count;
};

static void free_seen(struct seen *seen)
{
    for (size_t i = 0; seen->visible != NULL && i < seen->count; i++)
        free(seen->visible[i]);
    free(seen->visible);
    free(seen->paths);
    free(seen->advised);
}

static size_t index_of(const struct advice *advice, const struct advice_row *row)
{
    return (size_t)(row->profile - advice->profile.rows);
}

static int fill_seen(struct seen *seen, const struct advice *advice, const struct labels *labels)
{
    size_t count = advice->profile.count;
    *seen = (struct seen){.count = count};
    seen->visible = calloc(count + 1, sizeof *seen->visible);
    seen->paths = calloc(count + 1, sizeof *seen->paths);
    seen->advised = calloc(count + 1, sizeof *seen->advised);
    if (seen->visible == NULL || seen->paths == NULL || seen->advised == NULL)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct label *label = labels_get(labels, advice->profile.rows[i].function);
        seen->paths[i] = label->file != NULL ? label->file : "";
        seen->visible[i] = gcc_visible(label->name);
        if (seen->visible[i] == NULL)
            return -1;
    }
    for (size_t i = 0; i < advice->count; i++)
        seen->advised[index_of(advice, &advice->rows[i])] = true;
    return 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void find_others(struct advice_row *row, const struct advice *advice, const struct seen *seen)
{
    for (size_t i = 0; i < seen->count && *row->word != '\0'; i++) {
        if (seen->advised[i] || strstr(seen->visible[i], row->word) == NULL)
            continue;
        if (row->others_count < ADVICE_OTHERS)
            row->others[row->others_count] = advice->profile.rows[i].function;
        row->others_count++;
    }
}

/* By its own name, which then is in the list. */
static int find_name(struct advice *advice, struct advice_row *row, const struct seen *seen)
{
    size_t index = index_of(advice, row);
    row->file = base_name(seen->paths[index]);
    row->word = gcc_word(seen->visible[index]);
    if (row->word == NULL)
        return -1;
    find_others(row, advice, seen);
    row->listed = *row->word != '\0' && row->others_count == 0;
    row->way = row->listed ? ADVICE_BY_NAME : ADVICE_BY_ATTRIBUTE;
    return 0;
}

static bool is_named_by_another(const struct advice *advice, const struct advice_row *row, const struct seen *seen)
{
    const char *visible = seen->visible[index_of(advice, row)];
    for (size_t i = 0; i < advice->count; i++)
        if (advice->rows[i].listed && strstr(visible, advice->rows[i].word) != NULL)
            return true;
    return false;
}

/* Usual characters only: commas part the list, and others would have to be quoted. */
static bool is_plain(const char *file)
{
    static const char usual[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
    return *file != '\0' && file[strspn(file, usual)] == '\0';
}

static bool takes_advised_only(const char *file, const struct seen *seen)
{
    for (size_t i = 0; i < seen->count; i++)
        if (!seen->advised[i] && strstr(seen->paths[i], file) != NULL)
            return false;
    return is_plain(file);
}

static void find_other_ways(struct advice *advice, const struct seen *seen)
{
    for (size_t i = 0; i < advice->count; i++)
        if (!advice->rows[i].listed && is_named_by_another(advice, &advice->rows[i], seen))
            advice->rows[i].way = ADVICE_BY_NAME;
    for (size_t i = 0; i < advice->count; i++) {
        struct advice_row *row = &advice->rows[i];
        if (row->way != ADVICE_BY_ATTRIBUTE || !takes_advised_only(row->file, seen))
            continue;
        row->way = ADVICE_BY_FILE;
        row->listed = true;
    }
}

static const char *listed_text(const struct advice_row *row)
{
    return row->way == ADVICE_BY_NAME ? row->word : row->file;
}

/* Whether the list is as good without what `row` has there, as `other` stays. */
static bool is_spare(const struct advice_row *row, const struct advice_row *other)
{
    if (row == other || !other->listed || row->way != other->way)
        return false;
    return strstr(listed_text(row), listed_text(other)) != NULL;
}

static void shorten_lists(struct advice *advice)
{
    for (size_t i = 0; i < advice->count; i++)
        for (size_t k = 0; k < advice->count && advice->rows[i].listed; k++)
            advice->rows[i].listed = !is_spare(&advice->rows[i], &advice->rows[k]);
}

int advice_find_ways(struct advice *advice, const struct labels *labels)
{
    struct seen seen;
    int status = fill_seen(&seen, advice, labels);
    for (size_t i = 0; i < advice->count && status == 0; i++)
        status = find_name(advice, &advice->rows[i], &seen);
    if (status == 0) {
        find_other_ways(advice, &seen);
        shorten_lists(advice);
    }
    free_seen(&seen);
    return status;
}
