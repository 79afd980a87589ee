#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* Unicode 15: East Asian Width W and F, and emoji shown wide; ranges joined where only unassigned points lie between.
 */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x2705, 0x2705},
    {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0xa4c6},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff},
    {0x1aff0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f64f}, {0x1f680, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1faff},
    {0x20000, 0x3fffd},
};

/* Combining marks of the scripts one meets, joiners and variation selectors. */
static const struct range zero[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},   {0x064b, 0x065f}, {0x0900, 0x0902},
    {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0e31, 0x0e31},   {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x20d0, 0x20ff},   {0x302a, 0x302d}, {0x3099, 0x309a},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static bool within(const struct range *ranges, size_t count, uint32_t point)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = (low + count) / 2;
        if (point > ranges[middle].last)
            low = middle + 1;
        else if (point < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}

int32_t text_decode(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    if (bytes[0] == 0)
        return 0;
    *text += 1;
    if (bytes[0] < 0x80)
        return bytes[0];
    int more = bytes[0] >= 0xf0 ? 3 : bytes[0] >= 0xe0 ? 2 : 1;
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
        return -1;
    int32_t point = bytes[0] & (0x3f >> more);
    for (int i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return -1;
        point = point << 6 | (bytes[i] & 0x3f);
    }
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return -1;
    *text += more;
    return point;
}

bool text_is_unsafe(int32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c || (point >= 0x200e && point <= 0x200f) ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

/* Writes what stands for the character that reaches from `from` to `next`; returns its length (at most 10). */
static size_t escape_one(char piece[16], const char *from, const char *next, int32_t point, bool utf8)
{
    static const char letters[] = "\a\b\t\n\v\f\r";
    const char *letter;
    if (point < 0)
        return (size_t)snprintf(piece, 16, "\\x%02x", (unsigned char)*from);
    if (point < 0x80 && (letter = strchr(letters, point)) != NULL)
        return (size_t)snprintf(piece, 16, "\\%c", "abtnvfr"[letter - letters]);
    if (text_is_unsafe(point) || (point >= 0x80 && !utf8))
        return (size_t)snprintf(piece, 16,
                                point < 0x80     ? "\\x%02x"
                                : point > 0xffff ? "\\U%08x"
                                                 : "\\u%04x",
                                (unsigned)point);
    memcpy(piece, from, (size_t)(next - from));
    return (size_t)(next - from);
}

size_t text_escape(char *to, size_t size, const char *from, bool utf8)
{
    size_t length = 0, written = 0;
    int32_t point;
    for (const char *next = from; (point = text_decode(&next)) != 0; from = next) {
        char piece[16];
        size_t bytes = escape_one(piece, from, next, point, utf8);
        if (written == length && length + bytes < size) {
            memcpy(to + length, piece, bytes);
            written += bytes;
        }
        length += bytes;
    }
    if (size != 0)
        to[written] = '\0';
    return length;
}

char *text_escaped(const char *from, bool utf8)
{
    size_t length = text_escape(NULL, 0, from, utf8);
    char *to = malloc(length + 1);
    if (to != NULL)
        text_escape(to, length + 1, from, utf8);
    return to;
}

char *text_end(FILE *file, char **text)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) == 0 && !failed)
        return *text;
    free(*text);
    return NULL;
}

size_t text_valid(char *to, size_t size, const char *from)
{
    size_t length = 0;
    int32_t point;
    for (const char *next = from; (point = text_decode(&next)) != 0; from = next) {
        const char *piece = point > 0 ? from : "\xef\xbf\xbd";
        size_t bytes = point > 0 ? (size_t)(next - from) : 3;
        if (length + bytes >= size)
            break;
        memcpy(to + length, piece, bytes);
        length += bytes;
    }
    to[length] = '\0';
    return length;
}

static size_t point_width(int32_t point)
{
    if (point < 0x300)
        return 1;
    if (within(zero, sizeof zero / sizeof *zero, (uint32_t)point))
        return 0;
    return within(wide, sizeof wide / sizeof *wide, (uint32_t)point) ? 2 : 1;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    int32_t point;
    while ((point = text_decode(&text)) != 0)
        width += point_width(point);
    return width;
}

size_t text_fit(const char *text, size_t width)
{
    const char *next = text, *end = text;
    int32_t point;
    while ((point = text_decode(&next)) != 0) {
        size_t columns = point_width(point);
        if (columns > width)
            break;
        width -= columns;
        end = next;
    }
    return (size_t)(end - text);
}

const char *text_fit_end(const char *text, size_t width)
{
    size_t whole = text_width(text);
    while (whole > width) {
        int32_t point = text_decode(&text);
        whole -= point_width(point);
    }
    return text;
}

char *text_count(char buffer[TEXT_NUMBER], uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = buffer;
    for (int i = 0; i < length; i++) {
        if (i != 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buffer;
}

struct unit {
    double size;
    const char *name;
};

/* The unit is the largest in which the value, rounded to three digits, is still at least 1. */
static char *with_unit(char buffer[TEXT_NUMBER], double value, const struct unit *units, size_t count)
{
    size_t i = count - 1;
    while (i != 0 && value < 0.9995 * units[i].size)
        i--;
    value /= units[i].size;
    int decimals = i == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(buffer, TEXT_NUMBER, "%.*f %s", decimals, value, units[i].name);
    return buffer;
}

char *text_real(char buffer[TEXT_NUMBER], double x)
{
    if (x > -1e15 && x < 1e15 && x == (double)(int64_t)x) {
        snprintf(buffer, TEXT_NUMBER, "%.0f", x);
        return buffer;
    }
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(buffer, TEXT_NUMBER, "%.*g", digits, x);
        if (strtod(buffer, NULL) == x)
            break;
    }
    return buffer;
}

char *text_duration(char buffer[TEXT_NUMBER], uint64_t ns, bool utf8)
{
    const struct unit units[] = {{1, "ns"},    {1e3, utf8 ? "µs" : "us"}, {1e6, "ms"}, {1e9, "s"}, {60e9, "min"},
                                 {3600e9, "h"}};
    /* Seconds read better than minutes up to a thousand of them. */
    return with_unit(buffer, (double)ns, units, ns < 999500000000 ? 4 : 6);
}

char *text_bytes(char buffer[TEXT_NUMBER], uint64_t bytes)
{
    static const struct unit units[] = {{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}, {1e15, "PB"}};
    return with_unit(buffer, (double)bytes, units, sizeof units / sizeof *units);
}

/* How many nanoseconds the unit at *text is, which is moved behind it; 0: there is none. */
static double read_unit(const char **text)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"min", 60e9}, {"s", 1e9}, {"h", 3600e9}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(*text, units[i].name, length) == 0) {
            *text += length;
            return units[i].ns;
        }
    }
    return 0;
}

bool text_read_duration(const char **text, uint64_t *ns)
{
    size_t length = strspn(*text, "0123456789.");
    char number[64], *end;
    if (length == 0 || length >= sizeof number)
        return false;
    memcpy(number, *text, length);
    number[length] = '\0';
    /* "2.5..3": two dots end a number. */
    char *dots = strstr(number, "..");
    if (dots != NULL)
        *dots = '\0';
    double x = strtod(number, &end);
    if (end == number || *end != '\0')
        return false;
    *text += strlen(number);
    double unit = read_unit(text), value = x * unit;
    if ((unit == 0 && x != 0) || value >= 0x1p63)
        return false;
    *ns = (uint64_t)(value + 0.5);
    return true;
}

static bool is_bare(const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%=^";
    const char *at = word;
    while (*at != '\0' && (strchr(bare, *at) != NULL || (unsigned char)*at >= 0x80))
        at++;
    return at != word && *at == '\0';
}

char *text_quoted(const char *word)
{
    char *text = malloc(4 * strlen(word) + 3), *to = text;
    if (text == NULL)
        return NULL;
    if (is_bare(word))
        return strcpy(text, word);
    *to++ = '\'';
    for (; *word != '\0'; word++)
        to = *word == '\'' ? stpcpy(to, "'\\''") : (*to = *word, to + 1);
    strcpy(to, "'");
    return text;
}
