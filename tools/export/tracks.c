#include "export/tracks.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- numbers that are used once ---------------------------------------------------------------------------------- */

struct used {
    uint64_t number; /* first: struct numbers finds it here */
};

static bool is_used(const struct numbers *used, uint64_t number)
{
    return numbers_find(used, number) != NULL;
}

/* An exec goes on under its number, and numbers of what ended come again: such are given others. */
static int number_all(struct tracks *tracks, struct used *items)
{
    struct numbers pids = {0}, tids = {0};
    const struct overview *overview = tracks->overview;
    int status = 0;
    for (uint32_t i = 0; i < overview->process_count && status == 0; i++, items++) {
        uint32_t pid = overview->processes[i].it->pid;
        tracks->pids[i] = is_used(&pids, pid) ? tracks->next_tid++ : pid;
        items->number = tracks->pids[i];
        status = numbers_add(&pids, items);
    }
    for (uint32_t i = 0; i < overview->thread_count && status == 0; i++, items++) {
        uint64_t pid = (uint64_t)tracks->pids[overview->threads[i].it->process] << 32;
        uint32_t tid = overview->threads[i].it->tid;
        tracks->tids[i] = is_used(&tids, pid | tid) ? tracks->next_tid++ : tid;
        items->number = pid | tracks->tids[i];
        status = numbers_add(&tids, items);
    }
    numbers_free(&pids);
    numbers_free(&tids);
    return status;
}

int tracks_init(struct tracks *tracks, const struct export_source *source, struct error *error)
{
    const struct overview *overview = source->overview;
    size_t count = (size_t)overview->process_count + overview->thread_count + 1;
    *tracks = (struct tracks){.overview = overview, .next_tid = TRACKS_FIRST_OWN};
    tracks->pids = calloc(count, sizeof *tracks->pids);
    tracks->tids = calloc(count, sizeof *tracks->tids);
    struct used *items = calloc(count, sizeof *items);
    int status = -1;
    if (tracks->pids != NULL && tracks->tids != NULL && items != NULL)
        status = number_all(tracks, items);
    free(items);
    return status == 0 ? 0 : error_set(error, "out of memory for %zu threads and processes", count);
}

/* ---- tracks ------------------------------------------------------------------------------------------------------ */

static void free_lanes(struct tracks *tracks)
{
    for (uint32_t i = 0; i < tracks->lane_count; i++)
        free(tracks->lanes[i]);
    numbers_free(&tracks->by_stack);
    tracks->by_stack = (struct numbers){0};
    tracks->lane_count = 0;
    tracks->current = tracks->free = NULL;
}

void tracks_free(struct tracks *tracks)
{
    free_lanes(tracks);
    free(tracks->lanes);
    free(tracks->pids);
    free(tracks->tids);
    *tracks = (struct tracks){0};
}

static struct track *add_lane(struct tracks *tracks)
{
    if (tracks->lane_count == tracks->room) {
        uint32_t room = tracks->room != 0 ? 2 * tracks->room : 4;
        struct track **lanes = realloc(tracks->lanes, room * sizeof *lanes);
        if (lanes == NULL)
            return NULL;
        tracks->lanes = lanes;
        tracks->room = room;
    }
    struct track *track = calloc(1, sizeof *track);
    if (track == NULL)
        return NULL;
    *track = (struct track){
        .lane = tracks->lane_count,
        .pid = tracks->pids[tracks->overview->threads[tracks->thread].it->process],
        .tid = tracks->lane_count == 0 ? tracks->tids[tracks->thread] : tracks->next_tid++,
    };
    tracks->lanes[tracks->lane_count++] = track;
    return track;
}

int tracks_thread(struct tracks *tracks, uint32_t thread)
{
    free_lanes(tracks);
    tracks->thread = thread;
    struct track *own = add_lane(tracks);
    if (own == NULL)
        return -1;
    return numbers_add(&tracks->by_stack, own);
}

/* Of a call that begins then, which may be known only later, when another stack has left its track. */
static struct track *take_lane(struct tracks *tracks, uint64_t ticks)
{
    struct track *track = tracks->free;
    if (track == NULL || track->until > ticks)
        return add_lane(tracks);
    tracks->free = track->next_free;
    return track;
}

struct track *tracks_find(struct tracks *tracks, uint64_t stack, uint64_t ticks)
{
    struct track *track = numbers_find(&tracks->by_stack, stack);
    if (track == NULL && (track = take_lane(tracks, ticks)) != NULL) {
        track->stack = stack;
        if (numbers_add(&tracks->by_stack, track) != 0)
            track = NULL;
    }
    tracks->current = track;
    return track;
}

void tracks_leave(struct tracks *tracks, struct track *track, uint64_t ticks)
{
    if (track->lane == 0)
        return;
    numbers_take(&tracks->by_stack, track->stack);
    track->until = ticks;
    track->next_free = tracks->free;
    tracks->free = track;
    tracks->current = NULL;
}

void tracks_name(const struct tracks *tracks, const struct track *track, char *text, size_t size)
{
    const char *name = tracks->overview->threads[tracks->thread].it->name;
    if (track->lane == 0)
        snprintf(text, size, "%s", name);
    else
        snprintf(text, size, "%s, stack %u", name, track->lane);
}
