/* What the system took from a thread: while it ran something else, though the thread had not asked to wait, no function
 * of the thread was at work. The thread's processor time tells how long that was; it is looked at once a window of the
 * clock has passed. What was taken lies in the gap before the event at hand, as every gap so long is looked at when it
 * ends; it is exact but for what was taken, in shorter times, since the look before. Where the thread waited by itself
 * meanwhile, as getrusage(2) tells, the two can't be told apart, and nothing is said. */
#include "arch.h"
#include "sys.h"

#include <sys/resource.h>
#include <time.h>

#define OF_THREAD 1 /* RUSAGE_THREAD */

/* False: the system does not tell, or is not to be asked. */
static bool read_usage(struct usage *usage)
{
    struct rusage told;
    usage->ticks = clock_now();
    if (runtime.arena->keep_preempted)
        return false;
    usage->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    usage->processor_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID); /* getrusage's is as of the last timer interrupt */
    if (sys_call(SYS_getrusage, OF_THREAD, (long)&told, 0, 0, 0, 0) != 0)
        return false;
    usage->waits = (uint64_t)told.ru_nvcsw;
    return true;
}

/* `part` of `whole` nanoseconds, in which `ticks` passed. */
static uint64_t share(uint64_t ticks, uint64_t part, uint64_t whole)
{
    unsigned shift = 0;
    for (; (ticks | part | whole) >> 32; shift++) {
        ticks >>= 1;
        part >>= 1;
        whole >>= 1;
    }
    return whole ? ticks * part / whole << shift : 0;
}

static uint64_t taken_between(const struct usage *from, const struct usage *to)
{
    uint64_t elapsed = to->monotonic_ns - from->monotonic_ns, worked = to->processor_ns - from->processor_ns;
    if (!from->ticks || to->waits != from->waits || worked >= elapsed)
        return 0;
    return share(to->ticks - from->ticks, elapsed - worked, elapsed);
}

uint64_t preempted_since(const struct thread *thread)
{
    uint64_t start = (uint64_t)thread->chunk * CT_CHUNK_WORDS, end = start + CT_CHUNK_WORDS;
    uint64_t used = (uint32_t)thread->state; /* a signal handler may have counted a word beyond the end */
    for (uint64_t i = used < end ? used : end; i > start + CT_CHUNK_HEADER_WORDS; i--) {
        uint64_t word = runtime.words[i - 1];
        if (word >> CT_TAG_SHIFT != CT_TAG_SPECIAL && word & CT_TIMED)
            return word;
    }
    return chunk_header(thread->chunk)->base_ticks;
}

uint64_t preempted_ticks(struct thread *thread, uint64_t since)
{
    struct usage before = thread->usage;
    if (!read_usage(&thread->usage))
        return 0;
    uint64_t taken = taken_between(&before, &thread->usage), gap = (thread->usage.ticks - since) & CT_CLOCK_MASK;
    /* What was taken while it waited for the recorder is told as that. */
    taken = taken > thread->waited ? taken - thread->waited : 0;
    if (!since || gap >> (CT_CLOCK_BITS - 1) || gap < taken / 8 * 7)
        return 0; /* the clock has gone back, or most lies before */
    return taken < PREEMPTED_LEAST ? 0 : taken < gap ? taken : gap;
}
