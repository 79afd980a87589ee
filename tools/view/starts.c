#include "view/starts.h"

#include <pthread.h>
#include <stdlib.h>

enum { OPEN_MOST = 1 << 20 }; /* calls that all pieces of a thread tell of: 24 MiB */

struct thread_starts {
    struct tape_piece *pieces;
    size_t count, room, open;
    uint64_t most_calls;
    bool known;
};

struct starts {
    struct tape *tape;
    pthread_mutex_t lock;
    struct thread_starts threads[];
};

struct starts *starts_create(struct tape *tape)
{
    uint32_t count;
    tape_threads(tape, &count);
    struct starts *starts = calloc(1, sizeof *starts + count * sizeof *starts->threads);
    if (starts == NULL)
        return NULL;
    starts->tape = tape;
    pthread_mutex_init(&starts->lock, NULL);
    return starts;
}

void starts_free(struct starts *starts)
{
    uint32_t count;
    if (starts == NULL)
        return;
    tape_threads(starts->tape, &count);
    for (uint32_t i = 0; i < count; i++) {
        for (size_t j = 0; j < starts->threads[i].count; j++)
            tape_piece_free(&starts->threads[i].pieces[j]);
        free(starts->threads[i].pieces);
    }
    pthread_mutex_destroy(&starts->lock);
    free(starts);
}

/* Takes the piece, or frees it. */
static void keep(struct thread_starts *of, struct tape_piece *piece)
{
    if (of->count == of->room) {
        size_t room = 2 * of->room + 64;
        struct tape_piece *pieces = realloc(of->pieces, room * sizeof *pieces);
        if (pieces != NULL) {
            of->pieces = pieces;
            of->room = room;
        }
    }
    if (of->count == of->room || of->open + piece->open_count > OPEN_MOST) {
        tape_piece_free(piece);
        return;
    }
    of->open += piece->open_count;
    of->pieces[of->count++] = *piece;
}

static void count_calls(struct thread_starts *of, uint64_t calls)
{
    if (calls > of->most_calls)
        of->most_calls = calls;
}

/* Where the tape can't be read so, what was found stays. */
static void find(struct tape *tape, uint32_t thread, struct thread_starts *of)
{
    struct error error;
    struct tape_piece piece;
    uint32_t count;
    const struct tape_piece whole = tape_whole_thread(tape, thread);
    struct tape_splitter *splitter = tape_splitter_open(tape, thread, (struct tape_range){0, UINT64_MAX}, &error);
    while (splitter != NULL && tape_splitter_next(splitter, STARTS_EVENTS, &piece, &error) > 0) {
        piece.end = whole.end;
        keep(of, &piece);
    }
    tape_splitter_close(splitter);
    for (size_t i = 0; i + 1 < of->count; i++)
        count_calls(of, of->pieces[i + 1].entries - of->pieces[i].entries);
    count_calls(of,
                tape_threads(tape, &count)[thread].entries - (of->count != 0 ? of->pieces[of->count - 1].entries : 0));
    of->known = true;
}

/* It does not change any more. */
static const struct thread_starts *known(struct starts *starts, uint32_t thread)
{
    struct thread_starts *of = &starts->threads[thread];
    pthread_mutex_lock(&starts->lock);
    if (!of->known)
        find(starts->tape, thread, of);
    pthread_mutex_unlock(&starts->lock);
    return of;
}

static int piece_before(struct starts *starts, uint32_t thread, uint64_t ticks, bool nearest, struct tape_piece *piece,
                        struct error *error)
{
    const struct thread_starts *of = known(starts, thread);
    const struct tape_piece whole = tape_whole_thread(starts->tape, thread);
    size_t low = 0, high = of->count;
    while (low < high) { /* the first that begins, with its floor, at `ticks` or later */
        size_t middle = low + (high - low) / 2;
        if (of->pieces[middle].floor < ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return tape_piece_behind(starts->tape, low >= 2 ? &of->pieces[low - 2] : &whole, ticks, nearest, piece, error);
}

static int read_from(struct starts *starts, const struct tape_piece *piece, const struct filter_choice *choice,
                     const struct calls_receiver *receiver, const struct calls_watch *watch, struct error *error)
{
    struct tape_times times = {0};
    struct filter_left left = {0};
    return calls_of_piece(starts->tape, piece, choice, receiver, watch, &times, &left, error);
}

int starts_read(struct starts *starts, uint32_t thread, const struct filter_choice *choice,
                const struct calls_receiver *receiver, const struct calls_watch *watch, struct error *error)
{
    int status = 1;
    for (int nearest = 1; nearest >= 0 && status == 1; nearest--) {
        struct tape_piece piece;
        if (piece_before(starts, thread, choice->from_ticks, nearest, &piece, error) != 0)
            return -1;
        status = read_from(starts, &piece, choice, receiver, watch, error);
        tape_piece_free(&piece);
    }
    return status;
}

uint64_t starts_most_calls(struct starts *starts, uint32_t thread)
{
    return known(starts, thread)->most_calls;
}
