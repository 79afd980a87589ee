/* Whether the system has run something else since a moment: then what passed may be long, and next to nothing of it the
 * program's work. To ask costs too much; but the system tells by itself. Of each thread's struct rseq (glibc registers
 * it from 2.35 on) it sets the field rseq_cs, which names a critical section, to 0 once the thread was off its
 * processor or got a signal, if it was not within that section then (linux/rseq.h). The section named here is nobody's
 * code, so nobody is ever within it. Where a program names sections of its own, that may hide a switch from us; no
 * more. */
#include "arch.h"
#include "sys.h"

/* struct rseq_cs of linux/rseq.h, which not all systems have; and behind it what stands for the section: the system
 * wants to find the signature before the place where an aborted one would go on. Not in this library, which may be
 * closed. */
struct section {
    uint32_t version, flags;
    uint64_t start, length, abort;
    uint32_t code, signature, abort_code;
};

#define RSEQ_FIELD 8 /* rseq_cs, in struct rseq */

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned __rseq_size __attribute__((weak));

static struct section *section;

void switches_init(void)
{
    if (!&__rseq_size || !&__rseq_offset || section)
        return;
    section = memory_map(sizeof *section);
    if (section)
        *section = (struct section){.start = (uintptr_t)&section->code,
                                    .length = sizeof section->code,
                                    .abort = (uintptr_t)&section->abort_code,
                                    .signature = RSEQ_SIGNATURE};
}

uint64_t *switches_told(void)
{
    static uint64_t never = 1;
    if (!section || !__rseq_size)
        return &never;
    return (uint64_t *)(thread_pointer() + (uintptr_t)__rseq_offset + RSEQ_FIELD);
}

bool switches_since(struct thread *thread)
{
    if (word_load(thread->unswitched))
        return false;
    __atomic_store_n(thread->unswitched, (uintptr_t)section, __ATOMIC_RELAXED);
    return true;
}
