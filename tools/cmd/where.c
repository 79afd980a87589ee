#include "cmd/where.h"

#include <stdlib.h>

#include "calls/filter.h"
#include "cmd/where_names.h"

/* What was told of an open call. */
struct told {
    uint32_t free; /* where it is: the next one that is, from 1 */
    struct where_value values[];
};

/* Calls of which nothing that matters was told have tag 0, others that of their struct told, from 1. */
struct marking {
    const struct where *where;
    const struct where_keys *keys;
    struct call_marks *marks;
    uint32_t thread;
    bool always; /* it holds where nothing is told, too */
    struct told **told;
    uint32_t count, room, free;
    struct error *error;
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for the values of calls");
}

static uint32_t add_told(struct marking *marking)
{
    if (marking->count == marking->room) {
        uint32_t room = marking->room != 0 ? 2 * marking->room : 16;
        struct told **wider = realloc(marking->told, room * sizeof *wider);
        if (wider == NULL)
            return 0;
        marking->told = wider;
        marking->room = room;
    }
    struct told *told = calloc(1, sizeof *told + marking->keys->variable_count * sizeof *told->values);
    if (told == NULL)
        return 0;
    marking->told[marking->count++] = told;
    return marking->count;
}

static uint32_t take_told(struct marking *marking)
{
    uint32_t tag = marking->free;
    if (tag == 0)
        return add_told(marking);
    marking->free = marking->told[tag - 1]->free;
    return tag;
}

static void empty(const struct marking *marking, struct told *told)
{
    for (uint32_t i = 0; i < marking->keys->variable_count; i++) {
        free((char *)told->values[i].text);
        told->values[i] = (struct where_value){.kind = WHERE_NOTHING};
    }
}

/* Of several of one name the last one counts. */
static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct marking *marking = context;
    const struct where_keys *keys = marking->keys;
    uint32_t variable = keys->variables[event->value->key];
    if (call == NULL || variable == CT_NONE)
        return 0;
    if (call->tag == 0 && (call->tag = take_told(marking)) == 0)
        return no_memory(marking->error);
    struct where_value *to = &marking->told[call->tag - 1]->values[variable];
    free((char *)to->text);
    return where_value_of(to, &keys->keys[event->value->key], event->value) ? 0 : no_memory(marking->error);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct marking *marking = context;
    bool holds = marking->always;
    (void)parent;
    if (call->tag != 0) {
        struct told *told = marking->told[call->tag - 1];
        holds = where_holds(marking->where, told->values);
        empty(marking, told);
        told->free = marking->free;
        marking->free = call->tag;
    }
    if (!holds || call->number == 0 || call_marks_add(marking->marks, marking->thread, call->number) == 0)
        return 0;
    return no_memory(marking->error);
}

static int mark_thread(struct marking *marking, struct tape *tape, uint32_t thread)
{
    const struct calls_receiver receiver = {.end = end, .value = value, .context = marking};
    struct tape_times times = {0};
    struct filter_left left = {0};
    marking->thread = thread;
    return calls_of_thread(tape, thread, NULL, &receiver, NULL, &times, &left, marking->error);
}

static int mark_threads(struct marking *marking, struct tape *tape, const uint32_t *threads, uint32_t count)
{
    uint32_t nothing = add_told(marking);
    int status = nothing != 0 ? 0 : no_memory(marking->error);
    if (status == 0)
        marking->always = where_holds(marking->where, marking->told[nothing - 1]->values);
    for (uint32_t i = 0; i < count && status == 0; i++)
        status = mark_thread(marking, tape, threads[i]);
    for (uint32_t i = 0; i < marking->count; i++) {
        empty(marking, marking->told[i]);
        free(marking->told[i]);
    }
    free(marking->told);
    return status;
}

static int mark(struct call_marks **marks, const struct where *where, const struct where_keys *keys, struct tape *tape,
                const uint32_t *threads, uint32_t count, struct error *error)
{
    uint32_t all;
    tape_threads(tape, &all);
    struct marking marking = {.where = where, .keys = keys, .marks = call_marks_create(all), .error = error};
    int status = marking.marks != NULL ? mark_threads(&marking, tape, threads, count) : no_memory(error);
    if (status == 0)
        *marks = marking.marks;
    else
        call_marks_destroy(marking.marks);
    return status == 0 ? 0 : 1;
}

static int wrong(const struct error *why, struct error *error)
{
    error_set(error, "option --where: %.1000s", why->text);
    return 2;
}

int where_mark(struct call_marks **marks, const char *text, bool lenient, struct tape *tape, const uint32_t *threads,
               uint32_t count, struct error *error)
{
    struct error why;
    struct where_keys keys;
    const struct where_names names = {where_keys_find, &keys};
    if (where_keys_make(&keys, tape, error) != 0)
        return 1;
    keys.lenient = lenient;
    struct where *where = where_create(text, &names, &why);
    int status = where != NULL ? mark(marks, where, &keys, tape, threads, count, error) : wrong(&why, error);
    where_destroy(where);
    where_keys_free(&keys);
    return status;
}

int where_check(const char *text, struct error *error)
{
    struct error why;
    struct where_keys keys = {.lenient = true};
    const struct where_names names = {where_keys_find, &keys};
    struct where *where = text != NULL ? where_create(text, &names, &why) : NULL;
    bool right = text == NULL || where != NULL;
    where_destroy(where);
    return right ? 0 : wrong(&why, error);
}
