#include "tape/clock_now.h"

#include <time.h>

static uint64_t monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)

static const enum ct_clock hardware_clock = CT_CLOCK_TSC;

static uint64_t hardware(void)
{
    return __builtin_ia32_rdtsc();
}

#elif defined(__aarch64__)

static const enum ct_clock hardware_clock = CT_CLOCK_CNTVCT;

static uint64_t hardware(void)
{
    uint64_t ticks;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}

#else

static const enum ct_clock hardware_clock = CT_CLOCK_MONOTONIC;

static uint64_t hardware(void)
{
    return monotonic();
}

#endif

bool clock_now(enum ct_clock clock, uint64_t *ticks)
{
    if (clock != CT_CLOCK_MONOTONIC && clock != hardware_clock)
        return false;
    *ticks = clock == CT_CLOCK_MONOTONIC ? monotonic() : hardware();
    return true;
}
