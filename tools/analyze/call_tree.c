#include "analyze/call_tree.h"

#include <stdlib.h>

struct making {
    struct call_tree *tree;
    uint32_t room, most;
    uint32_t *open; /* nodes of calls that are open, of all stacks of the thread */
    uint32_t open_count, open_room;
    struct error *error;
    bool failed;
};

static int no_memory(struct making *making)
{
    making->failed = true;
    error_set(making->error, "out of memory for %u calls", making->most);
    return 1;
}

/* Where in `open` the innermost call of the stack is; open_count: none is open there. */
static uint32_t innermost(const struct making *making, uint64_t stack)
{
    for (uint32_t i = making->open_count; i-- > 0;)
        if (making->tree->nodes[making->open[i]].call.stack == stack)
            return i;
    return making->open_count;
}

static void append(struct call_tree *tree, uint32_t parent, uint32_t index)
{
    uint32_t *first = parent != CT_NONE ? &tree->nodes[parent].first : &tree->first;
    uint32_t *last = parent != CT_NONE ? &tree->nodes[parent].last : &tree->last;
    if (*last != CT_NONE)
        tree->nodes[*last].next = index;
    else
        *first = index;
    *last = index;
}

static int keep_values(struct making *making, struct timeline_item *to, const struct timeline_item *item)
{
    struct kept_value *values = (struct kept_value *)to->values;
    int status = 0;
    for (const struct kept_value *kept = item->values; kept != NULL && status == 0; kept = kept->next) {
        const struct tape_event event = kept_event(kept);
        status = kept_add(&values, &event);
    }
    to->values = values;
    return status == 0 ? 0 : no_memory(making);
}

static int add_node(struct making *making, const struct timeline_item *item)
{
    struct call_tree *tree = making->tree;
    if (tree->count == making->room) {
        uint32_t room = 2 * making->room + 64;
        struct call_node *wider = realloc(tree->nodes, room * sizeof *wider);
        if (wider == NULL)
            return no_memory(making);
        tree->nodes = wider;
        making->room = room;
    }
    uint32_t outer = innermost(making, item->stack);
    uint32_t parent = outer != making->open_count ? making->open[outer] : CT_NONE;
    uint32_t level = parent != CT_NONE ? tree->nodes[parent].level + 1 : 0;
    tree->nodes[tree->count] = (struct call_node){
        .call = *item, .parent = parent, .first = CT_NONE, .last = CT_NONE, .next = CT_NONE, .level = level};
    tree->nodes[tree->count].call.values = NULL;
    append(tree, parent, tree->count);
    tree->levels = level + 1 > tree->levels ? level + 1 : tree->levels;
    return keep_values(making, &tree->nodes[tree->count++].call, item);
}

static int open_node(struct making *making)
{
    if (making->open_count == making->open_room) {
        uint32_t room = 2 * making->open_room + 64;
        uint32_t *wider = realloc(making->open, room * sizeof *wider);
        if (wider == NULL)
            return no_memory(making);
        making->open = wider;
        making->open_room = room;
    }
    making->open[making->open_count++] = making->tree->count - 1;
    return 0;
}

/* Of a call whose beginning is not in the tree nothing is. */
static int end_node(struct making *making, const struct timeline_item *item)
{
    uint32_t at = innermost(making, item->stack);
    if (at == making->open_count || making->tree->nodes[making->open[at]].call.depth != item->depth)
        return 0;
    struct timeline_item *call = &making->tree->nodes[making->open[at]].call;
    for (making->open_count--; at < making->open_count; at++)
        making->open[at] = making->open[at + 1];
    const struct kept_value *values = call->values;
    *call = *item;
    call->kind = TIMELINE_LEAF;
    call->values = values;
    return keep_values(making, call, item);
}

static int take(void *context, const struct timeline_item *item)
{
    struct making *making = context;
    int status = 0;
    if (item->kind == TIMELINE_END)
        status = end_node(making, item);
    else if (item->kind != TIMELINE_NOTE && making->tree->count == making->most)
        making->tree->whole = false;
    else if (item->kind != TIMELINE_NOTE)
        status = add_node(making, item);
    if (status == 0 && item->kind == TIMELINE_BEGIN && making->tree->whole)
        status = open_node(making);
    return status != 0 || (!making->tree->whole && making->open_count == 0);
}

static int make_thread(struct making *making, struct tape *tape, const struct timeline_choice *choice, uint32_t thread)
{
    struct filter_choice filter = {.depth = UINT32_MAX, .to_ticks = UINT64_MAX};
    struct sums sums;
    if (choice->filter != NULL)
        filter = *choice->filter;
    filter.threads = &thread;
    filter.thread_count = 1;
    const struct timeline_choice one = {&filter, choice->fold, choice->raw};
    int status = timeline_play(tape, &one, take, making, &sums, making->error);
    sums_move(&making->tree->sums, &sums);
    making->open_count = 0;
    return making->failed ? -1 : status;
}

static int make_threads(struct making *making, struct tape *tape, const struct timeline_choice *choice)
{
    uint32_t count = filter_threads(choice->filter, tape);
    int status = 0;
    for (uint32_t i = 0; i < count && status == 0 && making->tree->whole; i++)
        status = make_thread(making, tape, choice, filter_thread(choice->filter, i));
    sums_finish(&making->tree->sums, tape, choice->filter);
    return status;
}

int call_tree_make(struct call_tree *tree, struct tape *tape, const struct timeline_choice *choice, uint32_t most,
                   struct error *error)
{
    struct making making = {.tree = tree, .most = most, .error = error};
    *tree = (struct call_tree){.first = CT_NONE, .last = CT_NONE, .whole = true, .sums = {.raw = choice->raw}};
    int status = make_threads(&making, tape, choice);
    free(making.open);
    return status;
}

void call_tree_free(struct call_tree *tree)
{
    for (uint32_t i = 0; i < tree->count; i++)
        kept_free((struct kept_value *)tree->nodes[i].call.values);
    free(tree->nodes);
    *tree = (struct call_tree){0};
}

uint32_t call_tree_next(const struct call_tree *tree, uint32_t node)
{
    if (tree->nodes[node].first != CT_NONE)
        return tree->nodes[node].first;
    while (node != CT_NONE && tree->nodes[node].next == CT_NONE)
        node = tree->nodes[node].parent;
    return node != CT_NONE ? tree->nodes[node].next : CT_NONE;
}
