#include "base/numbers.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 2 };

static uint64_t number_of(const void *item)
{
    return *(const uint64_t *)item;
}

static size_t slot_of(const struct numbers *numbers, uint64_t number)
{
    return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (numbers->slots - 1);
}

/* Where `number` is, or where it would be put. There is always a free slot. */
static size_t find_slot(const struct numbers *numbers, uint64_t number)
{
    size_t slot = slot_of(numbers, number);
    while (numbers->table[slot] != NULL && number_of(numbers->table[slot]) != number)
        slot = (slot + 1) & (numbers->slots - 1);
    return slot;
}

static int grow(struct numbers *numbers)
{
    struct numbers wider = {.slots = numbers->slots != 0 ? 2 * numbers->slots : FIRST_SLOTS, .count = numbers->count};
    wider.table = calloc(wider.slots, sizeof *wider.table);
    if (wider.table == NULL)
        return -1;
    for (size_t i = 0; i < numbers->slots; i++)
        if (numbers->table[i] != NULL)
            wider.table[find_slot(&wider, number_of(numbers->table[i]))] = numbers->table[i];
    free(numbers->table);
    *numbers = wider;
    return 0;
}

void *numbers_find(const struct numbers *numbers, uint64_t number)
{
    return numbers->slots != 0 ? numbers->table[find_slot(numbers, number)] : NULL;
}

int numbers_add(struct numbers *numbers, void *item)
{
    if (4 * (numbers->count + 1) > 3 * numbers->slots && grow(numbers) != 0)
        return -1;
    numbers->table[find_slot(numbers, number_of(item))] = item;
    numbers->count++;
    return 0;
}

void *numbers_get(struct numbers *numbers, uint64_t number, size_t bytes)
{
    void *item = numbers_find(numbers, number);
    if (item != NULL)
        return item;
    item = calloc(1, bytes);
    if (item == NULL)
        return NULL;
    *(uint64_t *)item = number;
    if (numbers_add(numbers, item) == 0)
        return item;
    free(item);
    return NULL;
}

/* Those behind the hole move up where it would cut them off from their own slot. */
static void close_hole(struct numbers *numbers, size_t hole)
{
    size_t mask = numbers->slots - 1;
    for (size_t i = (hole + 1) & mask; numbers->table[i] != NULL; i = (i + 1) & mask) {
        size_t home = slot_of(numbers, number_of(numbers->table[i]));
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        numbers->table[hole] = numbers->table[i];
        numbers->table[i] = NULL;
        hole = i;
    }
}

void *numbers_take(struct numbers *numbers, uint64_t number)
{
    size_t slot = numbers->slots != 0 ? find_slot(numbers, number) : 0;
    void *item = numbers->slots != 0 ? numbers->table[slot] : NULL;
    if (item == NULL)
        return NULL;
    numbers->table[slot] = NULL;
    numbers->count--;
    close_hole(numbers, slot);
    return item;
}

void numbers_free(struct numbers *numbers)
{
    free(numbers->table);
    *numbers = (struct numbers){0};
}
