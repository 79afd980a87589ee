#include "analyze/reshape.h"

#include <stdlib.h>

#include "analyze/path_nodes.h"

/* Beyond it callers of callers are left out, those of the least time first. */
enum { MOST_INVERTED = PATHS_MOST_NODES / 4 };

struct reshaping {
    const struct paths *from;
    struct path_nodes all; /* the new nodes */
    uint32_t *map;         /* by old node: the new one; CT_NONE: none */
};

static int begin(struct reshaping *to, const struct paths *from)
{
    *to = (struct reshaping){.from = from, .map = malloc(from->count * sizeof *to->map)};
    if (to->map == NULL || path_nodes_add(&to->all, CT_NONE, CT_NONE, CT_NONE, 0) == CT_NONE)
        return -1;
    to->map[0] = 0;
    for (size_t i = 1; i < from->count; i++)
        to->map[i] = CT_NONE;
    return 0;
}

static int end(struct reshaping *to, int status, struct paths *paths, struct scale scale, struct error *error)
{
    if (status == 0)
        status = path_nodes_finish(&to->all, paths, scale);
    path_nodes_free(&to->all);
    free(to->map);
    return status == 0 ? 0 : error_set(error, "out of memory for %zu paths", paths->count);
}

static bool is_function(const struct path *node)
{
    return node->function != CT_NONE;
}

/* The new node of a process. */
static int copy_process(struct reshaping *to, size_t i)
{
    to->map[i] = path_nodes_add(&to->all, 0, CT_NONE, to->from->nodes[i].process, 0);
    return to->map[i] != CT_NONE ? 0 : -1;
}

static void add_calls(struct path *to, const struct path *from)
{
    to->calls += from->calls;
    to->jumped += from->jumped;
    to->open += from->open;
    to->recursive += from->recursive;
    to->folded += from->folded;
}

static void add_longest(struct reshaping *to, uint32_t target, const struct path_took *from)
{
    took_longest(&to->all.tooks[target].longest, from->longest.ticks, from->longest.cost);
}

/* ---- folding ---------------------------------------------------------------------------------------------------- */

/* The new node of that function on the path that ends in `node`, or CT_NONE. */
static uint32_t on_path(const struct path_nodes *all, uint32_t node, uint32_t function)
{
    while (node != CT_NONE && all->nodes[node].function != function)
        node = all->nodes[node].parent;
    return node;
}

/* Whether a call around it has the same new node, whose time it is in. */
static bool is_nested(const struct reshaping *to, uint32_t i)
{
    uint32_t node = to->map[i];
    for (i = to->from->nodes[i].parent; i != CT_NONE; i = to->from->nodes[i].parent)
        if (to->map[i] == node)
            return true;
    return false;
}

static int fold_node(struct reshaping *to, uint32_t i)
{
    const struct path *node = &to->from->nodes[i];
    uint32_t parent = to->map[node->parent], found = on_path(&to->all, parent, node->function);
    int64_t target = found != CT_NONE ? found : path_nodes_child(&to->all, parent, node->function, SIZE_MAX);
    if (target < 0)
        return -1;
    to->map[i] = (uint32_t)target;
    add_calls(&to->all.nodes[target], node);
    to->all.nodes[target].recursive += found != CT_NONE ? node->calls - node->recursive : 0;
    took_join(&to->all.tooks[target].self, &to->from->tooks[i].self);
    add_longest(to, (uint32_t)target, &to->from->tooks[i]);
    if (!is_nested(to, i))
        took_join(&to->all.tooks[target].total, &to->from->tooks[i].total);
    return 0;
}

int reshape_fold(struct paths *paths, struct scale scale, struct error *error)
{
    struct reshaping to;
    int status = begin(&to, paths);
    for (uint32_t i = 1; i < paths->count && status == 0; i++)
        status = is_function(&paths->nodes[i]) ? fold_node(&to, i) : copy_process(&to, i);
    return end(&to, status, paths, scale, error);
}

/* ---- focus ------------------------------------------------------------------------------------------------------ */

enum { LEADS_THERE = 1, IS_THERE = 2, OUTERMOST = 4 };

/* By node: what it has to do with the focus; NULL: no memory. */
static uint8_t *find_focus(const struct paths *paths, const uint8_t *focus)
{
    uint8_t *places = calloc(paths->count, sizeof *places);
    for (size_t i = 1; places != NULL && i < paths->count; i++) {
        const struct path *node = &paths->nodes[i];
        bool matches = is_function(node) && focus[node->function] != 0;
        if ((places[node->parent] & IS_THERE) != 0)
            places[i] = IS_THERE;
        else if (matches)
            places[i] = IS_THERE | OUTERMOST;
    }
    for (size_t i = paths->count; places != NULL && i-- > 1;)
        if (places[i] != 0 && (places[paths->nodes[i].parent] & IS_THERE) == 0)
            places[paths->nodes[i].parent] |= LEADS_THERE;
    return places;
}

/* What leads to an outermost call of the focus has its time. */
static void add_above(struct reshaping *to, uint32_t i)
{
    for (uint32_t above = to->from->nodes[i].parent; is_function(&to->from->nodes[above]);
         above = to->from->nodes[above].parent)
        took_join(&to->all.tooks[to->map[above]].total, &to->from->tooks[i].total);
}

static int copy_focused(struct reshaping *to, uint32_t i, uint8_t place)
{
    const struct path *node = &to->from->nodes[i];
    int64_t target = path_nodes_child(&to->all, to->map[node->parent], node->function, SIZE_MAX);
    if (target < 0)
        return -1;
    to->map[i] = (uint32_t)target;
    add_calls(&to->all.nodes[target], node);
    if (place != IS_THERE)
        to->all.nodes[target].depth = 0;
    if ((place & IS_THERE) != 0)
        to->all.tooks[target] = to->from->tooks[i];
    if ((place & OUTERMOST) != 0)
        add_above(to, i);
    return 0;
}

int reshape_focus(struct paths *paths, const uint8_t *focus, struct scale scale, struct error *error)
{
    struct reshaping to;
    uint8_t *places = find_focus(paths, focus);
    int status = begin(&to, paths) == 0 && places != NULL ? 0 : -1;
    for (uint32_t i = 1; i < paths->count && status == 0; i++) {
        if (places[i] == 0)
            continue;
        status = is_function(&paths->nodes[i]) ? copy_focused(&to, i, places[i]) : copy_process(&to, i);
    }
    free(places);
    return end(&to, status, paths, scale, error);
}

/* ---- bottom-up -------------------------------------------------------------------------------------------------- */

/* What of an old node is told by its callers. */
struct share {
    const struct path *node;
    const struct took *took;         /* NULL: no time, that of a call around it holds it */
    const struct path_took *longest; /* NULL: `took` is not of whole calls */
};

static void add_time(struct took *to, const struct share *share)
{
    if (share->took != NULL)
        took_join(to, share->took);
}

static void add_share(struct reshaping *to, uint32_t target, const struct share *share, bool first)
{
    struct path *node = &to->all.nodes[target];
    struct path before = *node;
    add_calls(node, share->node);
    if (!first) {
        node->recursive = before.recursive;
        node->folded = before.folded;
    }
    add_time(&to->all.tooks[target].total, share);
    if (share->longest != NULL)
        add_longest(to, target, share->longest);
}

static uint32_t process_of(const struct reshaping *to, const struct path *node)
{
    while (is_function(node))
        node = &to->from->nodes[node->parent];
    return to->map[node - to->from->nodes];
}

/* From the function to its outermost caller; as far as there is room. */
static int add_chain(struct reshaping *to, const struct share *share)
{
    uint32_t last = process_of(to, share->node);
    for (const struct path *node = share->node; is_function(node); node = &to->from->nodes[node->parent]) {
        int64_t target = path_nodes_child(&to->all, last, node->function, MOST_INVERTED);
        if (target == PATH_NO_MEMORY)
            return -1;
        if (target == PATH_NO_ROOM)
            break;
        last = (uint32_t)target;
        add_share(to, last, share, node == share->node);
    }
    add_time(&to->all.tooks[last].self, share);
    return 0;
}

static int by_self(const void *left, const void *right, void *context)
{
    const struct paths *paths = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint64_t one = paths->tooks[a].self.ticks, other = paths->tooks[b].self.ticks;
    return one != other ? (one > other ? -1 : 1) : (a > b) - (a < b);
}

/* Which nodes are told by their callers, those of most time first. */
static uint32_t list_nodes(struct paths *paths, const uint8_t *focus, uint32_t *list)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i < paths->count; i++)
        if (is_function(&paths->nodes[i]) && (focus == NULL || focus[paths->nodes[i].function] != 0))
            list[count++] = i;
    qsort_r(list, count, sizeof *list, by_self, paths);
    return count;
}

static int invert(struct reshaping *to, struct paths *paths, const uint8_t *focus, const uint8_t *places,
                  uint32_t *list)
{
    uint32_t count = list_nodes(paths, focus, list);
    int status = 0;
    for (uint32_t i = 1; i < paths->count && status == 0; i++)
        if (!is_function(&paths->nodes[i]) && (focus == NULL || places[i] != 0))
            status = copy_process(to, i);
    for (uint32_t i = 0; i < count && status == 0; i++) {
        const struct path_took *took = &paths->tooks[list[i]];
        bool outermost = focus != NULL && (places[list[i]] & OUTERMOST) != 0;
        struct share share = {&paths->nodes[list[i]],
                              outermost       ? &took->total
                              : focus == NULL ? &took->self
                                              : NULL,
                              NULL};
        if (outermost || (focus == NULL && took_same(&took->self, &took->total)))
            share.longest = took;
        status = add_chain(to, &share);
    }
    return status;
}

int reshape_invert(struct paths *paths, const uint8_t *focus, struct scale scale, struct error *error)
{
    struct reshaping to;
    uint8_t *places = focus != NULL ? find_focus(paths, focus) : NULL;
    uint32_t *list = malloc(paths->count * sizeof *list);
    int status = begin(&to, paths) == 0 && list != NULL && (focus == NULL || places != NULL) ? 0 : -1;
    if (status == 0)
        status = invert(&to, paths, focus, places, list);
    free(list);
    free(places);
    paths->inverted = true;
    paths->focused = focus != NULL;
    return end(&to, status, paths, scale, error);
}
