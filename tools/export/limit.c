#include "export/limit.h"

#include <stdlib.h>

/* How many calls took how long: exact to a thousandth. */
enum { FINE_BITS = 10, FINE = 1 << FINE_BITS, LENGTHS = (64 - FINE_BITS + 1) * FINE };

static size_t length_class(uint64_t ticks)
{
    if (ticks < FINE)
        return (size_t)ticks;
    unsigned coarse = 63 - (unsigned)__builtin_clzll(ticks) - FINE_BITS;
    return (coarse + (size_t)1) * FINE + (size_t)((ticks >> coarse) - FINE);
}

/* The shortest of a class; behind the last class UINT64_MAX. */
static uint64_t shortest_of(size_t class)
{
    if (class < FINE)
        return class;
    return class < LENGTHS ? (uint64_t)(class % FINE + FINE) << (class / FINE - 1) : UINT64_MAX;
}

/* ---- an export that only looks ----------------------------------------------------------------------------------- */

struct look {
    struct export_writer writer;
    uint64_t *lengths; /* calls by class of length; NULL: not asked for */
    bool raw;
};

static int look_begin(void *context, struct call *call, const struct call *parent)
{
    (void)context, (void)call, (void)parent;
    return 0;
}

/* As long as the filter takes it to be. */
static uint64_t length_of(const struct call *call, bool raw)
{
    uint64_t ticks = call_total_ticks(call), cost = raw ? 0 : call_total_cost(call) / 16;
    return ticks > cost ? ticks - cost : 0;
}

static int look_end(void *context, struct call *call, const struct call *parent)
{
    const struct look *look = context;
    (void)parent;
    look->lengths[length_class(length_of(call, look->raw))]++;
    return 0;
}

static int look_close(struct export_writer *writer)
{
    (void)writer;
    return 0;
}

static int measure(const struct export_source *source, uint64_t *lengths, struct error *error)
{
    struct look look = {{{.begin = look_begin, .end = look_end, .context = &look}, NULL, NULL, look_close},
                        lengths,
                        source->choice.raw};
    struct sums sums;
    uint64_t events;
    return export_read(source, &look.writer, &sums, &events, error);
}

/* ---- limits ------------------------------------------------------------------------------------------------------ */

/* So long that at most `most` calls are as long. */
static uint64_t least_for(const uint64_t *lengths, uint64_t most)
{
    uint64_t count = 0;
    size_t class = LENGTHS;
    while (class > 0 && count + lengths[class - 1] <= most)
        count += lengths[--class];
    return class != 0 ? shortest_of(class) : 0;
}

struct trial {
    uint64_t events, bytes;
};

static int try_it(const struct export_source *source, const struct export_format *format, struct trial *trial,
                  struct error *error)
{
    struct export_target nowhere = {.nowhere = true, .path = ""};
    struct sums sums;
    int status = export_calls(source, format, &nowhere, &sums, &trial->events, error);
    trial->bytes = nowhere.bytes;
    return status;
}

/* Calls may be kept for what they hold though they are shorter, and how large names are is not known before. */
static uint64_t fewer(const struct trial *trial, const struct export_limits *limits)
{
    double events = limits->events < trial->events ? (double)limits->events / (double)trial->events : 1;
    double bytes = limits->bytes < trial->bytes ? (double)limits->bytes / (double)trial->bytes : 1;
    double share = events < bytes ? events : bytes;
    return (uint64_t)((double)trial->events / 2 * share * 0.97);
}

static int lower(struct export_source *source, const struct export_format *format, const struct export_limits *limits,
                 const uint64_t *lengths, struct error *error)
{
    uint64_t least = source->choice.least_ticks, most = limits->events / 2;
    struct trial trial;
    for (;;) {
        uint64_t wanted = least_for(lengths, most);
        source->choice.least_ticks = wanted > least ? wanted : least;
        if (try_it(source, format, &trial, error) != 0)
            return -1;
        if (trial.events <= limits->events && trial.bytes <= limits->bytes)
            return 0;
        if (trial.events == 0)
            return error_set(error, "no call fits into so few bytes: this format needs %llu for the rest",
                             (unsigned long long)trial.bytes);
        uint64_t next = fewer(&trial, limits);
        most = next < most ? next : most - 1;
    }
}

int export_limit(struct export_source *source, const struct export_format *format, const struct export_limits *limits,
                 uint64_t *least_ns, struct error *error)
{
    uint64_t *lengths = calloc(LENGTHS, sizeof *lengths), least = source->choice.least_ticks;
    if (lengths == NULL)
        return error_set(error, "out of memory for the lengths of calls");
    /* As long as a viewer shows them, unless a least time was asked for already. */
    if (least == 0)
        source->choice.raw = true;
    int status = measure(source, lengths, error);
    if (status == 0)
        status = lower(source, format, limits, lengths, error);
    bool lowered = source->choice.least_ticks > least;
    *least_ns = lowered ? scale_ns(scale_of(source->tape), source->choice.least_ticks) : 0;
    source->filtered = source->filtered || lowered;
    free(lengths);
    return status;
}
