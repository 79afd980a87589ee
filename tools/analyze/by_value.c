#include "analyze/by_value.h"

#include <stdlib.h>

#include "analyze/profile_row.h"
#include "analyze/values.h"
#include "base/numbers.h"

struct plan {
    const struct tape_function *functions;
    const struct tape_key *keys;
    const bool *wanted; /* by key */
};

/* An open call. */
struct open {
    uint64_t begin;   /* they are numbered as they begin, from 1 */
    uint64_t root;    /* that of the outermost call of the same function around it, or its own */
    uint32_t outer;   /* tag of the innermost; 0: there is none. Where this is free: of the next that is */
    struct took gaps; /* but for its bound nothing: what calls that are left out leave open of its self time */
    struct kept_value *value;
};

/* Sum of the totals of some calls of a row that are in the same call of their function: if that, or one around it,
 * turns out to have the row's value, they count no more. */
struct pending {
    uint64_t begin; /* of the first of them */
    struct took total;
};

struct row {
    uint64_t hash;    /* first: struct numbers finds it here */
    struct row *next; /* of the same hash */
    uint32_t function;
    struct kept_value *value;
    struct tally tally;
    struct pending *pending; /* within the call `root`, by begin; at most one for each open call of the function */
    size_t pending_count, pending_room;
    uint64_t root;
};

/* One stack's innermost open call of each function. */
struct spine {
    uint64_t number;
    struct numbers innermost;
};

struct innermost {
    uint64_t function;
    uint32_t tag; /* 0: none is open */
};

struct by_value {
    struct gathered gathered;
    const struct plan *plan;
    struct numbers rows, spines;
    size_t row_count;
    struct open *open; /* by tag, [0] is not used */
    uint32_t count, room, free;
    uint64_t begun;
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for the values of calls");
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static bool is_of(const struct row *row, uint32_t function, const struct kept_value *kept, const struct tape_key *keys)
{
    if (row->function != function || (row->value == NULL) != (kept == NULL))
        return false;
    return kept == NULL || value_compare(keys, &row->value->value, &kept->value) == 0;
}

static struct row *add_row(struct by_value *by, struct row *first, uint32_t function, struct kept_value **value)
{
    struct row *row = first;
    if (by->row_count == PROFILE_MOST_ROWS) {
        error_set(by->gathered.error, "more than %u different values: choose calls with --function or --where",
                  PROFILE_MOST_ROWS);
        return NULL;
    }
    if (first->tally.seen) {
        row = calloc(1, sizeof *row);
        if (row == NULL) {
            no_memory(by->gathered.error);
            return NULL;
        }
        row->next = first->next;
        first->next = row;
    }
    row->function = function;
    row->value = *value;
    *value = NULL;
    row->tally.seen = true;
    by->row_count++;
    return row;
}

/* A new row takes the value. NULL with the error set. */
static struct row *row_of(struct by_value *by, uint32_t function, struct kept_value **value)
{
    uint64_t hash = (uint64_t)function << 32 ^ (*value != NULL ? value_hash(by->plan->keys, &(*value)->value) : 0);
    struct row *first = numbers_get(&by->rows, hash, sizeof *first);
    if (first == NULL) {
        no_memory(by->gathered.error);
        return NULL;
    }
    for (struct row *row = first; row != NULL && row->tally.seen; row = row->next)
        if (is_of(row, function, *value, by->plan->keys))
            return row;
    return add_row(by, first, function, value);
}

static void free_row(struct row *row)
{
    while (row != NULL) {
        struct row *next = row->next;
        kept_free(row->value);
        free(row->pending);
        free(row);
        row = next;
    }
}

/* ---- totals ----------------------------------------------------------------------------------------------------- */

/* Appends a sum that is later. */
static void append(struct took *to, const struct took *later)
{
    took_add(to, later->ticks, later->cost);
    took_bound(to, later->run, later->bound);
}

/* Nothing that may still end is around the pending ones. */
static void settle(struct row *row)
{
    for (size_t i = 0; i < row->pending_count; i++)
        append(&row->tally.total, &row->pending[i].total);
    row->pending_count = 0;
}

static int push(struct row *row, uint64_t begin, const struct took *total)
{
    if (row->pending_count == row->pending_room) {
        size_t room = 2 * row->pending_room + 1;
        struct pending *wider = realloc(row->pending, room * sizeof *wider);
        if (wider == NULL)
            return -1;
        row->pending = wider;
        row->pending_room = room;
    }
    row->pending[row->pending_count++] = (struct pending){begin, *total};
    return 0;
}

/* The total of an ended call takes the place of those in it. `outer`: begin of the innermost call of its function
 * around it, 0 where there is none; what is pending in that becomes one. */
static int count_total(struct row *row, const struct open *open, uint64_t outer, const struct took *total)
{
    if (row->root != open->root)
        settle(row);
    row->root = open->root;
    while (row->pending_count != 0 && row->pending[row->pending_count - 1].begin > open->begin)
        row->pending_count--;
    if (push(row, open->begin, total) != 0)
        return -1;
    while (row->pending_count > 1 && row->pending[row->pending_count - 2].begin > outer) {
        row->pending_count--;
        append(&row->pending[row->pending_count - 1].total, &row->pending[row->pending_count].total);
    }
    return 0;
}

static int count_call(struct by_value *by, const struct call *call, struct open *open)
{
    const struct took total = {call_total_ticks(call), call_total_cost(call), call_slack(call), call->end_run};
    struct row *row = row_of(by, by->plan->functions[call->function].same, &open->value);
    if (row == NULL)
        return -1;
    took_add(&row->tally.self, call_self_ticks(call), call_self_cost(call));
    took_bound(&row->tally.self, call->end_run, call->gap_slack);
    append(&row->tally.self, &open->gaps);
    if (call_counts(call))
        tally_call(&row->tally, call, &total);
    uint64_t outer = open->outer != 0 ? by->open[open->outer].begin : 0;
    return count_total(row, open, outer, &total) == 0 ? 0 : no_memory(by->gathered.error);
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

static uint32_t take_open(struct by_value *by)
{
    uint32_t tag = by->free;
    if (tag != 0) {
        by->free = by->open[tag].outer;
        return tag;
    }
    if (by->count + 1 >= by->room) {
        uint32_t room = 2 * by->room + 16;
        struct open *wider = realloc(by->open, room * sizeof *wider);
        if (wider == NULL)
            return 0;
        by->open = wider;
        by->room = room;
    }
    return ++by->count;
}

static struct innermost *innermost_of(struct by_value *by, uint64_t stack, uint32_t function)
{
    struct spine *spine = numbers_get(&by->spines, stack, sizeof *spine);
    struct innermost *innermost = NULL;
    if (spine != NULL)
        innermost = numbers_get(&spine->innermost, function, sizeof *innermost);
    return innermost;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct by_value *by = context;
    struct innermost *innermost = innermost_of(by, call->stack, by->plan->functions[call->function].same);
    uint32_t tag = innermost != NULL ? take_open(by) : 0;
    (void)parent;
    if (tag == 0)
        return no_memory(by->gathered.error);
    struct open *open = &by->open[tag];
    *open = (struct open){.begin = ++by->begun, .outer = innermost->tag};
    open->root = open->outer != 0 ? by->open[open->outer].root : open->begin;
    innermost->tag = call->tag = tag;
    return 0;
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct by_value *by = context;
    if (call == NULL || !by->plan->wanted[event->value->key])
        return 0;
    struct open *open = &by->open[call->tag];
    kept_free(open->value);
    open->value = NULL;
    return kept_add(&open->value, event) == 0 ? 0 : no_memory(by->gathered.error);
}

static void free_spine(struct spine *spine)
{
    for (size_t i = 0; spine != NULL && i < spine->innermost.slots; i++)
        free(spine->innermost.table[i]);
    if (spine != NULL)
        numbers_free(&spine->innermost);
    free(spine);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct by_value *by = context;
    struct open *open = &by->open[call->tag];
    (void)parent;
    sums_call(&by->gathered.sums, call);
    if (count_call(by, call, open) != 0)
        return -1;
    kept_free(open->value);
    open->value = NULL;
    innermost_of(by, call->stack, by->plan->functions[call->function].same)->tag = open->outer;
    open->outer = by->free;
    by->free = call->tag;
    if (call->depth == 0 && call->stack != 0)
        free_spine(numbers_take(&by->spines, call->stack));
    return 0;
}

static int note(void *context, const struct tape_event *event)
{
    struct by_value *by = context;
    sums_note(&by->gathered.sums, event);
    return 0;
}

static void gap(void *context, const struct call *call, uint64_t run, uint64_t slack)
{
    const struct by_value *by = context;
    took_bound(&by->open[call->tag].gaps, run, slack);
}

/* ---- together --------------------------------------------------------------------------------------------------- */

static void *create(const void *plan, struct error *error)
{
    struct by_value *by = calloc(1, sizeof *by);
    if (by == NULL)
        no_memory(error);
    else
        by->plan = plan;
    return by;
}

static void destroy(void *sums)
{
    struct by_value *by = sums;
    if (by == NULL)
        return;
    for (size_t i = 0; i < by->rows.slots; i++)
        free_row(by->rows.table[i]);
    for (size_t i = 0; i < by->spines.slots; i++)
        free_spine(by->spines.table[i]);
    for (uint32_t i = 1; i <= by->count; i++)
        kept_free(by->open[i].value);
    numbers_free(&by->rows);
    numbers_free(&by->spines);
    free(by->open);
    free(by);
}

static int add(void *to, const void *from, struct error *error)
{
    struct by_value *all = to;
    const struct by_value *one = from;
    all->gathered.error = error;
    for (size_t i = 0; i < one->rows.slots; i++)
        for (struct row *row = one->rows.table[i]; row != NULL; row = row->next) {
            settle(row);
            struct row *sum = row_of(all, row->function, &row->value);
            if (sum == NULL)
                return -1;
            tally_add(&sum->tally, &row->tally);
        }
    return 0;
}

static const struct gather_kind by_value_kind = {
    .receiver = {.begin = begin, .end = end, .note = note, .gap = gap, .value = value},
    .create = create,
    .destroy = destroy,
    .add = add,
};

/* ---- the profile ------------------------------------------------------------------------------------------------ */

/* Which functions have calls with a value; to be freed. */
static bool *find_valued(const struct by_value *by, const struct tape *tape)
{
    uint32_t functions;
    tape_functions(tape, &functions);
    bool *valued = calloc(functions + (size_t)1, sizeof *valued);
    for (size_t i = 0; valued != NULL && i < by->rows.slots; i++)
        for (const struct row *row = by->rows.table[i]; row != NULL; row = row->next)
            valued[row->function] |= row->value != NULL;
    return valued;
}

static void leave_out(struct sums *sums, const struct tally *tally, struct scale scale)
{
    sums->valueless += tally->calls;
    sums->valueless_ns += took_duration(&tally->self, scale, sums->raw).ns;
}

static void fill(struct profile *profile, struct by_value *by, const bool *valued, struct scale scale)
{
    for (size_t i = 0; i < by->rows.slots; i++)
        for (struct row *row = by->rows.table[i]; row != NULL; row = row->next) {
            if (!valued[row->function])
                leave_out(&profile->sums, &row->tally, scale);
            if (!valued[row->function] || (row->value == NULL && row->tally.calls == 0))
                continue;
            struct profile_row *to = &profile->rows[profile->count++];
            *to = profile_row_of(row->function, &row->tally, scale, profile->sums.raw, false);
            to->part = CT_NONE;
            to->value = row->value;
            row->value = NULL;
        }
}

static int make(struct profile *profile, struct by_value *by, const struct tape *tape, struct error *error)
{
    bool *valued = find_valued(by, tape);
    profile->sums = by->gathered.sums;
    profile->rows = malloc((by->row_count + 1) * sizeof *profile->rows);
    if (valued != NULL && profile->rows != NULL)
        fill(profile, by, valued, scale_of(tape));
    free(valued);
    if (valued == NULL || profile->rows == NULL)
        return no_memory(error);
    profile_share_out(profile);
    return 0;
}

int profile_make_by_value(struct profile *profile, const bool *wanted, const struct gather_source *source,
                          struct error *error)
{
    uint32_t count;
    const struct plan plan = {
        .functions = tape_functions(source->tape, &count),
        .keys = tape_keys(source->tape, &count),
        .wanted = wanted,
    };
    *profile = (struct profile){.by = BY_FUNCTION, .keys = plan.keys};
    struct by_value *by = gather(&by_value_kind, &plan, source, error);
    int status = by != NULL ? make(profile, by, source->tape, error) : -1;
    destroy(by);
    return status;
}
