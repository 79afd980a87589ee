#include "cmd/repack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "calls/filter.h"
#include "tape/write.h"

enum { GROUP = 32 }; /* chunks of a block, as the recorder has them */

struct repack {
    struct writer *writer;
    const struct tape_function *functions;
    const bool *left_out;
    struct repack_clock *clock;
    bool learns;          /* what the clock shows; else it is known */
    uint64_t ticks;       /* of the timed event before, of this thread */
    uint64_t now;         /* the same in the tape that is packed */
    double carried;       /* ticks that are to be added to the next gap */
    uint64_t last;        /* ticks of the event before, with a time or without */
    double share;         /* of showings that are left */
    double left;          /* of the next one, so far */
    struct ct_chunk head; /* of the chunk being filled */
    uint8_t *room;
    const struct ct_chunk *chunks[GROUP];
    size_t count;
    struct error *error;
};

static int flush(struct repack *repack)
{
    size_t count = repack->count;
    repack->count = 0;
    return count != 0 ? writer_chunks(repack->writer, repack->chunks, count, repack->error) : 0;
}

static struct ct_chunk *last_chunk(const struct repack *repack)
{
    return (struct ct_chunk *)(void *)(repack->room + (repack->count - 1) * CT_CHUNK_BYTES);
}

/* Chunks end where the clock's epoch does, too: so nobody needs to be told of it. */
static bool is_full(const struct repack *repack)
{
    if (repack->count == 0)
        return true;
    const struct ct_chunk *chunk = last_chunk(repack);
    return chunk->words == CT_CHUNK_WORDS || chunk->base_ticks >> CT_EPOCH_SHIFT != repack->now >> CT_EPOCH_SHIFT;
}

static int open_chunk(struct repack *repack)
{
    if (repack->count == GROUP && flush(repack) != 0)
        return -1;
    repack->count++;
    repack->head.sequence_plus_1++;
    repack->head.base_ticks = repack->now;
    *last_chunk(repack) = repack->head;
    repack->chunks[repack->count - 1] = last_chunk(repack);
    return 0;
}

static int add_event(struct repack *repack, uint64_t word, bool timed)
{
    if (is_full(repack) && open_chunk(repack) != 0)
        return -1;
    struct ct_chunk *chunk = last_chunk(repack);
    word |= (timed ? CT_TIMED : 0) | (repack->now & CT_CLOCK_MASK);
    memcpy((uint8_t *)chunk + (size_t)chunk->words++ * sizeof word, &word, sizeof word);
    return 0;
}

static void learn_gap(struct repack_clock *clock, uint64_t gap)
{
    if (gap < REPACK_GAPS)
        clock->nearest[gap] = (uint16_t)gap;
}

/* Of gaps that were seen nearest[] is itself; of the others it becomes that of the nearest, and UINT16_MAX ends. */
static void find_nearest(uint16_t *nearest)
{
    uint16_t below = UINT16_MAX;
    for (size_t i = 0; i < REPACK_GAPS; i++) {
        if (nearest[i] == i)
            below = (uint16_t)i;
        else
            nearest[i] = below;
    }
    size_t above = REPACK_GAPS;
    for (size_t i = REPACK_GAPS; i-- != 0;) {
        if (nearest[i] == i)
            above = i;
        else if (above < REPACK_GAPS && (nearest[i] > i || above - i < i - nearest[i]))
            nearest[i] = (uint16_t)above;
        else if (nearest[i] > i)
            nearest[i] = (uint16_t)i;
    }
}

/* The gap of a timed event and what is carried, as the clock would show them. What that is off by is carried on, but
 * where it is less than the clock ever shows. */
static uint64_t shown_gap(struct repack *repack, uint64_t gap)
{
    double due = (double)gap + repack->carried;
    repack->carried = 0;
    if (due >= REPACK_GAPS - 1)
        return due < 0x1p62 ? (uint64_t)due : gap;
    uint64_t shown = repack->clock->nearest[due > 0 ? (size_t)(due + 0.5) : 0];
    if (due > repack->clock->nearest[0])
        repack->carried = due - (double)shown;
    return shown;
}

/* Some 24 clock readings, as the runtime has it, by what they cost an event here. */
static bool is_short(const struct repack_clock *clock, uint64_t gap)
{
    return (double)gap < 16 * (clock->timed_cost - clock->untimed_cost);
}

enum { UNUSUAL = 4, USUAL_LEAST = 64 };

static double mean_gap(const struct repack_usual *usual)
{
    return usual->count != 0 ? (double)usual->ticks / (double)usual->count : 0;
}

static bool is_usual(const struct repack_usual *usual, uint64_t gap)
{
    return (double)gap < UNUSUAL * mean_gap(usual);
}

static void learn_usual(struct repack_usual *usual, uint64_t gap)
{
    if (gap >= REPACK_GAPS || (usual->count >= USUAL_LEAST && !is_usual(usual, gap)))
        return;
    usual->ticks += gap;
    usual->count++;
}

static void learn_event(struct repack_clock *clock, uint32_t function, uint64_t gap, bool timed)
{
    clock->adaptive = clock->adaptive || !timed;
    clock->seen[function].events++;
    clock->seen[function].shown += timed && is_short(clock, gap);
}

/* Showings are left as a whole or not at all: which events have times is packed by what is usual after such. */
static bool is_dropped(struct repack *repack, struct repack_showing *showing, bool timed)
{
    if (timed && !showing->goes_on) {
        repack->left += repack->share;
        showing->dropped = repack->left < 1;
        repack->left -= showing->dropped ? 0 : 1;
    }
    showing->goes_on = timed;
    return timed && showing->dropped;
}

static int event(struct repack *repack, const struct call *call, uint64_t word, uint64_t ticks, bool timed)
{
    uint32_t function = repack->functions[call->function].same;
    uint64_t gap = timed ? ticks - repack->ticks : 0, since = ticks - repack->last;
    if (repack->learns)
        learn_event(repack->clock, function, since, timed);
    repack->ticks += gap;
    repack->last = ticks;
    struct repack_seen *seen = &repack->clock->seen[function];
    struct repack_usual *usual = &seen->usual[word >> 63];
    bool alone = timed && gap == since;
    if (repack->learns && alone)
        learn_usual(usual, gap);
    if (repack->left_out[function]) {
        /* The usual time of such an event lengthens each gap of the next alike: that tells nothing more to be packed,
         * where small differences of hardly known costs would. */
        if (!alone || !is_usual(usual, gap))
            repack->carried += (double)gap - (timed ? repack->clock->timed_cost : repack->clock->untimed_cost);
        return 0;
    }
    struct repack_showing *showing = &seen->showing[word >> 63];
    if (is_dropped(repack, showing, timed && is_short(repack->clock, since))) {
        repack->carried += (double)gap - (repack->clock->timed_cost - repack->clock->untimed_cost);
        timed = false;
    }
    if (timed && repack->learns)
        learn_gap(repack->clock, gap);
    if (timed)
        repack->now += repack->learns ? gap : shown_gap(repack, gap);
    return add_event(repack, word, timed);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    (void)parent;
    if ((call->flags & CALL_INHERITED) != 0)
        return 0;
    uint64_t word = CT_ENTRY | (uint64_t)call->function << CT_CLOCK_BITS;
    return event(context, call, word, call->start_ticks, (call->flags & CALL_UNTIMED_START) == 0);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    (void)parent;
    if ((call->flags & (CALL_JUMPED | CALL_OPEN | CALL_CUT)) != 0)
        return 0;
    return event(context, call, CT_EXIT, call->end_ticks, (call->flags & CALL_UNTIMED_END) == 0);
}

static int repack_thread(struct repack *repack, struct tape *tape, uint32_t thread)
{
    uint32_t count;
    struct tape_times times = {0};
    struct filter_left none = {0};
    const struct calls_receiver receiver = {.begin = begin, .end = end, .context = repack};
    repack->head = (struct ct_chunk){
        .process = tape_threads(tape, &count)[thread].process, .thread = thread, .words = CT_CHUNK_HEADER_WORDS};
    repack->ticks = repack->now = repack->last = 0;
    repack->carried = 0;
    int status = calls_of_thread(tape, thread, NULL, &receiver, NULL, &times, &none, repack->error);
    return status == 0 ? flush(repack) : -1;
}

static int repack_all(struct repack *repack, struct tape *tape, uint64_t *bytes)
{
    uint32_t threads;
    uint64_t before = writer_totals(repack->writer).bytes;
    tape_threads(tape, &threads);
    for (uint32_t i = 0; i < threads; i++)
        if (repack_thread(repack, tape, i) != 0)
            return -1;
    *bytes = writer_totals(repack->writer).bytes - before;
    return 0;
}

static struct writer *write_to_nowhere(struct error *error)
{
    static const uint64_t session[2] = {0, 0};
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        return writer_attach(fd, "/dev/null", session, error);
    error_set(error, "/dev/null can't be opened: %s", strerror(errno));
    return NULL;
}

static int repack_tape(struct repack *repack, struct tape *tape, uint64_t *bytes, struct error *error)
{
    uint32_t functions;
    int status = -1;
    repack->functions = tape_functions(tape, &functions);
    repack->room = calloc(GROUP, CT_CHUNK_BYTES);
    repack->error = error;
    if (repack->room == NULL)
        error_set(error, "out of memory for packing");
    else if ((repack->writer = write_to_nowhere(error)) != NULL)
        status = repack_all(repack, tape, bytes);
    writer_abort(repack->writer);
    free(repack->room);
    return status;
}

/* As many showings for an event as there were. */
static double share_left(const struct repack_clock *clock, const bool *left_out, uint32_t functions)
{
    struct repack_seen all = {0}, stays = {0};
    for (uint32_t i = 0; i < functions; i++) {
        memset(clock->seen[i].showing, 0, sizeof clock->seen[i].showing);
        all.events += clock->seen[i].events;
        all.shown += clock->seen[i].shown;
        stays.events += left_out[i] ? 0 : clock->seen[i].events;
        stays.shown += left_out[i] ? 0 : clock->seen[i].shown;
    }
    if (!clock->adaptive || stays.shown == 0)
        return 1;
    double share = (double)stays.events / (double)all.events * (double)all.shown / (double)stays.shown;
    return share < 1 ? share : 1;
}

int repacked_whole(struct tape *tape, const bool *none, struct repack_clock *clock, uint64_t *bytes,
                   struct error *error)
{
    struct repack repack = {.left_out = none, .clock = clock, .learns = true, .share = 1};
    uint32_t functions;
    tape_functions(tape, &functions);
    clock->seen = calloc(functions, sizeof *clock->seen);
    if (clock->seen == NULL)
        return error_set(error, "out of memory for %u functions", functions);
    memset(clock->nearest, 0xff, sizeof clock->nearest);
    if (repack_tape(&repack, tape, bytes, error) != 0)
        return -1;
    find_nearest(clock->nearest);
    return 0;
}

int repacked_without(struct tape *tape, const bool *left_out, struct repack_clock *clock, uint64_t *bytes,
                     struct error *error)
{
    struct repack repack = {.left_out = left_out, .clock = clock};
    uint32_t functions;
    tape_functions(tape, &functions);
    repack.share = share_left(clock, left_out, functions);
    return repack_tape(&repack, tape, bytes, error);
}

void repack_free(struct repack_clock *clock)
{
    free(clock->seen);
}
