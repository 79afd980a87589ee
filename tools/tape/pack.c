#include "tape/pack.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "tape/bytes.h"
#include "tape/checksum.h"

enum { SLOT_COUNT = CT_FUNCTION_MAX + 2, SLOT_OF_EXIT = 1 };

/* Gaps learned of one chunk: of a program whose every event is timed more would cost time and teach nothing. */
enum { LEARN_MOST = 1024 };

/* Events in a row that have a time, before the gaps between them are as they are where all have. */
enum { LEARN_AFTER = 64 };

/* Times below this take at most two bytes. */
enum { TIME_LIMIT = 1 << 14 };

int packer_init(struct packer *packer)
{
    *packer = (struct packer){0};
    /* Tables are as large as the ids allow, so that the loop needs no bounds check; pages that no id reaches are never
     * touched. */
    packer->slots = calloc(SLOT_COUNT, sizeof *packer->slots);
    packer->seen = calloc((CT_FUNCTION_MAX + 1) / 64, sizeof *packer->seen);
    packer->dictionary = calloc(DICTIONARY_MAX, sizeof *packer->dictionary);
    packer->gap_entry = calloc(DICTIONARY_MAX, sizeof *packer->gap_entry);
    packer->gap_exit = calloc(DICTIONARY_MAX, sizeof *packer->gap_exit);
    packer->means = calloc(CODE_ENTRY + 2 * DICTIONARY_MAX, sizeof *packer->means);
    packer->habits.open = calloc(CT_BLOCK_WORDS_MAX + 2, sizeof *packer->habits.open);
    if (!packer->habits.open || !packer->slots || !packer->seen || !packer->dictionary || !packer->gap_entry ||
        !packer->gap_exit || !packer->means)
        return -1;
    packer->slots[0] = SLOT_OF_EXIT;
    habits_begin(&packer->habits, HABIT_CODES);
    return 0;
}

void packer_free(struct packer *packer)
{
    learner_free(&packer->learner);
    folder_free(&packer->folder);
    free(packer->slots);
    free(packer->habits.open);
    free(packer->seen);
    free(packer->dictionary);
    free(packer->gap_entry);
    free(packer->gap_exit);
    free(packer->means);
    free(packer->functions.data);
    free(packer->kinds.data);
    free(packer->entries.data);
    free(packer->timed.data);
    free(packer->times.data);
    free(packer->specials.data);
    free(packer->gap_column.data);
    free(packer->edges.ops.data);
    free(packer->edges_column.data);
    *packer = (struct packer){0};
}

static void clear_slots(struct packer *packer)
{
    for (uint32_t i = 0; i < packer->dictionary_count; i++)
        packer->slots[packer->dictionary[i] + 1] = 0;
    packer->dictionary_count = 0;
}

/* A clock that reads more is not believed (an arena is anyone's to write): sums of times must stay below 2^64. */
static uint64_t believable(uint64_t ticks)
{
    return ticks >> 63 ? 0 : ticks;
}

void packer_begin(struct packer *packer, const struct ct_chunk *chunk)
{
    habits_begin(&packer->habits, CODE_ENTRY + 2 * packer->dictionary_count);
    clear_slots(packer);
    edges_begin(&packer->edges);
    folder_begin_block(&packer->folder);
    packer->functions.bytes = packer->kinds.bytes = packer->entries.bytes = packer->timed.bytes = 0;
    packer->times.bytes = packer->specials.bytes = packer->gap_column.bytes = 0;
    packer->kinds_left = 0;
    packer->words = packer->skipped = packer->specials_seen = packer->surprise = 0;
    packer->timed_cost = CT_PROBE_TIMED(chunk->probe);
    packer->untimed_cost = learned_untimed_cost(&packer->learner, packer->timed_cost, CT_PROBE_UNTIMED(chunk->probe));
    packer->block = (struct ct_block){
        .process = chunk->process,
        .thread = chunk->thread,
        .first_sequence = chunk->sequence_plus_1 - 1,
        .first_ticks = believable(chunk->base_ticks),
        .stack = chunk->stack,
    };
    packer->last = packer->block.first_ticks;
    packer->time_limit = TIME_LIMIT;
}

bool packer_has_room(const struct packer *packer)
{
    return packer->dictionary_count <= DICTIONARY_MAX - CHUNK_WORDS_MAX &&
           packer->words + 2 * packer->folder.block_calls <= CT_BLOCK_WORDS_MAX - CHUNK_WORDS_MAX;
}

void packer_see(struct packer *packer, uint32_t function)
{
    packer->seen[function / 64] |= UINT64_C(1) << (function % 64);
    if (function >= packer->seen_count)
        packer->seen_count = function + 1;
}

__attribute__((noinline, cold)) static uint32_t dictionary_add(struct packer *packer, uint32_t function)
{
    uint32_t index = packer->dictionary_count++, code = CODE_ENTRY + 2 * index;
    packer->dictionary[index] = function;
    learner_reserve(&packer->learner, function);
    packer->gap_entry[index] = learned_gap(&packer->learner, function, false, packer->timed_cost);
    packer->gap_exit[index] = learned_gap(&packer->learner, function, true, packer->timed_cost);
    for (uint32_t exit = 0; exit < 2; exit++) {
        uint32_t mean = learned_mean(&packer->learner, function, exit);
        packer->means[code + exit] = mean ? mean : packer->timed_cost;
    }
    packer->slots[function + 1] = (uint16_t)code;
    packer_see(packer, function);
    return code;
}

/* What low bits are read against is no longer the last timed word, but `ticks`, if that is later. */
static void move_reference(struct packer *packer, uint64_t last, uint64_t ticks)
{
    if (ticks <= last + packer->skipped)
        return;
    packer->skipped = ticks - last;
    packer->time_limit = 0;
}

static uint64_t saturating_add(uint64_t a, uint64_t b)
{
    return a + b < a ? UINT64_MAX : a + b;
}

/* Where the columns end. */
struct columns {
    uint8_t *kind; /* a byte a word, whose lowest bit counts */
    uint16_t *entry;
    uint8_t *time;
    uint64_t last; /* time of the last timed word; its reference too, unless `skipped` */
};

/* A special's payload goes into a column of its own; an epoch only moves the reference. A word that no runtime writes
 * stands for an event that was lost. Returns the code, 0 where there is none. */
static uint32_t add_special(struct packer *packer, const struct columns *at, uint64_t word)
{
    uint32_t kind = (uint32_t)(word >> CT_SPECIAL_SHIFT);
    uint64_t payload = word & CT_PAYLOAD_MASK;
    if (word >> CT_TAG_SHIFT != CT_TAG_SPECIAL || (kind == CT_SPECIAL_FOLD && !packer->folder.on)) {
        kind = CT_SPECIAL_LOST;
        payload = 1;
    }
    if (kind == CT_SPECIAL_EPOCH) {
        bool possible = payload < UINT64_C(1) << (63 - CT_EPOCH_SHIFT);
        if (possible)
            move_reference(packer, at->last, payload << CT_EPOCH_SHIFT);
        return 0;
    }
    if (kind == CT_SPECIAL_LOST)
        packer->block.lost_events = saturating_add(packer->block.lost_events, payload);
    if (kind == CT_SPECIAL_FOLD)
        payload &= CT_FUNCTION_MAX;
    if ((kind == CT_SPECIAL_STRAY || kind == CT_SPECIAL_INHERIT || kind == CT_SPECIAL_FOLD) &&
        payload <= CT_FUNCTION_MAX)
        packer_see(packer, (uint32_t)payload);
    uint64_t words = packer->words + (uint64_t)(at->kind - packer->kind_bytes);
    uint64_t ones = (uint64_t)(at->entry - (const uint16_t *)(const void *)packer->entries.data);
    edges_special(packer, kind, payload, ones - packer->specials_seen, words - ones);
    habits_special(&packer->habits.at, kind, payload);
    packer->specials_seen++;
    uint8_t *end = leb128_write(packer->specials.data + packer->specials.bytes, payload);
    packer->specials.bytes = (size_t)(end - packer->specials.data);
    return CODE_SPECIAL + kind;
}

/* A value, or bytes of one. */
static inline bool is_of_value(uint64_t word)
{
    return word >> CT_SPECIAL_SHIFT == CT_SPECIAL_VALUE || word >> CT_SPECIAL_SHIFT == CT_SPECIAL_DATA;
}

/* leb128_write() of at most 56 bits, without a branch; stores eight bytes. */
static inline uint8_t *put_payload(uint8_t *to, uint64_t payload)
{
    uint64_t x = (payload & UINT64_C(0xfffffff)) | (payload & UINT64_C(0xfffffff0000000)) << 4;
    x = (x & UINT64_C(0x00003fff00003fff)) | (x & UINT64_C(0x0fffc0000fffc000)) << 2;
    x = (x & UINT64_C(0x007f007f007f007f)) | (x & UINT64_C(0x3f803f803f803f80)) << 1;
    uint32_t last = (63 - (uint32_t)__builtin_clzll(x | 1)) & ~7u; /* bit that the last byte begins with */
    uint64_t bytes = htole64(x | (UINT64_C(0x8080808080808080) & ((UINT64_C(1) << last) - 1)));
    memcpy(to, &bytes, sizeof bytes);
    return to + last / 8 + 1;
}

/* The same of what takes four bytes, as the VALUE of anything that has one to 15 does. */
static inline bool takes_four(uint64_t payload)
{
    return payload - (UINT64_C(1) << 21) < (UINT64_C(1) << 28) - (UINT64_C(1) << 21);
}

static inline uint8_t *put_four(uint8_t *to, uint64_t payload)
{
    uint32_t x = (uint32_t)payload;
    x = (x & 0x3fff) | (x & 0xfffc000) << 2;
    x = (x & 0x007f007f) | (x & 0x3f803f80) << 1;
    x = htole32(x | 0x808080);
    memcpy(to, &x, sizeof x);
    return to + sizeof x;
}

/* ---- the loop ---------------------------------------------------------------------------------------------------
 *
 * A few nanoseconds a word are all of the recorder's cost, so it keeps what it works on in registers, as many as there
 * are, and calls nothing but on a special, a function that is new to the block, a time of more than 14 bits, or a
 * change between timed and untimed words. */
/* Values go in and out by value: an address taken would put the columns into memory. */
__attribute__((noinline, cold)) static struct columns special_word(struct packer *packer, struct columns at,
                                                                   uint64_t word)
{
    uint32_t code = add_special(packer, &(struct columns){at.kind, at.entry, at.time, at.last}, word);
    if (code) {
        *at.entry++ = (uint16_t)code;
        *at.kind++ = 1;
    }
    if (code == CODE_SPECIAL + CT_SPECIAL_FOLD)
        at.last += (word & CT_PAYLOAD_MASK) >> FOLD_SPAN_SHIFT;
    return at;
}

/* The words of values from `w`, which lies before `next`, on: there may be more of them than events, and neither edges
 * nor habits heed them. Returns how many they are. */
__attribute__((noinline)) static size_t value_words(struct packer *packer, uint8_t *kinds, uint16_t *entries,
                                                    uint64_t w, const uint64_t *next, const uint64_t *end)
{
    uint8_t *to = packer->specials.data + packer->specials.bytes;
    size_t count = 0;
    for (; is_of_value(w); w = next < end ? __atomic_load_n(next, __ATOMIC_RELAXED) : 0, next++) {
        uint64_t payload = w & CT_PAYLOAD_MASK;
        entries[count] = (uint16_t)(CODE_SPECIAL + (w >> CT_SPECIAL_SHIFT));
        kinds[count++] = 1;
        to = takes_four(payload) ? put_four(to, payload) : put_payload(to, payload);
    }
    packer->specials_seen += count;
    packer->specials.bytes = (size_t)(to - packer->specials.data);
    return count;
}

/* The word at `kind` has a time, or none, unexpectedly. */
__attribute__((noinline)) static void add_surprise(struct packer *packer, const uint8_t *kind)
{
    uint64_t index = packer->words + (uint64_t)(kind - packer->kind_bytes);
    uint8_t *end = leb128_write(packer->timed.data + packer->timed.bytes, index - packer->surprise);
    packer->timed.bytes = (size_t)(end - packer->timed.data);
    packer->surprise = index + 1;
}

/* Times of more than two bytes, steps backwards, and what follows where the reference moved without an event. */
__attribute__((noinline, cold)) static struct columns long_time(struct packer *packer, struct columns at, uint64_t word)
{
    uint64_t step = (word - (at.last + packer->skipped)) & CT_CLOCK_MASK;
    if (step >> (CT_CLOCK_BITS - 1))
        step = 0;
    uint64_t delta = packer->skipped + step;
    at.time = leb128_write(at.time, delta);
    at.last += delta;
    packer->skipped = 0;
    packer->time_limit = TIME_LIMIT;
    return at;
}

/* The low bits' distance from the reference moves it; one in the upper half of their range is a step backwards (another
 * CPU's clock, a signal handler's event stored before that of the event it interrupted), which is given the reference's
 * time. */
static inline struct columns add_time(struct packer *packer, struct columns at, uint64_t word)
{
    uint64_t delta = (word - at.last) & CT_CLOCK_MASK;
    if (__builtin_expect(delta >= packer->time_limit, 0))
        return long_time(packer, at, word);
    uint64_t high = delta & 0x3f80, more = high != 0; /* one byte or two, without a branch */
    uint16_t bytes = htole16((uint16_t)((delta + high) | more << 7));
    memcpy(at.time, &bytes, sizeof bytes);
    at.time += 1 + more;
    at.last += delta;
    return at;
}

static inline struct columns add_code(struct columns at, uint64_t word, uint32_t slot)
{
    *at.kind++ = (uint8_t)(word >> CT_TAG_SHIFT);
    *at.entry = (uint16_t)slot;
    at.entry += word >> CT_TAG_SHIFT & 1;
    return at;
}

/* The slot of an event, made if need be. What an exit finds does not matter. */
static inline uint32_t find_slot(struct packer *packer, uint64_t word)
{
    uint32_t function = (uint32_t)(word >> CT_CLOCK_BITS) & CT_FUNCTION_MAX, entry = word >> CT_TAG_SHIFT & 1;
    uint32_t slot = packer->slots[function + entry];
    if (__builtin_expect(slot == 0, 0))
        slot = entry ? dictionary_add(packer, function) : SLOT_OF_EXIT;
    return slot;
}

/* Upper three bits of a word that is a timed event: 3 or 5. */
static inline bool is_timed_event(uint64_t word)
{
    return (UINT64_C(1) << 3 | UINT64_C(1) << 5) >> (word >> 61) & 1;
}

/* Goes on as long as there are timed events alone, as all were so far in the block. Returns where it stopped. */
__attribute__((noinline)) static const uint64_t *add_timed(struct packer *packer, struct columns *columns,
                                                           const uint64_t *word, const uint64_t *end)
{
    struct columns at = *columns;
    struct habits_at habit = packer->habits.at;
    for (; word < end; word++) {
        uint64_t w = __atomic_load_n(word, __ATOMIC_RELAXED);
        if (__builtin_expect(!is_timed_event(w), 0)) {
            if (!is_of_value(w))
                break;
            size_t count = value_words(packer, at.kind, at.entry, w, word + 1, end);
            at.kind += count;
            at.entry += count;
            word += count - 1;
            continue;
        }
        uint32_t slot = find_slot(packer, w);
        habits_step(&habit, slot, w >> CT_TAG_SHIFT & 1);
        at = add_time(packer, add_code(at, w, slot), w);
    }
    packer->habits.at = habit;
    *columns = at;
    return word;
}

/* A timed event that follows directly upon another. */
static inline void learn(struct packer *packer, uint32_t key, uint64_t gap)
{
    uint32_t index = key / 2 - CODE_ENTRY / 2;
    if (key >= CODE_ENTRY)
        learn_gap(&packer->learner, packer->dictionary[index], key % 2, gap);
}

/* Any words. Learns how long gaps are; returns before `end` once it has learned enough, or where values let it learn
 * little, if all events so far had a time. The events without one are those from `since` on: most are such, and count
 * nothing. */
__attribute__((noinline)) static const uint64_t *add_words(struct packer *packer, struct columns *columns,
                                                           const uint64_t *word, const uint64_t *end)
{
    struct columns at = *columns;
    struct habits *habits = &packer->habits;
    struct habits_at habit = habits->at;
    const uint64_t *since = word;
    uint32_t left = LEARN_MOST, row = 0; /* events with a time in a row */
    uint32_t broken = 0;                 /* such rows, by values */
    uint64_t predicted = 0, untimed = 0; /* of those from `since` on; before it */
    for (; word < end; word++) {
        uint64_t w = __atomic_load_n(word, __ATOMIC_RELAXED);
        uint64_t tag = w >> CT_TAG_SHIFT;
        if (__builtin_expect(tag - CT_TAG_ENTRY > CT_TAG_EXIT - CT_TAG_ENTRY, 0)) {
            if (w == 0) {
                since++;
                continue;
            }
            untimed += (uint64_t)(word - since);
            row = 0;
            predicted = 0;
            if (is_of_value(w)) {
                size_t count = value_words(packer, at.kind, at.entry, w, word + 1, end);
                at.kind += count;
                at.entry += count;
                word += count - 1;
                if (++broken == LEARN_AFTER && packer->surprise == 0)
                    end = word + 1;
            } else {
                habits->at = habit;
                at = special_word(packer, at, w);
                habit = habits->at;
            }
            since = word + 1;
            continue;
        }
        uint32_t timed = w >> 61 & 1, slot = find_slot(packer, w);
        uint64_t key = habits_step(&habit, slot, tag & 1);
        uint32_t expected = habits_expect(habits, &habit, key);
        if (__builtin_expect(timed != expected, 0))
            add_surprise(packer, at.kind);
        habits_tell(habits, &habit, key, expected, timed);
        at = add_code(at, w, slot);
        predicted += packer->means[key];
        if (!timed)
            continue;
        uint64_t before = at.last, run = (uint64_t)(word - since);
        at = add_time(packer, at, w);
        if (run != 0) {
            learn_run(&packer->learner, predicted, at.last - before, (uint32_t)run);
            untimed += run;
            row = 0;
        }
        since = word + 1;
        predicted = 0;
        if (++row > LEARN_AFTER && left != 0) {
            learn(packer, key, at.last - before);
            if (--left == 0 && packer->surprise == 0)
                end = word + 1;
        }
    }
    packer->block.untimed += (uint32_t)(untimed + (uint64_t)(word - since));
    habits->at = habit;
    *columns = at;
    return word;
}

/* Bytes become bits, eight at once; fewer stay until there are more of them. */
static void pack_kinds(struct packer *packer, const uint8_t *end)
{
    const uint8_t *kind = packer->kind_bytes;
    uint8_t *to = packer->kinds.data + packer->kinds.bytes;
    for (; end - kind >= 8; kind += 8) {
        uint64_t eight;
        memcpy(&eight, kind, sizeof eight);
        eight = le64toh(eight) & UINT64_C(0x0101010101010101);
        *to++ = (uint8_t)(eight * UINT64_C(0x0102040810204080) >> 56);
    }
    packer->kinds.bytes = (size_t)(to - packer->kinds.data);
    packer->words += (uint64_t)(kind - packer->kind_bytes);
    packer->kinds_left = (uint32_t)(end - kind);
    memcpy(packer->kind_bytes, kind, packer->kinds_left);
}

int packer_add(struct packer *packer, uint64_t base_ticks, const uint64_t *words, uint32_t count)
{
    /* one number more than there are words, as the loop stores more bytes than it counts */
    uint8_t *entries = buffer_reserve(&packer->entries, (count + 1) * sizeof(uint16_t));
    uint8_t *times = buffer_reserve(&packer->times, (count + 1) * LEB128_BYTES_MAX);
    if (!entries || !times || !buffer_reserve(&packer->kinds, count / 8 + 2) ||
        !buffer_reserve(&packer->specials, (count + 1) * LEB128_BYTES_MAX) ||
        !buffer_reserve(&packer->timed, (count + 1) * LEB128_BYTES_MAX))
        return -1;
    move_reference(packer, packer->last, believable(base_ticks));
    if (packer->folder.on &&
        !(words = folder_words(&packer->folder, packer->last + packer->skipped, packer->timed_cost, words, &count)))
        return -1;
    struct columns at = {
        .kind = packer->kind_bytes + packer->kinds_left,
        .entry = (uint16_t *)(void *)entries,
        .time = times,
        .last = packer->last,
    };
    const uint64_t *end = words + count;
    while (words < end) {
        words = add_words(packer, &at, words, end);
        if (!packer->surprise)
            words = add_timed(packer, &at, words, end);
    }
    packer->entries.bytes = (size_t)((uint8_t *)at.entry - packer->entries.data);
    packer->times.bytes = (size_t)(at.time - packer->times.data);
    packer->last = at.last;
    pack_kinds(packer, at.kind);
    packer->block.chunks++;
    return 0;
}

/* Means are told where events lack a time. */
static int end_gaps(struct packer *packer)
{
    bool means = packer->block.untimed != 0;
    if (!means && packer->timed_cost == 0 && packer->untimed_cost == 0)
        return 0;
    uint8_t *at = buffer_reserve(&packer->gap_column, (2 * (size_t)packer->dictionary_count + 2) * LEB128_BYTES_MAX);
    if (!at)
        return -1;
    at = leb128_write(at, packer->timed_cost);
    at = leb128_write(at, packer->untimed_cost);
    for (uint32_t i = 0; i < packer->dictionary_count; i++) {
        at = leb128_write(at, means ? packer->gap_entry[i] : 0);
        at = leb128_write(at, means ? packer->gap_exit[i] : 0);
    }
    packer->gap_column.bytes = (size_t)(at - packer->gap_column.data);
    return 0;
}

/* The kinds of the last words, fewer than eight. */
static void end_kinds(struct packer *packer)
{
    uint32_t left = packer->kinds_left;
    memset(packer->kind_bytes + left, 0, 8);
    pack_kinds(packer, packer->kind_bytes + (left + 7) / 8 * 8);
    packer->words -= (left + 7) / 8 * 8 - left;
}

int packer_end(struct packer *packer)
{
    uint8_t *at = buffer_reserve(&packer->functions, ((size_t)packer->dictionary_count + 1) * LEB128_BYTES_MAX);
    if (!at)
        return -1;
    for (uint32_t i = 0; i < packer->dictionary_count; i++)
        at = leb128_write(at, packer->dictionary[i]);
    packer->functions.bytes = (size_t)(at - packer->functions.data);
    end_kinds(packer);
    packer->block.words = packer->words;
    packer->block.events = packer->words - packer->specials_seen + 2 * packer->folder.block_calls;
    packer->block.entries =
        packer->entries.bytes / sizeof(uint16_t) - packer->specials_seen + packer->folder.block_calls;
    packer->block.last_ticks = packer->last;
    return end_gaps(packer) == 0 && edges_end(packer) == 0 ? 0 : -1;
}
