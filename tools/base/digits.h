/* Numbers as digits, fast. */
#ifndef CALLTAPE_BASE_DIGITS_H
#define CALLTAPE_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { DIGITS_MOST = 20 };

/* Writes at most DIGITS_MOST bytes, no NUL; returns their end. */
static inline char *digits_put(char *at, uint64_t n)
{
    char digits[DIGITS_MOST], *first = digits + sizeof digits;
    do
        *--first = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    size_t count = (size_t)(digits + sizeof digits - first);
    memcpy(at, first, count);
    return at + count;
}

/* Nanoseconds as microseconds with three decimals. */
static inline char *digits_put_us(char *at, uint64_t ns)
{
    unsigned rest = (unsigned)(ns % 1000);
    at = digits_put(at, ns / 1000);
    *at++ = '.';
    *at++ = (char)('0' + rest / 100);
    *at++ = (char)('0' + rest / 10 % 10);
    *at++ = (char)('0' + rest % 10);
    return at;
}

#endif
