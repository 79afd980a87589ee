#include "analyze/measures.h"

#include <stdlib.h>

#include "analyze/paths.h"
#include "analyze/profile.h"

static uint32_t *find_slot(const struct measures *measures, uint32_t parent, uint32_t item)
{
    uint64_t mixed = ((uint64_t)parent << 32 | item) * UINT64_C(0x9e3779b97f4a7c15);
    size_t slot = (size_t)(mixed >> 32) & (measures->slots - 1);
    for (; measures->table[slot] != 0; slot = (slot + 1) & (measures->slots - 1)) {
        const struct measured_path *path = &measures->paths[measures->table[slot]];
        if (path->parent == parent && path->item == item)
            break;
    }
    return &measures->table[slot];
}

uint32_t measures_child(const struct measures *measures, uint32_t parent, uint32_t item)
{
    uint32_t path = *find_slot(measures, parent, item);
    return path != 0 ? path : CT_NONE;
}

static int grow_table(struct measures *measures)
{
    size_t slots = measures->slots != 0 ? 2 * measures->slots : 1024;
    uint32_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return -1;
    free(measures->table);
    measures->table = table;
    measures->slots = slots;
    for (uint32_t i = 1; i < measures->count; i++)
        *find_slot(measures, measures->paths[i].parent, measures->paths[i].item) = i;
    return 0;
}

static int grow_paths(struct measures *measures)
{
    uint32_t room = measures->room != 0 ? 2 * measures->room : 256;
    struct measured_path *paths = realloc(measures->paths, room * sizeof *paths);
    if (paths != NULL)
        measures->paths = paths;
    size_t cells = room * measures->recordings;
    struct measure *values = paths != NULL ? realloc(measures->by_path, cells * sizeof *values) : NULL;
    if (values == NULL)
        return -1;
    measures->by_path = values;
    measures->room = room;
    return 0;
}

static int add_path(struct measures *measures, struct measured_path path)
{
    if (measures->count == measures->room && grow_paths(measures) != 0)
        return -1;
    for (size_t r = 0; r < measures->recordings; r++)
        measures->by_path[measures->count * measures->recordings + r] = (struct measure){0};
    measures->paths[measures->count++] = path;
    return 0;
}

/* The path of `item` below `parent`, made where it is not there; CT_NONE: no memory. */
static uint32_t child_of(struct measures *measures, uint32_t parent, uint32_t item)
{
    if (2 * (size_t)measures->count >= measures->slots && grow_table(measures) != 0)
        return CT_NONE;
    uint32_t *slot = find_slot(measures, parent, item);
    if (*slot != 0)
        return *slot;
    if (measures->count >= MEASURES_MOST_PATHS)
        return parent;
    uint32_t depth = parent != 0 ? measures->paths[parent].depth + 1 : 0;
    if (add_path(measures, (struct measured_path){parent, item, depth}) != 0)
        return CT_NONE;
    return *slot = measures->count - 1;
}

static void add_shown(struct measure *to, const struct duration *self)
{
    to->shown += (double)self->ns;
    to->bound += (double)self->bound_ns;
}

/* A sum that is corrected must be able to fall below 0, which what is shown never does. */
static void add_measure(struct measure *to, const struct path *path, double self, bool raw)
{
    double net = self - (double)path->self.cost_ns;
    to->calls += (double)(path->calls + path->folded);
    to->self += raw ? self : net;
    to->net += net;
    to->squares += path->self_squares;
}

/* A process's node stands for the root: what processes have in common is compared. */
static int add_paths(struct measures *measures, const struct paths *paths, const uint32_t *items, struct scale scale,
                     size_t recording)
{
    uint32_t *to = malloc((paths->count + 1) * sizeof *to);
    int status = to != NULL ? 0 : -1;
    for (size_t i = 0; i < paths->count && status == 0; i++) {
        const struct path *path = &paths->nodes[i];
        bool is_call = path->function != CT_NONE && items[path->function] != CT_NONE;
        to[i] = path->parent != CT_NONE ? to[path->parent] : 0;
        if (is_call && (to[i] = child_of(measures, to[i], items[path->function])) == CT_NONE)
            status = -1;
        if (!is_call || status != 0)
            continue;
        struct measure *of = &measures->by_path[to[i] * measures->recordings + recording];
        double self = (double)scale_ns(scale, paths->tooks[i].self.ticks);
        add_shown(of, &path->self);
        add_measure(of, path, self, paths->sums.raw);
        of = &measures->by_item[items[path->function] * measures->recordings + recording];
        add_measure(of, path, self, paths->sums.raw);
    }
    free(to);
    return status;
}

/* What is shown of functions. */
static int add_profile(struct measures *measures, const struct recording *recording, const uint32_t *items,
                       size_t index, bool raw, const struct calls_watch *watch, struct error *error)
{
    struct profile profile;
    int status = profile_make(&profile, recording->tape, recording->choice, raw ? PROFILE_RAW : 0, watch, error);
    for (size_t i = 0; i < profile.count && status == 0; i++) {
        uint32_t item = items[profile.rows[i].function];
        if (item != CT_NONE)
            add_shown(&measures->by_item[item * measures->recordings + index], &profile.rows[i].self);
    }
    profile_free(&profile);
    return status;
}

static int read_recording(struct measures *measures, const struct recording *recording, const uint32_t *items,
                          size_t index, bool raw, const struct calls_watch *watch, struct error *error)
{
    struct paths paths;
    int status = paths_make(&paths, recording->tape, recording->choice, true, raw, watch, error);
    if (status == 0 && add_paths(measures, &paths, items, scale_of(recording->tape), index) != 0)
        status = error_set(error, "out of memory for %u paths", measures->count);
    measures->sums[index] = paths.sums;
    paths_free(&paths);
    return status == 0 ? add_profile(measures, recording, items, index, raw, watch, error) : status;
}

int measures_make(struct measures *measures, const struct recording *recordings, const struct matching *matching,
                  bool raw, const struct calls_watch *watch, struct error *error)
{
    size_t count = matching->recordings;
    *measures = (struct measures){
        .recordings = count,
        .by_item = calloc(matching->count * count + 1, sizeof *measures->by_item),
        .sums = calloc(count, sizeof *measures->sums),
    };
    bool fits = measures->by_item != NULL && measures->sums != NULL && grow_table(measures) == 0 &&
                add_path(measures, (struct measured_path){CT_NONE, CT_NONE, 0}) == 0;
    int status = fits ? 0 : error_set(error, "out of memory for the paths of %zu recordings", count);
    for (size_t r = 0; r < count && status == 0; r++)
        status = read_recording(measures, &recordings[r], matching->of[r], r, raw, watch, error);
    return status;
}

void measures_free(struct measures *measures)
{
    free(measures->paths);
    free(measures->by_path);
    free(measures->by_item);
    free(measures->table);
    free(measures->sums);
    *measures = (struct measures){0};
}
