#include "tape/columns.h"

#include "tape/pack.h"

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
        ones += ones_in(columns_kinds(kinds, 8 * (uint64_t)i) &
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

bool columns_apart_fit(const struct columns_apart *columns, struct columns_counts *counts)
{
    *counts = columns_count(columns->entries, columns->entry_count);
    return kinds_fit(columns->kinds, columns->kind_bytes, columns->words, columns->entry_count) &&
           counts->untimed == 0 && counts->entries + counts->specials == columns->entry_count;
}

void columns_join(uint16_t *codes, const struct columns_apart *columns)
{
    const uint16_t *entry = columns->entries;
    memset(codes, 0, columns->words * sizeof *codes); /* exits */
    for (uint64_t word = 0; word < columns->words; word += 64)
        for (uint64_t bits = columns_kinds(columns->kinds, word); bits != 0; bits &= bits - 1)
            codes[word + (uint64_t)__builtin_ctzll(bits)] = *entry++;
}
