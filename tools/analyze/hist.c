#include "analyze/hist.h"

#include <stdlib.h>

enum { OUTLIERS_IN = 100, FEWEST = 5 }; /* one in so many; of so many calls or more */

struct making {
    const struct durations *durations;
    struct hist *hist;
    struct scale scale;
    bool raw;
};

/* ---- distribution ----------------------------------------------------------------------------------------------- */

static void fill_bins(struct hist *hist, const struct durations *durations)
{
    uint32_t first = 0, last = BINS;
    while (first < BINS && durations->bins[first].calls == 0)
        first++;
    while (last > first && durations->bins[last - 1].calls == 0)
        last--;
    for (uint32_t i = first; i < last; i++)
        if (bin_from(i) != bin_from(i + 1))
            hist->bins[hist->bin_count++] = (struct hist_bin){bin_from(i), bin_from(i + 1), durations->bins[i].calls};
}

/* Sums, and bins of a histogram, are corrected and rounded apart from single calls. */
static uint64_t within(const struct hist *hist, uint64_t ns)
{
    return ns < hist->least.ns ? hist->least.ns : ns > hist->most.ns ? hist->most.ns : ns;
}

static void fill_numbers(const struct making *making)
{
    struct hist *hist = making->hist;
    static const uint32_t permille[HIST_PERCENTILES] = {500, 900, 990, 999};
    const struct durations *durations = making->durations;
    uint64_t calls = durations->spread.histogram.count, some = calls != 0 ? calls : 1;
    const struct took average = {durations->own.ticks / some, durations->own.cost / some, 0, 0};
    hist->calls = calls;
    hist->uncertain = durations->uncertain;
    hist->least = durations->least;
    hist->most = durations->most;
    hist->average = took_duration(&average, making->scale, making->raw);
    hist->average.ns = within(hist, hist->average.ns);
    hist->deviation_ns = spread_deviation_ns(&durations->spread, making->scale);
    for (size_t i = 0; i < HIST_PERCENTILES; i++)
        hist->percentiles_ns[i] = within(hist, spread_percentile_ns(&durations->spread, permille[i], making->scale));
}

/* ---- outliers --------------------------------------------------------------------------------------------------- */

/* The first bin of outliers; BINS: there are none. */
static uint32_t first_outlier(const struct making *making)
{
    const struct hist *hist = making->hist;
    uint64_t most = hist->calls / OUTLIERS_IN, above = 0, least = 2 * hist->percentiles_ns[0];
    uint32_t bin = BINS;
    most = most != 0 ? most : 1;
    while (hist->calls >= FEWEST && bin != 0 && above + making->durations->bins[bin - 1].calls <= most &&
           bin_from(bin - 1) >= least)
        above += making->durations->bins[--bin].calls;
    return above != 0 && above < hist->calls ? bin : BINS;
}

/* Sums of calls of one kind. */
struct kind {
    struct below below;
    uint64_t calls;
};

static int add_kind(struct kind *kind, const struct duration_bin *bin)
{
    kind->calls += bin->compared;
    return below_join(&kind->below, &bin->below);
}

/* [0]: usual calls, [1]: outliers. */
static int split(const struct making *making, struct kind kinds[2], uint64_t over_ns)
{
    struct hist_outliers *outliers = &making->hist->outliers;
    const struct durations *durations = making->durations;
    int status = 0;
    if (over_ns != UINT64_MAX) {
        outliers->from_ns = over_ns;
        status = add_kind(&kinds[0], &durations->parts[0]);
        return status == 0 ? add_kind(&kinds[1], &durations->parts[1]) : status;
    }
    uint32_t first = first_outlier(making);
    outliers->from_ns = bin_from(first);
    for (uint32_t i = 0; i < BINS && status == 0; i++)
        status = add_kind(&kinds[i >= first], &durations->bins[i]);
    return status;
}

static double mean_ns(const struct making *making, const struct below_item *item, uint64_t calls)
{
    double sixteenths = 16.0 * (double)item->ticks - (making->raw ? 0 : (double)item->cost);
    return sixteenths / 16 / (double)calls * (double)making->scale.ns / (double)making->scale.ticks;
}

static void fill_difference(const struct making *making, struct hist_difference *to, const struct below_item *item,
                            uint64_t calls, bool outlier)
{
    struct hist_outliers *outliers = &making->hist->outliers;
    double ns = mean_ns(making, item, calls);
    to->function = item->function;
    *(outlier ? &outliers->outlier_ns : &outliers->usual_ns) += ns;
    *(outlier ? &to->outlier_ns : &to->usual_ns) = ns > 0 ? ns : 0;
    *(outlier ? &to->outlier_calls : &to->usual_calls) = (double)item->calls / (double)calls;
}

static int by_extra(const void *left, const void *right)
{
    const struct hist_difference *a = left, *b = right;
    double one = a->outlier_ns - a->usual_ns, other = b->outlier_ns - b->usual_ns;
    if (one != other)
        return one > other ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

static int by_function(const void *left, const void *right)
{
    const struct below_item *a = left, *b = right;
    return (a->function > b->function) - (a->function < b->function);
}

static const struct below_item *find_item(const struct below *sorted, uint32_t function)
{
    const struct below_item wanted = {.function = function};
    return sorted->count != 0 ? bsearch(&wanted, sorted->items, sorted->count, sizeof wanted, by_function) : NULL;
}

/* All functions that any outlier had below it, and those that only usual calls had. */
static int fill_differences(const struct making *making, struct kind kinds[2])
{
    struct hist_outliers *outliers = &making->hist->outliers;
    outliers->differences =
        calloc(kinds[0].below.count + (size_t)kinds[1].below.count + 1, sizeof *outliers->differences);
    if (outliers->differences == NULL)
        return -1;
    for (int kind = 0; kind < 2; kind++)
        if (kinds[kind].below.count != 0)
            qsort(kinds[kind].below.items, kinds[kind].below.count, sizeof *kinds[kind].below.items, by_function);
    for (int kind = 1; kind >= 0; kind--)
        for (uint32_t i = 0; i < kinds[kind].below.count; i++) {
            const struct below_item *item = &kinds[kind].below.items[i];
            const struct below_item *other = find_item(&kinds[1 - kind].below, item->function);
            if (kind == 0 && other != NULL)
                continue;
            struct hist_difference *difference = &outliers->differences[outliers->count++];
            fill_difference(making, difference, item, kinds[kind].calls, kind != 0);
            if (other != NULL)
                fill_difference(making, difference, other, kinds[1 - kind].calls, kind == 0);
            outliers->extra_ns += difference->outlier_ns - difference->usual_ns;
        }
    qsort(outliers->differences, outliers->count, sizeof *outliers->differences, by_extra);
    return 0;
}

static int fill_outliers(const struct making *making, uint64_t over_ns)
{
    struct hist_outliers *outliers = &making->hist->outliers;
    struct kind kinds[2] = {{{0}, 0}, {{0}, 0}};
    int status = split(making, kinds, over_ns);
    outliers->calls = kinds[1].calls;
    outliers->others = kinds[0].calls;
    if (status == 0 && outliers->calls != 0 && outliers->others != 0)
        status = fill_differences(making, kinds);
    below_free(&kinds[0].below);
    below_free(&kinds[1].below);
    return status;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static void take_slowest(struct hist *hist, struct durations *durations, const struct tape *tape)
{
    hist->slowest = durations->slowest;
    hist->slow_count = durations->slow_count;
    durations->slowest = NULL;
    for (size_t i = 0; i < hist->slow_count; i++) {
        hist->slowest[i].start_ns = tape_ns(tape, hist->slowest[i].start_ticks);
        hist->slowest[i].end_ns = tape_ns(tape, hist->slowest[i].end_ticks);
    }
}

int hist_make(struct hist *hist, const struct hist_choice *choice, const struct gather_source *source,
              struct error *error)
{
    uint32_t functions;
    struct carrier carrier = CARRIER;
    const struct durations_plan plan = {
        .functions = tape_functions(source->tape, &functions),
        .function = choice->function,
        .scale = scale_of(source->tape),
        .raw = source->raw,
        .over_ns = choice->over_ns,
        .slowest = choice->slowest,
        .carrier = &carrier,
    };
    *hist = (struct hist){.function = choice->function};
    struct durations *durations = gather(&durations_kind, &plan, source, error);
    carrier_free(&carrier);
    if (durations == NULL)
        return -1;
    const struct making making = {durations, hist, plan.scale, plan.raw};
    hist->sums = durations->gathered.sums;
    fill_bins(hist, durations);
    fill_numbers(&making);
    take_slowest(hist, durations, source->tape);
    int status = fill_outliers(&making, choice->over_ns);
    durations_kind.destroy(durations);
    return status == 0 ? 0 : error_set(error, "out of memory for what calls have below them");
}

void hist_free(struct hist *hist)
{
    for (size_t i = 0; i < hist->slow_count; i++)
        kept_free(hist->slowest[i].values);
    free(hist->slowest);
    free(hist->outliers.differences);
    *hist = (struct hist){0};
}
