/* Text for people: escaping, display width, numbers with units. Everything here is pure; buffers are the caller's. */
#ifndef CALLTAPE_BASE_TEXT_H
#define CALLTAPE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The code point at *text, which is moved past it; 0 at the end; -1 (and one byte further) where the bytes are not
 * valid UTF-8 (overlong forms and surrogates count as invalid). */
int32_t text_decode(const char **text);

/* Control characters, and those that turn the direction of text: not to be printed as they are. */
bool text_is_unsafe(int32_t point);

/* Makes text from a tape or another file safe to print: control characters, invalid UTF-8 and code points that turn
 * the direction of text become C escapes (\n, \x1b, \u202e).
 * Without `utf8` every character beyond ASCII is escaped too. Like snprintf: writes at most
 * `size` bytes with a NUL, never half an escape, and returns the length of the whole. */
size_t text_escape(char *to, size_t size, const char *from, bool utf8);

/* The same in memory that the caller frees; NULL when there is none. */
char *text_escaped(const char *from, bool utf8);

/* Closes what open_memstream began and returns its text, to be freed; NULL: there was no memory for all of it. */
char *text_end(FILE *file, char **text);

/* For formats whose text must be UTF-8: U+FFFD stands for each byte that is none. Writes at most `size` bytes (1 or
 * more) with a NUL, never half a character, and returns how many before it. At most three bytes come of one. */
size_t text_valid(char *to, size_t size, const char *from);

/* Columns on a terminal: wide characters count two, combining ones none. */
size_t text_width(const char *text);

/* Bytes of the longest beginning of `text` that fits into `width` columns. */
size_t text_fit(const char *text, size_t width);

/* Where the longest end of `text` begins that fits into `width` columns. */
const char *text_fit_end(const char *text, size_t width);

#define TEXT_NUMBER 32 /* bytes that each of these needs at most; they return `buffer` */

/* 1,234,567 */
char *text_count(char buffer[TEXT_NUMBER], uint64_t n);
/* The fewest digits that give the number back, -0 too. */
char *text_real(char buffer[TEXT_NUMBER], double x);
/* Three significant digits: 0 ns, 123 ns, 1.23 µs, 12.3 ms, 123 s, 20.6 min, 5.71 h. `utf8`: µ, else u. */
char *text_duration(char buffer[TEXT_NUMBER], uint64_t ns, bool utf8);
/* "1.5ms" to nanoseconds: a number and ns, us (or µs), ms, s, min or h; "0" needs no unit. Moves *text behind it.
 * False: it is none, or is longer than 2^63 ns. */
bool text_read_duration(const char **text, uint64_t *ns);
/* Three significant digits, decimal units: 999 B, 1.23 kB, 12.3 MB. */
char *text_bytes(char buffer[TEXT_NUMBER], uint64_t bytes);

/* A word as a shell reads it, in quotes where need be. To be freed; NULL: no memory. */
char *text_quoted(const char *word);

#endif
