#include "emit/duration.h"

#include <stdio.h>

enum { CERTAIN = 20 }; /* a bound of less than one part in so many is not worth a mark */

char *shown_duration(char buffer[TEXT_NUMBER], const struct duration *duration, bool utf8)
{
    bool about = duration->bound_ns > duration->ns / CERTAIN;
    *buffer = '~';
    text_duration(buffer + about, duration->ns, utf8);
    return buffer;
}

char *shown_bound(char buffer[TEXT_NUMBER], const struct duration *duration, bool utf8)
{
    char number[TEXT_NUMBER];
    *buffer = '\0';
    if (duration->bound_ns != 0)
        snprintf(buffer, TEXT_NUMBER, "%s%.24s", utf8 ? "±" : "+-", text_duration(number, duration->bound_ns, utf8));
    return buffer;
}

char *shown_ratio(char buffer[TEXT_NUMBER], double ratio)
{
    if (ratio >= 99.95)
        return text_count(buffer, (uint64_t)(ratio + 0.5));
    if (ratio > 0 && ratio < 0.01)
        snprintf(buffer, TEXT_NUMBER, "<0.01");
    else
        snprintf(buffer, TEXT_NUMBER, ratio >= 9.995 ? "%.1f" : ratio > 0 ? "%.2f" : "0", ratio);
    return buffer;
}
