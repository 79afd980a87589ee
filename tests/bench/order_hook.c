/* What a tracer that keeps the order of events, and times none, must at least pay: one 8-byte store of the function's
 * number, looked up in a table, into a ring of this thread's own; nothing is kept. With -DFRAMES it also knows which
 * calls are open and where each stands on the stack, without which jumps and exceptions can't be told. Preloaded. */
#include <stdint.h>

#define RING_EVENTS 32768u /* 256 KB, as the limit hook's */
#define FUNCTIONS 65536u
#define FRAMES_MOST 65536u

struct frame {
    uint64_t word;
    uintptr_t here, site, back;
};

static __thread struct {
    uint32_t position, depth;
    uint64_t events[RING_EVENTS];
#ifdef FRAMES
    struct frame frames[FRAMES_MOST];
#endif
} ring __attribute__((tls_model("initial-exec")));

static struct {
    uintptr_t address;
    uint64_t word;
} functions[FUNCTIONS];

static uint64_t word_of(uintptr_t function)
{
    uint32_t slot = (uint32_t)(function >> 4) % FUNCTIONS;
    if (__builtin_expect(functions[slot].address != function, 0)) {
        functions[slot].address = function;
        functions[slot].word = slot;
    }
    return functions[slot].word;
}

static void store(uint64_t word)
{
    ring.events[ring.position++ % RING_EVENTS] = word;
}

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

#ifdef FRAMES
void __cyg_profile_func_enter(void *function, void *site)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uint64_t word = word_of((uintptr_t)function);
    ring.depth = (ring.depth + 1) % FRAMES_MOST;
    ring.frames[ring.depth] = (struct frame){word, here, (uintptr_t)site, (uintptr_t)__builtin_return_address(0)};
    store(word);
}

void __cyg_profile_func_exit(void *function, void *site)
{
    const struct frame *top = &ring.frames[ring.depth];
    (void)function, (void)site;
    if (__builtin_expect(top->here == (uintptr_t)__builtin_frame_address(0), 1))
        ring.depth = (ring.depth - 1) % FRAMES_MOST;
    store(top->word | UINT64_C(1) << 63);
}
#else
void __cyg_profile_func_enter(void *function, void *site)
{
    (void)site;
    store(word_of((uintptr_t)function));
}

void __cyg_profile_func_exit(void *function, void *site)
{
    (void)site;
    store(word_of((uintptr_t)function) | UINT64_C(1) << 63);
}
#endif
