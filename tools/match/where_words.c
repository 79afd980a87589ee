#include "match/where_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const operators[WHERE_OPERATORS] = {
    [WHERE_OR] = "||",       [WHERE_AND] = "&&",  [WHERE_EQUAL] = "==", [WHERE_UNEQUAL] = "!=", [WHERE_AT_MOST] = "<=",
    [WHERE_AT_LEAST] = ">=", [WHERE_LESS] = "<",  [WHERE_MORE] = ">",   [WHERE_LIKE] = "~",     [WHERE_PLUS] = "+",
    [WHERE_MINUS] = "-",     [WHERE_TIMES] = "*", [WHERE_OVER] = "/",   [WHERE_REST] = "%",     [WHERE_NOT] = "!",
    [WHERE_OPEN] = "(",      [WHERE_CLOSE] = ")",
};

const char *where_words_operator(enum where_operator operator)
{
    return operators[operator];
}

/* Of characters, not bytes. */
static size_t column_of(const struct where_words *words, const char *at)
{
    size_t column = 1;
    for (const char *text = words->text; text < at; text++)
        column += ((unsigned char)*text & 0xc0) != 0x80;
    return column;
}

int where_words_wrong(const struct where_words *words, const char *at, struct error *error, const char *format, ...)
{
    struct error why;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why.text, sizeof why.text, format, arguments);
    va_end(arguments);
    return error_set(error, "column %zu: %.900s", column_of(words, at), why.text);
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static bool goes_on(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_' || letter == '.';
}

static int read_number(struct where_words *words, struct error *error)
{
    bool hexadecimal = words->start[0] == '0' && (words->start[1] == 'x' || words->start[1] == 'X');
    char *end;
    errno = 0;
    words->value.kind = WHERE_INTEGER;
    words->value.integer = strtoull(words->start, &end, hexadecimal ? 16 : 10);
    if (*end == '.' || *end == 'e' || *end == 'E') {
        words->value.kind = WHERE_REAL;
        words->value.real = strtod(words->start, &end);
    } else if (errno == ERANGE) {
        return where_words_wrong(words, words->start, error,
                                 "this number is too large; with .0 behind it it is a real");
    }
    if (goes_on(*end))
        return where_words_wrong(words, end, error, "a number ends in letters");
    words->kind = WORD_VALUE;
    words->at = end;
    return 0;
}

/* ---- texts and names -------------------------------------------------------------------------------------------- */

static char escaped(const char **at)
{
    static const char letters[] = "nrt0", meant[] = "\n\r\t";
    char letter = *(*at)++;
    const char *found = letter != '\0' ? strchr(letters, letter) : NULL;
    if (letter != 'x' || !isxdigit((unsigned char)**at))
        return found != NULL ? meant[found - letters] : letter;
    char digits[3] = {*(*at)++};
    if (isxdigit((unsigned char)**at))
        digits[1] = *(*at)++;
    return (char)strtoul(digits, NULL, 16);
}

/* Up to the next `quote`, into `spelled`. Returns the number of bytes, or -1. */
static long read_quoted(struct where_words *words, char quote, struct error *error)
{
    const char *at = words->start + 1;
    char *to = words->spelled;
    while (*at != '\0' && *at != quote)
        if (*at == '\\' && at[1] != '\0' && quote != '`') {
            at++;
            *to++ = escaped(&at);
        } else {
            *to++ = *at++;
        }
    *to = '\0';
    if (*at == '\0')
        return where_words_wrong(words, words->start, error, "no closing %c", quote);
    words->at = at + 1;
    return to - words->spelled;
}

static int read_text(struct where_words *words, struct error *error)
{
    long length = read_quoted(words, '"', error);
    words->kind = WORD_VALUE;
    words->value = (struct where_value){.kind = WHERE_TEXT, .text = words->spelled, .size = (size_t)length};
    return length < 0 ? -1 : 0;
}

static int read_letter(struct where_words *words, struct error *error)
{
    long length = read_quoted(words, '\'', error);
    if (length < 0)
        return -1;
    if (length != 1)
        return where_words_wrong(words, words->start, error, "'c' is one character; a text stands in \"...\"");
    words->kind = WORD_VALUE;
    words->value = (struct where_value){.kind = WHERE_INTEGER, .integer = words->spelled[0]};
    return 0;
}

static int read_quoted_name(struct where_words *words, struct error *error)
{
    words->kind = WORD_NAME;
    words->quoted = true;
    return read_quoted(words, '`', error) < 0 ? -1 : 0;
}

static bool begins_name(char letter)
{
    return isalpha((unsigned char)letter) || letter == '_' || letter == '$' || (unsigned char)letter >= 0x80;
}

/* What joins the parts of "req->head.length" and "ns::RED"; 0: the name ends here. */
static size_t joint(const char *at)
{
    size_t length = *at == '.' ? 1 : strncmp(at, "->", 2) == 0 || strncmp(at, "::", 2) == 0 ? 2 : 0;
    return length != 0 && begins_name(at[length]) ? length : 0;
}

static void read_name(struct where_words *words)
{
    const char *at = words->start;
    size_t joined;
    do {
        while (begins_name(*at) || isdigit((unsigned char)*at))
            at++;
        joined = joint(at);
        at += joined;
    } while (joined != 0);
    memcpy(words->spelled, words->start, (size_t)(at - words->start));
    words->spelled[at - words->start] = '\0';
    words->kind = WORD_NAME;
    words->quoted = false;
    words->at = at;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static int wrong_letter(const struct where_words *words, struct error *error)
{
    char one[2] = {*words->start}, safe[16];
    text_escape(safe, sizeof safe, one, true);
    if (*one == '=' || *one == '&' || *one == '|')
        return where_words_wrong(words, words->start, error, "'%s' is written twice: %s%s", safe, safe, safe);
    return where_words_wrong(words, words->start, error, "'%s' means nothing here", safe);
}

static int read_operator(struct where_words *words, struct error *error)
{
    for (int i = 0; i < WHERE_OPERATORS; i++)
        if (strncmp(words->start, operators[i], strlen(operators[i])) == 0) {
            words->kind = WORD_OPERATOR;
            words->operator=(enum where_operator) i;
            words->at = words->start + strlen(operators[i]);
            return 0;
        }
    return wrong_letter(words, error);
}

int where_words_next(struct where_words *words, struct error *error)
{
    while (isspace((unsigned char)*words->at))
        words->at++;
    const char *at = words->start = words->at;
    words->kind = WORD_END;
    words->value = (struct where_value){.kind = WHERE_NOTHING};
    if (*at == '\0')
        return 0;
    if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
        return read_number(words, error);
    if (begins_name(*at)) {
        read_name(words);
        return 0;
    }
    return *at == '"'    ? read_text(words, error)
           : *at == '\'' ? read_letter(words, error)
           : *at == '`'  ? read_quoted_name(words, error)
                         : read_operator(words, error);
}
