/* Calls before this library can work: IFUNC resolvers run while the dynamic linker still relocates, so that neither
 * thread-local variables nor other libraries' functions are there. One thread exists then; what it calls is kept in a
 * static array and recorded as soon as the first hook finds the process ready. */
#include "arch.h"

extern char **environ __attribute__((weak));

#define EARLY_MAX 4096u

static struct early {
    uintptr_t function, site, here;
    uint64_t ticks;
    bool entry;
} log_entries[EARLY_MAX];
static uint32_t used, lost;

/* Nonzero as soon as this library is relocated: the file holds zero there. */
static void *volatile relocated = &log_entries;

bool early_is(void)
{
    return relocated == NULL || &environ == NULL || environ == NULL;
}

void early_record(bool entry, uintptr_t function, uintptr_t site, uintptr_t here)
{
    uint32_t at = used < EARLY_MAX ? used++ : EARLY_MAX;
    if (at == EARLY_MAX) {
        lost++;
        return;
    }
    log_entries[at] = (struct early){function, site, here, clock_counter(), entry};
}

static void replay_one(struct thread *thread, const struct early *event)
{
    const struct frame *top = thread->frames + state_depth(thread->state);
    if (!event->entry) {
        if (function_address(top->function) != event->function || top->here != event->here)
            return;
        thread_put(thread, CT_EXIT | CT_TIMED | (event->ticks & CT_CLOCK_MASK));
        thread->state -= STATE_DEPTH;
        return;
    }
    struct function *known = function_find(event->function);
    if (!known)
        known = function_register(thread, event->function);
    if (left_answer(known) & CT_ANSWER_LEFT_OUT) {
        left_count(thread, known);
        return;
    }
    thread->frames[state_depth(thread->state) + 1] =
        (struct frame){known, event->here, event->site, (uint64_t)SLOT_UNKNOWN << SLOT_SHIFT};
    thread_put(thread, ENTRY_WORD(function_id(known)) | (event->ticks & CT_CLOCK_MASK));
    thread->state += STATE_DEPTH;
}

/* The chunk's base is the first event's time, so that the times fit; where the clock is not the counter, they are
 * all the time of now. */
void early_replay(struct thread *thread)
{
    uint32_t count = __atomic_load_n(&used, __ATOMIC_RELAXED) ? __atomic_exchange_n(&used, 0, __ATOMIC_RELAXED) : 0;
    if (!count)
        return;
    if (runtime.use_tsc)
        chunk_header(thread->chunk)->base_ticks = log_entries[0].ticks;
    uint64_t epoch = log_entries[0].ticks >> CT_EPOCH_SHIFT;
    for (uint32_t i = 0; i < count; i++) {
        struct early *event = &log_entries[i];
        if (!runtime.use_tsc)
            event->ticks = thread->written_epoch << CT_EPOCH_SHIFT;
        else if (event->ticks >> CT_EPOCH_SHIFT != epoch) {
            epoch = event->ticks >> CT_EPOCH_SHIFT;
            thread_put(thread, CT_SPECIAL(CT_SPECIAL_EPOCH, epoch));
        }
        replay_one(thread, event);
    }
    if (runtime.use_tsc)
        thread_set_window(thread, epoch);
    if (lost)
        thread_put(thread, CT_SPECIAL(CT_SPECIAL_LOST, lost));
    lost = 0;
}
