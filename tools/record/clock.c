#include "record/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

uint64_t clock_read_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
/* The processor promises an even rate (CPUID 80000007h, EDX bit 8); the kernel, which tests it, did not drop it. */
static bool counter_is_even(void)
{
    unsigned a, b, c, d;
    char sources[256] = "";
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8))
        return false;
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/available_clocksource", "re");
    if (!file)
        return true;
    bool read = fgets(sources, sizeof sources, file) != NULL;
    fclose(file);
    return !read || strstr(sources, "tsc") || strstr(sources, "kvm-clock") || strstr(sources, "hyperv");
}
#endif

int64_t clock_namespace_offset(void)
{
    FILE *file = fopen("/proc/self/timens_offsets", "re");
    long long seconds = 0, nanoseconds = 0;
    if (file && fscanf(file, "monotonic %lld %lld", &seconds, &nanoseconds) != 2)
        seconds = nanoseconds = 0;
    if (file)
        fclose(file);
    return seconds * 1000000000 + nanoseconds;
}

enum ct_clock clock_choose(void)
{
#if defined(__x86_64__)
    return counter_is_even() ? CT_CLOCK_TSC : CT_CLOCK_MONOTONIC;
#else
    return CT_CLOCK_CNTVCT;
#endif
}

uint64_t clock_ticks(enum ct_clock clock)
{
    if (clock == CT_CLOCK_MONOTONIC)
        return clock_read_ns(CLOCK_MONOTONIC);
#if defined(__x86_64__)
    return __rdtsc();
#else
    uint64_t value;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
#endif
}

struct ct_clock_pair clock_pair(enum ct_clock clock)
{
    struct ct_clock_pair best = {.ticks = 0};
    uint64_t tightest = UINT64_MAX;
    for (int i = 0; i < 8; i++) {
        uint64_t before = clock_ticks(clock);
        uint64_t monotonic = clock_read_ns(CLOCK_MONOTONIC);
        uint64_t after = clock_ticks(clock);
        if (after - before >= tightest)
            continue;
        tightest = after - before;
        best.ticks = before + tightest / 2;
        best.monotonic_ns = monotonic;
    }
    best.real_ns = best.monotonic_ns + (clock_read_ns(CLOCK_REALTIME) - clock_read_ns(CLOCK_MONOTONIC));
    return best;
}
