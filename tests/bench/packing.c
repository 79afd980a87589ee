/* packing ARENA: packs all events of an arena that was left without a recorder as the recorder does, chunks in memory
 * to columns to zstd, and prints "events seconds bytes". The seconds are of this process's processor time for a second
 * pass: the first one brings the chunks into memory. The tape goes to /dev/null, so that only packing is timed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tape/arena.h"
#include "tape/write.h"

enum { CHUNKS_A_BLOCK = 16 }; /* the recorder's */

struct chunks {
    const struct ct_chunk **at;
    size_t count;
};

static int compare(const void *a, const void *b)
{
    const struct ct_chunk *x = *(const struct ct_chunk *const *)a, *y = *(const struct ct_chunk *const *)b;
    if (x->thread != y->thread)
        return x->thread < y->thread ? -1 : 1;
    return (x->sequence_plus_1 > y->sequence_plus_1) - (x->sequence_plus_1 < y->sequence_plus_1);
}

static struct chunks event_chunks(const struct arena *arena)
{
    struct chunks chunks = {calloc(arena->chunk_count, sizeof *chunks.at), 0};
    for (uint32_t i = arena->first_chunk; chunks.at && i < arena->chunk_count; i++) {
        uint32_t state = arena->states[i] & CT_CHUNK_STATE_MASK;
        if (state == CT_CHUNK_EVENTS || state == CT_CHUNK_SEALED_EVENTS)
            chunks.at[chunks.count++] = arena_chunk(arena, i);
    }
    if (chunks.count)
        qsort(chunks.at, chunks.count, sizeof *chunks.at, compare);
    return chunks;
}

static size_t end_of_block(const struct chunks *chunks, size_t first)
{
    size_t end = first + 1;
    while (end < chunks->count && end - first < CHUNKS_A_BLOCK && chunks->at[end]->thread == chunks->at[first]->thread)
        end++;
    return end;
}

static int pack(const struct chunks *chunks, struct writer_totals *totals, struct error *error)
{
    struct writer *writer = writer_attach(open("/dev/null", O_WRONLY), "/dev/null", (uint64_t[2]){0}, error);
    int status = writer ? 0 : -1;
    for (size_t i = 0, end; status == 0 && i < chunks->count; i = end) {
        end = end_of_block(chunks, i);
        status = writer_chunks(writer, chunks->at + i, end - i, error);
    }
    if (status == 0)
        *totals = writer_totals(writer);
    writer_abort(writer);
    return status;
}

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct error error = {0};
    struct writer_totals totals;
    if (argc != 2 || arena_open(&arena, argv[1], false, &error) != 0) {
        fprintf(stderr, "packing: %s\n", argc == 2 ? error.text : "usage: packing ARENA");
        return 2;
    }
    struct chunks chunks = event_chunks(&arena);
    double start = 0;
    for (int pass = 0; pass < 2; pass++) {
        start = processor_seconds();
        if (pack(&chunks, &totals, &error) != 0) {
            fprintf(stderr, "packing: %s\n", error.text);
            return 1;
        }
    }
    printf("%llu %.6f %llu\n", (unsigned long long)totals.events, processor_seconds() - start,
           (unsigned long long)totals.bytes);
    free(chunks.at);
    arena_close(&arena);
    return 0;
}
