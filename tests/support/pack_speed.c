/* How fast chunks become blocks, and how small, on one core: pack_speed ARENA [EVERY]
 * ARENA is what CALLTAPE_OUT=ARENA LD_PRELOAD=libcalltape.so leaves. With EVERY no more than each EVERYth event keeps
 * its time. Best of ten rounds, all chunks in memory, the tape to /dev/null. Built by: make build/support/pack_speed */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tape/arena.h"
#include "tape/write.h"

enum { ROUNDS = 10, CHUNKS_A_BLOCK = 32 };

static struct ct_chunk **chunks;
static size_t count;

static void fail(const struct error *error)
{
    fprintf(stderr, "pack_speed: %s\n", error->text);
    exit(1);
}

static int compare(const void *a, const void *b)
{
    const struct ct_chunk *x = *(struct ct_chunk *const *)a, *y = *(struct ct_chunk *const *)b;
    if (x->thread != y->thread)
        return x->thread < y->thread ? -1 : 1;
    return x->sequence_plus_1 < y->sequence_plus_1 ? -1 : 1;
}

static void load(const char *path)
{
    struct error error;
    struct arena arena;
    if (arena_open(&arena, path, false, &error) != 0)
        fail(&error);
    chunks = calloc(arena.chunk_count, sizeof *chunks);
    for (uint32_t i = arena.first_chunk; i < arena.header->chunk_end; i++) {
        uint32_t state = arena.states[i] & CT_CHUNK_STATE_MASK;
        if (state != CT_CHUNK_EVENTS && state != CT_CHUNK_SEALED_EVENTS)
            continue;
        chunks[count] = aligned_alloc(4096, CT_CHUNK_BYTES);
        memcpy(chunks[count++], arena_chunk(&arena, i), CT_CHUNK_BYTES);
    }
    qsort(chunks, count, sizeof *chunks, compare);
    arena_close(&arena);
}

static void take_times(uint32_t every)
{
    uint32_t run = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t *word = (uint64_t *)chunks[i] + CT_CHUNK_HEADER_WORDS, *end = (uint64_t *)chunks[i] + CT_CHUNK_WORDS;
        for (; word < end; word++)
            if (*word >> CT_TAG_SHIFT != CT_TAG_SPECIAL && ++run % every != 0)
                *word &= ~(CT_TIMED | CT_CLOCK_MASK);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double pack_all(struct writer_totals *totals)
{
    static const uint64_t session[2];
    struct error error;
    double start = seconds();
    struct writer *writer = writer_create("/dev/null", session, &error);
    if (!writer)
        fail(&error);
    for (size_t i = 0; i < count; i += CHUNKS_A_BLOCK) {
        size_t some = count - i < CHUNKS_A_BLOCK ? count - i : CHUNKS_A_BLOCK;
        if (writer_chunks(writer, (const struct ct_chunk *const *)chunks + i, some, &error) != 0)
            fail(&error);
    }
    *totals = writer_totals(writer);
    writer_abort(writer);
    return seconds() - start;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    load(argv[1]);
    if (argc > 2)
        take_times((uint32_t)atoi(argv[2]));
    struct writer_totals totals = {0};
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double taken = pack_all(&totals);
        best = taken < best ? taken : best;
    }
    printf("%.1f M events: %.1f M events/s, %.4f bytes an event\n", (double)totals.events / 1e6,
           (double)totals.events / best / 1e6, (double)totals.bytes / (double)totals.events);
    return 0;
}
