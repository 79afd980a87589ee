#include "view/habit.h"

static bool comes_before(const struct slow_call *a, const struct slow_call *b)
{
    if (a->ns != b->ns)
        return a->ns > b->ns;
    return a->thread != b->thread ? a->thread < b->thread : a->start < b->start;
}

void habit_keep(struct habit *habit, const struct slow_call *call)
{
    uint32_t at = habit->slow_count;
    if (at == HABIT_SLOWEST && !comes_before(call, &habit->slowest[--at]))
        return;
    habit->slow_count = at + 1;
    for (; at != 0 && comes_before(call, &habit->slowest[at - 1]); at--)
        habit->slowest[at] = habit->slowest[at - 1];
    habit->slowest[at] = *call;
}

void habit_add(struct habit *habit, const struct habit *other)
{
    for (unsigned i = 0; i < HABIT_CLASSES; i++)
        habit->counts[i] += other->counts[i];
    for (uint32_t i = 0; i < other->slow_count; i++)
        habit_keep(habit, &other->slowest[i]);
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
