/* The reader's inner loop: codes and times of a verified block into events. block_load has made sure that the columns
 * fit each other, so nothing here can run past their ends. */
#include <endian.h>
#include <string.h>

#include "tape/block.h"
#include "tape/bytes.h"
#include "tape/pack.h"
#include "tape/values.h"

enum { CODE_FOLD = CODE_SPECIAL + CT_SPECIAL_FOLD };

static bool is_apart(const struct unpacker *unpacker)
{
    return unpacker->steps.columns.words != 0;
}

struct unpacker block_unpacker(const struct block *block, uint32_t known_functions, uint64_t floor)
{
    struct unpacker unpacker = {
        .time = block->times,
        .time_end = block->times + block->times_bytes,
        .special = block->specials,
        .fold = block->folds,
        .fold_end = block->folds + block->folds_bytes,
        .functions = block->functions,
        .gaps = block->gaps,
        .timed = block->head.untimed == 0,
        .timed_cost = block->cost.timed,
        .known_functions = known_functions,
        .ticks = block->head.first_ticks,
        .floor = floor,
        .stack = block->head.stack,
    };
    if (block->apart.words != 0) {
        block_set_steps(block);
        steps_begin(&unpacker.steps, &block->apart, block->by_key, block->open);
    } else {
        unpacker.code = block->codes;
        unpacker.code_end = block->codes + block->head.words;
    }
    return unpacker;
}

bool unpacker_is_at_end(const struct unpacker *unpacker)
{
    return unpacker->code == unpacker->code_end && unpacker->steps.at.word == unpacker->steps.columns.words;
}

/* There is one. */
static uint32_t code_here(const struct unpacker *unpacker)
{
    return is_apart(unpacker) ? steps_code(&unpacker->steps, &unpacker->steps.at) : *unpacker->code;
}

static void pass_special(struct unpacker *unpacker)
{
    if (is_apart(unpacker))
        steps_pass(&unpacker->steps);
    else
        unpacker->code++;
}

/* Nine bytes and more: gaps of years, or a hostile file. */
__attribute__((noinline, cold)) static uint64_t long_leb128(const uint8_t *from, size_t *length)
{
    uint64_t value = 0;
    size_t i = 0;
    do {
        if (i < LEB128_BYTES_MAX)
            value |= (uint64_t)(from[i] & 0x7f) << (7 * i);
    } while (from[i++] & 0x80);
    *length = i;
    return value;
}

/* The value at `from` without a loop: bytes up to the first without its high bit, then groups of seven bits moved
 * together by halves. */
static inline uint64_t read_leb128(const uint8_t *from, size_t *length)
{
    uint64_t x;
    memcpy(&x, from, sizeof x);
    x = le64toh(x);
    uint64_t stop = ~x & UINT64_C(0x8080808080808080);
    if (__builtin_expect(stop == 0, 0))
        return long_leb128(from, length);
    *length = ((unsigned)__builtin_ctzll(stop) >> 3) + 1;
    x &= (stop ^ (stop - 1)) & UINT64_C(0x7f7f7f7f7f7f7f7f);
    x = (x & UINT64_C(0x007f007f007f007f)) | (x & UINT64_C(0x7f007f007f007f00)) >> 1;
    x = (x & UINT64_C(0x00003fff00003fff)) | (x & UINT64_C(0x3fff00003fff0000)) >> 2;
    return (x & UINT64_C(0x0fffffff)) | (x & UINT64_C(0x0fffffff00000000)) >> 4;
}

/* The same for the gap between two events, which mostly takes one byte or two, whichever no branch can foresee. */
static inline uint64_t read_gap(const uint8_t *from, size_t *length)
{
    uint16_t x;
    memcpy(&x, from, sizeof x);
    x = le16toh(x);
    if (__builtin_expect((x & 0x8080) == 0x8080, 0))
        return read_leb128(from, length);
    uint32_t second = x >> 7 & 1;
    *length = 1 + second;
    return (x & 0x7f) | (x >> 1 & 0x3f80 & -second);
}

/* The bytes of DATA words, up to `most` of them; returns how many there were. */
static uint32_t take_data(struct unpacker *unpacker, uint8_t *to, uint32_t most)
{
    uint32_t got = 0;
    while (got < most && !unpacker_is_at_end(unpacker) && code_here(unpacker) == CODE_SPECIAL + CT_SPECIAL_DATA) {
        size_t length;
        uint64_t data = htole64(read_leb128(unpacker->special, &length));
        uint32_t some = most - got < CT_VALUE_DATA_BYTES ? most - got : CT_VALUE_DATA_BYTES;
        memcpy(to + got, &data, some);
        got += some;
        unpacker->special += length;
        pass_special(unpacker);
    }
    return got;
}

/* A VALUE with its DATA, which goes behind the other values; the event says where. */
static bool take_value(struct unpacker *unpacker, uint64_t payload, uint64_t ticks, struct tape_event *event)
{
    struct buffer *values = unpacker->values;
    struct tape_value *value = (struct tape_value *)(void *)(values->data + values->bytes);
    uint32_t key = CT_VALUE_KEY(payload), size = CT_VALUE_BYTES(payload);
    size = size < CT_VALUE_MAX ? size : CT_VALUE_MAX;
    uint32_t got = take_data(unpacker, value->bytes, size);
    *value = (struct tape_value){.key = key < unpacker->known_keys ? key : 0, .size = (uint16_t)got};
    value->state = (uint8_t)(got < size ? CT_VALUE_CUT : CT_VALUE_STATE(payload));
    if (payload & CT_VALUE_TIMED)
        value_take_time(value);
    *event = (struct tape_event){.ticks = ticks, .n = values->bytes, .kind = TAPE_VALUE};
    values->bytes += value_bytes(got);
    return true;
}

/* Behind `count` numbers, as many of which at once as end in eight bytes. */
static const uint8_t *pass_leb128(const uint8_t *at, size_t count)
{
    while (count != 0) {
        uint64_t x;
        memcpy(&x, at, sizeof x);
        uint64_t stops = ~le64toh(x) & UINT64_C(0x8080808080808080);
        size_t ended = (stops >> 7) * UINT64_C(0x0101010101010101) >> 56;
        if (ended < count) {
            count -= ended;
            at += sizeof x;
            continue;
        }
        while (--count != 0)
            stops &= stops - 1;
        at += (__builtin_ctzll(stops) >> 3) + 1;
    }
    return at;
}

/* Of the special that stands here. */
static uint64_t take_payload(struct unpacker *unpacker)
{
    const uint8_t *from = pass_leb128(unpacker->special, unpacker->passed);
    size_t length;
    uint64_t payload = read_leb128(from, &length);
    unpacker->special = from + length;
    unpacker->passed = 0;
    return payload;
}

/* True when the special is an event; others (kinds that later versions may add) are passed over. */
__attribute__((noinline)) static bool unpack_special(struct unpacker *unpacker, uint32_t kind, uint64_t ticks,
                                                     struct tape_event *event)
{
    static const uint8_t kinds[] = {
        [CT_SPECIAL_JUMP] = TAPE_JUMP,       [CT_SPECIAL_STACK] = TAPE_STACK,
        [CT_SPECIAL_STRAY] = TAPE_STRAY,     [CT_SPECIAL_LOST] = TAPE_LOST,
        [CT_SPECIAL_INHERIT] = TAPE_INHERIT, [CT_SPECIAL_WAIT] = TAPE_WAIT,
        [CT_SPECIAL_COST] = TAPE_COST,       [CT_SPECIAL_OVERWRITTEN] = TAPE_OVERWRITTEN,
        [CT_SPECIAL_PAUSE] = TAPE_WAIT,      [CT_SPECIAL_PREEMPTED] = TAPE_WAIT,
    };
    uint64_t payload = take_payload(unpacker);
    if (kind == CT_SPECIAL_VALUE)
        return take_value(unpacker, payload, ticks, event);
    if (is_apart(unpacker))
        steps_special(&unpacker->steps, kind, payload);
    if (kind >= sizeof kinds || kinds[kind] == TAPE_ENTRY)
        return false;
    *event = (struct tape_event){.ticks = ticks, .n = payload, .kind = kinds[kind]};
    event->function = kind == CT_SPECIAL_PAUSE       ? TAPE_PAUSED
                      : kind == CT_SPECIAL_PREEMPTED ? TAPE_PREEMPTED
                                                     : TAPE_WAITED;
    if (kind == CT_SPECIAL_STACK)
        unpacker->stack = payload;
    if (kind == CT_SPECIAL_STRAY || kind == CT_SPECIAL_INHERIT) {
        event->n = 0;
        event->function = payload < unpacker->known_functions ? (uint32_t)payload : 0;
    }
    return true;
}

/* Of the next timed word, behind whose time it goes on. */
static inline uint64_t next_ticks(uint64_t ticks, const uint8_t **time)
{
    size_t length;
    uint64_t later = ticks + read_gap(*time, &length);
    *time += length;
    return later >= ticks ? later : ticks;
}

/* Of a value that nobody wants? */
static inline bool is_passed_over(const struct unpacker *unpacker, uint32_t code)
{
    return !unpacker->values && code_is_of_value(code);
}

static inline uint32_t what_of(const uint32_t *functions, uint32_t code, bool timed)
{
    return functions[code >> 1] | (timed ? (struct tape_event){.timed = 1}.what : 0);
}

/* Both ways, each compiled for itself: where no event of the block is untimed, which is `timed`, and where some are. */
static inline __attribute__((always_inline)) size_t unpack_words(struct unpacker *unpacker, const bool timed,
                                                                 struct tape_event *events, size_t room)
{
    const uint16_t *code = unpacker->code, *const code_end = unpacker->code_end;
    const uint8_t *time = unpacker->time;
    uint64_t ticks = unpacker->ticks;
    const uint64_t floor = unpacker->floor;
    const uint32_t cost = unpacker->timed_cost;
    struct tape_event *event = events, *const end = events + room;
    const uint32_t *const functions = unpacker->functions;
    while (code < code_end && event < end) {
        uint32_t c = *code++;
        if (__builtin_expect(code_is_special(c), 0)) {
            if (c == CODE_FOLD) {
                code--;
                break;
            }
            if (is_passed_over(unpacker, c)) {
                unpacker->passed++;
                continue;
            }
            unpacker->code = code; /* a value takes further words */
            event += unpack_special(unpacker, c - CODE_SPECIAL, event > events ? event[-1].ticks : floor, event);
            code = unpacker->code;
            continue;
        }
        const bool has_time = timed || !(c & 1);
        if (has_time)
            ticks = next_ticks(ticks, &time);
        *event++ = (struct tape_event){
            .ticks = ticks > floor ? ticks : floor,
            .cost = cost,
            .what = what_of(functions, c, has_time),
        };
    }
    unpacker->code = code;
    unpacker->time = time;
    unpacker->ticks = ticks;
    if (event > events)
        unpacker->floor = event[-1].ticks;
    return (size_t)(event - events);
}

/* Of an exit the mean gaps are zeros, as no branch can foresee which it is. */
static inline uint32_t gap_before(const struct gaps *gaps, struct exits_stack *open, uint64_t entry)
{
    uint32_t brought = exits_step(open, entry, gaps->exit);
    return gaps->entry | (brought & (uint32_t)(entry - 1));
}

/* An event that has a time ends its run. False: there is none left. */
static inline bool end_run(struct unpacker *unpacker, struct open_run *run, uint64_t gaps, struct tape_event *event)
{
    if (unpacker->time == unpacker->time_end) {
        unpacker->misfit = true;
        return false;
    }
    unpacker->ticks = next_ticks(unpacker->ticks, &unpacker->time);
    unpacker->floor = unpacker->ticks > unpacker->floor ? unpacker->ticks : unpacker->floor;
    event->ticks = unpacker->floor;
    event->slack = 0;
    if (run) {
        runs_end(run->runs, gaps, run->first, event);
        run->first = event + 1;
    }
    return true;
}

/* Up to a special, values that nobody wants left out. Events without a time get all but what they are once their run
 * ends; until then their gap is in `cost`. */
static size_t unpack_run_words(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room)
{
    const uint16_t *code = unpacker->code;
    const size_t left = (size_t)(unpacker->code_end - code);
    const uint16_t *const end = code + (left < room ? left : room);
    struct tape_event *event = events;
    const uint32_t *const functions = unpacker->functions;
    const struct gaps *const gaps = unpacker->gaps;
    struct exits_stack open = run->exits->current;
    uint64_t sum = 0; /* of the run's gaps, not yet in `run` */
    while (code < end) {
        uint32_t c = *code;
        if (__builtin_expect(code_is_special(c), 0)) {
            if (!is_passed_over(unpacker, c))
                break;
            unpacker->passed++;
            run->runs->passed += c == CODE_SPECIAL + CT_SPECIAL_VALUE;
            code++;
            continue;
        }
        code++;
        event->cost = gap_before(&gaps[c >> 1], &open, c >= CODE_ENTRY);
        event->what = what_of(functions, c, !(c & 1));
        sum += event->cost;
        event++;
        if (c & 1)
            continue;
        end_run(unpacker, run, sum, event - 1);
        sum = 0;
    }
    run->runs->gaps += sum;
    run->exits->current = open;
    unpacker->code = code;
    return (size_t)(event - events);
}

/* ---- words that are still apart --------------------------------------------------------------------------------- */

void unpacker_settle(struct unpacker *unpacker, struct exits *exits)
{
    steps_settle(&unpacker->steps, exits);
}

size_t unpacker_opens(const struct unpacker *unpacker, size_t events)
{
    return unpacker->steps.at.depth + events;
}

void unpacker_stop(struct unpacker *unpacker)
{
    unpacker->code = unpacker->code_end;
    unpacker->steps.at.word = unpacker->steps.columns.words;
}

/* How many words come as expected, at most. */
static size_t expected_words(const struct steps *steps, size_t room)
{
    uint64_t word = steps->at.word, kinds_end = (word | 63) + 1, end = word + room;
    if (steps->surprised)
        return 0;
    end = end < kinds_end ? end : kinds_end;
    end = end < steps->columns.words ? end : steps->columns.words;
    end = end < steps->surprise ? end : steps->surprise;
    return end > word ? end - word : 0;
}

/* `gaps`: of the run, not yet in `run`. False: it is to have a time, and none is left. */
static inline __attribute__((always_inline)) bool put_step(struct unpacker *unpacker, struct open_run *run,
                                                           struct tape_event *event, uint64_t step, uint64_t *gaps)
{
    steps_set(event, step);
    *gaps += (uint32_t)step;
    if (!(step & STEP_TIMED))
        return true;
    if (!end_run(unpacker, run, *gaps, event))
        return false;
    *gaps = 0;
    return true;
}

static struct tape_event *unpack_expected(struct unpacker *unpacker, struct open_run *run, struct tape_event *events,
                                          size_t room, uint64_t *gaps)
{
    struct steps_at at = unpacker->steps.at;
    uint64_t *const by_key = unpacker->steps.by_key;
    struct tape_event *event = events, *const end = events + expected_words(&unpacker->steps, room);
    uint64_t kinds = steps_kinds(&unpacker->steps, at.word), sum = *gaps, step;
    while (event < end && steps_follow(by_key, &at, kinds, &step) && put_step(unpacker, run, event, step, &sum)) {
        kinds >>= 1;
        event++;
    }
    at.word += (uint64_t)(event - events);
    unpacker->steps.at = at;
    *gaps = sum;
    return event;
}

static void pass_over(struct unpacker *unpacker, struct open_run *run, uint32_t code)
{
    unpacker->passed++;
    if (run)
        run->runs->passed += code == CODE_SPECIAL + CT_SPECIAL_VALUE;
    steps_pass(&unpacker->steps);
}

/* As unpack_run_words does. */
static size_t unpack_steps(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room)
{
    struct steps *steps = &unpacker->steps;
    struct exits *exits = run ? run->exits : NULL;
    struct tape_event *event = events, *const end = events + room;
    uint64_t gaps = 0;
    while (true) {
        event = unpack_expected(unpacker, run, event, (size_t)(end - event), &gaps);
        if (event == end || unpacker->misfit || unpacker_is_at_end(unpacker))
            break;
        uint32_t code = steps_code(steps, &steps->at);
        if (!code_is_special(code))
            event += put_step(unpacker, run, event, steps_take(steps, exits), &gaps);
        else if (is_passed_over(unpacker, code))
            pass_over(unpacker, run, code);
        else
            break;
    }
    if (run)
        run->runs->gaps += gaps;
    return (size_t)(event - events);
}

/* Once the last word is read it is known whether TIMED was as it should be. */
static void end_steps(struct unpacker *unpacker, struct exits *exits)
{
    unpacker->misfit |= !steps_fit(&unpacker->steps) || unpacker->time != unpacker->time_end;
    unpacker_settle(unpacker, exits);
    unpacker_stop(unpacker);
}

/* ---- folded calls ----------------------------------------------------------------------------------------------- */

static bool at_fold(const struct unpacker *unpacker)
{
    return !unpacker_is_at_end(unpacker) && code_here(unpacker) == CODE_FOLD;
}

static void begin_fold(struct unpacker *unpacker)
{
    struct bytes numbers = bytes_of(unpacker->fold, (size_t)(unpacker->fold_end - unpacker->fold));
    uint64_t function = take_payload(unpacker);
    folded_read(&numbers, &unpacker->folded);
    unpacker->fold += bytes_position(&numbers);
    unpacker->folded_function = function < unpacker->known_functions ? (uint32_t)function : 0;
    unpacker->folded_done = 0;
}

/* The word is left behind with the last of its events. */
static void end_fold(struct unpacker *unpacker)
{
    uint64_t later = unpacker->ticks + unpacker->folded.gaps + unpacker->folded.total;
    unpacker->ticks = later >= unpacker->ticks ? later : unpacker->ticks;
    unpacker->folded.calls = 0;
    pass_special(unpacker);
}

/* Some of the calls of the FOLD word that stands here; at least one event. For a run each is as timed ones are. */
static size_t unpack_fold(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room)
{
    struct folded *folded = &unpacker->folded;
    if (folded->calls == 0)
        begin_fold(unpacker);
    uint64_t left = 2 * folded->calls - unpacker->folded_done;
    size_t count = left < room ? (size_t)left : room;
    for (struct tape_event *event = events; event < events + count; event++) {
        uint64_t i = unpacker->folded_done++, ticks = unpacker->ticks + folded_at(folded, i);
        unpacker->floor = ticks > unpacker->floor ? ticks : unpacker->floor;
        *event = (struct tape_event){
            .ticks = unpacker->floor,
            .cost = unpacker->timed_cost,
            .function = i % 2 == 0 ? unpacker->folded_function : 0,
            .kind = i % 2 == 0 ? TAPE_ENTRY : TAPE_EXIT,
        };
        if (run) {
            runs_end(run->runs, GAP_UNKNOWN, run->first, event);
            run->first = event + 1;
        }
    }
    if (count == left)
        end_fold(unpacker);
    return count;
}

/* ---- both ways -------------------------------------------------------------------------------------------------- */

/* The special that stands here, if it is an event. A value takes further words. */
static size_t unpack_lone_special(struct unpacker *unpacker, struct exits *exits, struct tape_event *event)
{
    uint32_t code = code_here(unpacker);
    if (!code_is_special(code) || is_passed_over(unpacker, code))
        return 0;
    if (!code_is_of_value(code))
        unpacker_settle(unpacker, exits);
    pass_special(unpacker);
    return unpack_special(unpacker, code - CODE_SPECIAL, unpacker->floor, event);
}

/* Words that are no event are passed until there is one. */
static size_t unpack_apart(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room)
{
    struct exits *exits = run ? run->exits : NULL;
    size_t count = 0;
    while (count == 0 && !unpacker->misfit && !unpacker_is_at_end(unpacker)) {
        count = unpack_steps(unpacker, run, events, room);
        if (count == 0 && at_fold(unpacker))
            count = unpack_fold(unpacker, run, events, room);
        else if (count == 0 && !unpacker_is_at_end(unpacker))
            count = unpack_lone_special(unpacker, exits, events);
    }
    if (unpacker->misfit || unpacker_is_at_end(unpacker))
        end_steps(unpacker, exits);
    return count;
}

size_t unpack(struct unpacker *unpacker, struct tape_event *events, size_t room)
{
    if (is_apart(unpacker))
        return unpack_apart(unpacker, NULL, events, room);
    size_t count =
        unpacker->timed ? unpack_words(unpacker, true, events, room) : unpack_words(unpacker, false, events, room);
    return count == 0 && at_fold(unpacker) ? unpack_fold(unpacker, NULL, events, room) : count;
}

bool block_fits(const struct block *block, const char **why)
{
    struct tape_event events[64];
    struct unpacker unpacker = block_unpacker(block, 0, 0);
    while (is_apart(&unpacker) && unpack(&unpacker, events, sizeof events / sizeof *events) != 0)
        ;
    *why = BLOCK_MISFIT;
    return !unpacker.misfit;
}

size_t unpack_runs(struct unpacker *unpacker, struct open_run *run, struct tape_event *events, size_t room)
{
    if (is_apart(unpacker))
        return unpack_apart(unpacker, run, events, room);
    size_t count = unpack_run_words(unpacker, run, events, room);
    if (count == 0 && at_fold(unpacker))
        return unpack_fold(unpacker, run, events, room);
    return count == 0 && !unpacker_is_at_end(unpacker) ? unpack_lone_special(unpacker, run->exits, events) : count;
}
