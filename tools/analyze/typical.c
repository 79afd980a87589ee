#include "analyze/typical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/scale.h"

enum { STEPS = 32, STEP_BITS = 5, FINEST = 16, BINS = (64 - STEP_BITS + 1) * STEPS, LEAST_CALLS = 20 };

struct bin {
    uint64_t count;
    double sum;
};

struct histogram {
    struct bin bins[BINS];
};

/* One recording being read. */
struct collector {
    const struct measures *measures;
    const uint32_t *items; /* of the recording's functions */
    struct histogram *histograms;
    uint32_t *of_item, *of_path; /* indices of histograms; CT_NONE: none is kept */
    size_t count;
    double ns_a_tick;
    bool raw;
};

/* ---- histograms ------------------------------------------------------------------------------------------------- */

/* Sixteenths of ns, one a bin, then 32 to each octave. */
static size_t bin_of(double ns)
{
    if (!(ns > 0))
        return 0;
    uint64_t units = ns < 1e17 ? (uint64_t)(ns * FINEST) : UINT64_C(1) << 60;
    if (units < STEPS)
        return (size_t)units;
    unsigned octave = 63 - (unsigned)__builtin_clzll(units) - STEP_BITS;
    return (octave + 1) * (size_t)STEPS + ((size_t)(units >> octave) & (STEPS - 1));
}

static void count_ns(struct collector *collector, uint32_t index, double ns)
{
    if (index == CT_NONE)
        return;
    struct bin *bin = &collector->histograms[index].bins[bin_of(ns)];
    bin->count++;
    bin->sum += ns;
}

static double bin_mean(const struct bin *bin)
{
    return bin->sum / (double)bin->count;
}

/* Of the calls by rank, which of the bin's lie between `low` and `high`, where `before` come before the bin. */
static double part_of(const struct bin *bin, double before, double low, double high)
{
    double from = fmax(before, low), to = fmin(before + (double)bin->count, high);
    return to > from ? to - from : 0;
}

/* Squared distance from the mean of all calls, those outside the middle half taken to be at its edges. */
static double winsorized_variance(const struct histogram *histogram, double count)
{
    double sum = 0, squares = 0, before = 0, low = 0, high = 0;
    for (size_t i = 0; i < BINS; i++) {
        const struct bin *bin = &histogram->bins[i];
        double part = bin->count != 0 ? part_of(bin, before, count / 4, 3 * count / 4) : 0;
        before += (double)bin->count;
        if (part == 0)
            continue;
        double mean = bin_mean(bin);
        low = sum == 0 && squares == 0 ? mean : low;
        high = mean;
        sum += part * mean;
        squares += part * mean * mean;
    }
    sum += count / 4 * (low + high);
    squares += count / 4 * (low * low + high * high);
    return fmax(squares - sum * sum / count, 0) / (count - 1);
}

static struct estimate middle_half(const struct histogram *histogram)
{
    double count = 0, sum = 0, before = 0;
    for (size_t i = 0; i < BINS; i++)
        count += (double)histogram->bins[i].count;
    if (count < LEAST_CALLS)
        return (struct estimate){0};
    for (size_t i = 0; i < BINS; i++) {
        const struct bin *bin = &histogram->bins[i];
        if (bin->count != 0)
            sum += part_of(bin, before, count / 4, 3 * count / 4) * bin_mean(bin);
        before += (double)bin->count;
    }
    double error = sqrt(winsorized_variance(histogram, count) / count) / 0.5;
    return (struct estimate){sum / (count / 2), error, count / 2 - 1};
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* As measures has them: a function that calls itself stays where it is, and so does what has no path. */
static int begin(void *context, struct call *call, const struct call *parent)
{
    const struct collector *collector = context;
    uint32_t path = parent != NULL ? parent->tag : 0, item = collector->items[call->function];
    call->tag = path;
    if (item == CT_NONE || (path != 0 && collector->measures->paths[path].item == item))
        return 0;
    uint32_t child = measures_child(collector->measures, path, item);
    call->tag = child != CT_NONE ? child : path;
    return 0;
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct collector *collector = context;
    (void)parent;
    double ticks = (double)call_self_ticks(call) - (collector->raw ? 0 : (double)call_self_cost(call) / 16);
    uint32_t item = collector->items[call->function];
    count_ns(collector, collector->of_path[call->tag], ticks * collector->ns_a_tick);
    if (item != CT_NONE)
        count_ns(collector, collector->of_item[item], ticks * collector->ns_a_tick);
    return 0;
}

static int read_recording(struct collector *collector, const struct recording *recording,
                          const struct calls_watch *watch, struct error *error)
{
    const struct calls_receiver receiver = {.begin = begin, .end = end, .context = collector};
    struct scale scale = scale_of(recording->tape);
    struct tape_times times = {0};
    struct filter_left left = {0};
    int status = 0;
    collector->ns_a_tick = (double)scale.ns / (double)scale.ticks;
    memset(collector->histograms, 0, collector->count * sizeof *collector->histograms);
    for (uint32_t i = 0; i < filter_threads(recording->choice, recording->tape) && status == 0; i++)
        status = calls_of_thread(recording->tape, filter_thread(recording->choice, i), recording->choice, &receiver,
                                 watch, &times, &left, error);
    return status;
}

/* Hands out histograms to those that are wanted. */
static uint32_t *number_wanted(const bool *wanted, uint32_t count, size_t *next)
{
    uint32_t *numbers = malloc((count + (size_t)1) * sizeof *numbers);
    for (uint32_t i = 0; i < count && numbers != NULL; i++)
        numbers[i] = wanted[i] ? (uint32_t)(*next)++ : CT_NONE;
    return numbers;
}

static void take_estimates(const struct collector *collector, const uint32_t *numbers, uint32_t count,
                           size_t recordings, size_t recording, struct estimate *to)
{
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] != CT_NONE)
            to[i * recordings + recording] = middle_half(&collector->histograms[numbers[i]]);
}

int typical_find(struct typical *typical, const struct measures *measures, const struct matching *matching,
                 const struct recording *recordings, const bool *items, const bool *paths, bool raw,
                 const struct calls_watch *watch, struct error *error)
{
    size_t count = measures->recordings;
    struct collector collector = {.measures = measures, .raw = raw};
    *typical = (struct typical){calloc(matching->count * count + 1, sizeof *typical->by_item),
                                calloc(measures->count * count + 1, sizeof *typical->by_path)};
    collector.of_item = number_wanted(items, matching->count, &collector.count);
    collector.of_path = number_wanted(paths, measures->count, &collector.count);
    collector.histograms = malloc((collector.count + 1) * sizeof *collector.histograms);
    bool fits = typical->by_item != NULL && typical->by_path != NULL && collector.of_item != NULL &&
                collector.of_path != NULL && collector.histograms != NULL;
    int status = fits ? 0 : error_set(error, "out of memory for the times of %zu functions and paths", collector.count);
    for (size_t r = 0; r < count && status == 0; r++) {
        collector.items = matching->of[r];
        status = read_recording(&collector, &recordings[r], watch, error);
        take_estimates(&collector, collector.of_item, matching->count, count, r, typical->by_item);
        take_estimates(&collector, collector.of_path, measures->count, count, r, typical->by_path);
    }
    free(collector.of_item);
    free(collector.of_path);
    free(collector.histograms);
    return status;
}

void typical_free(struct typical *typical)
{
    free(typical->by_item);
    free(typical->by_path);
    *typical = (struct typical){0};
}
