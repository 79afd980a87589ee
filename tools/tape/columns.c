#include "tape/columns.h"

#include <endian.h>
#include <string.h>

#include "base/saturate.h"
#include "tape/pack.h"

static uint64_t kinds_at(const uint8_t *kinds, uint64_t word)
{
    uint64_t bits;
    memcpy(&bits, kinds + word / 8, sizeof bits);
    return le64toh(bits);
}

/* From any word on, up to the next multiple of 64. */
static uint64_t kinds_from(const uint8_t *kinds, uint64_t word)
{
    return kinds_at(kinds, word & ~UINT64_C(63)) >> word % 64;
}

/* Bits by halves: most processors could do it at once, but not all. */
static size_t ones_in(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return ((bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56;
}

/* As many entries as there are ones, and none behind the last word? */
static bool kinds_fit(const uint8_t *kinds, size_t bytes, uint64_t words, size_t entry_count)
{
    if (bytes != (words + 7) / 8)
        return false;
    size_t ones = 0;
    for (size_t i = 0; i < bytes; i += 8)
        ones += ones_in(kinds_at(kinds, 8 * (uint64_t)i) &
                        (bytes - i < 8 ? (UINT64_C(1) << 8 * (bytes - i)) - 1 : UINT64_MAX));
    bool tail = words % 8 != 0 && kinds[bytes - 1] >> (words % 8) != 0;
    return ones == entry_count && !tail;
}

enum { SOME = 256 };

/* Both without a branch and in small numbers, so that the compiler takes several codes at a time. */
static void count_specials(struct columns_counts *counts, const uint16_t codes[SOME])
{
    uint16_t odd = 0, values = 0, data = 0, folds = 0;
    for (size_t i = 0; i < SOME; i++) {
        uint16_t code = codes[i], special = (uint16_t)(code - CODE_SPECIAL) < CODE_ENTRY - CODE_SPECIAL;
        odd = (uint16_t)(odd + (code & special));
        values = (uint16_t)(values + (code == CODE_SPECIAL + CT_SPECIAL_VALUE));
        data = (uint16_t)(data + (code == CODE_SPECIAL + CT_SPECIAL_DATA));
        folds = (uint16_t)(folds + (code == CODE_SPECIAL + CT_SPECIAL_FOLD));
    }
    counts->untimed -= odd;
    counts->values += values;
    counts->data += data;
    counts->folds += folds;
}

/* Returns how many are specials. */
static uint16_t count_some(struct columns_counts *counts, const uint16_t codes[SOME])
{
    uint16_t odd = 0, entries = 0, specials = 0, highest = 0;
    for (size_t i = 0; i < SOME; i++) {
        uint16_t code = codes[i];
        odd = (uint16_t)(odd + (code & 1));
        entries = (uint16_t)(entries + (code >= CODE_ENTRY));
        specials = (uint16_t)(specials + ((uint16_t)(code - CODE_SPECIAL) < CODE_ENTRY - CODE_SPECIAL));
        highest = code > highest ? code : highest;
    }
    counts->untimed += odd;
    counts->entries += entries;
    counts->highest = highest > counts->highest ? highest : counts->highest;
    counts->specials += specials;
    return specials;
}

struct columns_counts columns_count(const uint16_t *codes, size_t count)
{
    struct columns_counts counts = {0};
    uint16_t last[SOME] = {0};
    for (; count >= SOME; codes += SOME, count -= SOME) {
        if (count_some(&counts, codes) != 0)
            count_specials(&counts, codes);
    }
    memcpy(last, codes, count * sizeof *codes);
    if (count_some(&counts, last) != 0)
        count_specials(&counts, last);
    return counts;
}

/* Exits are zeros. */
static void join(uint16_t *codes, uint64_t words, const uint8_t *kinds, const uint16_t *entries)
{
    memset(codes, 0, words * sizeof *codes);
    for (uint64_t word = 0; word < words; word += 64)
        for (uint64_t bits = kinds_at(kinds, word); bits != 0; bits &= bits - 1)
            codes[word + (uint64_t)__builtin_ctzll(bits)] = *entries++;
}

/* Index of the next surprise; UINT64_MAX: there is none. */
static uint64_t next_surprise(struct bytes *timed, uint64_t index)
{
    uint64_t distance = bytes_left(timed) > 0 ? bytes_leb128(timed) : UINT64_MAX;
    return saturating_add(index, distance);
}

/* Where joining words with their habits stands. */
struct joining {
    uint64_t word;
    const uint16_t *entries;
    struct habits_at at;
    size_t untimed;
};

/* Words that come as expected, up to `end` or a special; none of them after a surprise. `kinds` begin with theirs. */
static inline void join_expected(struct joining *joining, struct habits *habits, uint16_t *codes, uint64_t end,
                                 uint64_t kinds)
{
    struct joining now = *joining;
    for (; now.word < end; now.word++, kinds >>= 1) {
        uint64_t entry = kinds & 1, code = *now.entries & -entry;
        if (__builtin_expect(code_is_special((uint32_t)code), 0))
            break;
        now.entries += entry;
        uint32_t untimed = habits_follow(habits, habits_step(&now.at, code, entry));
        codes[now.word] = (uint16_t)(code + untimed);
        now.untimed += untimed;
    }
    *joining = now;
}

/* Any word that is an entry or an exit. */
static inline void join_event(struct joining *joining, struct habits *habits, uint16_t *codes, uint32_t code,
                              uint32_t entry, uint32_t surprise)
{
    uint64_t key = habits_step(&joining->at, code, entry);
    uint32_t expected = habits_expect(habits, &joining->at, key);
    uint32_t timed = expected ^ surprise;
    habits_tell(habits, &joining->at, key, expected, timed);
    codes[joining->word++] = (uint16_t)(code + (timed ^ 1));
    joining->untimed += timed ^ 1;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The same, marking those that have no time. */
static bool join_untimed(uint16_t *codes, uint64_t words, const struct columns_apart *columns, struct habits *habits,
                         size_t *untimed)
{
    struct bytes timed_column = columns->timed, specials = columns->specials;
    struct joining joining = {.entries = columns->entries, .at = habits->at};
    uint64_t surprise = next_surprise(&timed_column, 0);
    size_t passed = 0; /* payloads of values, of which habits do not ask */
    while (joining.word < words) {
        uint64_t end = least(words, (joining.word | 63) + 1), kinds = kinds_from(columns->kinds, joining.word);
        if (!joining.at.surprised)
            join_expected(&joining, habits, codes, least(end, surprise), kinds);
        if (joining.word == end)
            continue;
        uint32_t entry = kinds_from(columns->kinds, joining.word) & 1, code = *joining.entries & -entry;
        bool surprises = joining.word == surprise;
        joining.entries += entry;
        if (code_is_special(code)) {
            codes[joining.word++] = (uint16_t)code;
            if (code_is_of_value(code)) {
                passed++;
                continue;
            }
            bytes_pass_leb128(&specials, passed);
            passed = 0;
            habits_special(&joining.at, code - CODE_SPECIAL, bytes_leb128(&specials));
            continue;
        }
        join_event(&joining, habits, codes, code, entry, surprises);
        if (surprises)
            surprise = next_surprise(&timed_column, joining.word);
    }
    *untimed = joining.untimed;
    return surprise == UINT64_MAX && !timed_column.truncated && !specials.truncated;
}

bool columns_join(uint16_t *codes, uint64_t words, const struct columns_apart *columns, struct habits *habits,
                  struct columns_counts *counts)
{
    *counts = columns_count(columns->entries, columns->entry_count);
    if (!kinds_fit(columns->kinds, columns->kind_bytes, words, columns->entry_count) || counts->untimed != 0 ||
        counts->entries + counts->specials != columns->entry_count)
        return false;
    if (habits != NULL)
        return join_untimed(codes, words, columns, habits, &counts->untimed);
    join(codes, words, columns->kinds, columns->entries);
    return true;
}
