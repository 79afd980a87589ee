#include "tape/fold.h"

#include <stdlib.h>
#include <string.h>

#include "tape/folded.h"
#include "tape/pack.h"

/* Functions that one run may have; calls for each of them, on the mean, that make folding it worth while: calls of the
 * same function in a row pack well as they are. */
enum { RUN_FUNCTIONS = 8, RUN_CALLS_LEAST = 8 };

/* A call that took less time than so many events do is short; so is a gap. */
enum { SHORT_EVENTS = 64, SHORT_UNKNOWN_TICKS = 1024, SHORT_MOST_TICKS = 1 << 20 };

struct run {
    struct {
        uint32_t function;
        struct folded folded;
    } of[RUN_FUNCTIONS];
    uint32_t functions, calls;
};

/* Where one stands in a chunk. */
struct place {
    uint64_t time; /* what low bits are read against */
    bool directly; /* it is that of the word before, an event */
};

int folder_on(struct folder *folder, uint64_t least)
{
    folder->words = malloc(CHUNK_WORDS_MAX * sizeof *folder->words);
    folder->on = folder->words != NULL;
    folder->least = least;
    return folder->on ? 0 : -1;
}

void folder_free(struct folder *folder)
{
    free(folder->functions);
    free(folder->words);
    free(folder->column.data);
}

void folder_begin_block(struct folder *folder)
{
    folder->column.bytes = 0;
    folder->block_calls = 0;
}

static int reserve(struct folder *folder, uint32_t function)
{
    if (function < folder->function_count)
        return 0;
    uint32_t count = 2 * function + 64;
    struct fold_calls *functions = realloc(folder->functions, count * sizeof *functions);
    if (!functions)
        return -1;
    memset(functions + folder->function_count, 0, (count - folder->function_count) * sizeof *functions);
    folder->functions = functions;
    folder->function_count = count;
    return 0;
}

static uint32_t function_of(uint64_t word)
{
    return (uint32_t)(word >> CT_CLOCK_BITS) & CT_FUNCTION_MAX;
}

static uint64_t distance(uint64_t from, uint64_t to)
{
    return (to - from) & CT_CLOCK_MASK;
}

static bool is_timed(uint64_t word, uint64_t kind)
{
    return word >> 61 == (kind | CT_TIMED) >> 61;
}

/* ---- runs ------------------------------------------------------------------------------------------------------- */

static struct folded *in_run(struct run *run, uint32_t function)
{
    uint32_t i = 0;
    while (i < run->functions && run->of[i].function != function)
        i++;
    if (i == RUN_FUNCTIONS)
        return NULL;
    if (i == run->functions) {
        run->of[i].function = function;
        run->of[i].folded = (struct folded){.least = UINT64_MAX};
        run->functions++;
    }
    return &run->of[i].folded;
}

/* The call that `word` and the next may be, if it can be of the run. */
static bool add_call(struct folder *folder, struct run *run, uint64_t brief, uint64_t time, const uint64_t word[2])
{
    uint32_t function = function_of(word[0]);
    uint64_t gap = distance(time, word[0]), took = distance(word[0], word[1]);
    if (!is_timed(word[0], CT_ENTRY) || !is_timed(word[1], CT_EXIT) || gap > brief || took > brief ||
        function >= folder->function_count || folder->functions[function].calls < folder->least)
        return false;
    struct folded *folded = in_run(run, function);
    if (!folded)
        return false;
    folded->calls++;
    folded->gaps += gap;
    folded->total += took;
    folded->least = took < folded->least ? took : folded->least;
    folded->most = took > folded->most ? took : folded->most;
    folder->functions[function].calls++;
    run->calls++;
    return true;
}

/* The run that begins at `word`; returns where it ends. */
static const uint64_t *find_run(struct folder *folder, struct run *run, uint64_t brief, uint64_t time,
                                const uint64_t *word, const uint64_t *end)
{
    run->functions = run->calls = 0;
    while (end - word >= 2 && add_call(folder, run, brief, time, word)) {
        time = word[1];
        word += 2;
    }
    return word;
}

static bool is_worth_while(const struct run *run)
{
    return run->calls != 0 && run->calls >= RUN_CALLS_LEAST * run->functions;
}

static int put_run(struct folder *folder, const struct run *run, uint64_t *to)
{
    uint8_t *column = buffer_reserve(&folder->column, RUN_FUNCTIONS * FOLDED_NUMBERS * LEB128_BYTES_MAX);
    if (!column)
        return -1;
    for (uint32_t i = 0; i < run->functions; i++) {
        const struct folded *folded = &run->of[i].folded;
        uint64_t span = folded->gaps + folded->total;
        column = folded_write(column, folded);
        to[i] = CT_SPECIAL(CT_SPECIAL_FOLD, span << FOLD_SPAN_SHIFT | run->of[i].function);
        folder->functions[run->of[i].function].folded += folded->calls;
    }
    folder->column.bytes = (size_t)(column - folder->column.data);
    folder->block_calls += run->calls;
    return 0;
}

/* ---- chunks ----------------------------------------------------------------------------------------------------- */

/* As the packer does it (FORMAT.md, 5.2). A step back in time stands for no time that passed. */
static void pass_time(struct place *place, uint64_t word)
{
    uint64_t tag = word >> CT_TAG_SHIFT, step = distance(place->time, word);
    place->directly =
        (tag == CT_TAG_ENTRY || tag == CT_TAG_EXIT) && (word & CT_TIMED) != 0 && step >> (CT_CLOCK_BITS - 1) == 0;
    if (place->directly)
        place->time += step;
    if (word >> CT_SPECIAL_SHIFT != CT_SPECIAL_EPOCH)
        return;
    uint64_t epoch = word & CT_PAYLOAD_MASK;
    if (epoch < UINT64_C(1) << (63 - CT_EPOCH_SHIFT) && epoch << CT_EPOCH_SHIFT > place->time)
        place->time = epoch << CT_EPOCH_SHIFT;
}

static int keep(struct folder *folder, struct place *place, uint64_t word)
{
    pass_time(place, word);
    if (word >> CT_TAG_SHIFT != CT_TAG_ENTRY)
        return 0;
    uint32_t function = function_of(word);
    if (reserve(folder, function) != 0)
        return -1;
    folder->functions[function].calls++;
    return 0;
}

/* No program writes FOLD. */
static uint64_t believable(uint64_t word)
{
    return word >> CT_SPECIAL_SHIFT == CT_SPECIAL_FOLD ? UINT64_C(3) << CT_TAG_SHIFT : word;
}

static void load(uint64_t *to, const uint64_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        to[i] = believable(__atomic_load_n(&words[i], __ATOMIC_RELAXED));
}

const uint64_t *folder_words(struct folder *folder, uint64_t reference, uint32_t timed_cost, const uint64_t *words,
                             uint32_t *count)
{
    uint64_t brief = timed_cost != 0 ? (uint64_t)timed_cost * SHORT_EVENTS / 16 : SHORT_UNKNOWN_TICKS;
    uint64_t *const all = folder->words, *to = all;
    const uint64_t *word = all, *const end = all + *count;
    struct place place = {.time = reference};
    struct run run;
    brief = brief < SHORT_MOST_TICKS ? brief : SHORT_MOST_TICKS;
    load(all, words, *count);
    while (word < end) {
        const uint64_t *after = place.directly ? find_run(folder, &run, brief, place.time, word, end) : word;
        if (after == word) {
            if (keep(folder, &place, *word) != 0)
                return NULL;
            *to++ = *word++;
            continue;
        }
        place.time += distance(place.time, after[-1]);
        if (is_worth_while(&run)) {
            if (put_run(folder, &run, to) != 0)
                return NULL;
            to += run.functions;
        } else {
            memmove(to, word, (size_t)(after - word) * sizeof *to);
            to += after - word;
        }
        word = after;
    }
    *count = (uint32_t)(to - all);
    return all;
}

/* ---- what it comes to ------------------------------------------------------------------------------------------- */

int folder_merge(struct folder *folder, const struct folder *other)
{
    if (other->function_count != 0 && reserve(folder, other->function_count - 1) != 0)
        return -1;
    for (uint32_t i = 0; i < other->function_count; i++)
        folder->functions[i].folded += other->functions[i].folded;
    return 0;
}

struct fold_totals folder_totals(const struct folder *folder)
{
    struct fold_totals totals = {0};
    for (uint32_t i = 0; i < folder->function_count; i++) {
        totals.calls += folder->functions[i].folded;
        totals.functions += folder->functions[i].folded != 0;
    }
    return totals;
}
