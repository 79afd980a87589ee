#include "view/starts.h"

#include <pthread.h>
#include <stdlib.h>

enum { PIECE_EVENTS = 1 << 16 };

/* The pieces of one thread. */
struct pieces {
    struct tape_piece *at;
    size_t count, room;
    bool known;
};

struct starts {
    struct tape *tape;
    struct pieces *threads;
    uint32_t thread_count;
    pthread_mutex_t lock;
};

struct starts *starts_create(struct tape *tape)
{
    struct starts *starts = calloc(1, sizeof *starts);
    if (starts == NULL)
        return NULL;
    starts->tape = tape;
    tape_threads(tape, &starts->thread_count);
    starts->threads = calloc(starts->thread_count + (size_t)1, sizeof *starts->threads);
    pthread_mutex_init(&starts->lock, NULL);
    if (starts->threads != NULL)
        return starts;
    starts_destroy(starts);
    return NULL;
}

void starts_destroy(struct starts *starts)
{
    if (starts == NULL)
        return;
    for (uint32_t i = 0; starts->threads != NULL && i < starts->thread_count; i++) {
        for (size_t piece = 0; piece < starts->threads[i].count; piece++)
            tape_piece_free(&starts->threads[i].at[piece]);
        free(starts->threads[i].at);
    }
    free(starts->threads);
    pthread_mutex_destroy(&starts->lock);
    free(starts);
}

static bool keep(struct pieces *pieces, const struct tape_piece *piece)
{
    if (pieces->count == pieces->room) {
        size_t room = pieces->room != 0 ? 2 * pieces->room : 16;
        struct tape_piece *wider = realloc(pieces->at, room * sizeof *wider);
        if (wider == NULL)
            return false;
        pieces->at = wider;
        pieces->room = room;
    }
    pieces->at[pieces->count++] = *piece;
    return true;
}

/* What is open where a piece begins is only foretold: where the tape is damaged that may be wrong, so it is read whole.
 * Nor does a lack of memory hinder more than speed. */
static void find_pieces(struct starts *starts, uint32_t thread)
{
    struct pieces *pieces = &starts->threads[thread];
    struct tape_piece piece;
    struct error error;
    size_t damages;
    pieces->known = true;
    tape_damages(starts->tape, &damages);
    struct tape_splitter *splitter = damages == 0 ? tape_splitter_open(starts->tape, thread, &error) : NULL;
    while (splitter != NULL && tape_splitter_next(splitter, PIECE_EVENTS, &piece, &error) == 1)
        if (!keep(pieces, &piece)) {
            tape_piece_free(&piece);
            break;
        }
    tape_splitter_close(splitter);
}

/* A piece begins behind the first timed event of its first block, which is later than its floor: so the one before that
 * whose floor is the last one before `ticks`. */
static const struct tape_piece *last_before(const struct pieces *pieces, uint64_t ticks)
{
    size_t low = 0, high = pieces->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pieces->at[middle].floor < ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 1 ? &pieces->at[low - 2] : NULL;
}

const struct tape_piece *starts_find(struct starts *starts, uint32_t thread, uint64_t ticks)
{
    pthread_mutex_lock(&starts->lock);
    if (!starts->threads[thread].known)
        find_pieces(starts, thread);
    pthread_mutex_unlock(&starts->lock);
    return last_before(&starts->threads[thread], ticks);
}
