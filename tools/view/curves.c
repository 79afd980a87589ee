#include "view/curves.h"

#include <stdlib.h>
#include <string.h>

#include "emit/values.h"

enum { TEXT_MOST = 256, POINTS_ROOM = 2 * CURVE_POINTS_MOST };

struct point {
    uint64_t first, last; /* ns */
    uint64_t order;       /* in which it was read: of several of one time the last counts */
    uint64_t count;
    double least, most, value;
    char *text; /* of a message; else NULL */
};

struct series {
    const struct tape_key *key;
    uint32_t part;  /* a counter's process, else a thread */
    unsigned shift; /* points are 2^shift ns apart, or one */
    struct point *points;
    uint32_t count, room;
};

struct curves {
    struct pyramid *pyramid;
    const struct tape_key *keys;
    struct series *series;
    uint32_t count;
    uint32_t *of_key; /* of the thread that is read: 1 + its series by key; 0: not looked for */
    uint32_t key_count;
    uint64_t order;
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for counters and messages");
}

/* ---- points ----------------------------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    if (p->first != q->first)
        return p->first < q->first ? -1 : 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

static uint32_t buckets(const struct series *series)
{
    uint32_t count = series->count != 0;
    for (uint32_t i = 1; i < series->count; i++)
        count += series->points[i].first >> series->shift != series->points[i - 1].first >> series->shift;
    return count;
}

static void merge(struct point *into, const struct point *from)
{
    into->least = from->least < into->least ? from->least : into->least;
    into->most = from->most > into->most ? from->most : into->most;
    into->count += from->count;
    if (from->last >= into->last) {
        into->last = from->last;
        into->value = from->value;
    }
    free(from->text);
}

/* Sorts them, and has those that are near each other share one until there are few enough. */
static void reduce(struct series *series)
{
    if (series->count == 0)
        return;
    qsort(series->points, series->count, sizeof *series->points, by_time);
    if (series->count <= CURVE_POINTS_MOST)
        return;
    while (buckets(series) > CURVE_POINTS_MOST)
        series->shift++;
    uint32_t kept = 0;
    for (uint32_t i = 1; i < series->count; i++)
        if (series->points[i].first >> series->shift == series->points[kept].first >> series->shift)
            merge(&series->points[kept], &series->points[i]);
        else
            series->points[++kept] = series->points[i];
    series->count = kept + 1;
}

static bool make_room(struct series *series)
{
    if (series->count == POINTS_ROOM)
        reduce(series);
    if (series->count < series->room)
        return true;
    uint32_t room = series->room == 0 ? 16 : 2 * series->room;
    struct point *wider = realloc(series->points, room * sizeof *wider);
    if (wider == NULL)
        return false;
    series->points = wider;
    series->room = room;
    return true;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static struct series *new_series(struct curves *curves, const struct tape_key *key, uint32_t part)
{
    struct series *wider = realloc(curves->series, (curves->count + (size_t)1) * sizeof *wider);
    if (wider == NULL)
        return NULL;
    curves->series = wider;
    wider[curves->count] = (struct series){.key = key, .part = part};
    return &wider[curves->count++];
}

static struct series *series_of(struct curves *curves, uint32_t key, uint32_t part)
{
    uint32_t *found = &curves->of_key[key];
    if (*found != 0)
        return &curves->series[*found - 1];
    struct series *series = NULL;
    for (uint32_t i = 0; i < curves->count && series == NULL; i++)
        if (curves->series[i].key == &curves->keys[key] && curves->series[i].part == part)
            series = &curves->series[i];
    if (series == NULL)
        series = new_series(curves, &curves->keys[key], part);
    if (series != NULL)
        *found = (uint32_t)(series - curves->series) + 1;
    return series;
}

static char *text_of(const struct tape_key *key, const struct tape_value *value)
{
    char text[TEXT_MOST];
    value_text(text, sizeof text, key, value, true);
    return strdup(text);
}

static bool add_value(struct curves *curves, uint32_t thread, uint32_t process, const struct tape_value *value)
{
    const struct tape_key *key = &curves->keys[value->key];
    bool counter = key->kind == CT_KEY_COUNTER, message = key->kind == CT_KEY_MESSAGE;
    uint64_t ns = tape_ns(curves->pyramid->tape, value->ticks);
    struct point point = {.first = ns, .last = ns, .order = curves->order++, .count = 1};
    if (!counter && !message && key->kind != CT_KEY_FRAME)
        return true;
    if (counter && !value_number(key, value, &point.value))
        return true;
    point.least = point.most = point.value;
    struct series *series = series_of(curves, key->same, counter ? process : thread);
    if (series == NULL || !make_room(series) || (message && (point.text = text_of(key, value)) == NULL))
        return false;
    series->points[series->count++] = point;
    return true;
}

static bool is_chosen(const struct filter_choice *choice, uint64_t ticks)
{
    return choice == NULL || (ticks >= choice->from_ticks && ticks < choice->to_ticks);
}

static int read_thread(struct curves *curves, uint32_t thread, struct error *error)
{
    struct tape *tape = curves->pyramid->tape;
    uint32_t thread_count;
    uint32_t process = tape_threads(tape, &thread_count)[thread].process;
    const struct tape_event *events;
    size_t count;
    int more;
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, error);
    if (cursor == NULL)
        return -1;
    memset(curves->of_key, 0, curves->key_count * sizeof *curves->of_key);
    while ((more = tape_cursor_batch(cursor, &events, &count, error)) > 0) {
        bool good = true;
        for (size_t i = 0; i < count && good; i++)
            if (events[i].kind == TAPE_VALUE && is_chosen(curves->pyramid->choice, events[i].value->ticks))
                good = add_value(curves, thread, process, events[i].value);
        more = good ? 0 : no_memory(error);
        if (atomic_load(&curves->pyramid->stop))
            more = error_set(error, "stopped");
        if (more != 0)
            break;
    }
    tape_cursor_close(cursor);
    return more;
}

/* Other tapes need not be read. */
static bool has_keys(const struct curves *curves)
{
    bool has = false;
    for (uint32_t i = 0; i < curves->key_count; i++)
        has |= curves->keys[i].kind >= CT_KEY_COUNTER && curves->keys[i].kind <= CT_KEY_FRAME;
    return has;
}

static int read_all(struct curves *curves, struct error *error)
{
    const struct filter_choice *choice = curves->pyramid->choice;
    if (!has_keys(curves))
        return 0;
    curves->of_key = calloc(curves->key_count, sizeof *curves->of_key);
    if (curves->of_key == NULL)
        return no_memory(error);
    uint32_t threads = filter_threads(choice, curves->pyramid->tape);
    int status = 0;
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = read_thread(curves, filter_thread(choice, i), error);
    return status;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void write_point(struct json *json, const struct series *series, const struct point *point)
{
    json_open_array(json, NULL);
    json_number(json, NULL, point->first);
    json_number(json, NULL, point->last);
    json_number(json, NULL, point->count);
    if (series->key->kind == CT_KEY_COUNTER) {
        json_exact(json, NULL, point->least);
        json_exact(json, NULL, point->most);
        json_exact(json, NULL, point->value);
    } else {
        json_string(json, NULL, point->text != NULL ? point->text : "");
    }
    json_close_array(json);
}

static void write_series(struct json *json, struct series *series)
{
    reduce(series);
    json_open_object(json, NULL);
    json_string(json, "name", series->key->name);
    json_string(json, "kind", value_kind(series->key));
    json_number(json, series->key->kind == CT_KEY_COUNTER ? "process" : "thread", series->part);
    json_open_array(json, "points");
    for (uint32_t i = 0; i < series->count; i++)
        write_point(json, series, &series->points[i]);
    json_close_array(json);
    json_close_object(json);
}

static int write_all(struct curves *curves, struct bytes *to, struct error *error)
{
    size_t count;
    struct output *output = output_memory(error);
    if (output == NULL)
        return -1;
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_open_array(&json, "series");
    for (uint32_t i = 0; i < curves->count; i++)
        write_series(&json, &curves->series[i]);
    json_close_array(&json);
    json_close_object(&json);
    char *text = output_taken(output, &count);
    if (text != NULL)
        bytes_put(to, text, count);
    free(text);
    output_close(output, NULL);
    return text != NULL && !to->failed ? 0 : no_memory(error);
}

int curves_write(struct pyramid *pyramid, struct bytes *to, struct error *error)
{
    struct curves curves = {.pyramid = pyramid};
    curves.keys = tape_keys(pyramid->tape, &curves.key_count);
    int status = read_all(&curves, error);
    if (status == 0)
        status = write_all(&curves, to, error);
    for (uint32_t i = 0; i < curves.count; i++) {
        for (uint32_t j = 0; j < curves.series[i].count; j++)
            free(curves.series[i].points[j].text);
        free(curves.series[i].points);
    }
    free(curves.series);
    free(curves.of_key);
    return status;
}
