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

static void mark_untimed(uint16_t *code, const uint16_t *end)
{
    for (; code < end; code++)
        *code |= (uint16_t)((uint32_t)*code - CODE_SPECIAL >= CODE_ENTRY - CODE_SPECIAL);
}

static bool mark_all_untimed(uint16_t *codes, uint64_t words, struct bytes timed)
{
    uint64_t at = 0;
    for (bool untimed = false; bytes_left(&timed) > 0; untimed = !untimed) {
        uint64_t count = bytes_leb128(&timed);
        if (timed.truncated || count > words - at)
            return false;
        if (untimed)
            mark_untimed(codes + at, codes + at + count);
        at += count;
        if (bytes_left(&timed) == 0 && !untimed)
            mark_untimed(codes + at, codes + words);
    }
    return true;
}

bool columns_join(uint16_t *codes, uint64_t words, const uint8_t *kinds, size_t kind_bytes, const uint16_t *entries,
                  size_t entry_count, struct bytes timed)
{
    if (!kinds_fit(kinds, kind_bytes, words, entry_count) || !entries_fit(entries, entry_count))
        return false;
    join(codes, words, kinds, entries);
    return mark_all_untimed(codes, words, timed);
}
