#include "analyze/told.h"

#include <stdlib.h>

#include "analyze/values.h"

struct reading {
    struct tape *tape;
    const struct tape_key *keys;
    const struct tape_function *functions;
    struct told_key *by_key; /* by the lowest key of each */
    uint64_t *marks;         /* when the thread's last frame of that key ended, 0: none has */
    uint32_t count;
};

static void add_number(struct told_key *key, const struct tape_value *value, double number)
{
    key->least = key->numbers == 0 || number < key->least ? number : key->least;
    key->most = key->numbers == 0 || number > key->most ? number : key->most;
    if (key->numbers++ != 0 && value->ticks < key->last_ticks)
        return;
    key->last = number;
    key->last_ticks = value->ticks;
}

static void add_frame(struct reading *reading, struct told_key *key, uint64_t *mark, uint64_t ticks)
{
    uint64_t before = *mark;
    *mark = ticks;
    if (before == 0)
        return;
    uint64_t took = tape_ns(reading->tape, ticks) - tape_ns(reading->tape, before);
    key->frames++;
    key->frame_ns += took;
    key->longest_ns = took > key->longest_ns ? took : key->longest_ns;
}

static void add_value(struct reading *reading, const struct tape_value *value)
{
    const struct tape_key *of = &reading->keys[value->key];
    struct told_key *key = &reading->by_key[of->same];
    double number;
    key->key = &reading->keys[of->same];
    key->function = reading->functions[of->function].same;
    key->values++;
    if (of->kind == CT_KEY_FRAME)
        add_frame(reading, key, &reading->marks[of->same], value->ticks);
    else if (value_number(of, value, &number))
        add_number(key, value, number);
}

static int read_thread(struct reading *reading, uint32_t thread, struct error *error)
{
    const struct tape_event *events;
    size_t count;
    int more;
    struct tape_cursor *cursor = tape_cursor_open(reading->tape, thread, error);
    if (cursor == NULL)
        return -1;
    for (uint32_t i = 0; i < reading->count; i++)
        reading->marks[i] = 0;
    while ((more = tape_cursor_batch(cursor, &events, &count, error)) > 0)
        for (size_t i = 0; i < count; i++)
            if (events[i].kind == TAPE_VALUE)
                add_value(reading, events[i].value);
    tape_cursor_close(cursor);
    return more;
}

static int read_all(struct reading *reading, struct error *error)
{
    uint32_t threads;
    int status = 0;
    tape_threads(reading->tape, &threads);
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = read_thread(reading, i, error);
    return status;
}

/* Else as the keys are numbered. */
static int by_function(const void *a, const void *b)
{
    const struct told_key *x = a, *y = b;
    if (x->function != y->function)
        return x->function < y->function ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

int told_make(struct told *told, struct tape *tape, struct error *error)
{
    uint32_t functions;
    struct reading reading = {.tape = tape, .functions = tape_functions(tape, &functions)};
    *told = (struct told){0};
    reading.keys = tape_keys(tape, &reading.count);
    if (reading.count <= 1)
        return 0;
    reading.by_key = calloc(reading.count, sizeof *reading.by_key);
    reading.marks = calloc(reading.count, sizeof *reading.marks);
    int status = -1;
    if (reading.by_key == NULL || reading.marks == NULL)
        error_set(error, "out of memory for %u keys", reading.count);
    else
        status = read_all(&reading, error);
    for (uint32_t i = 0; status == 0 && i < reading.count; i++)
        if (reading.by_key[i].values != 0)
            reading.by_key[told->count++] = reading.by_key[i];
    if (told->count != 0)
        qsort(reading.by_key, told->count, sizeof *reading.by_key, by_function);
    told->keys = reading.by_key;
    free(reading.marks);
    return status;
}

void told_free(struct told *told)
{
    free(told->keys);
    *told = (struct told){0};
}
