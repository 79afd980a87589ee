/* Begins and ends: an end is that of the innermost open begin of its name, as viewers have it, whatever is open within.
 */
#include <stdlib.h>
#include <string.h>

#include "import/chrome_state.h"
#include "import/growing.h"

/* The begins that have no end yet, of the thread at work. */
struct pairing {
    struct chrome *chrome;
    struct sorter *pairs;
    struct sorted *open;
    size_t depth, room;
};

static int push(struct pairing *pairing, const struct sorted *begin)
{
    if (!growing_room(&pairing->open, pairing->depth, &pairing->room, sizeof *pairing->open))
        return error_set(pairing->chrome->error, "out of memory for open calls");
    pairing->open[pairing->depth++] = *begin;
    return 0;
}

/* One without a name is of any. */
static bool is_of(const struct chrome *chrome, uint32_t begin, uint32_t end)
{
    return end == UINT32_MAX || begin == end ||
           strcmp(chrome->function_list[begin]->name, chrome->function_list[end]->name) == 0;
}

static int add_pair(struct pairing *pairing, struct sorted *pair, uint64_t length, uint64_t end_number)
{
    pair->kind = SORTED_PAIR;
    pair->length = length;
    pair->end_number = end_number;
    return sorter_add(pairing->pairs, pair, pairing->chrome->error);
}

static int end_pair(struct pairing *pairing, const struct sorted *end)
{
    struct chrome *chrome = pairing->chrome;
    size_t at = pairing->depth;
    while (at != 0 && !is_of(chrome, pairing->open[at - 1].function, end->function))
        at--;
    if (at == 0) {
        struct sorted stray = *end;
        stray.kind = SORTED_STRAY;
        chrome->notes->unpaired++;
        return end->function != UINT32_MAX ? sorter_add(pairing->pairs, &stray, chrome->error) : 0;
    }
    struct sorted *begin = &pairing->open[at - 1];
    uint64_t told;
    bool whole;
    if (told_join(chrome->told, begin->told, end->told, &told, &whole, chrome->error) != 0)
        return -1;
    begin->told = told;
    chrome->notes->untold += !whole;
    int status = add_pair(pairing, begin, end->ns - begin->ns, end->number);
    memmove(begin, begin + 1, (pairing->depth-- - at) * sizeof *begin);
    return status;
}

/* What is still open has no end. */
static int end_thread(struct pairing *pairing)
{
    int status = 0;
    for (size_t i = 0; i < pairing->depth && status == 0; i++)
        status = add_pair(pairing, &pairing->open[i], UINT64_MAX, UINT64_MAX);
    pairing->depth = 0;
    return status;
}

static int take(struct pairing *pairing, const struct sorted *event)
{
    switch ((enum sorted_kind)event->kind) {
    case SORTED_BEGIN:
        return push(pairing, event);
    case SORTED_END:
        return end_pair(pairing, event);
    default:
        return sorter_add(pairing->pairs, event, pairing->chrome->error);
    }
}

static int pair_all(struct pairing *pairing)
{
    struct chrome *chrome = pairing->chrome;
    struct sorted event;
    uint32_t thread = UINT32_MAX;
    int more;
    while ((more = sorter_next(chrome->sorter, &event, chrome->error)) > 0) {
        if (event.thread != thread && end_thread(pairing) != 0)
            return -1;
        thread = event.thread;
        if (take(pairing, &event) != 0)
            return -1;
    }
    return more == 0 && end_thread(pairing) == 0 ? sorter_sort(pairing->pairs, chrome->error) : -1;
}

int chrome_pair(struct chrome *chrome)
{
    struct pairing pairing = {.chrome = chrome, .pairs = sorter_create(chrome->error)};
    int status = pairing.pairs != NULL ? pair_all(&pairing) : -1;
    free(pairing.open);
    if (pairing.pairs != NULL) {
        sorter_destroy(chrome->sorter);
        chrome->sorter = pairing.pairs;
    }
    return status;
}
