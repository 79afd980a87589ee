#include "analyze/spread.h"

#include <math.h>

static void stretch(struct spread *spread, int64_t least, int64_t most)
{
    bool first = spread->histogram.count == 0;
    spread->least = first || least < spread->least ? least : spread->least;
    spread->most = first || most > spread->most ? most : spread->most;
}

int spread_add(struct spread *spread, int64_t ticks)
{
    stretch(spread, ticks, ticks);
    spread->sum += ticks;
    spread->squares += (unsigned __int128)((__int128)ticks * ticks);
    return histogram_add(&spread->histogram, ticks > 0 ? (uint64_t)ticks : 0);
}

int spread_join(struct spread *to, const struct spread *from)
{
    if (from->histogram.count != 0)
        stretch(to, from->least, from->most);
    to->sum += from->sum;
    to->squares += from->squares;
    return histogram_join(&to->histogram, &from->histogram);
}

void spread_free(struct spread *spread)
{
    histogram_free(&spread->histogram);
    *spread = (struct spread){0};
}

uint64_t spread_percentile_ns(const struct spread *spread, uint32_t permille, struct scale scale)
{
    int64_t ticks = (int64_t)histogram_percentile(&spread->histogram, permille);
    ticks = ticks < spread->least ? spread->least : ticks;
    ticks = ticks > spread->most ? spread->most : ticks;
    return scale_ns(scale, ticks > 0 ? (uint64_t)ticks : 0);
}

/* Around a whole number near the mean, so that no digits are lost where the spread is small beside it. */
uint64_t spread_deviation_ns(const struct spread *spread, struct scale scale)
{
    uint64_t count = spread->histogram.count;
    if (count == 0)
        return 0;
    __int128 middle = spread->sum / (__int128)count, rest = spread->sum - middle * (__int128)count;
    unsigned __int128 sum = (unsigned __int128)spread->sum, square = (unsigned __int128)(middle * middle);
    unsigned __int128 around = spread->squares - 2 * (unsigned __int128)middle * sum + count * square;
    double off = (double)rest / (double)count, variance = (double)around / (double)count - off * off;
    return variance > 0 ? (uint64_t)(sqrt(variance) * (double)scale.ns / (double)scale.ticks + 0.5) : 0;
}
