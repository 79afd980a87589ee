/* The blocks of each thread in order, each chunk once. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tape/block.h"
#include "tape/state.h"

/* Where several begin at one chunk, the one that holds most comes first: the others are earlier copies of its chunks.
 */
static int compare(const void *a, const void *b)
{
    const struct ct_index_entry *x = a, *y = b;
    if (x->thread != y->thread)
        return x->thread < y->thread ? -1 : 1;
    if (x->first_sequence != y->first_sequence)
        return x->first_sequence < y->first_sequence ? -1 : 1;
    if (x->chunks != y->chunks)
        return x->chunks > y->chunks ? -1 : 1;
    if (x->events != y->events)
        return x->events > y->events ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int collect(struct tape *tape)
{
    const struct sections *sections = &tape->sections;
    tape->blocks = malloc((sections->count + 1) * sizeof *tape->blocks);
    if (!tape->blocks)
        return -1;
    for (size_t i = 0; i < sections->count; i++) {
        const struct ct_index_entry *entry = &sections->at[i];
        if (entry->type != CT_SECTION_BLOCK)
            continue;
        if (entry->thread >= tape->id_limit || entry->chunks == 0)
            damages_add(&tape->damages, entry->offset, "a block of thread %u with %u chunks, which cannot be",
                        entry->thread, entry->chunks);
        else
            tape->blocks[tape->block_count++] = *entry;
    }
    qsort(tape->blocks, tape->block_count, sizeof *tape->blocks, compare);
    return 0;
}

/* Whether a block is the next of its thread, or later with a gap before it. A block whose chunks were all seen is
 * what a recorder wrote that was killed before it could free them: dropped, and nothing is missing. */
static bool keep(struct tape *tape, const struct ct_index_entry *block, uint64_t expected)
{
    uint64_t end = (uint64_t)block->first_sequence + block->chunks;
    if (end <= expected) {
        tape->repeated_events += block->events;
        return false;
    }
    if (block->first_sequence < expected) {
        damages_add(&tape->damages, block->offset,
                    "thread %u: a block holds chunks from %u, but those up to %llu "
                    "were read: %llu events are left out",
                    block->thread, block->first_sequence, (unsigned long long)expected - 1,
                    (unsigned long long)block->events);
        return false;
    }
    if (block->first_sequence > expected)
        damages_add(tape_lacking(tape), block->offset, "thread %u: chunks %llu to %u are missing", block->thread,
                    (unsigned long long)expected, block->first_sequence - 1);
    return true;
}

static void drop_repeated(struct tape *tape)
{
    size_t kept = 0;
    uint64_t expected = 0;
    uint32_t thread = CT_NONE;
    for (size_t i = 0; i < tape->block_count; i++) {
        const struct ct_index_entry block = tape->blocks[i];
        if (block.thread != thread)
            expected = 0;
        thread = block.thread;
        if (!keep(tape, &block, expected))
            continue;
        expected = (uint64_t)block.first_sequence + block.chunks;
        tape->blocks[kept++] = block;
    }
    tape->block_count = kept;
}

static uint32_t untimed_of(struct tape *tape, const struct ct_index_entry *entry)
{
    struct ct_block head;
    if (section_block_head(tape->fd, entry->offset, entry->bytes, &head))
        return head.untimed;
    if (errno != 0)
        damages_add(&tape->damages, entry->offset, "the head of a block: %s", strerror(errno));
    return 0;
}

/* Where each thread's blocks begin, and what the index and the blocks' heads tell of each thread. */
static int group_by_thread(struct tape *tape)
{
    if (tape->block_count && !table_at(&tape->threads, tape->blocks[tape->block_count - 1].thread))
        return -1;
    uint32_t count = tape->threads.count;
    tape->thread_blocks = malloc(((size_t)count + 1) * sizeof *tape->thread_blocks);
    if (!tape->thread_blocks)
        return -1;
    struct tape_thread *threads = tape->threads.at;
    size_t block = 0;
    for (uint32_t i = 0; i < count; i++) {
        tape->thread_blocks[i] = block;
        for (; block < tape->block_count && tape->blocks[block].thread == i; block++) {
            threads[i].events += tape->blocks[block].events;
            threads[i].entries += tape->blocks[block].entries;
            threads[i].untimed += untimed_of(tape, &tape->blocks[block]);
        }
        tape->totals.events += threads[i].events;
        tape->totals.entries += threads[i].entries;
        tape->totals.untimed += threads[i].untimed;
    }
    tape->thread_blocks[count] = block;
    return 0;
}

/* The end counts what was written: what no head that could be found tells of is missing. */
static void compare_with_end(struct tape *tape)
{
    const struct ct_end *told = &tape->sections.told;
    uint64_t found = tape->totals.events + tape->repeated_events;
    if (tape->sections.finished && told->events != found)
        damages_add(&tape->damages, tape->sections.end, "the tape was written with %llu events; %llu are listed",
                    (unsigned long long)told->events, (unsigned long long)found);
}

int blocks_sort(struct tape *tape)
{
    if (collect(tape) != 0)
        return -1;
    drop_repeated(tape);
    tape->blocks_reported = calloc(tape->block_count + 1, 1);
    if (!tape->blocks_reported || group_by_thread(tape) != 0)
        return -1;
    compare_with_end(tape);
    return 0;
}

void block_report(struct tape *tape, size_t block, const char *format, ...)
{
    char text[200];
    va_list arguments;
    if (__atomic_exchange_n(&tape->blocks_reported[block], 1, __ATOMIC_RELAXED) != 0)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    damages_add(&tape->damages, tape->blocks[block].offset, "%s", text);
}

void block_report_unknown(struct tape *tape, size_t index, const struct block *block)
{
    if (block->unknown_functions != 0 && !tape->tells_loss)
        block_report(tape, index, "events of thread %u name %u functions that nothing describes", block->head.thread,
                     block->unknown_functions);
}
