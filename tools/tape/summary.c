/* What a tape has stored of its threads as a whole. */
#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/checksum.h"
#include "tape/compress.h"
#include "tape/file.h"
#include "tape/state.h"

enum { NUMBERS_MOST = 1 << 26 };

static bool belongs(const struct tape *tape, const struct ct_summary *summary, uint32_t thread)
{
    const struct tape_thread *known = &((const struct tape_thread *)tape->threads.at)[thread];
    return summary->thread == thread && summary->events == known->events && summary->entries == known->entries &&
           summary->end_ticks == known->end_ticks;
}

static uint8_t *read_payload(const struct tape *tape, const struct ct_index_entry *entry)
{
    struct ct_section head;
    if (!section_head(tape->fd, entry->offset, tape->size, &head) || head.type != CT_SECTION_SUMMARY ||
        head.bytes != entry->bytes || head.bytes < sizeof(struct ct_summary))
        return NULL;
    uint8_t *payload = malloc(head.bytes);
    if (payload && file_read(tape->fd, entry->offset + sizeof head, payload, head.bytes) == head.bytes &&
        checksum(payload, head.bytes) == head.checksum)
        return payload;
    free(payload);
    return NULL;
}

/* Each number takes a byte at least. */
static uint64_t *parse(const uint8_t *raw, size_t bytes, size_t *count)
{
    uint64_t *numbers = malloc((bytes + 1) * sizeof *numbers);
    struct bytes at = bytes_of(raw, bytes);
    for (*count = 0; numbers && bytes_left(&at) > 0; ++*count)
        numbers[*count] = bytes_leb128(&at);
    if (!at.truncated)
        return numbers;
    free(numbers);
    return NULL;
}

static uint64_t *unpack_numbers(const struct ct_summary *summary, const uint8_t *packed, size_t bytes, size_t *count)
{
    if (summary->raw_bytes > NUMBERS_MOST || summary->codec > CT_CODEC_ZSTD ||
        (summary->codec == CT_CODEC_NONE && summary->raw_bytes != bytes))
        return NULL;
    if (summary->codec == CT_CODEC_NONE)
        return parse(packed, bytes, count);
    uint8_t *raw = malloc(summary->raw_bytes + 1);
    bool whole = raw && decompress(raw, summary->raw_bytes, packed, bytes) == DECOMPRESSED;
    uint64_t *numbers = whole ? parse(raw, summary->raw_bytes, count) : NULL;
    free(raw);
    return numbers;
}

/* By thread, then as they stand in the file. */
static int compare(const void *a, const void *b)
{
    const struct ct_index_entry *x = *(const struct ct_index_entry *const *)a;
    const struct ct_index_entry *y = *(const struct ct_index_entry *const *)b;
    if (x->thread != y->thread)
        return x->thread < y->thread ? -1 : 1;
    return x < y ? -1 : x > y;
}

int summaries_sort(struct tape *tape)
{
    const struct sections *sections = &tape->sections;
    size_t count = 0;
    for (size_t i = 0; i < sections->count; i++)
        count += sections->at[i].type == CT_SECTION_SUMMARY;
    tape->summaries = malloc((count + 1) * sizeof *tape->summaries);
    if (!tape->summaries)
        return -1;
    for (size_t i = 0; i < sections->count; i++)
        if (sections->at[i].type == CT_SECTION_SUMMARY)
            tape->summaries[tape->summary_count++] = &sections->at[i];
    qsort(tape->summaries, count, sizeof *tape->summaries, compare);
    return 0;
}

static size_t first_of(const struct tape *tape, uint32_t thread)
{
    size_t low = 0, high = tape->summary_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tape->summaries[middle]->thread < thread)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One that is damaged, or too large for memory, is as none: it only saves work. */
bool tape_summary(struct tape *tape, uint32_t thread, uint64_t **numbers, size_t *count)
{
    *numbers = NULL;
    for (size_t i = first_of(tape, thread); i < tape->summary_count && !*numbers; i++) {
        const struct ct_index_entry *entry = tape->summaries[i];
        struct ct_summary summary;
        if (entry->thread != thread)
            break;
        uint8_t *payload = read_payload(tape, entry);
        if (!payload)
            continue;
        memcpy(&summary, payload, sizeof summary);
        if (belongs(tape, &summary, thread))
            *numbers = unpack_numbers(&summary, payload + sizeof summary, entry->bytes - sizeof summary, count);
        free(payload);
    }
    return *numbers != NULL;
}
