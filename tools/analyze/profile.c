#include "analyze/profile_row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/spreads.h"
#include "analyze/values.h"

/* Where no call was made by another of the same function, all are outermost, and a run counts once for them all. */
static struct took average_of(const struct tally *tally)
{
    bool recursive = !took_same(&tally->own, &tally->total);
    uint64_t calls = tally->calls != 0 ? tally->calls : 1, bound = (recursive ? &tally->own : &tally->total)->bound;
    return (struct took){tally->own.ticks / calls, tally->own.cost / calls, bound / calls + (bound % calls != 0), 0};
}

static uint64_t within(uint64_t ns, uint64_t least, uint64_t most)
{
    return ns < least ? least : ns > most ? most : ns;
}

/* Each is corrected by itself: what they say together must be possible. The row of a thread or process takes all of its
 * self time for its total, so what a call was switched out is in neither. */
static void agree(struct profile_row *row, const struct tally *tally, bool whole)
{
    uint64_t average = row->average.ns;
    took_agree(&row->total, &row->self, !whole && took_same(&tally->total, &tally->self), row->max.ns);
    if (row->calls != 0 && took_same(&tally->own, &tally->total) && row->total.ns / row->calls > average)
        average = row->total.ns / row->calls;
    row->average.ns = within(average, row->min.ns, row->max.ns);
}

struct profile_row profile_row_of(uint32_t function, const struct tally *tally, struct scale scale, bool raw,
                                  bool whole)
{
    const struct took average = average_of(tally);
    struct profile_row row = {
        .function = function,
        .calls = tally->calls,
        .total = took_duration(&tally->total, scale, raw),
        .self = took_duration(&tally->self, scale, raw),
        .average = took_duration(&average, scale, raw),
        .min = took_duration(&tally->min[raw], scale, raw),
        .max = took_duration(&tally->max[raw], scale, raw),
        .jumped = tally->jumped,
        .open = tally->open,
        .timed = tally->timed,
        .untimed = tally->untimed,
    };
    agree(&row, tally, whole);
    return row;
}

/* Shares are of what the rows show, so that they are of one whole. */
void profile_share_out(struct profile *profile)
{
    uint64_t shown = 0;
    for (size_t i = 0; i < profile->count; i++)
        shown += profile->rows[i].self.ns;
    for (size_t i = 0; i < profile->count; i++)
        profile->rows[i].share = shown != 0 ? (double)profile->rows[i].self.ns / (double)shown : 0;
    profile->sums.excess_ns = scale_less(shown, profile->sums.traced_ns);
}

/* A profile being made, part by part. */
struct making {
    struct profile *profile;
    struct tape *tape;
    const struct filter_choice *choice;
    const struct calls_watch *watch;
    struct error *error;
    struct scale scale;
    bool summaries;          /* what the tape has stored may be used */
    bool one_row;            /* of all functions of a part */
    uint32_t *keys;          /* of percentiles */
    struct tallies all, one; /* of the part, of a thread of it */
    struct spreads spreads;  /* of the part */
    uint32_t *unread;        /* threads of the part of which the tape has nothing stored */
    uint32_t unread_count;
    uint32_t *spread; /* threads of the part whose calls are to be spread */
    uint32_t spread_count;
    size_t room;
};

static int no_memory(const struct making *making)
{
    return error_set(making->error, "out of memory for %u functions", making->all.functions);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static struct profile_row *add_row(struct making *making)
{
    struct profile *profile = making->profile;
    if (profile->count == PROFILE_MOST_ROWS) {
        error_set(making->error, "more than %u rows: choose threads or functions", PROFILE_MOST_ROWS);
        return NULL;
    }
    if (profile->count == making->room) {
        size_t room = making->room != 0 ? 2 * making->room : 256;
        struct profile_row *rows = realloc(profile->rows, room * sizeof *rows);
        if (rows == NULL) {
            no_memory(making);
            return NULL;
        }
        profile->rows = rows;
        making->room = room;
    }
    return &profile->rows[profile->count++];
}

static void fill_spread(struct profile_row *row, const struct making *making)
{
    static const uint32_t permille[PROFILE_PERCENTILES] = {500, 900, 990, 999};
    if (!making->profile->spread)
        return;
    const struct spread *spread = &making->spreads.of[row->function];
    for (size_t i = 0; i < PROFILE_PERCENTILES; i++)
        row->percentiles_ns[i] =
            within(spread_percentile_ns(spread, permille[i], making->scale), row->min.ns, row->max.ns);
    row->deviation_ns = spread_deviation_ns(spread, making->scale);
}

static int finish_row(struct making *making, uint32_t key, uint32_t part, const struct tally *tally)
{
    struct profile_row *row = add_row(making);
    if (row == NULL)
        return -1;
    *row = profile_row_of(key, tally, making->scale, making->profile->sums.raw, making->one_row);
    row->part = part;
    fill_spread(row, making);
    return 0;
}

/* All time of a thread is self time of some call: how far off single ones may be does not matter. */
static int finish_one_row(struct making *making, uint32_t part)
{
    struct tally sum = {0};
    for (uint32_t i = 0; i < making->all.functions; i++)
        if (making->all.of[i].seen)
            tally_add(&sum, &making->all.of[i]);
    sum.self.bound = 0;
    sum.total = sum.self;
    return sum.seen ? finish_row(making, 0, part, &sum) : 0;
}

/* The part is whole: its rows, and all empty for the next. */
static int finish_part(struct making *making, uint32_t part)
{
    int status = making->one_row ? finish_one_row(making, part) : 0;
    for (uint32_t i = 0; i < making->all.functions && status == 0; i++) {
        if (!making->all.of[i].seen)
            continue;
        if (!making->one_row)
            status = finish_row(making, i, part, &making->all.of[i]);
        making->all.of[i] = (struct tally){0};
    }
    spreads_clear(&making->spreads);
    return status;
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

/* Whether what the tape has stored of the thread is in the tallies. */
static bool load_summary(struct tallies *tallies, struct tape *tape, uint32_t thread)
{
    uint64_t *numbers;
    size_t count;
    bool loaded = tape_summary(tape, thread, &numbers, &count) && tallies_load(tallies, numbers, count);
    free(numbers);
    return loaded;
}

/* What is stored is had at once; all else of the part is read together. */
static int take_thread(struct making *making, uint32_t thread)
{
    uint32_t threads;
    const struct tape_thread *it = &tape_threads(making->tape, &threads)[thread];
    bool loaded = making->summaries && load_summary(&making->one, making->tape, thread);
    if (loaded)
        tallies_move(&making->all, &making->one);
    else
        making->unread[making->unread_count++] = thread;
    if (making->profile->spread)
        making->spread[making->spread_count++] = thread;
    else if (loaded && making->watch != NULL && making->watch->progress(making->watch->context, it->events) != 0)
        return error_set(making->error, "stopped");
    return 0;
}

static int read_unread(struct making *making)
{
    const struct calls_share share = calls_share(making->tape, making->unread, making->unread_count);
    if (making->unread_count == 0)
        return 0;
    making->unread_count = 0;
    if (tallies_of_threads(&making->one, making->tape, &share, making->choice, making->watch, making->error) != 0)
        return -1;
    tallies_move(&making->all, &making->one);
    return 0;
}

/* Events that are read twice are counted once. */
static int read_spreads(struct making *making, bool loaded)
{
    const struct gather_source source = {
        .tape = making->tape,
        .choice = making->choice,
        .threads = making->spread,
        .thread_count = making->spread_count,
        .watch = loaded ? making->watch : NULL,
    };
    if (making->spread_count == 0)
        return 0;
    making->spread_count = 0;
    return spreads_add(&making->spreads, &source, making->error);
}

static uint32_t part_of(const struct making *making, uint32_t thread)
{
    uint32_t threads;
    const struct tape_thread *it = &tape_threads(making->tape, &threads)[thread];
    return making->profile->per_thread ? thread : making->profile->per_process ? it->process : CT_NONE;
}

struct turn_of_thread {
    uint32_t part, thread;
};

static int by_part(const void *left, const void *right)
{
    const struct turn_of_thread *a = left, *b = right;
    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    return (a->thread > b->thread) - (a->thread < b->thread);
}

/* Threads of one part one after the other. */
static int read_parts(struct making *making, struct turn_of_thread *turns, uint32_t count)
{
    int status = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t thread = filter_thread(making->choice, i);
        turns[i] = (struct turn_of_thread){part_of(making, thread), thread};
    }
    qsort(turns, count, sizeof *turns, by_part);
    for (uint32_t i = 0; i < count && status == 0; i++) {
        status = take_thread(making, turns[i].thread);
        if (status != 0 || (i + 1 != count && turns[i + 1].part == turns[i].part))
            continue;
        bool loaded = making->unread_count == 0;
        status = read_unread(making);
        if (status == 0)
            status = read_spreads(making, loaded);
        if (status == 0)
            status = finish_part(making, turns[i].part);
    }
    return status;
}

static int read_threads(struct making *making)
{
    uint32_t count = filter_threads(making->choice, making->tape);
    struct turn_of_thread *turns = malloc((count + (size_t)1) * sizeof *turns);
    making->unread = malloc((count + (size_t)1) * sizeof *making->unread);
    making->spread = malloc((count + (size_t)1) * sizeof *making->spread);
    int status = turns != NULL && making->unread != NULL && making->spread != NULL ? read_parts(making, turns, count)
                                                                                   : no_memory(making);
    free(turns);
    free(making->unread);
    free(making->spread);
    return status;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static const struct profile_split by_function = {.by = BY_FUNCTION};

static bool groups_functions(const struct profile_split *split)
{
    return split->by == BY_FILE || split->by == BY_MODULE;
}

static int prepare(struct making *making, const struct profile_split *split, bool raw)
{
    if (tallies_init(&making->all, making->tape) != 0 || tallies_init(&making->one, making->tape) != 0)
        return no_memory(making);
    making->keys = grouping_keys(making->tape, split->labels, split->by);
    if (making->keys == NULL)
        return no_memory(making);
    if (groups_functions(split)) {
        tallies_group(&making->all, making->keys);
        tallies_group(&making->one, making->keys);
    }
    if (making->profile->spread && spreads_init(&making->spreads, making->keys, making->all.functions, raw) != 0)
        return no_memory(making);
    return 0;
}

static void finish(struct making *making)
{
    struct profile *profile = making->profile;
    bool raw = profile->sums.raw;
    profile->sums = making->all.sums;
    profile->sums.raw = raw;
    sums_finish(&profile->sums, making->tape, making->choice);
    profile_share_out(profile);
    profile->sums.functions = profile->count;
}

/* Damage may have taken what a summary was made of. */
static bool may_load(const struct tape *tape, const struct filter_choice *choice, enum profile_flag flags,
                     const struct profile_split *split)
{
    size_t damages;
    tape_damages(tape, &damages);
    return choice == NULL && (flags & PROFILE_DECODE) == 0 && damages == 0 && !groups_functions(split);
}

int profile_make_split(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                       enum profile_flag flags, const struct profile_split *split, const struct calls_watch *watch,
                       struct error *error)
{
    split = split != NULL ? split : &by_function;
    *profile = (struct profile){
        .by = split->by,
        .per_thread = split->by == BY_THREAD || split->per == PER_THREAD,
        .per_process = split->by == BY_PROCESS || split->per == PER_PROCESS,
        .spread = (flags & PROFILE_SPREAD) != 0,
        .sums = {.raw = (flags & PROFILE_RAW) != 0},
    };
    struct making making = {
        .profile = profile,
        .tape = tape,
        .choice = choice,
        .watch = watch,
        .error = error,
        .scale = scale_of(tape),
        .summaries = may_load(tape, choice, flags, split),
        .one_row = split->by == BY_THREAD || split->by == BY_PROCESS,
    };
    int status = prepare(&making, split, profile->sums.raw);
    if (status == 0)
        status = read_threads(&making);
    if (status == 0)
        finish(&making);
    tallies_free(&making.all);
    tallies_free(&making.one);
    spreads_free(&making.spreads);
    free(making.keys);
    return status;
}

int profile_make(struct profile *profile, struct tape *tape, const struct filter_choice *choice,
                 enum profile_flag flags, const struct calls_watch *watch, struct error *error)
{
    return profile_make_split(profile, tape, choice, flags, NULL, watch, error);
}

void profile_free(struct profile *profile)
{
    for (size_t i = 0; profile->keys != NULL && i < profile->count; i++)
        kept_free(profile->rows[i].value);
    free(profile->rows);
    *profile = (struct profile){0};
}

struct sorting {
    enum profile_order order;
    enum grouping by;
    const struct labels *labels;
    const struct tape_key *keys;
};

static uint64_t key_of(const struct profile_row *row, enum profile_order order)
{
    switch (order) {
    case PROFILE_BY_SELF:
        return row->self.ns;
    case PROFILE_BY_TOTAL:
        return row->total.ns;
    case PROFILE_BY_CALLS:
        return row->calls;
    case PROFILE_BY_AVERAGE:
        return row->average.ns;
    case PROFILE_BY_MIN:
        return row->min.ns;
    case PROFILE_BY_MAX:
        return row->max.ns;
    case PROFILE_BY_P50:
    case PROFILE_BY_P90:
    case PROFILE_BY_P99:
    case PROFILE_BY_P999:
        return row->percentiles_ns[order - PROFILE_BY_P50];
    case PROFILE_BY_DEVIATION:
        return row->deviation_ns;
    case PROFILE_BY_NAME:
        return 0;
    }
    return 0;
}

/* Calls without a value last. */
static int by_value(const struct kept_value *one, const struct kept_value *other, const struct tape_key *keys)
{
    if (one == NULL || other == NULL)
        return (one == NULL) - (other == NULL);
    return value_compare(keys, &one->value, &other->value);
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct sorting *sorting = context;
    const struct profile_row *one = a, *other = b;
    uint64_t left = key_of(one, sorting->order), right = key_of(other, sorting->order);
    if (left != right)
        return left > right ? -1 : 1;
    int order = strcmp(grouping_name(sorting->labels, one->function, sorting->by),
                       grouping_name(sorting->labels, other->function, sorting->by));
    if (order != 0)
        return order;
    if (one->function != other->function)
        return one->function > other->function ? 1 : -1;
    if (one->part != other->part)
        return one->part > other->part ? 1 : -1;
    return sorting->keys != NULL ? by_value(one->value, other->value, sorting->keys) : 0;
}

void profile_sort(struct profile *profile, enum profile_order order, const struct labels *labels)
{
    struct sorting sorting = {order, profile->by, labels, profile->keys};
    if (profile->count != 0)
        qsort_r(profile->rows, profile->count, sizeof *profile->rows, compare_rows, &sorting);
}
