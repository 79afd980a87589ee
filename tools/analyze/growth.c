#include "analyze/growth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/scale.h"
#include "analyze/values.h"
#include "calls/filter.h"

struct growth {
    struct growth_subject **subjects;
    uint32_t count, room;
    struct growth_result *results;
    size_t result_count, result_room;
    bool runs; /* of sizes, which are the same for all functions */
};

/* An open call. */
struct open_call {
    double number[GROWTH_KEYS];
    bool told;      /* it has a number */
    uint64_t below; /* calls made in it */
    uint32_t next;  /* of those that are free */
};

/* What a run came to, by function. */
struct run_sum {
    double measure[GROWTH_MEASURES];
    uint64_t open; /* calls; totals are those of outermost ones */
};

struct reading {
    struct growth *growth;
    struct tape *tape;
    const struct labels *labels;
    const struct growth_choice *choice;
    const struct tape_function *functions;
    const struct tape_key *keys;
    uint32_t key_count;
    struct growth_subject **subjects; /* by function, once known */
    struct run_sum *runs;             /* likewise; NULL: single calls are looked at */
    struct open_call *open;           /* by tag; [0] is nobody's */
    uint32_t open_room, free_call;
    struct scale scale;
    struct sums *sums;
    struct error *error;
};

/* ---- functions, by name and program ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static struct growth_subject *find_subject(const struct growth *growth, const struct label *label)
{
    for (uint32_t i = 0; i < growth->count; i++) {
        struct growth_subject *subject = growth->subjects[i];
        if (strcmp(subject->name, label->name) == 0 &&
            strcmp(base_name(subject->module), base_name(label->module)) == 0 && subject->line == label->line)
            return subject;
    }
    return NULL;
}

static void free_subject(struct growth_subject *subject)
{
    if (subject == NULL)
        return;
    for (int i = 0; i < subject->key_count; i++)
        free(subject->keys[i]);
    growth_cells_free(&subject->cells);
    free(subject->name);
    free(subject->module);
    free(subject->file);
    free(subject);
}

static struct growth_subject *add_subject(struct growth *growth, const struct label *label)
{
    if (growth->count == growth->room) {
        uint32_t room = 2 * growth->room + 16;
        struct growth_subject **subjects = realloc(growth->subjects, room * sizeof(struct growth_subject *));
        if (subjects == NULL)
            return NULL;
        growth->subjects = subjects;
        growth->room = room;
    }
    struct growth_subject *subject = calloc(1, sizeof *subject);
    if (subject == NULL)
        return NULL;
    subject->name = strdup(label->name);
    subject->module = strdup(label->module);
    subject->file = label->file != NULL ? strdup(label->file) : NULL;
    subject->line = label->line;
    if (subject->name == NULL || subject->module == NULL) {
        free_subject(subject);
        return NULL;
    }
    return growth->subjects[growth->count++] = subject;
}

static struct growth_subject *subject_of(struct reading *reading, uint32_t function)
{
    uint32_t same = reading->functions[function].same;
    struct growth_subject **subject = &reading->subjects[same];
    const struct label *label = labels_get(reading->labels, same);
    if (*subject == NULL)
        *subject = find_subject(reading->growth, label);
    if (*subject == NULL)
        *subject = add_subject(reading->growth, label);
    return *subject;
}

/* Its place among the subject's keys, added if need be; -1: there is no more; -2: no memory. */
static int key_of(struct growth_subject *subject, const char *name)
{
    for (int i = 0; i < subject->key_count; i++)
        if (strcmp(subject->keys[i], name) == 0)
            return i;
    if (subject->key_count == GROWTH_KEYS) {
        subject->more_keys = true;
        return -1;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return -2;
    subject->keys[subject->key_count] = copy;
    return subject->key_count++;
}

/* ---- calls ---- */

static int no_memory(const struct reading *reading)
{
    return error_set(reading->error, "out of memory for the calls of '%s'", tape_path(reading->tape));
}

static bool is_looked_at(const struct reading *reading, uint32_t function)
{
    return reading->choice->functions == NULL || reading->choice->functions[function] != 0;
}

static struct run_sum *run_of(const struct reading *reading, const struct call *call)
{
    return &reading->runs[reading->functions[call->function].same];
}

static int widen_open(struct reading *reading)
{
    uint32_t room = reading->open_room != 0 ? 2 * reading->open_room : 64;
    struct open_call *open = realloc(reading->open, room * sizeof *open);
    if (open == NULL)
        return -1;
    for (uint32_t i = reading->open_room != 0 ? reading->open_room : 1; i < room; i++) {
        open[i].next = reading->free_call;
        reading->free_call = i;
    }
    reading->open = open;
    reading->open_room = room;
    return 0;
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    struct reading *reading = context;
    (void)parent;
    if (reading->free_call == 0 && widen_open(reading) != 0)
        return no_memory(reading);
    uint32_t tag = reading->free_call;
    struct open_call *open = &reading->open[tag];
    reading->free_call = open->next;
    *open = (struct open_call){.told = false};
    for (int i = 0; i < GROWTH_KEYS; i++)
        open->number[i] = NAN;
    call->tag = tag;
    if (reading->runs != NULL)
        run_of(reading, call)->open++;
    return 0;
}

static double ns_of(const struct reading *reading, uint64_t ticks, uint64_t cost)
{
    double scale = (double)reading->scale.ns / (double)reading->scale.ticks;
    return ((double)ticks - (reading->choice->raw ? 0 : (double)cost / 16)) * scale;
}

static int add_call(struct reading *reading, const struct call *call, const struct open_call *open)
{
    struct growth_call one = {.measure = {
                                  [GROWTH_SELF] = ns_of(reading, call_self_ticks(call), call_self_cost(call)),
                                  [GROWTH_TOTAL] = ns_of(reading, call_total_ticks(call), call_total_cost(call)),
                                  [GROWTH_CALLS] = (double)open->below,
                              }};
    memcpy(one.number, open->number, sizeof one.number);
    struct growth_subject *subject = subject_of(reading, call->function);
    return subject != NULL && growth_cells_add(&subject->cells, &one) == 0 ? 0 : no_memory(reading);
}

static void add_to_run(const struct reading *reading, const struct call *call)
{
    struct run_sum *run = run_of(reading, call);
    run->measure[GROWTH_SELF] += ns_of(reading, call_self_ticks(call), call_self_cost(call));
    if (--run->open == 0)
        run->measure[GROWTH_TOTAL] += ns_of(reading, call_total_ticks(call), call_total_cost(call));
    run->measure[GROWTH_CALLS] += call_counts(call);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct reading *reading = context;
    struct open_call *open = &reading->open[call->tag];
    bool whole = call_counts(call) && (call->flags & (CALL_OPEN | CALL_CUT | CALL_LATER)) == 0;
    int status = 0;
    sums_call(reading->sums, call);
    if (parent != NULL)
        reading->open[parent->tag].below += open->below + call_counts(call);
    if (reading->runs != NULL)
        add_to_run(reading, call);
    else if (open->told && whole)
        status = add_call(reading, call, open);
    open->next = reading->free_call;
    reading->free_call = call->tag;
    return status;
}

static int note(void *context, const struct tape_event *event)
{
    struct reading *reading = context;
    sums_note(reading->sums, event);
    return 0;
}

static int key_of_value(const struct reading *reading, struct growth_subject *subject, uint32_t key)
{
    const struct value_name name = value_name_of(reading->keys, reading->key_count, key);
    if (*name.part == '\0')
        return key_of(subject, name.name);
    char *text = value_name_text(&name);
    int place = text != NULL ? key_of(subject, text) : -2;
    free(text);
    return place;
}

/* Of a number told again the last one counts. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct reading *reading = context;
    const struct tape_key *key = &reading->keys[event->value->key];
    double number;
    bool wanted = key->kind == CT_KEY_ARGUMENT || key->kind == CT_KEY_NOTE || key->kind == CT_KEY_RETURN;
    if (call == NULL || !wanted || reading->runs != NULL || !is_looked_at(reading, call->function) ||
        !value_number(key, event->value, &number))
        return 0;
    struct growth_subject *subject = subject_of(reading, call->function);
    if (subject == NULL)
        return no_memory(reading);
    int place = key_of_value(reading, subject, event->value->key);
    if (place < 0)
        return place == -2 ? no_memory(reading) : 0;
    reading->open[call->tag].number[place] = number;
    reading->open[call->tag].told = true;
    return 0;
}

/* ---- tapes ---- */

static int add_runs(struct reading *reading, uint32_t functions)
{
    for (uint32_t i = 0; i < functions; i++) {
        struct growth_call one = {.number = {*reading->choice->size, NAN, NAN, NAN, NAN, NAN}};
        if (reading->runs[i].measure[GROWTH_CALLS] == 0 || !is_looked_at(reading, i))
            continue;
        memcpy(one.measure, reading->runs[i].measure, sizeof one.measure);
        struct growth_subject *subject = subject_of(reading, i);
        if (subject == NULL || key_of(subject, reading->choice->size_name) != 0 ||
            growth_cells_add(&subject->cells, &one) != 0)
            return no_memory(reading);
    }
    return 0;
}

static int read_threads(struct reading *reading, const struct calls_watch *watch)
{
    const struct filter_choice *filter = reading->choice->filter;
    uint32_t threads = filter_threads(filter, reading->tape);
    int status = 0;
    const struct calls_receiver receiver = {
        .begin = begin, .end = end, .note = note, .context = reading, .value = value};
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = calls_of_thread(reading->tape, filter_thread(filter, i), filter, &receiver, watch,
                                 &reading->sums->times, &reading->sums->left, reading->error);
    return status;
}

int growth_read(struct growth *growth, struct tape *tape, const struct labels *labels,
                const struct growth_choice *choice, const struct calls_watch *watch, struct sums *sums,
                struct error *error)
{
    uint32_t functions, keys;
    struct reading reading = {
        .growth = growth,
        .tape = tape,
        .labels = labels,
        .choice = choice,
        .functions = tape_functions(tape, &functions),
        .keys = tape_keys(tape, &keys),
        .scale = scale_of(tape),
        .sums = sums,
        .error = error,
    };
    growth->runs = choice->size != NULL;
    *sums = (struct sums){.raw = choice->raw};
    reading.key_count = keys;
    reading.subjects = calloc(functions + 1, sizeof(struct growth_subject *));
    reading.runs = choice->size != NULL ? calloc(functions + 1, sizeof *reading.runs) : NULL;
    int status = 0;
    if (reading.subjects == NULL || (choice->size != NULL && reading.runs == NULL))
        status = no_memory(&reading);
    if (status == 0)
        status = read_threads(&reading, watch);
    if (status == 0 && reading.runs != NULL)
        status = add_runs(&reading, functions);
    sums_finish(sums, tape, choice->filter);
    free(reading.subjects);
    free(reading.runs);
    free(reading.open);
    return status;
}

/* ---- results ---- */

static struct growth_result *add_result(struct growth *growth)
{
    if (growth->result_count == growth->result_room) {
        size_t room = 2 * growth->result_room + 16;
        struct growth_result *results = realloc(growth->results, room * sizeof *results);
        if (results == NULL)
            return NULL;
        growth->results = results;
        growth->result_room = room;
    }
    return &growth->results[growth->result_count++];
}

static int fit(struct growth *growth, const struct growth_subject *subject, enum growth_measure measure, int key,
               int other)
{
    struct growth_result result = {.subject = subject, .measure = measure, .key = key, .other = other};
    struct growth_points points;
    if (growth_cells_points(&points, &subject->cells, measure, key, other) != 0) {
        free(points.points);
        return -1;
    }
    result.points = points.points;
    result.point_count = points.count;
    result.calls = points.calls;
    result.fit = other < 0 ? growth_fit_one(points.points, points.count, points.silent)
                           : growth_fit_two(points.points, points.count, points.silent);
    bool told = points.count != 0 || (points.silent != 0 && measure != GROWTH_CALLS);
    struct growth_result *place = told && (other < 0 || result.fit.numbers == 2) ? add_result(growth) : NULL;
    if (place != NULL)
        *place = result;
    else
        free(result.points);
    return place != NULL || !told || other >= 0 ? 0 : -1;
}

/* Two numbers that both matter say more than one; else what is claimed, and what explains most of the differences. */
static bool is_better(const struct growth_result *a, const struct growth_result *b)
{
    bool a_claims = a->fit.verdict == GROWTH_CLAIMED, b_claims = b->fit.verdict == GROWTH_CLAIMED;
    if (a_claims != b_claims)
        return a_claims;
    if (a_claims && a->fit.numbers != b->fit.numbers)
        return a->fit.numbers > b->fit.numbers;
    if (a->fit.verdict != b->fit.verdict && !a_claims)
        return a->fit.verdict < b->fit.verdict;
    return a->fit.r2 > b->fit.r2;
}

static int fit_measure(struct growth *growth, const struct growth_subject *subject, enum growth_measure measure)
{
    size_t first = growth->result_count;
    for (int key = 0; key < subject->key_count; key++)
        if (fit(growth, subject, measure, key, -1) != 0)
            return -1;
    for (int key = 0; key < subject->key_count; key++)
        for (int other = key + 1; other < subject->key_count; other++)
            if (fit(growth, subject, measure, key, other) != 0)
                return -1;
    size_t best = first;
    for (size_t i = first; i < growth->result_count; i++)
        best = is_better(&growth->results[i], &growth->results[best]) ? i : best;
    if (first < growth->result_count)
        growth->results[best].best = true;
    return 0;
}

double growth_beyond(const struct growth_result *result, double at)
{
    bool two = result->fit.numbers == 2;
    const double n[GROWTH_NUMBERS] = {two ? result->fit.to[0] : at, at};
    return growth_at(&result->fit, n);
}

static double weight_of(const struct growth_result *result)
{
    return growth_beyond(result, 10 * result->fit.to[result->fit.numbers - 1]);
}

bool growth_is_steep(const struct growth_result *result)
{
    static const double least = 1.2;
    return result->fit.verdict == GROWTH_UNCERTAIN && result->other < 0 && result->fit.low[0] > least;
}

/* `steps`: of a quarter, so that noise does not decide. Times come second. */
struct ranked {
    const struct growth_subject *subject;
    double steps, time;
};

/* Of single calls: those with claims about self times first, by what they would take. */
static void rank_calls(struct ranked *ranked, const struct growth_result *result)
{
    if (result->measure == GROWTH_SELF && result->fit.verdict == GROWTH_CLAIMED)
        ranked->time = weight_of(result);
}

/* Of runs: what grows fastest first, by what surely is so; and then by the time of the largest. */
static void rank_runs(struct ranked *ranked, const struct growth_result *result)
{
    double exponent = -1;
    if (result->fit.verdict == GROWTH_CLAIMED)
        exponent = result->fit.exponent[0];
    else if (growth_is_steep(result))
        exponent = result->fit.low[0];
    ranked->steps = fmax(ranked->steps, floor(4 * exponent + 0.5));
    for (size_t i = 0; result->measure == GROWTH_TOTAL && i < result->point_count; i++)
        if (result->points[i].n[0] >= result->fit.to[0])
            ranked->time = fmax(ranked->time, result->points[i].y);
}

static struct ranked rank_of(const struct growth *growth, const struct growth_subject *subject)
{
    struct ranked ranked = {.subject = subject, .steps = -1, .time = -1};
    for (size_t i = 0; i < growth->result_count; i++) {
        const struct growth_result *result = &growth->results[i];
        if (result->subject == subject && result->best)
            (growth->runs ? rank_runs : rank_calls)(&ranked, result);
    }
    return ranked;
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->steps != y->steps)
        return x->steps > y->steps ? -1 : 1;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    int order = strcmp(x->subject->name, y->subject->name);
    return order != 0 ? order : strcmp(x->subject->module, y->subject->module);
}

/* Moves each function's results, which stand together, to where it belongs. */
static int put_in_order(struct growth *growth)
{
    size_t used = 0;
    struct ranked *ranked = malloc((growth->count + 1) * sizeof *ranked);
    struct growth_result *ordered = malloc((growth->result_count + 1) * sizeof *ordered);
    for (uint32_t i = 0; ranked != NULL && ordered != NULL && i < growth->count; i++)
        ranked[i] = rank_of(growth, growth->subjects[i]);
    if (ranked != NULL && ordered != NULL) {
        qsort(ranked, growth->count, sizeof *ranked, compare_ranked);
        for (uint32_t i = 0; i < growth->count; i++)
            for (size_t k = 0; k < growth->result_count; k++)
                if (growth->results[k].subject == ranked[i].subject)
                    ordered[used++] = growth->results[k];
        memcpy(growth->results, ordered, used * sizeof *ordered);
    }
    int status = ranked != NULL && ordered != NULL ? 0 : -1;
    free(ranked);
    free(ordered);
    return status;
}

int growth_finish(struct growth *growth, const struct growth_result **results, size_t *count, struct error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < growth->count && status == 0; i++)
        for (int measure = 0; measure < GROWTH_MEASURES && status == 0; measure++)
            status = fit_measure(growth, growth->subjects[i], (enum growth_measure)measure);
    if (status == 0 && growth->result_count != 0)
        status = put_in_order(growth);
    *results = growth->results;
    *count = growth->result_count;
    return status == 0 ? 0 : error_set(error, "out of memory for %u functions", growth->count);
}

struct growth *growth_create(struct error *error)
{
    struct growth *growth = calloc(1, sizeof *growth);
    if (growth == NULL)
        error_set(error, "out of memory");
    return growth;
}

void growth_destroy(struct growth *growth)
{
    if (growth == NULL)
        return;
    for (size_t i = 0; i < growth->result_count; i++)
        free(growth->results[i].points);
    for (uint32_t i = 0; i < growth->count; i++)
        free_subject(growth->subjects[i]);
    free(growth->results);
    free(growth->subjects);
    free(growth);
}
