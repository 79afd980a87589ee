/* What place.c has learned of where entries belong. It is the process's: threads may overwrite each other's. */
#ifndef CALLTAPE_RECALL_H
#define CALLTAPE_RECALL_H

#include "arch.h"

#define PLACE_KNOWN 4096u
#define PLACE_TRIES_BETWEEN 64u

/* How many words above `here` the slot lies, by the hook call: a function's frame has the same size each time its entry
 * hook is called, so the distance is learned once. SLOT_UNKNOWN: it could not be. An entry is one word, the hook's
 * return address above the distance. */
extern HIDDEN uint64_t place_slots[PLACE_KNOWN];

static inline uintptr_t place_slot_address(const struct frame *entered, uint32_t slot)
{
    return entered->here + slot * sizeof(uintptr_t);
}

static inline uint64_t *place_slot_word(const struct frame *entered)
{
    return &place_slots[(entered->hook_return >> 1) % PLACE_KNOWN];
}

static inline bool place_is_known(const struct frame *entered, uint32_t *slot)
{
    uint64_t word = __atomic_load_n(place_slot_word(entered), __ATOMIC_RELAXED);
    *slot = (uint32_t)word & SLOT_UNKNOWN;
    return word >> 16 == entered->hook_return;
}

/* 0: not known. */
static inline uint32_t place_recall(const struct frame *entered)
{
    uint32_t slot;
    return place_is_known(entered, &slot) ? slot : 0;
}

/* `slot` 0 holds nowhere. */
static inline bool place_slot_holds(const struct frame *entered, uint32_t slot)
{
    return frame_slot_holds(entered->here, place_slot_address(entered, slot), entered->site);
}

/* 0: it was not learned, or does not hold here. */
static inline uint32_t place_recall_slot(const struct frame *entered)
{
    uint32_t slot = place_recall(entered);
    return slot != SLOT_UNKNOWN && place_slot_holds(entered, slot) ? slot : 0;
}

/* What could not be learned is not tried for again but now and then: it takes long. */
static inline bool place_worth_learning(const struct thread *thread, const struct frame *entered)
{
    return place_recall(entered) != SLOT_UNKNOWN || thread->state % PLACE_TRIES_BETWEEN == 0;
}

/* Calls that others than `top` itself made below it, and where no frame further out had been left: where the same hook
 * call stands as far below the same one again, the way there is taken to be the same, and only top is looked at. An
 * entry is one word, the way's first 48 bits above the slot of the frame entered, 0 if that was not sure. */
extern HIDDEN uint64_t place_ways[PLACE_KNOWN];

static inline uint64_t turned_by(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static inline uint64_t place_way(const struct frame *top, const struct frame *entered, uintptr_t distance)
{
    return (entered->hook_return + turned_by(distance, 48)) * UINT64_C(0x9e3779b97f4a7c15) +
           (entered->site + turned_by(top->hook_return, 32)) * UINT64_C(0xd6e8feb86659fd93);
}

static inline uint64_t *place_way_word(uint64_t way)
{
    return &place_ways[way >> 52];
}
_Static_assert(PLACE_KNOWN == 1u << (64 - 52), "indexed by a way's first bits");

/* Whether the frame entered stands as far below `top` as it did before, and its slot with it. */
static inline bool place_recall_way(const struct frame *top, const struct frame *entered, uintptr_t distance,
                                    uint32_t *slot)
{
    uint64_t way = place_way(top, entered, distance), word = __atomic_load_n(place_way_word(way), __ATOMIC_RELAXED);
    *slot = (uint32_t)word & SLOT_UNKNOWN;
    return likely((way ^ word) >> 16 == 0 && place_slot_holds(entered, *slot));
}

#endif
