/* libcalltape: records every function entry and exit of the program it is loaded into. libc only; one arena, shared
 * by all processes of a recording, takes everything.
 *
 * Glossary
 *   word     eight bytes in an event chunk: an event or a special (calltape/format.h).
 *   here     what identifies a function's activation in a hook. x86-64: the address of the hook's own return address,
 *            which is the same in the entry and the exit hook of one activation, and of all that is inlined into it.
 *            aarch64: the activation's frame record.
 *   site     the instrumented function's return address, the hook's second argument; kept with all bits turned, so that
 *            the runtime leaves no copies of return addresses on the stack, where place.c looks for them.
 *   slot     x86-64: the address that holds the return address: as long as it does, the activation has not returned,
 *            nor has a longjmp or an exception abandoned it and its place been used again. aarch64: the caller's
 *            frame record.
 *   frame    one open call: function, here, site, slot. A stack's frames lie in an array that never moves.
 *   thread   the control block of one thread of this process; its page is wiped by fork, so that a child never
 *            writes to its parent's chunk.
 *   state    (depth of the open calls, in bytes of frames) << 32 | index of the next word in the arena: one number, so
 *            that one addition counts an event. A hook announces itself in `pending_here` before it stores its word; a
 *            signal handler's first hook finds that, and leaves the word at that place to it (slow.c).
 *   due      word index from which on the hooks read the clock whatever they know of the function (clock.c); never
 *            beyond `end`, where the chunk is full. Both are 0 where there is no chunk (not attached yet, none to be
 *            had, stopped), so that one test serves all.
 *
 * The hooks (hooks.c) do everything but the ordinary in slow.c, or outside.c for the most frequent of the rest. Slow
 * steps that take more than one store run with all signals blocked. Nothing here allocates, locks, uses stdio or
 * touches errno; system calls are made directly, since the program may have functions of its own by libc's names. */
#ifndef CALLTAPE_RUNTIME_H
#define CALLTAPE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "calltape/recipe.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((noinline, cold))
#define EXPORT __attribute__((visibility("default")))

/* One slot of the process's function table, indexed by address. The three words are ready to be stored; 0: not that
 * way (the clock is to be read; or the function has no id yet, or its library was closed; or asked.c is to see its
 * entries, and recipes.c has the word). */
struct function {
    uintptr_t address;    /* more by a mark where the hooks are not to take it as ordinary */
    uint64_t timed_entry; /* to be completed by the time */
    uint64_t untimed_entry, untimed_exit;
};
_Static_assert(sizeof(struct function) == 32, "functions are indexed in the hook");

/* Added to a function's address in its slot, where no other function can begin. */
enum mark {
    MARK_LEFT_OUT = 1, /* calls are counted only, by untimed_exit as index */
    MARK_TRIGGER = 2,  /* slow.c sees to its calls */
    MARK_ASKED = 3,    /* likewise: asked.c is to see its exits, too */
    MARK_MOST = 3,
};

struct frame {
    struct function *function;
    uintptr_t here;
    uintptr_t site;
    uint64_t hook_return; /* the entry hook's return address; its highest bits tell of the slot */
};
_Static_assert(sizeof(struct frame) == 32, "frames are indexed in the hook");

/* Of the slot: 0 where the caller is the frame before, whose hook's return address lay where this one's own does (what
 * is inlined into that one shares its slot); 0xffff where it is not known; else its distance from `here` in words. */
#define SLOT_SHIFT 48
#define SLOT_UNKNOWN 0xffffu
#define SLOT_LIMIT ((uintptr_t)(SLOT_UNKNOWN - 1) * sizeof(uintptr_t))
#define HOOK_RETURN_MASK ((UINT64_C(1) << SLOT_SHIFT) - 1)

static inline void frame_set_slot(struct frame *frame, uint32_t slot)
{
    frame->hook_return = (frame->hook_return & HOOK_RETURN_MASK) | (uint64_t)slot << SLOT_SHIFT;
}

/* Where the slot is, 0 if it is not known. */
static inline uintptr_t frame_slot(const struct frame *frame)
{
    while (!(frame->hook_return >> SLOT_SHIFT) && frame[-1].here == frame->here)
        frame--;
    uint32_t slot = (uint32_t)(frame->hook_return >> SLOT_SHIFT);
    if (!slot)
        return frame[-1].here;
    return slot == SLOT_UNKNOWN ? 0 : frame->here + slot * sizeof(uintptr_t);
}

static inline bool frame_same_hook(const struct frame *frame, uint64_t hook_return)
{
    return (frame->hook_return ^ hook_return) << (64 - SLOT_SHIFT) == 0;
}

/* Whether a hook at `here` is one of this activation. Compilers jump to the exit hook as a function's last act: then it
 * stands where the function's return address was. */
static inline bool frame_stands_at(const struct frame *frame, uintptr_t here)
{
    return likely(here == frame->here) || here == frame_slot(frame);
}

/* The hooks that do not read the clock do not look whether there is room for a frame: before so many of them in a row,
 * one reads it. */
#define FRAMES_SPARE 256u

struct stack {
    uint32_t number;
    uint32_t depth; /* while another one is current */
    uint32_t capacity;
    struct frame *frames; /* [0] is the floor: below the outermost call */
    uintptr_t low, high;  /* stack 0: the mapping it lies in, 0 until needed; others: of what was seen, and
                             STACK_BELOW more */
    struct stack *next;
};

/* A hook that a signal handler's hook found at work, and what it needs to go on: the stack that it counts its call on,
 * and the chunk that it may still store a word to. */
struct interrupted {
    uintptr_t here;
    uintptr_t word; /* what lay at `here`: as long as it does, the hook has not been left by a longjmp */
    struct stack *stack;
    uint32_t chunk;
    uint32_t depth;  /* of open calls, then */
    uint32_t index;  /* the word that was left to it; 0: none */
    uint64_t stored; /* what it had stored there: no event unless it goes on */
    bool full;       /* the chunk is: it is sealed once the hook has ended */
};

enum event_kind { ENTRY, EXIT };

/* An event with its time. */
struct timed {
    struct function *function;
    uint64_t ticks;
    uint32_t index; /* of its word; 0: none */
    enum event_kind kind;
};

/* What the adaptive clock keeps of a thread: clock.c. */
struct pace {
    struct timed last; /* of this chunk */
    uint64_t mean;     /* ticks an event, in runs of untimed ones */
    uint64_t random;
    uint32_t reads; /* that were due */
    uint32_t burst; /* events still to be timed, of a burst */
};

/* What the kernel knows of a thread at a moment: preempted.c. */
struct usage {
    uint64_t ticks, monotonic_ns, processor_ns; /* ticks 0: not known */
    uint64_t waits;                             /* times that it gave up the processor itself */
};

/* Within one epoch. So long the hooks go on without slow.c having a look at what else the time went into. */
#define WINDOW_TICKS (UINT64_C(1) << 21)

/* From so much on it is said that something else ran. Below, it is interrupts and what looking itself takes. */
#define PREEMPTED_LEAST (WINDOW_TICKS / 8)

#define INTERRUPTED_MAX 16u
#define STACK_CACHE_COUNT 64u
#define SCRATCH_BYTES 8192u

#define THREAD_WIPED 4096 /* bytes, by fork */

/* At the start of a thread's block; what lies behind its first page is not wiped by fork: scratch and frames too. */
struct thread {
    uint64_t state;
    uint64_t due, end;
    uint64_t learn_from;    /* word index; never where every event gets a time */
    uint64_t window;        /* the hooks' counter must lie in the WINDOW_TICKS from here on: `true_window`, or none
                               that it ever reads */
    uintptr_t pending_here; /* of the hook at work, 0 if none: it may store the word at `state` */
    uintptr_t sure_low;     /* what lies below may be on another stack than the current one */
    uint64_t *left;         /* counts of calls that are not recorded, by index; NULL: none yet */
    uint64_t written_epoch; /* of the last time written: clock >> CT_EPOCH_SHIFT */
    uint64_t true_window;
    struct usage usage; /* when it was last looked at */
    bool off;           /* switched off by a trigger: calls are counted only */
    bool measured;      /* its hooks are, by calls of a function that is none of the program's */
    struct pace pace;
    uint32_t index, process;
    uint32_t sequence; /* of the next chunk */
    uint32_t chunk;    /* current one, 0 if none */
    uint32_t tid;
    uint32_t stack_count;
    bool attached;
    bool home_guessed; /* home's bounds */
    bool named;        /* by calltape_thread_name: what the system calls it no longer matters */
    uint8_t endings;   /* times that the thread-specific destructor ran */
    char name[16];
    uint64_t dropped;       /* events since the last one recorded */
    uint64_t dropped_exits; /* of those, exits of recorded entries */
    uint64_t waited;
    uint64_t paused;                   /* runtime.paused_ticks when a pause was met */
    uintptr_t first_here;              /* an address on the home stack */
    uintptr_t sure_size;               /* from sure_low on, what is sure to be of the current stack, if that is home */
    uintptr_t signal_low, signal_size; /* the signal stack, once something ran on it */
    struct stack home;
    struct stack *stacks; /* all but home */
    char *scratch;
    uint32_t interrupted_count;
    bool interrupted_more; /* than there was room to note */
    struct interrupted interrupted[INTERRUPTED_MAX];
    struct stack *stack_cache[STACK_CACHE_COUNT];
    /* Not wiped: a hook that a signal handler interrupts to fork has read the state, and goes on in the child with
     * these. End: where depth is counted only; FRAMES_SPARE more are there. */
    _Alignas(THREAD_WIPED) struct frame *frames;
    struct frame *frames_end;
    struct stack *stack;  /* the current one */
    uint64_t *unswitched; /* 0 there: the system has run something else (switches.c) */
};
_Static_assert(offsetof(struct thread, frames) == THREAD_WIPED, "must be one page, for MADV_WIPEONFORK");

#define FUNCTION_SLOTS (1u << 20)
#define FUNCTION_PROBES 64u /* from a function's first slot on */

/* Of a function, what its entries and its exits were like: clock.c. */
struct habit {
    uint8_t short_gaps; /* in turn */
    uint8_t needed;
};

enum mode { NOT_JOINED, RECORDING, PAUSED, FILTERING };

/* Of the process. The hooks test the mode before they touch anything that needs the dynamic linker to have relocated
 * this library. */
struct runtime {
    uint32_t mode;         /* enum mode */
    uint32_t recording;    /* the mode while recording: RECORDING, or FILTERING where not all functions are */
    uint64_t paused_ticks; /* in all pauses that have ended */
    uint64_t *words;       /* of the arena, NULL until it is mapped */
    struct function *functions;
    uintptr_t function_mask;   /* of their offsets in bytes */
    struct habit (*habits)[2]; /* by function and event_kind; NULL: every event gets a time */
    uint64_t short_ticks;      /* a gap below this needs no time */
    uint64_t use_tsc;
    struct ct_arena *arena;
    uint32_t chunk_count;     /* that are mapped here */
    int64_t monotonic_offset; /* to the recorder's CLOCK_MONOTONIC, in another time namespace */
    bool foreign;             /* in another pid namespace than the recorder */
    bool off;                 /* no recording was asked for, or it can't be joined */
};
extern struct runtime runtime __attribute__((visibility("hidden")));
extern __thread struct thread *current_thread __attribute__((visibility("hidden"), tls_model("initial-exec")));

#define STATE_DEPTH ((uint64_t)sizeof(struct frame) << 32)
#define STATE_ENTRY (STATE_DEPTH + 1)
#define STATE_EXIT (1 - STATE_DEPTH)

static inline uint32_t state_depth(uint64_t state)
{
    return (uint32_t)(state >> 32) / (uint32_t)sizeof(struct frame);
}

static inline bool thread_in_window(const struct thread *thread, uint64_t now)
{
    return now - thread->window < WINDOW_TICKS;
}

/* The innermost open call's. */
static inline struct frame *thread_frame(const struct thread *thread, uint64_t state)
{
    return (struct frame *)((char *)thread->frames + (state >> 32));
}

static inline bool thread_has_room(const struct thread *thread)
{
    return (uint32_t)thread->state < thread->end;
}

static inline uint32_t thread_capacity(const struct thread *thread)
{
    return (uint32_t)(thread->frames_end - thread->frames);
}

/* Other threads may store to it at any time. */
static inline uint64_t word_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline struct function *function_slot(uintptr_t address)
{
    return (struct function *)((char *)runtime.functions + (address * 2 & runtime.function_mask));
}

/* ---- slow.c: whatever the hooks leave. `here` and `hook_return` are the hook's. ---- */
COLD void slow_entry(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return);
COLD void slow_exit(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return);
/* hooks.c: reads the clock. */
void timed_entry(uintptr_t address, uintptr_t call_site, uintptr_t here);
/* outside.c: of a known function that neither the call at `top` has called, nor is part of it; there is room. */
void outside_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top, uint64_t state,
                   struct function *function);
/* The same, if no time is due. */
void outside_untimed_entry(struct thread *thread, uintptr_t here, uintptr_t call_site, struct frame *top,
                           uint64_t state, struct function *function);
/* What slow_entry() and slow_exit() are once the registers are kept; NULL: they could not be (registers.c). First
 * asked.c's, for the ordinary call of a function that has recipes. */
struct registers;
#define HIDDEN __attribute__((visibility("hidden")))
HIDDEN void asked_entry(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                        const struct registers *registers);
HIDDEN void asked_exit(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                       const struct registers *registers);
HIDDEN void slow_entry_with(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                            const struct registers *registers);
/* `told`: its values are recorded. */
HIDDEN void slow_exit_with(uintptr_t function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                           const struct registers *registers, bool told);
/* Of a hook that was at work when a signal handler's hooks ran: mends what these could not leave to it. `state` is the
 * one that it had read; `hook_return` tells of the slot as a frame's does. */
COLD void disturbed_entry(struct function *function, uintptr_t call_site, uintptr_t here, uintptr_t hook_return,
                          uint64_t state);
COLD void disturbed_exit(uintptr_t address, uintptr_t call_site, uintptr_t here, uintptr_t hook_return, uint64_t state);

/* A hook that found its announcement gone has ended. */
void slow_hook_ended(struct thread *thread, uintptr_t here);

/* Where an event comes from, as of a hook; `site` with all bits turned. */
struct caller {
    uintptr_t site, here, hook_return;
};
/* For values.c. Is there a recording to tell something? Joins it if need be. */
bool slow_joined(void);
/* Makes the innermost open call of the current stack the one that the caller is, or is called by, and has room for so
 * many words. False: it can't be recorded; that has been counted. */
bool slow_settle(const struct caller *caller, uint32_t words);
/* ---- preempted.c: with signals blocked ---- */
/* When the last event with a time was, or the chunk begun; the clock's low bits. A chunk must be there. */
uint64_t preempted_since(const struct thread *thread);
/* Looks at usage. For how long, since then (0: never mind), something else ran; 0: not at all, or not known. */
uint64_t preempted_ticks(struct thread *thread, uint64_t since);

/* ---- left.c: calls that are not recorded ---- */
/* Prepares for them, if the recording has filters. False: no memory. */
bool left_init(void);
static inline bool is_recording(void)
{
    return runtime.mode == RECORDING || runtime.mode == FILTERING;
}
/* Then calls that were not recorded end as well. */
static inline bool left_has_triggers(void)
{
    return runtime.arena->filter & CT_FILTER_TRIGGERS;
}
/* What the recorder answered of a function. */
uint32_t left_answer(const struct function *function);
uintptr_t left_mark_of(const struct function *function);
/* Puts the answer where the hooks find it; before the function gets its id. With signals blocked. */
void left_mark(struct function *function, uint32_t id, uint32_t answer);
/* Its calls are slow.c's, whatever was answered. */
void left_mark_asked(struct function *function);
/* After a dlclose. */
void left_unmark(struct function *function);
/* The call is not recorded: counts it. */
void left_count(struct thread *thread, struct function *function);
/* The hooks of a thread that is switched off. */
void left_entry(uintptr_t address, uintptr_t call_site, uintptr_t here);
void left_exit(uintptr_t address, uintptr_t call_site, uintptr_t here);
/* With signals blocked: the indices are told anew for the child; the thread's counts are complete. */
void left_after_fork(void);
void left_end(struct thread *thread);

/* ---- clock.c: which events need a time ---- */
/* After a timed event of the kind, at the word index. */
void clock_learn(struct thread *thread, struct function *function, enum event_kind kind, uint64_t now, uint32_t index);
/* The next event gets a time, and nothing is learned of it. */
void clock_forget(struct thread *thread);
/* The function's events get a time for 254 more of them at least, unless its words are set. */
void clock_unlearn(const struct function *function);
/* Prepares the adaptive clock, if the recording asks for it and there is memory. */
void clock_init(void);

/* ---- switches.c ---- */
/* Before the others. */
void switches_init(void);
/* Where the system tells the calling thread of switches; where it does not, a word that is never 0. */
uint64_t *switches_told(void);
/* Whether there was one, or a signal, since this was last asked. */
bool switches_since(struct thread *thread);

/* ---- probe.c ---- */
/* What an event costs the program (CT_PROBE), measured anew if that was long ago, in the chunk that the thread has just
 * begun and stored nothing to. With signals blocked. */
uint64_t probe_cost(struct thread *thread);

/* ---- place.c: where an event belongs among the frames of the current stack; changes nothing but what it learned. ----
 */
enum place_kind {
    PLACE_HERE,        /* on the current stack, after `dead` frames that were left without an exit */
    PLACE_OTHER_STACK, /* on another stack */
    PLACE_NOWHERE,     /* exit: no frame of the current stack is its */
};
struct place {
    enum place_kind kind;
    uint32_t dead;
    uint32_t slot;  /* entry: of the new frame */
    uintptr_t here; /* entry: where it is to be taken to stand, if not 0 */
};
struct place place_entry(struct thread *thread, uint32_t depth, const struct frame *entered);
struct place place_exit(struct thread *thread, uint32_t depth, const struct frame *left);
/* The same activation: its two hooks stand at the same place, or the exit hook was jumped to and stands at the slot
 * (its return address is then the function's own), or arguments that were pushed at the entry have been popped. One
 * that was jumped to may stand at the frame's own place: it is in a part that was split off a function whose head is
 * inlined there; or, with triggers, of a call that the frame's function has made and that was not recorded. */
bool place_is_exit_of(const struct frame *frame, const struct frame *left);
/* Of one whose exit hook stands further down: alloca or a variable-length array moved the stack between the two. */
bool place_is_exit_below(const struct frame *frame, const struct frame *left);
/* After a dlclose: what was learned of hook calls. */
void place_forget(void);

/* ---- early.c: before this library is relocated or the environment is there ---- */
bool early_is(void);
void early_record(bool entry, uintptr_t function, uintptr_t site, uintptr_t here);
void early_replay(struct thread *thread);

/* All of what follows is called with signals blocked. */

/* ---- process.c ---- */
/* Maps the arena that the environment names. False: there is none; runtime.off is then set. */
bool process_attach(void);
/* Writes this process's record if it has none yet (first event, or first after a fork). */
void process_announce(struct thread *thread);
uint32_t process_index(void);
/* One thread at a time, with signals blocked; a forked child finds it unlocked. */
void process_lock(void);
void process_unlock(void);
/* A pair of clock readings, if the last one is old. */
void process_clock_pair(void);
/* Path of the executable, and its length; 0 if it can't be told. */
/* How far CLOCK_MONOTONIC is ahead of the system's in this time namespace (time_namespaces(7)), in ns. */
int64_t process_time_offset(void);
size_t process_executable(char *buffer, size_t size);

/* ---- arena.c: for CALLTAPE_OUT, without a recorder ---- */
/* Makes the arena unless another process of this run has. False: it can't be had. */
bool arena_create(const char *path);

/* ---- thread.c ---- */
/* Gives the current thread its block and first chunk. False: no memory. No room in state: no chunk. */
bool thread_attach(uintptr_t here);
bool thread_next_chunk(struct thread *thread);
/* The next word's time is of this epoch; the window is what is left of that in which usage need not be looked at. */
void thread_set_window(struct thread *thread, uint64_t epoch);
/* Puts the word that tells how long the thread waited for the recorder, if it did. Room must be there. */
void thread_put_waited(struct thread *thread);
void thread_put(struct thread *thread, uint64_t word); /* room must be there */
/* Notes a hook that was found at work, and the word that is left to it, empty for now; that one has ended, and those
 * that were left by a longjmp with it. */
void thread_add_interrupted(struct thread *thread, uintptr_t here, uint32_t index);
void thread_end_interrupted(struct thread *thread, uintptr_t here);
/* The note on the hook at `here`; NULL: there is none. */
const struct interrupted *thread_find_interrupted(const struct thread *thread, uintptr_t here);
void thread_create_key(void);
void thread_refresh_name(struct thread *thread);
/* The calling thread has given itself a name. Async-signal-safe. */
void thread_renamed(void);
/* A hook of a paused recording: the next one that is recorded has to come through slow.c. */
static inline void thread_pause(struct thread *thread)
{
    if (!thread->end)
        return;
    thread->due = thread->end = 0;
    thread->paused = runtime.paused_ticks;
}
/* Makes its chunk's room usable again after a pause. */
bool thread_resume(struct thread *thread);
/* For fork: keep a copy of the block, drop it, make the block a child's. */
void thread_fork_save(struct thread *thread);
void thread_fork_forget(struct thread *thread);
void thread_fork_begin(struct thread *thread);
/* In a child, of a hook at `here` that was to add `change` to `state`: had it done so before the fork? */
bool thread_counted_before_fork(const struct thread *thread, uintptr_t here, uint64_t state, uint64_t change);

/* ---- stacks.c ---- */
void stack_init(struct stack *stack, struct frame *frames, uint32_t capacity, uint32_t number);
/* Also without signals blocked. Is the address part of this stack, whose top frame is `top`? */
bool stack_contains(struct thread *thread, const struct stack *stack, const struct frame *top, uintptr_t address);
/* While that can be asked: before the program forbids itself to. */
void stack_find_home(struct thread *thread);
/* What lies so many bytes below the innermost frame of a stack is taken to be on it, where its bounds are not known. */
#define STACK_NEAR 4096u
/* So much there is below any recorded call on a stack, for what is not recorded. */
#define STACK_BELOW 1024u
/* After a change of the current stack or of what is known of it. */
void stack_set_sure(struct thread *thread);
/* Of an entry that seems to be a call of `top`'s (frame_is_callee) but stands below sure_low: top may wait on the
 * current stack at the very place of the code from which the call was made on another. */
bool stack_is_callee(struct thread *thread, const struct frame *top, const struct frame *entered);
/* The frame is on the current stack now, next to `top`. */
void stack_grew(struct thread *thread, const struct frame *top, const struct frame *entered);
/* Asks nobody, and so may be false for one that it does contain. */
static inline bool stack_surely_contains(const struct thread *thread, uintptr_t address)
{
    return address - thread->sure_low < thread->sure_size;
}
/* Is the address on the signal stack (sigaltstack) that was last seen? */
static inline bool stack_is_signal(const struct thread *thread, uintptr_t address)
{
    return address - thread->signal_low < thread->signal_size;
}
/* The last word from `here` on, at most so many bytes further, that is sure to be there to be read;
 * `here` where nothing is sure. */
uintptr_t stack_readable(struct thread *thread, uintptr_t here, uintptr_t bytes);
/* The stack that an entry not on the current one is on: a known one or a new one; NULL: none to be had. */
struct stack *stack_for_entry(struct thread *thread, uintptr_t here, uintptr_t site);
/* The stack that has a frame for this exit, or NULL; it may be the current one. */
struct stack *stack_for_exit(struct thread *thread, const struct frame *left);
void stack_switch(struct thread *thread, struct stack *stack);
void stacks_free(struct thread *thread);

/* ---- chunks.c ---- */
/* Index of a fresh zeroed chunk in the given state, or 0: none is to be had. Waits while the arena is full and its
 * recorder lives; adds the ticks waited to *waited. */
uint32_t chunk_take(enum ct_chunk_state state, uint64_t *waited);
void chunk_set_state(uint32_t chunk, enum ct_chunk_state state);
struct ct_chunk *chunk_header(uint32_t chunk);
/* What this process stores there from now on goes nowhere; it takes the chunk no more. 0: none. */
void chunk_shield(uint32_t chunk);

/* What the recorder stores at a word of the arena that is 0 until then; 0: it never will. Adds the ticks waited. */
uint32_t recorder_answer(const uint32_t *word, uint64_t *waited);

/* ---- records.c ---- */
/* `fixed` begins with a struct ct_record, which is filled in here. Returns where the record stands; NULL: it is lost,
 * as no chunk is to be had. */
const void *record_put(uint32_t type, void *fixed, size_t bytes, const char *const *strings, size_t string_count);
void record_after_fork(void);

/* ---- functions.c ---- */
bool functions_init(void);
/* Also without signals blocked. NULL: not known yet. */
struct function *function_find(uintptr_t address);
/* Never NULL; without an id if the table is full. */
struct function *function_register(struct thread *thread, uintptr_t address);
/* To be completed by the time. */
#define ENTRY_WORD(id) (CT_ENTRY | CT_TIMED | (uint64_t)(id) << CT_CLOCK_BITS)
/* Where the function's slot has none; 0: it has no id. */
uint64_t recipes_entry(const struct function *function);
static inline uint32_t function_id(const struct function *function)
{
    uint64_t word = __atomic_load_n(&function->timed_entry, __ATOMIC_RELAXED);
    return (uint32_t)((word ? word : recipes_entry(function)) >> CT_CLOCK_BITS) & CT_FUNCTION_MAX;
}
static inline uintptr_t function_address(const struct function *function)
{
    return word_load(&function->address) - left_mark_of(function);
}
static inline size_t function_index(const struct function *function)
{
    return (size_t)(function - runtime.functions);
}
/* After a dlclose. */
void functions_forget_closed(void);
/* A name's, that begins no code (values.c). With signals blocked. */
void function_register_span(uintptr_t address, const char *name);

/* ---- values.c ---- */
bool values_init(void);
bool values_is_span(uintptr_t address);
/* Tells the tape of a key, whose number is given here; 0: none is to be had. */
uint32_t key_define(const struct ct_key *key, const char *name, const char *type_name, const char *details);
/* Words of whole values (CT_SPECIAL_VALUE and the data behind it), as value_fill() makes them; it returns how many. */
uint32_t value_fill(uint64_t *to, uint64_t payload, const void *bytes, size_t count);
void value_put_words(const uint64_t *words, uint32_t count, const struct caller *caller);

/* ---- recipes.c: arguments and results ---- */
/* What a hook's caller had in the registers that functions leave as they are. */
struct registers {
    uint64_t at[CT_REGISTERS + 1]; /* enum ct_register; REGISTERS_ITSELF: where this stands, so that what a register
                                      held can be loaded as a slot of the stack */
};
#define REGISTERS_ITSELF CT_REGISTERS
/* False: the recording has no recipes, or there is no memory. */
bool recipes_init(void);
/* The recipes of a module that is loaded; NULL: it has none. */
const struct ct_recipes *recipes_of(const struct ct_module *module, const char *path);
enum asks { ASKS_NOTHING, ASKS_ENTRIES, ASKS_BOTH };
/* Before the function gets its id; with signals blocked. From then on one with ASKS_ENTRIES has it without a word in
 * its slot: to the hooks' entries it is one that is not known yet, while its exits are as all. */
enum asks recipes_register(const struct function *slot, const struct ct_recipes *set, uint32_t id, uintptr_t address,
                           uintptr_t base);
void recipes_forget(const struct function *function);
bool recipes_has(const struct function *function);
/* Records what is asked for at this hook call, as values of the innermost open call. */
void recipes_run(const struct function *function, const struct registers *registers, const struct caller *caller);

#endif
