/* The sealed chunks of one thread that wait to be packed, in the order of their sequence. */
#ifndef CALLTAPE_RECORD_SEALED_H
#define CALLTAPE_RECORD_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sealed_chunk {
    uint32_t sequence, chunk;
};

struct sealed {
    struct sealed_chunk *chunks;
    size_t count, room;
    uint32_t next; /* sequence of the next chunk to pack */
    bool ended;    /* nothing more is to come soon: pack what there is */
    uint32_t mark; /* the chunk that tells what was overwritten, 0: none */
    uint32_t mark_words;
};

/* All queues, by thread index. */
struct sealed_all {
    struct sealed *by_thread;
    uint32_t count;
};

/* NULL: out of memory, or no sensible index. */
struct sealed *sealed_get(struct sealed_all *queues, uint32_t thread);
int sealed_add(struct sealed *queue, uint32_t sequence, uint32_t chunk);
/* How many chunks from the first on follow each other without a gap. None while an earlier one is still to come,
 * unless `out_of_turn`: blocks may be written in any order, but in turn they pack better. */
size_t sealed_ready(const struct sealed *queue, bool out_of_turn);
void sealed_drop(struct sealed *queue, size_t count);
void sealed_free(struct sealed_all *queues);

#endif
