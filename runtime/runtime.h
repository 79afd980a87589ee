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
 *   state    (depth << 32) | index of the next word in the arena. One number, so that one compare-and-exchange
 *            commits an event: what a hook has written counts from then on, and if a signal handler recorded events
 *            in between the exchange fails and the hook starts again. A hook announces the state that it goes by in
 *            `pending`; a handler's hooks find it there and leave the word at that place to it. A word index that is a
 * multiple of CT_CHUNK_WORDS means "no room": not attached yet, chunk full, or stopped, all in one test.
 *
 * The hooks (hooks.c) do everything but the ordinary in slow.c. Slow steps that take more than one store run with all
 * signals blocked. Nothing here allocates, locks, uses stdio or touches errno; system calls are made directly, since
 * the program may have functions of its own by libc's names. */
#ifndef CALLTAPE_RUNTIME_H
#define CALLTAPE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define COLD __attribute__((noinline, cold))

struct frame {
    uintptr_t function;
    uintptr_t here;
    uintptr_t site;
    uint32_t hook_return; /* low bits of the entry hook's return address */
    int32_t slot;         /* slot - here; 0 if not known */
};
_Static_assert(sizeof(struct frame) == 32, "frames are indexed in the hook");

/* Where the slot is; `here` itself if it is not known. */
static inline uintptr_t frame_slot(const struct frame *frame)
{
    return frame->here + (uintptr_t)(intptr_t)frame->slot;
}

/* Whether a hook at `here` is one of this activation. Compilers jump to the exit hook as a function's last act: then it
 * stands where the function's return address was. */
static inline bool frame_stands_at(const struct frame *frame, uintptr_t here)
{
    return here == frame->here || here == frame_slot(frame);
}

/* One slot of the process's function table, indexed by address. */
struct function {
    uintptr_t address;
    uint64_t id; /* 0: not known, or forgotten when its library was closed */
};

struct stack {
    uint32_t number;
    uint32_t depth; /* while another one is current */
    uint32_t capacity;
    struct frame *frames; /* [0] is the floor: below the outermost call */
    uintptr_t low, high;  /* stack 0: the mapping it lies in, 0 until needed; others: of what was seen */
    struct stack *next;
};

/* How far above `here` the slot lies in a function's frame; 0 where it was not found. */
struct learned {
    uintptr_t function;
    intptr_t slot;
    uint32_t hook_return;
};

/* A full chunk that the hook at `here` may still store a word to. */
struct pinned {
    uintptr_t here;
    uint32_t chunk;
};

#define PINNED_COUNT 4u
#define LEARNED_COUNT 64u
#define STACK_CACHE_COUNT 64u
#define SCRATCH_BYTES 8192u

/* One page, at the start of a thread's block; what follows it is not wiped by fork: scratch and frames. */
struct thread {
    uint64_t state;
    uint64_t epoch;         /* what the hooks' counter must agree with: written_epoch, or nothing it ever has */
    uint64_t written_epoch; /* of the last time written: clock >> CT_EPOCH_SHIFT */
    struct frame *frames;
    uint64_t capacity;      /* depth at which frames are counted only, no longer kept */
    uint64_t pending;       /* state that the innermost hook at work has read, 0 if none: it may store a word there */
    uintptr_t pending_here; /* that hook's */
    uint32_t stepped_over;  /* index of the last word left to an interrupted hook */
    uint32_t index, process;
    uint32_t sequence; /* of the next chunk */
    uint32_t chunk;    /* current one, 0 if none */
    uint32_t tid;
    uint32_t stack_count;
    bool attached;
    uint8_t endings; /* times that the thread-specific destructor ran */
    char name[16];
    uint64_t dropped;       /* events since the last one recorded */
    uint64_t dropped_exits; /* of those, exits of recorded entries */
    uint64_t waited;
    uintptr_t first_here;              /* an address on the home stack */
    uintptr_t signal_low, signal_size; /* the signal stack, once something ran on it */
    struct stack *stack;
    struct stack home;
    struct stack *stacks; /* all but home */
    char *scratch;
    size_t block_bytes;
    struct pinned pinned[PINNED_COUNT];
    struct learned learned[LEARNED_COUNT];
    struct stack *stack_cache[STACK_CACHE_COUNT];
};
_Static_assert(sizeof(struct thread) <= 4096, "must be one page, for MADV_WIPEONFORK");

#define FUNCTION_SLOTS (1u << 20)

/* Of the process. `words` is NULL until an arena is mapped: the hooks test it before they touch anything that needs
 * the dynamic linker to have relocated this library. */
struct runtime {
    uint64_t *words;
    struct function *functions;
    uint64_t function_mask;
    uint64_t use_tsc;
    struct ct_arena *arena;
    uint32_t chunk_count; /* that are mapped here */
    bool foreign;         /* in another pid namespace than the recorder */
    bool off;             /* no recording was asked for, or it can't be joined */
};
extern struct runtime runtime __attribute__((visibility("hidden")));
extern __thread struct thread *current_thread __attribute__((visibility("hidden"), tls_model("initial-exec")));

static inline uint32_t state_depth(uint64_t state)
{
    return (uint32_t)(state >> 32);
}

static inline bool state_has_room(uint64_t state)
{
    return (state & (CT_CHUNK_WORDS - 1)) != 0;
}

static inline struct function *function_slot(uintptr_t address)
{
    return &runtime.functions[(address >> 4) & runtime.function_mask];
}

static inline uint64_t function_id(const struct function *function)
{
    return __atomic_load_n(&function->id, __ATOMIC_RELAXED);
}

/* The id of the function if it stands where it is looked for first, else 0. Other threads may be adding to the table.
 */
static inline uint64_t function_known_id(uintptr_t address)
{
    const struct function *at = function_slot(address);
    return __atomic_load_n(&at->address, __ATOMIC_RELAXED) == address ? function_id(at) : 0;
}

/* ---- slow.c: whatever the hooks leave. `here` and `hook_return` are the hook's. ---- */
COLD void slow_entry(uintptr_t function, uintptr_t site, uintptr_t here, uintptr_t hook_return);
COLD void slow_exit(uintptr_t function, uintptr_t site, uintptr_t here, uintptr_t hook_return);

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
    int32_t slot;   /* entry: of the new frame */
    uintptr_t here; /* entry: where it is to be taken to stand, if not 0 */
};
struct place place_entry(struct thread *thread, uint32_t depth, const struct frame *entered);
struct place place_exit(struct thread *thread, uint32_t depth, const struct frame *left);

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
/* A pair of clock readings, if the last one is old. */
void process_clock_pair(void);
/* Path of the executable, and its length; 0 if it can't be told. */
size_t process_executable(char *buffer, size_t size);

/* ---- arena.c: for CALLTAPE_OUT, without a recorder ---- */
/* Makes the arena unless another process of this run has. False: it can't be had. */
bool arena_create(const char *path);

/* ---- thread.c ---- */
/* Gives the current thread its block and first chunk. False: no memory. No room in state: no chunk. */
bool thread_attach(uintptr_t here);
bool thread_next_chunk(struct thread *thread);
void thread_set_epoch(struct thread *thread, uint64_t epoch);
void thread_put(struct thread *thread, uint64_t word); /* room must be there */
void thread_create_key(void);
void thread_refresh_name(struct thread *thread);
/* For fork: keep a copy of the block, drop it, wipe the block. */
void thread_fork_save(struct thread *thread);
void thread_fork_forget(struct thread *thread);
void thread_fork_wipe(struct thread *thread);

/* ---- stacks.c ---- */
void stack_init(struct stack *stack, struct frame *frames, uint32_t capacity, uint32_t number);
/* Also without signals blocked. Is the address part of this stack, whose top frame is `top`? */
bool stack_contains(struct thread *thread, const struct stack *stack, const struct frame *top, uintptr_t address);
/* Is the address on the signal stack (sigaltstack) that was last seen? */
bool stack_is_signal(const struct thread *thread, uintptr_t address);
/* The stack that an entry not on the current one is on: a known one or a new one; NULL: none to be had. */
struct stack *stack_for_entry(struct thread *thread, uintptr_t here, uintptr_t site);
/* The stack that has a frame for this exit, or NULL. */
struct stack *stack_for_exit(struct thread *thread, uintptr_t function, uintptr_t here);
void stack_switch(struct thread *thread, struct stack *stack);
void stacks_free(struct thread *thread);

/* ---- chunks.c ---- */
/* Index of a fresh zeroed chunk in the given state, or 0: none is to be had. Waits while the arena is full and its
 * recorder lives; adds the ticks waited to *waited. */
uint32_t chunk_take(enum ct_chunk_state state, uint64_t *waited);
void chunk_set_state(uint32_t chunk, enum ct_chunk_state state);
struct ct_chunk *chunk_header(uint32_t chunk);

/* ---- records.c ---- */
/* `fixed` begins with a struct ct_record, which is filled in here. Lost if no chunk is to be had. */
void record_put(uint32_t type, void *fixed, size_t bytes, const char *const *strings, size_t string_count);
void record_after_fork(void);

/* ---- functions.c ---- */
bool functions_init(void);
/* Also without signals blocked. NULL: not known yet. */
const struct function *function_find(uintptr_t address);
/* Never NULL; id 0 if the table is full. */
const struct function *function_register(struct thread *thread, uintptr_t address);
/* After a dlclose. */
void functions_forget_closed(void);

#endif
