#include "import/json_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

int json_wrong(struct json_reader *reader, const char *what)
{
    return error_set(reader->error, "'%s': offset %" PRIu64 ": %s", reader->safe, reader->offset, what);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

/* The next byte, which stays there; EOF at the end, and where it could not be read. */
static int peek(struct json_reader *reader)
{
    if (reader->at == reader->end) {
        reader->at = 0;
        reader->end = fread(reader->bytes, 1, sizeof reader->bytes, reader->file);
        if (reader->end == 0)
            return EOF;
    }
    return (unsigned char)reader->bytes[reader->at];
}

static void advance(struct json_reader *reader)
{
    reader->at++;
    reader->offset++;
}

static int peek_solid(struct json_reader *reader)
{
    int byte;
    while ((byte = peek(reader)) == ' ' || byte == '\n' || byte == '\t' || byte == '\r')
        advance(reader);
    return byte;
}

static int ended(struct json_reader *reader)
{
    return json_wrong(reader, ferror(reader->file) ? strerror(errno) : "the file ends in the middle");
}

static int expect(struct json_reader *reader, int wanted, const char *what)
{
    int byte = peek_solid(reader);
    if (byte == EOF)
        return ended(reader);
    if (byte != wanted)
        return json_wrong(reader, what);
    advance(reader);
    return 0;
}

static void keep(struct json_reader *reader, int byte)
{
    if (reader->length < sizeof reader->text - 1)
        reader->text[reader->length++] = (char)byte;
}

static bool begins(const struct json_reader *reader, const char *with)
{
    return reader->end >= strlen(with) && memcmp(reader->bytes, with, strlen(with)) == 0;
}

int json_reader_open(struct json_reader *reader, const char *path, struct error *error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf", gzip[] = "\x1f\x8b", zstd[] = "\x28\xb5\x2f\xfd";
    reader->error = error;
    reader->offset = reader->at = reader->end = 0;
    text_escape(reader->safe, sizeof reader->safe, path, true);
    reader->file = fopen(path, "re");
    if (reader->file == NULL)
        return error_set(error, "cannot read '%s': %s", reader->safe, strerror(errno));
    peek(reader);
    if (begins(reader, gzip) || begins(reader, zstd)) {
        fclose(reader->file);
        return error_set(error, "'%s' is compressed; unpack it first: %s", reader->safe,
                         begins(reader, gzip) ? "gunzip" : "unzstd");
    }
    if (begins(reader, byte_order_mark))
        reader->offset = reader->at = strlen(byte_order_mark);
    return 0;
}

void json_reader_close(struct json_reader *reader)
{
    if (reader->file != NULL)
        fclose(reader->file);
}

/* ---- simple values ----------------------------------------------------------------------------------------------- */

static void keep_point(struct json_reader *reader, uint32_t point)
{
    if (point < 0x80) {
        keep(reader, (int)point);
    } else if (point < 0x800) {
        keep(reader, (int)(0xc0 | point >> 6));
        keep(reader, (int)(0x80 | (point & 63)));
    } else if (point < 0x10000) {
        keep(reader, (int)(0xe0 | point >> 12));
        keep(reader, (int)(0x80 | (point >> 6 & 63)));
        keep(reader, (int)(0x80 | (point & 63)));
    } else {
        keep(reader, (int)(0xf0 | point >> 18));
        keep(reader, (int)(0x80 | (point >> 12 & 63)));
        keep(reader, (int)(0x80 | (point >> 6 & 63)));
        keep(reader, (int)(0x80 | (point & 63)));
    }
}

/* Four hexadecimal digits; -1: the error is set. */
static int32_t read_unit(struct json_reader *reader)
{
    static const char digits[] = "0123456789abcdef";
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int byte = peek(reader);
        const char *digit =
            byte != EOF && byte != '\0' ? strchr(digits, byte >= 'A' && byte <= 'F' ? byte + 32 : byte) : NULL;
        if (digit == NULL)
            return json_wrong(reader, "no four hexadecimal digits behind \\u");
        unit = unit << 4 | (int32_t)(digit - digits);
        advance(reader);
    }
    return unit;
}

/* Behind \u: one unit, or two that are one character. What is no character, and 0, becomes U+FFFD. */
static int read_point(struct json_reader *reader)
{
    int32_t high = read_unit(reader), low = 0;
    if (high >= 0xd800 && high < 0xdc00 && peek(reader) == '\\') {
        advance(reader);
        if (peek(reader) != 'u')
            return json_wrong(reader, "half a surrogate pair");
        advance(reader);
        low = read_unit(reader);
    }
    if (high < 0 || low < 0)
        return -1;
    bool pair = low >= 0xdc00 && low < 0xe000, lone = high >= 0xd800 && high < 0xe000;
    uint32_t point = pair ? 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00) : (uint32_t)high;
    keep_point(reader, (lone && !pair) || point == 0 ? 0xfffd : point);
    return 0;
}

static int read_escape(struct json_reader *reader)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int byte = peek(reader);
    const char *known = byte != EOF && byte != '\0' ? strchr(from, byte) : NULL;
    if (known == NULL && byte != 'u')
        return byte == EOF ? ended(reader) : json_wrong(reader, "no such escape");
    advance(reader);
    if (byte == 'u')
        return read_point(reader);
    keep(reader, to[known - from]);
    return 0;
}

static int read_string(struct json_reader *reader)
{
    advance(reader);
    reader->length = 0;
    for (;;) {
        int byte = peek(reader);
        if (byte == EOF)
            return ended(reader);
        if (byte < ' ')
            return json_wrong(reader, "a control character in a string");
        advance(reader);
        if (byte == '"')
            break;
        if (byte != '\\')
            keep(reader, byte);
        else if (read_escape(reader) != 0)
            return -1;
    }
    reader->text[reader->length] = '\0';
    return JSON_STRING;
}

/* Digits, or a word: as long as its characters go. */
static int read_plain(struct json_reader *reader, const char *characters, enum json_piece piece)
{
    int byte;
    reader->length = 0;
    while ((byte = peek(reader)) != EOF && byte != '\0' && strchr(characters, byte) != NULL) {
        keep(reader, byte);
        advance(reader);
    }
    reader->text[reader->length] = '\0';
    return piece;
}

static int read_word(struct json_reader *reader)
{
    read_plain(reader, "aeflnrstu", JSON_WORD);
    bool known =
        strcmp(reader->text, "true") == 0 || strcmp(reader->text, "false") == 0 || strcmp(reader->text, "null") == 0;
    return known ? JSON_WORD : json_wrong(reader, "no value of JSON");
}

int json_next(struct json_reader *reader)
{
    int byte = peek_solid(reader);
    switch (byte) {
    case EOF:
        return ended(reader);
    case '{':
        advance(reader);
        return JSON_OBJECT;
    case '[':
        advance(reader);
        return JSON_ARRAY;
    case '"':
        return read_string(reader);
    default:
        if (byte == '-' || (byte >= '0' && byte <= '9'))
            return read_plain(reader, "-+.0123456789eE", JSON_NUMBER);
        return read_word(reader);
    }
}

/* ---- structures -------------------------------------------------------------------------------------------------- */

/* 1: another item follows; 0: the structure ends. A comma before the end is let pass, as viewers do. */
static int item(struct json_reader *reader, bool first, int end)
{
    int byte = peek_solid(reader);
    if (byte == ',' && !first) {
        advance(reader);
        byte = peek_solid(reader);
    } else if (byte != end && !first) {
        return byte == EOF ? ended(reader) : json_wrong(reader, "no comma between two items");
    }
    if (byte != end)
        return byte == EOF ? ended(reader) : 1;
    advance(reader);
    return 0;
}

int json_member(struct json_reader *reader, bool first)
{
    int more = item(reader, first, '}');
    if (more <= 0)
        return more;
    if (peek_solid(reader) != '"')
        return json_wrong(reader, "no name of a member");
    if (read_string(reader) < 0)
        return -1;
    return expect(reader, ':', "no colon behind a member's name") == 0 ? 1 : -1;
}

int json_element(struct json_reader *reader, bool first)
{
    return item(reader, first, ']');
}

int json_skip(struct json_reader *reader)
{
    int piece = json_next(reader);
    return piece < 0 ? -1 : json_skip_rest(reader, (enum json_piece)piece);
}

/* Without recursion: what is open stands in `objects`, an object or an array. */
int json_skip_rest(struct json_reader *reader, enum json_piece piece)
{
    bool objects[JSON_DEPTH_MOST], first = true;
    size_t depth = 0;
    for (;;) {
        if (piece == JSON_OBJECT || piece == JSON_ARRAY) {
            if (depth == JSON_DEPTH_MOST)
                return json_wrong(reader, "nested too deeply");
            objects[depth++] = piece == JSON_OBJECT;
            first = true;
        }
        int more = 0;
        while (depth != 0 && more == 0) {
            more = objects[depth - 1] ? json_member(reader, first) : json_element(reader, first);
            first = false;
            depth -= more == 0;
        }
        if (more <= 0)
            return more;
        int next = json_next(reader);
        if (next < 0)
            return -1;
        piece = (enum json_piece)next;
    }
}

bool json_at_end(struct json_reader *reader)
{
    return peek_solid(reader) == EOF && !ferror(reader->file);
}

int json_end(struct json_reader *reader)
{
    return peek_solid(reader) == EOF ? 0 : json_wrong(reader, "something follows behind the end");
}
