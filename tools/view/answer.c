#include "view/answer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "view/exact.h"
#include "view/meta.h"
#include "view/page.h"
#include "view/rows.h"
#include "view/source.h"
#include "view/values.h"

enum { TILES_MOST = 8192 };
static const uint64_t call_events_most = 4000000; /* that one call's details may read */
static const char json_type[] = "application/json", bytes_type[] = "application/octet-stream";

static int refuse(struct answer *answer, unsigned status, const char *why)
{
    answer->status = status;
    answer->type = "text/plain; charset=utf-8";
    answer->bytes.count = 0;
    bytes_put(&answer->bytes, why, strlen(why));
    return -1;
}

static int fail(struct answer *answer, const struct error *error)
{
    return refuse(answer, 500, error->text);
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

static bool read_decimal(const char **text, uint64_t *n)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *n = strtoull(*text, &end, 10);
    *text = end;
    return errno == 0;
}

/* False: it is not there, is no number, or more than `most`. */
static bool number(const struct question *question, const char *name, uint64_t most, uint64_t *n)
{
    const char *text = question->parameter(question->context, name);
    return text != NULL && read_decimal(&text, n) && *text == '\0' && *n <= most;
}

static bool thread_of(const struct viewer *viewer, const struct question *question, uint32_t *thread)
{
    uint32_t count;
    uint64_t n;
    tape_threads(pyramid_tape(viewer->pyramid), &count);
    if (!number(question, "thread", UINT32_MAX, &n) || n >= count)
        return false;
    *thread = (uint32_t)n;
    return true;
}

static bool function_of(const struct viewer *viewer, const struct question *question, uint32_t *function)
{
    uint32_t count;
    uint64_t n;
    const struct tape_function *functions = tape_functions(pyramid_tape(viewer->pyramid), &count);
    if (!number(question, "function", UINT32_MAX, &n) || n >= count)
        return false;
    *function = functions[n].same;
    return true;
}

struct threads {
    uint32_t *at; /* to be freed */
    uint32_t count;
};

static bool add_threads(struct threads *threads, uint64_t first, uint64_t last, uint32_t known)
{
    if (first > last || last >= known || last - first >= known - threads->count)
        return false;
    for (uint64_t n = first; n <= last; n++)
        threads->at[threads->count++] = (uint32_t)n;
    return true;
}

/* "0,2-5": none more often than there are threads. */
static bool threads_of(const struct viewer *viewer, const struct question *question, struct threads *threads)
{
    const char *text = question->parameter(question->context, "threads");
    uint32_t known;
    tape_threads(pyramid_tape(viewer->pyramid), &known);
    *threads = (struct threads){.at = malloc((known + (size_t)1) * sizeof *threads->at)};
    bool good = text != NULL && threads->at != NULL;
    while (good && *text != '\0') {
        uint64_t first, last;
        good = read_decimal(&text, &first);
        last = first;
        if (good && *text == '-') {
            text++;
            good = read_decimal(&text, &last);
        }
        good = good && (*text == ',' || *text == '\0') && add_threads(threads, first, last, known);
        text += good && *text == ',';
    }
    if (!good) {
        free(threads->at);
        threads->at = NULL;
    }
    return good;
}

static bool range_of(const struct question *question, uint64_t *from, uint64_t *to)
{
    return number(question, "from", UINT64_MAX / 4, from) && number(question, "to", UINT64_MAX / 4, to) && *from <= *to;
}

/* ---- tiles ------------------------------------------------------------------------------------------------------ */

/* Which one. */
struct place {
    uint32_t thread;
    unsigned level;
    uint64_t tile;
};

static void put_tile(struct bytes *to, const struct place *place, enum tile_status status, const struct bytes *bytes)
{
    uint32_t count = bytes != NULL ? (uint32_t)bytes->count : 0;
    const uint32_t head[6] = {place->thread, status,      (uint32_t)place->tile, (uint32_t)(place->tile >> 32),
                              count,         place->level};
    for (size_t i = 0; i < 6; i++)
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes_put(to, &(uint8_t){(uint8_t)(head[i] >> shift)}, 1);
    if (bytes != NULL)
        bytes_put(to, bytes->at, count);
    bytes_put(to, "\0\0\0", -count % 4);
}

static enum tile_status status_of_absent(const struct viewer *viewer, const struct place *place)
{
    uint64_t done = pyramid_lane(viewer->pyramid, place->thread).done_ns;
    return done >> tile_shift(place->level) > place->tile ? TILE_COARSER : TILE_PENDING;
}

/* Its enum tile_status, or -1. */
static int put_stored(const struct viewer *viewer, const struct place *place, struct answer *answer)
{
    const struct store_entry what = {
        .kind = PIECE_TILE, .level = (uint16_t)place->level, .thread = place->thread, .index = place->tile};
    struct bytes bytes = {0};
    enum tile_status absent = status_of_absent(viewer, place); /* before looking: it may come now */
    int got = store_get(pyramid_store(viewer->pyramid), &what, &bytes);
    if (got >= 0)
        put_tile(&answer->bytes, place, got == 1 ? TILE_HERE : absent, got == 1 ? &bytes : NULL);
    bytes_free(&bytes);
    if (got < 0)
        return refuse(answer, 500, "what was stored beside the tape is damaged; remove it: *.tape.view");
    return got == 1 ? TILE_HERE : (int)absent;
}

/* The coarser tile that shows as much as `place` and its neighbours, and those between: so nobody must ask again. */
static int put_coarser(const struct viewer *viewer, struct place place, struct answer *answer)
{
    unsigned finest = pyramid_lane(viewer->pyramid, place.thread).finest;
    int status = TILE_COARSER;
    while (status == TILE_COARSER && place.level < pyramid_coarsest(viewer->pyramid)) {
        place.level++;
        place.tile >>= 2;
        if (place.level >= finest)
            status = put_stored(viewer, &place, answer);
        else
            put_tile(&answer->bytes, &place, TILE_COARSER, NULL);
    }
    return status < 0 ? -1 : 0;
}

static int put_empty(const struct viewer *viewer, struct place place, uint64_t last, struct answer *answer)
{
    int status = 0;
    for (uint64_t first = place.tile; place.tile <= last && status == 0; place.tile++) {
        put_tile(&answer->bytes, &place, TILE_COARSER, NULL);
        if (place.tile == first || place.tile % 4 == 0)
            status = put_coarser(viewer, place, answer);
    }
    return status;
}

static int put_all_stored(const struct viewer *viewer, struct place place, uint64_t last, struct answer *answer)
{
    uint64_t coarser = UINT64_MAX; /* put already */
    int status = 0;
    for (; place.tile <= last && status >= 0; place.tile++) {
        status = put_stored(viewer, &place, answer);
        if (status != TILE_COARSER || place.tile >> 2 == coarser)
            continue;
        status = put_coarser(viewer, place, answer);
        coarser = place.tile >> 2;
    }
    return status < 0 ? -1 : 0;
}

struct putting {
    struct answer *answer;
    struct place next; /* behind the last that was put */
};

/* Through tiles that are not told time only passes; what the next coarser ones show is not known here. */
static void put_passed(struct putting *putting, uint64_t until)
{
    for (; putting->next.tile < until; putting->next.tile++)
        put_tile(&putting->answer->bytes, &putting->next, TILE_COARSER, NULL);
}

static int put_exact(void *context, unsigned level, uint64_t tile, const struct bytes *bytes)
{
    struct putting *putting = context;
    (void)level;
    put_passed(putting, tile);
    put_tile(&putting->answer->bytes, &putting->next, TILE_HERE, bytes);
    putting->next.tile++;
    return 0;
}

/* The last tile, `last` at most, up to which the pyramid's finest level has tiles, or has none, as it does for the
 * first; `shift` from one level to the other. */
static uint64_t last_alike(const struct viewer *viewer, uint32_t thread, uint64_t first, uint64_t last, unsigned shift,
                           bool *has)
{
    struct store_entry what = {.kind = PIECE_TILE,
                               .level = (uint16_t)pyramid_lane(viewer->pyramid, thread).finest,
                               .thread = thread,
                               .index = first >> shift};
    *has = store_has(pyramid_store(viewer->pyramid), &what);
    do
        what.index++;
    while (what.index <= last >> shift && store_has(pyramid_store(viewer->pyramid), &what) == *has);
    uint64_t end = (what.index << shift) - 1;
    return end < last ? end : last;
}

/* Finer than the pyramid: nothing more is to be seen where it keeps no tile at its finest. */
static int put_finer(const struct viewer *viewer, struct place place, uint64_t last, struct answer *answer)
{
    struct error error;
    unsigned shift = 2 * (pyramid_lane(viewer->pyramid, place.thread).finest - place.level);
    while (place.tile <= last) {
        bool has;
        uint64_t end = last_alike(viewer, place.thread, place.tile, last, shift, &has);
        struct putting putting = {answer, place};
        if (!has && put_empty(viewer, place, end, answer) != 0)
            return -1;
        if (has &&
            exact_tiles(viewer->pyramid, place.thread, place.level, place.tile, end, put_exact, &putting, &error) != 0)
            return fail(answer, &error);
        if (has)
            put_passed(&putting, end + 1);
        place.tile = end + 1;
    }
    return 0;
}

static int answer_tiles(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    struct threads threads;
    uint64_t level, from, to;
    int status = 0;
    if (!number(question, "level", VIEW_LEVELS - 1, &level) || !range_of(question, &from, &to) ||
        !threads_of(viewer, question, &threads))
        return refuse(answer, 400, "tiles: wrong level, range or threads");
    if (to - from >= TILES_MOST / (threads.count + UINT64_C(1)))
        status = refuse(answer, 400, "tiles: too many at once");
    for (uint32_t i = 0; i < threads.count && status == 0; i++) {
        const struct place first = {threads.at[i], (unsigned)level, from};
        bool finer = level < pyramid_lane(viewer->pyramid, first.thread).finest;
        status = finer ? put_finer(viewer, first, to, answer) : put_all_stored(viewer, first, to, answer);
    }
    free(threads.at);
    return status;
}

/* ---- sums of paths ---------------------------------------------------------------------------------------------- */

static int answer_nodes(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    uint64_t from;
    if (!number(question, "from", UINT32_MAX, &from) || from == 0)
        return refuse(answer, 400, "nodes: wrong from");
    pyramid_nodes(viewer->pyramid, (uint32_t)from, &answer->bytes);
    return 0;
}

static void put_sums(struct bytes *to, const struct path_sums *sums, struct scale scale)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < sums->count; i++) {
        const struct slice_sum *sum = &sums->sums[i];
        if ((sum->calls | sum->ns | sum->cost) == 0)
            continue;
        bytes_number(to, i - last);
        bytes_number(to, sum->calls);
        bytes_number(to, sum->ns);
        bytes_number(to, scale_cost_ns(scale, sum->cost));
        last = i;
    }
}

static int answer_sums(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    struct threads threads;
    struct path_sums sums = {0};
    struct error error;
    uint64_t from, to;
    int status = 0;
    if (!range_of(question, &from, &to) || !threads_of(viewer, question, &threads))
        return refuse(answer, 400, "sums: wrong range or threads");
    for (uint32_t i = 0; i < threads.count && status == 0; i++)
        status = exact_sums(viewer->pyramid, threads.at[i], from, to, &sums, &error);
    put_sums(&answer->bytes, &sums, scale_of(pyramid_tape(viewer->pyramid)));
    free(sums.sums);
    free(threads.at);
    return status == 0 ? 0 : fail(answer, &error);
}

static int compare_threads(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int answer_rows(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    struct threads threads;
    struct error error;
    uint64_t from, to;
    if (!range_of(question, &from, &to) || !threads_of(viewer, question, &threads))
        return refuse(answer, 400, "rows: wrong range or threads");
    qsort(threads.at, threads.count, sizeof *threads.at, compare_threads);
    int status = rows_write(viewer->pyramid, threads.at, threads.count, from, to, &answer->bytes, &error);
    free(threads.at);
    return status == 0 ? 0 : fail(answer, &error);
}

static int answer_habit(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    uint32_t function;
    if (!function_of(viewer, question, &function))
        return refuse(answer, 400, "habit: no such function");
    const struct store_entry what = {.kind = PIECE_HABIT, .index = function};
    return store_get(pyramid_store(viewer->pyramid), &what, &answer->bytes) >= 0
               ? 0
               : refuse(answer, 500, "what was stored beside the tape is damaged; remove it: *.tape.view");
}

/* Counters and messages: there once all is read. */
static int answer_curves(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    const struct store_entry what = {.kind = PIECE_CURVES};
    (void)question;
    answer->type = json_type;
    int got = store_get(pyramid_store(viewer->pyramid), &what, &answer->bytes);
    if (got == 0)
        return refuse(answer, 404, "counters and messages are not read yet");
    return got == 1 ? 0 : refuse(answer, 500, "what was stored beside the tape is damaged; remove it: *.tape.view");
}

/* ---- single calls ----------------------------------------------------------------------------------------------- */

static int take(struct output *output, struct answer *answer)
{
    size_t count;
    char *text = output_taken(output, &count);
    if (text != NULL)
        bytes_put(&answer->bytes, text, count);
    else
        answer->bytes.failed = true;
    free(text);
    answer->type = json_type;
    return output_close(output, NULL);
}

static void write_call(struct json *json, const struct tape *tape, const struct exact_call *found)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    json_number(json, "function", functions[found->call.function].same);
    json_number(json, "start", found->start);
    json_number(json, "end", found->end);
    json_number(json, "total", found->total);
    json_number(json, "self", found->self);
    json_number(json, "slack", scale_ns(scale_of(tape), call_slack(&found->call)));
    json_number(json, "flags", found->call.flags);
    json_open_array(json, "callers");
    for (uint32_t i = 0; i < found->caller_count; i++)
        json_number(json, NULL, functions[found->callers[i]].same);
    json_close_array(json);
    values_write(json, tape, found->values);
}

static int answer_call(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    uint32_t thread;
    uint64_t depth, at, from, to;
    struct error error;
    struct exact_call found = {0};
    if (!thread_of(viewer, question, &thread) || !number(question, "depth", UINT32_MAX, &depth) ||
        !number(question, "at", UINT64_MAX / 4, &at) || !range_of(question, &from, &to))
        return refuse(answer, 400, "call: wrong thread, depth or times");
    bool too_long = exact_events(viewer->pyramid, thread, to - from) > call_events_most;
    if (!too_long && exact_call(viewer->pyramid, thread, (uint32_t)depth, at, from, to, &found, &error) != 0) {
        kept_free(found.values);
        return fail(answer, &error);
    }
    struct output *output = output_memory(&error);
    if (output == NULL) {
        kept_free(found.values);
        return fail(answer, &error);
    }
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_bool(&json, "long", too_long);
    json_bool(&json, "found", found.found);
    if (found.found)
        write_call(&json, pyramid_tape(viewer->pyramid), &found);
    kept_free(found.values);
    json_close_object(&json);
    return take(output, answer);
}

/* The nearest in the threads from `first` to `last`; `thread` is where. */
static int next_of_any(const struct viewer *viewer, uint32_t first, uint32_t last, uint32_t function, uint64_t at,
                       bool back, struct exact_next *nearest, uint32_t *thread, struct error *error)
{
    *nearest = (struct exact_next){.found = false};
    for (uint32_t i = first; i <= last; i++) {
        struct exact_next found;
        if (exact_next(viewer->pyramid, i, function, at, back, &found, error) != 0)
            return -1;
        if (!found.found || (nearest->found && (back ? found.start <= nearest->start : found.start >= nearest->start)))
            continue;
        *nearest = found;
        *thread = i;
    }
    return 0;
}

static int write_next(struct answer *answer, const struct exact_next *found, uint32_t thread)
{
    struct error error;
    struct output *output = output_memory(&error);
    if (output == NULL)
        return fail(answer, &error);
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_bool(&json, "found", found->found);
    if (found->found) {
        json_number(&json, "thread", thread);
        json_number(&json, "start", found->start);
        json_number(&json, "depth", found->depth);
    }
    json_close_object(&json);
    return take(output, answer);
}

static int answer_next(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    uint32_t thread = 0, function, last;
    uint64_t at, back;
    struct error error;
    struct exact_next found;
    bool any = question->parameter(question->context, "thread") == NULL;
    tape_threads(pyramid_tape(viewer->pyramid), &last);
    if ((!any && !thread_of(viewer, question, &thread)) || last == 0 || !function_of(viewer, question, &function) ||
        !number(question, "at", UINT64_MAX / 4, &at) || !number(question, "back", 1, &back))
        return refuse(answer, 400, "next: wrong thread, function or time");
    if (next_of_any(viewer, thread, any ? last - 1 : thread, function, at, back == 1, &found, &thread, &error) != 0)
        return fail(answer, &error);
    return write_next(answer, &found, thread);
}

static int answer_source(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    uint32_t function;
    struct error error;
    if (!function_of(viewer, question, &function))
        return refuse(answer, 400, "source: no such function");
    struct output *output = output_memory(&error);
    if (output == NULL)
        return fail(answer, &error);
    source_write(labels_get(viewer->labels, function), output);
    return take(output, answer);
}

static int answer_meta(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    struct error error;
    bool state = strcmp(question->path, "state") == 0;
    answer->type = json_type;
    int status = state ? meta_write_state(viewer->pyramid, &answer->bytes, &error)
                       : meta_write(viewer->pyramid, viewer->labels, &answer->bytes, &error);
    return status == 0 ? 0 : fail(answer, &error);
}

static int answer_file(const struct question *question, struct answer *answer)
{
    const struct page_file *file = page_file(*question->path != '\0' ? question->path : "index.html");
    if (file == NULL)
        return refuse(answer, 404, "there is nothing of that name");
    answer->type = file->type;
    bytes_put(&answer->bytes, file->text, strlen(file->text));
    return 0;
}

void answer(const struct viewer *viewer, const struct question *question, struct answer *answer)
{
    static const struct {
        const char *path;
        int (*answer)(const struct viewer *viewer, const struct question *question, struct answer *answer);
    } answers[] = {
        {"meta", answer_meta},     {"state", answer_meta},    {"tiles", answer_tiles}, {"nodes", answer_nodes},
        {"sums", answer_sums},     {"habit", answer_habit},   {"call", answer_call},   {"next", answer_next},
        {"source", answer_source}, {"curves", answer_curves}, {"rows", answer_rows},
    };
    *answer = (struct answer){.status = 200, .type = bytes_type};
    size_t i = 0, count = sizeof answers / sizeof *answers;
    while (i < count && strcmp(answers[i].path, question->path) != 0)
        i++;
    if (i < count)
        answers[i].answer(viewer, question, answer);
    else
        answer_file(question, answer);
}
