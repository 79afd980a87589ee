#include "tape/damages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "more than fits into memory is damaged here";
static const char more[] = "more damage follows that is not listed; `calltape check` counts it";

void damages_init(struct damages *damages)
{
    damages->count = 0;
    damages->found = 0;
    pthread_mutex_init(&damages->lock, NULL);
}

void damages_free(struct damages *damages)
{
    for (size_t i = 0; i < damages->count; i++)
        if (damages->at[i].what != no_memory && damages->at[i].what != more)
            free((char *)damages->at[i].what);
    pthread_mutex_destroy(&damages->lock);
}

static void add(struct damages *damages, uint64_t offset, const char *text)
{
    pthread_mutex_lock(&damages->lock);
    size_t count = damages->count;
    damages->found++;
    const char *what = count < DAMAGES_MAX - 1 ? strdup(text) : more;
    if (count < DAMAGES_MAX) {
        damages->at[count] = (struct tape_damage){offset, what ? what : no_memory};
        __atomic_store_n(&damages->count, count + 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&damages->lock);
}

void damages_add(struct damages *damages, uint64_t offset, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    add(damages, offset, text);
}
