#include "tape/columns.h"

#include <endian.h>
#include <string.h>

#include "tape/pack.h"

static uint64_t kinds_at(const uint8_t *kinds, uint64_t word)
{
    uint64_t bits;
    memcpy(&bits, kinds + word / 8, sizeof bits);
    return le64toh(bits);
}

/* As many entries as there are ones, and none behind the last word? */
static bool kinds_fit(const uint8_t *kinds, size_t bytes, uint64_t words, size_t entry_count)
{
    if (bytes != (words + 7) / 8)
        return false;
    size_t ones = 0;
    for (size_t i = 0; i < bytes; i++)
        ones += (size_t)__builtin_popcount(kinds[i]);
    bool tail = words % 8 != 0 && kinds[bytes - 1] >> (words % 8) != 0;
    return ones == entry_count && !tail;
}

/* Neither exits nor time bits. */
static bool entries_fit(const uint16_t *entries, size_t count)
{
    bool fit = true;
    for (size_t i = 0; i < count; i++)
        fit &= entries[i] >= CODE_SPECIAL && (entries[i] < CODE_ENTRY || entries[i] % 2 == 0);
    return fit;
}

static void join(uint16_t *codes, uint64_t words, const uint8_t *kinds, const uint16_t *entries)
{
    for (uint64_t word = 0; word < words; word += 64) {
        uint64_t bits = kinds_at(kinds, word), end = words - word < 64 ? words : word + 64;
        for (uint64_t i = word; i < end; i++, bits >>= 1) {
            codes[i] = *entries & -(uint16_t)(bits & 1);
            entries += bits & 1;
        }
    }
}

bool columns_join(uint16_t *codes, uint64_t words, const uint8_t *kinds, size_t kind_bytes, const uint16_t *entries,
                  size_t entry_count)
{
    if (!kinds_fit(kinds, kind_bytes, words, entry_count) || !entries_fit(entries, entry_count))
        return false;
    join(codes, words, kinds, entries);
    return true;
}

/* Index of the next surprise; UINT64_MAX: there is none. */
static uint64_t next_surprise(struct bytes *timed, uint64_t index)
{
    uint64_t distance = bytes_left(timed) > 0 ? bytes_leb128(timed) : UINT64_MAX;
    return distance < UINT64_MAX - index ? index + distance : UINT64_MAX;
}

bool columns_mark_untimed(uint16_t *codes, uint64_t words, struct bytes timed_column, struct bytes specials,
                          struct habits *habits)
{
    uint64_t surprise = next_surprise(&timed_column, 0);
    struct habits_at at = habits->at;
    for (uint64_t i = 0; i < words; i++) {
        uint32_t code = codes[i];
        if (__builtin_expect(code - CODE_SPECIAL < CODE_ENTRY - CODE_SPECIAL, 0)) {
            habits_special(habits, &at, code - CODE_SPECIAL, bytes_leb128(&specials));
            continue;
        }
        uint32_t key = habits_step(habits, &at, code, code != CODE_EXIT), expected = habits_expect(habits, &at, key);
        uint32_t timed = expected;
        if (__builtin_expect(i == surprise, 0)) {
            timed ^= 1;
            surprise = next_surprise(&timed_column, i + 1);
        }
        habits_tell(habits, &at, key, expected, timed);
        codes[i] = (uint16_t)(code + (timed ^ 1));
    }
    return surprise == UINT64_MAX && !timed_column.truncated && !specials.truncated;
}
