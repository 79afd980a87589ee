/* What any tracer that times every event must at least pay: one read of the counter and one 16-byte store into a
 * ring of this thread's own; nothing is kept. Preloaded. */
#include <stdint.h>

#define RING_EVENTS 16384u /* 256 KB: stays in the second-level cache of most machines */

struct event {
    uint64_t ticks;
    uintptr_t function;
};

static __thread struct {
    uint32_t position;
    struct event events[RING_EVENTS] __attribute__((aligned(16)));
} ring __attribute__((tls_model("initial-exec")));

static inline uint64_t read_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
#error "no counter known for this machine"
#endif
}

static inline void store(uintptr_t function)
{
    ring.events[ring.position++ % RING_EVENTS] = (struct event){read_ticks(), function};
}

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

void __cyg_profile_func_enter(void *function, void *site)
{
    (void)site;
    store((uintptr_t)function);
}

void __cyg_profile_func_exit(void *function, void *site)
{
    (void)site;
    store((uintptr_t)function | UINT64_C(1) << 63);
}
