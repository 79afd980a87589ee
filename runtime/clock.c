/* The adaptive clock: every event is recorded, but one that has always followed shortly upon the one before, and been
 * followed shortly by the next, is recorded without a time. Reading the clock costs several times all the rest.
 *
 * What is learned is learned by function and kind of event, for all threads together, as the words that the hooks are
 * to store (struct function): 0 stands for "with its time". A gap between two timed events tells of both. In a run of
 * untimed events the clock is read now and then (`due`), at changing distances so that no loop hides behind them; when
 * a run took longer than such runs do, time went missing in it, and all its events get times again. Where the system
 * has run something else (switches.c) the clock is read at once: then the time went before that event, and the one
 * before it gets the time at which it must have been. More rarely a burst of events is timed one by one: from these
 * gaps the packer learns how to share out the time of runs. */
#include "arch.h"
#include "sys.h"

#define NEEDED_FIRST 6u /* short gaps in turn before an event goes untimed */
#define NEEDED_AGAIN 2u /* where only the run that it was in took long */
#define NEEDED_MAX 64u
#define SHORT_IN_READS 24u /* a gap is short when it is below so many times what reading the clock takes */
#define RUN_LEAST 64u
#define RUN_SPREAD_BITS 7
#define READS_A_BURST 128u
#define BURST 256u
#define RUN_MOST (RUN_LEAST + (1u << RUN_SPREAD_BITS))

_Static_assert(RUN_MOST < BURST, "a burst is not taken for a run");
_Static_assert(RUN_MOST < FRAMES_SPARE, "hooks that do not read the clock do not look for room");
_Static_assert(FUNCTION_SLOTS *UINT64_C(2) <= CT_CLOCK_MASK, "untimed words keep their function's index there");

/* Of many readings, as a counter may advance in steps; the least of several attempts. */
static uint64_t ticks_of_readings(uint64_t count)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 8; i++) {
        uint64_t first = clock_now(), last = first;
        for (uint64_t k = 0; k < count; k++)
            last = clock_now();
        least = last - first < least ? last - first : least;
    }
    return least;
}

static uint64_t habit_count(void)
{
    return runtime.function_mask / sizeof(struct function) + 1 + FUNCTION_PROBES;
}

void clock_init(void)
{
    if (!runtime.arena->adaptive)
        return;
    runtime.short_ticks = ticks_of_readings(32) * SHORT_IN_READS / 32 + 1;
    runtime.habits = memory_map(habit_count() * sizeof *runtime.habits);
    switches_init();
}

static struct habit *habit_of(const struct function *function, enum event_kind kind)
{
    return &runtime.habits[function_index(function)][kind];
}

static uint64_t *untimed_word(struct function *function, enum event_kind kind)
{
    return kind == ENTRY ? &function->untimed_entry : &function->untimed_exit;
}

/* Other threads read the words all the time: they are written only to be changed. */
static void set_timed(struct function *function, enum event_kind kind)
{
    uint64_t *word = untimed_word(function, kind);
    if (__atomic_load_n(word, __ATOMIC_RELAXED))
        __atomic_store_n(word, 0, __ATOMIC_RELAXED);
}

static void set_untimed(struct function *function, enum event_kind kind)
{
    uint64_t timed = word_load(&function->timed_entry), tag = kind == ENTRY ? timed & ~CT_TIMED : CT_EXIT;
    if (timed)
        __atomic_store_n(untimed_word(function, kind), tag | function_index(function), __ATOMIC_RELAXED);
}

/* Threads race for these; the loser's count is lost, nothing else. */
static uint8_t get(const uint8_t *count)
{
    return __atomic_load_n(count, __ATOMIC_RELAXED);
}

static void set(uint8_t *count, unsigned value)
{
    if (get(count) != value)
        __atomic_store_n(count, (uint8_t)value, __ATOMIC_RELAXED);
}

static bool is_untimed(struct function *function, enum event_kind kind)
{
    return __atomic_load_n(untimed_word(function, kind), __ATOMIC_RELAXED) != 0;
}

static void saw_short_gap(struct function *function, enum event_kind kind)
{
    struct habit *habit = habit_of(function, kind);
    if (is_untimed(function, kind))
        return;
    unsigned needed = get(&habit->needed) ? get(&habit->needed) : NEEDED_FIRST, count = get(&habit->short_gaps) + 1u;
    set(&habit->needed, needed);
    set(&habit->short_gaps, count < needed ? count : needed);
    if (count >= needed)
        set_untimed(function, kind);
}

/* Each time it has to show for longer that it is over. */
static void saw_long_gap(struct function *function, enum event_kind kind)
{
    struct habit *habit = habit_of(function, kind);
    if (is_untimed(function, kind))
        set(&habit->needed, get(&habit->needed) * 2u < NEEDED_MAX ? get(&habit->needed) * 2u : NEEDED_MAX);
    set(&habit->short_gaps, 0);
    set_timed(function, kind);
}

void clock_unlearn(const struct function *function)
{
    for (int kind = ENTRY; runtime.habits && kind <= EXIT; kind++)
        *habit_of(function, (enum event_kind)kind) = (struct habit){.needed = UINT8_MAX};
}

static void learn_gap(const struct timed *from, const struct timed *to)
{
    if (to->ticks - from->ticks < runtime.short_ticks || to->ticks < from->ticks) {
        saw_short_gap(to->function, to->kind);
        return;
    }
    saw_long_gap(to->function, to->kind);
    saw_long_gap(from->function, from->kind);
}

static void relearn(struct function *function, enum event_kind kind)
{
    struct habit *habit = habit_of(function, kind);
    unsigned needed = get(&habit->needed);
    set(&habit->short_gaps, needed > NEEDED_AGAIN ? needed - NEEDED_AGAIN : 0);
    set_timed(function, kind);
}

static bool is_special(uint64_t word)
{
    return word >> CT_TAG_SHIFT == CT_TAG_SPECIAL;
}

static bool is_untimed_event(uint64_t word)
{
    return !is_special(word) && !(word & CT_TIMED);
}

/* The arena is anyone's to write: what is found there is checked. */
static void relearn_event(uint64_t word)
{
    uint64_t index = word & CT_CLOCK_MASK;
    if (is_untimed_event(word) && index < habit_count())
        relearn(&runtime.functions[index], word >> CT_TAG_SHIFT == CT_TAG_ENTRY ? ENTRY : EXIT);
}

static void relearn_run(uint32_t from, uint32_t to)
{
    for (uint32_t index = from; index < to; index++)
        relearn_event(word_load(&runtime.words[index]));
}

/* The last event before the end of a run; 0: it is not known (its word is still 0), or has a time. */
static uint32_t last_untimed(const struct timed *from, const struct timed *to)
{
    uint32_t index = to->index - 1;
    uint64_t word = word_load(&runtime.words[index]);
    while (index > from->index && word && is_special(word))
        word = word_load(&runtime.words[--index]);
    return index > from->index && is_untimed_event(word) ? index : 0;
}

/* The system has run something else before the end of the run, since the event before that: that one gets its time, as
 * such runs take it. False: it can't be told. */
static bool end_before_switch(const struct pace *pace, const struct timed *from, const struct timed *to)
{
    uint32_t index = last_untimed(from, to);
    uint64_t ticks = from->ticks + (index - from->index) * pace->mean;
    if (!index || ticks >> CT_EPOCH_SHIFT != from->ticks >> CT_EPOCH_SHIFT)
        return false;
    uint64_t word = word_load(&runtime.words[index]);
    relearn_event(word);
    relearn(to->function, to->kind);
    return word_replace(&runtime.words[index], word, (word & ~CT_CLOCK_MASK) | CT_TIMED | (ticks & CT_CLOCK_MASK));
}

static void learn_run(struct pace *pace, const struct timed *from, const struct timed *to, bool switched)
{
    uint64_t events = to->index - from->index, ticks = to->ticks > from->ticks ? to->ticks - from->ticks : 0;
    uint64_t mean = ticks / events;
    if (!pace->mean)
        pace->mean = runtime.short_ticks / 4;
    if (ticks > runtime.short_ticks + events * pace->mean * 3) {
        if (switched && end_before_switch(pace, from, to))
            return;
        relearn_run(from->index + 1, to->index);
        relearn(from->function, from->kind);
        relearn(to->function, to->kind);
    }
    mean = mean < runtime.short_ticks ? mean : runtime.short_ticks;
    pace->mean = (pace->mean * 7 + mean + 7) / 8;
}

/* Where a handler's hooks have changed `due` meanwhile (a new chunk) theirs holds. */
static void set_due(struct thread *thread, uint64_t old, uint64_t due)
{
    uint64_t end = thread->end;
    word_replace(&thread->due, old, due < end ? due : end);
}

static uint64_t random_distance(struct pace *pace)
{
    pace->random = pace->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return RUN_LEAST + (pace->random >> (64 - RUN_SPREAD_BITS));
}

static void learn(struct pace *pace, const struct timed *last, const struct timed *now, bool switched)
{
    if (now->index == last->index + 1)
        learn_gap(last, now);
    else
        learn_run(pace, last, now, switched);
}

/* Now and then a burst of events is timed, and nothing else is done with them, so that the gaps between them are as
 * they are where all are timed. */
static uint64_t next_due(struct thread *thread, uint32_t index)
{
    struct pace *pace = &thread->pace;
    if (++pace->reads % READS_A_BURST || index + BURST >= thread->end)
        return index + random_distance(pace);
    thread->learn_from = index + BURST;
    return 0;
}

void clock_learn(struct thread *thread, struct function *function, enum event_kind kind, uint64_t now, uint32_t index)
{
    struct pace *pace = &thread->pace;
    struct timed event = {function, now, index, kind};
    uint64_t due = thread->due;
    if (unlikely(index / CT_CHUNK_WORDS != thread->chunk))
        return; /* a signal handler's hooks have begun another one */
    bool switched = switches_since(thread);
    struct timed last = pace->last; /* a signal handler's hooks may change it, a fork there wipe it */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (last.index && last.function && index - last.index <= RUN_MOST)
        learn(pace, &last, &event, switched);
    pace->last = event;
    if (index < due)
        return;
    if (thread_frame(thread, thread->state) >= thread->frames_end)
        set_due(thread, due, 0);
    else
        set_due(thread, due, next_due(thread, index));
}

void clock_forget(struct thread *thread)
{
    thread->pace.last.index = 0;
    thread->learn_from = runtime.habits ? 0 : UINT64_MAX;
    thread->due = runtime.habits ? (uint32_t)thread->state : 0;
}
