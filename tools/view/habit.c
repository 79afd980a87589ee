#include "view/habit.h"

static unsigned class_of(uint64_t ns)
{
    if (ns == 0)
        return 0;
    unsigned octave = 63 - (unsigned)__builtin_clzll(ns);
    unsigned upper = octave != 0 && (ns >> (octave - 1) & 1) != 0;
    unsigned class = 2 * octave + 1 + upper;
    return class < HABIT_CLASSES ? class : HABIT_CLASSES - 1;
}

static void keep_slow(struct habit *habit, const struct slow_call *call)
{
    uint32_t at = habit->slow_count < HABIT_SLOWEST ? habit->slow_count++ : HABIT_SLOWEST - 1;
    for (; at != 0 && habit->slowest[at - 1].ns < call->ns; at--)
        habit->slowest[at] = habit->slowest[at - 1];
    habit->slowest[at] = *call;
}

void habit_call(struct habit *habit, const struct slow_call *call)
{
    habit->counts[class_of(call->ns)]++;
    if (habit->slow_count < HABIT_SLOWEST || call->ns > habit->slowest[HABIT_SLOWEST - 1].ns)
        keep_slow(habit, call);
}

void habit_write(const struct habit *habit, struct bytes *to)
{
    unsigned classes = HABIT_CLASSES;
    while (classes != 0 && habit->counts[classes - 1] == 0)
        classes--;
    bytes_number(to, classes);
    for (unsigned i = 0; i < classes; i++)
        bytes_number(to, habit->counts[i]);
    bytes_number(to, habit->slow_count);
    for (uint32_t i = 0; i < habit->slow_count; i++) {
        bytes_number(to, habit->slowest[i].thread);
        bytes_number(to, habit->slowest[i].depth);
        bytes_number(to, habit->slowest[i].start);
        bytes_number(to, habit->slowest[i].ns);
    }
}
