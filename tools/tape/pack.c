#include "tape/pack.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/checksum.h"

enum { EXIT_SLOT = CT_FUNCTION_MAX + 1, SLOT_COUNT = EXIT_SLOT + 1, GENERATION_MAX = 0xffff };

int packer_init(struct packer *packer)
{
    *packer = (struct packer){0};
    /* Both tables are as large as the ids allow, so that the loop needs no bounds check; pages that no id reaches are
     * never touched. */
    packer->slots = calloc(SLOT_COUNT, sizeof *packer->slots);
    packer->seen = calloc((CT_FUNCTION_MAX + 1) / 64, sizeof *packer->seen);
    packer->dictionary = calloc(DICTIONARY_MAX, sizeof *packer->dictionary);
    return packer->slots && packer->seen && packer->dictionary ? 0 : -1;
}

void packer_free(struct packer *packer)
{
    free(packer->slots);
    free(packer->seen);
    free(packer->dictionary);
    free(packer->functions.data);
    free(packer->codes.data);
    free(packer->times.data);
    free(packer->specials.data);
    *packer = (struct packer){0};
}

static int next_generation(struct packer *packer)
{
    if (packer->generation == GENERATION_MAX) {
        uint32_t *slots = calloc(SLOT_COUNT, sizeof *slots);
        if (!slots)
            return -1;
        free(packer->slots);
        packer->slots = slots;
        packer->generation = 0;
    }
    packer->generation++;
    packer->slots[EXIT_SLOT] = packer->generation << 16 | CODE_EXIT;
    return 0;
}

/* A clock that reads more is not believed (an arena is anyone's to write): sums of times must stay below 2^64. */
static uint64_t believable(uint64_t ticks)
{
    return ticks >> 63 ? 0 : ticks;
}

int packer_begin(struct packer *packer, const struct ct_chunk *chunk)
{
    if (next_generation(packer) != 0)
        return -1;
    packer->dictionary_count = 0;
    packer->functions.bytes = packer->codes.bytes = packer->times.bytes = packer->specials.bytes = 0;
    packer->block = (struct ct_block){
        .process = chunk->process,
        .thread = chunk->thread,
        .first_sequence = chunk->sequence_plus_1 - 1,
        .first_ticks = believable(chunk->base_ticks),
        .stack = chunk->stack,
    };
    packer->reference = packer->last = packer->block.first_ticks;
    return 0;
}

bool packer_has_room(const struct packer *packer)
{
    return packer->dictionary_count <= DICTIONARY_MAX - CHUNK_WORDS_MAX &&
           packer->codes.bytes / sizeof(uint16_t) <= CT_BLOCK_WORDS_MAX - CHUNK_WORDS_MAX;
}

void packer_see(struct packer *packer, uint32_t function)
{
    packer->seen[function / 64] |= UINT64_C(1) << (function % 64);
    if (function >= packer->seen_count)
        packer->seen_count = function + 1;
}

__attribute__((noinline, cold)) static uint32_t dictionary_add(struct packer *packer, uint32_t function)
{
    uint32_t code = CODE_ENTRY + 2 * packer->dictionary_count;
    packer->dictionary[packer->dictionary_count++] = function;
    packer->slots[function] = packer->generation << 16 | code;
    packer_see(packer, function);
    return packer->slots[function];
}

static uint64_t saturating_add(uint64_t a, uint64_t b)
{
    return a + b < a ? UINT64_MAX : a + b;
}

/* A special goes into the codes column, its payload into its own; an epoch only moves the reference. A word that no
 * runtime writes stands for an event that was lost. Returns how many codes were written, 0 or 1. */
__attribute__((noinline, cold)) static size_t add_special(struct packer *packer, uint64_t word, uint16_t *code)
{
    uint32_t kind = (uint32_t)(word >> CT_SPECIAL_SHIFT);
    uint64_t payload = word & CT_PAYLOAD_MASK;
    if (word >> CT_TAG_SHIFT != CT_TAG_SPECIAL) {
        kind = CT_SPECIAL_LOST;
        payload = 1;
    }
    if (kind == CT_SPECIAL_EPOCH) {
        bool possible = payload < UINT64_C(1) << (63 - CT_EPOCH_SHIFT);
        if (possible && payload << CT_EPOCH_SHIFT > packer->reference)
            packer->reference = payload << CT_EPOCH_SHIFT;
        return 0;
    }
    if (kind == CT_SPECIAL_LOST)
        packer->block.lost_events = saturating_add(packer->block.lost_events, payload);
    if ((kind == CT_SPECIAL_STRAY || kind == CT_SPECIAL_INHERIT) && payload <= CT_FUNCTION_MAX)
        packer_see(packer, (uint32_t)payload);
    *code = (uint16_t)(CODE_SPECIAL + kind);
    uint8_t *end = leb128_write(packer->specials.data + packer->specials.bytes, payload);
    packer->specials.bytes = (size_t)(end - packer->specials.data);
    return 1;
}

/* LEB128 without a branch but the one that is never taken: values of 28 bits (0.1 s and more of ticks) at once. The
 * store is of eight bytes; the caller's column has the room. */
static inline uint8_t *write_delta(uint8_t *to, uint64_t delta, uint64_t keep)
{
    if (__builtin_expect(delta >> 28 != 0, 0))
        return leb128_write(to, delta);
    unsigned bits = 64u - (unsigned)__builtin_clzll(delta | 1);
    unsigned length = (bits + 6) / 7;
    uint64_t spread = (delta & 0x7f) | (delta & 0x3f80) << 1 | (delta & 0x1fc000) << 2 | (delta & 0xfe00000) << 3;
    uint64_t more = UINT64_C(0x80808080) & ((UINT64_C(1) << (8 * (length - 1))) - 1);
    uint64_t bytes = htole64(spread | more);
    memcpy(to, &bytes, sizeof bytes);
    return to + (length & keep);
}

/* The inner loop: a few nanoseconds a word are all of the recorder's cost, so it calls nothing but on a special, a
 * function that is new to the block, or a gap of 28 bits. Times: the low bits' distance from the reference; one in
 * the upper half of their range is a step backwards (another CPU's clock, a signal handler's event stored before
 * that of the event it interrupted), which is given the reference's time. */
static void add_words(struct packer *packer, const uint64_t *word, const uint64_t *end, uint16_t *code, uint8_t *time)
{
    uint64_t reference = packer->reference, last = packer->last, entries = 0, events = 0;
    const uint32_t *slots = packer->slots;
    const uint32_t generation = packer->generation;
    uint16_t *const codes = code;
    for (; word < end; word++) {
        uint64_t w = __atomic_load_n(word, __ATOMIC_RELAXED);
        uint64_t tag = w >> CT_TAG_SHIFT;
        if (__builtin_expect(tag != CT_TAG_ENTRY && tag != CT_TAG_EXIT, 0)) {
            if (w != 0) {
                packer->reference = reference;
                code += add_special(packer, w, code);
                reference = packer->reference;
            }
            continue;
        }
        uint32_t function = (uint32_t)(w >> CT_CLOCK_BITS) & CT_FUNCTION_MAX;
        uint32_t index = tag == CT_TAG_ENTRY ? function : EXIT_SLOT;
        uint32_t slot = slots[index];
        if (__builtin_expect(slot >> 16 != generation, 0))
            slot = dictionary_add(packer, index);
        uint64_t timed = w >> 61 & 1;
        uint64_t keep = -timed;
        *code++ = (uint16_t)(slot + (timed ^ 1));
        entries += tag & 1;
        events++;
        uint64_t step = (w - reference) & CT_CLOCK_MASK;
        step = step >> (CT_CLOCK_BITS - 1) ? 0 : step & keep;
        reference += step;
        uint64_t delta = (reference - last) & keep;
        last += delta;
        time = write_delta(time, delta, keep);
    }
    packer->reference = reference;
    packer->last = last;
    packer->block.entries += entries;
    packer->block.events += events;
    packer->codes.bytes += (size_t)(code - codes) * sizeof *code;
    packer->times.bytes = (size_t)(time - packer->times.data);
}

int packer_add(struct packer *packer, const struct ct_chunk *chunk, uint32_t words)
{
    /* one number more than there are words, as the loop stores eight bytes at a time */
    uint8_t *codes = buffer_reserve(&packer->codes, (words + 1) * sizeof(uint16_t));
    uint8_t *times = buffer_reserve(&packer->times, (words + 1) * LEB128_BYTES_MAX);
    if (!codes || !times || !buffer_reserve(&packer->specials, (words + 1) * LEB128_BYTES_MAX))
        return -1;
    uint64_t base = believable(chunk->base_ticks);
    if (base > packer->reference)
        packer->reference = base;
    const uint64_t *word = (const uint64_t *)chunk + CT_CHUNK_HEADER_WORDS;
    add_words(packer, word, word + words, (uint16_t *)(void *)codes, times);
    packer->block.chunks++;
    return 0;
}

int packer_end(struct packer *packer)
{
    uint8_t *at = buffer_reserve(&packer->functions, ((size_t)packer->dictionary_count + 1) * LEB128_BYTES_MAX);
    if (!at)
        return -1;
    for (uint32_t i = 0; i < packer->dictionary_count; i++)
        at = leb128_write(at, packer->dictionary[i]);
    packer->functions.bytes = (size_t)(at - packer->functions.data);
    packer->block.words = packer->codes.bytes / sizeof(uint16_t);
    packer->block.last_ticks = packer->last;
    return 0;
}
