/* replay: the calls as they happened. A window of lines is kept; what lies outside of it is played again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/filter.h"
#include "emit/replay.h"
#include "tui/pane.h"
#include "tui/screen.h"

enum { GUTTER = 2, PROGRESS_LINES = 4096 };

/* Lines from `from` on are kept, as many as the window holds; SIZE_MAX: they are only counted. */
struct playing {
    struct tui *tui;
    struct replay_state *state;
    struct replay replay;
    size_t from, line;
    struct replay_fold *folded; /* by thread: the call that is folded now; call 0: none */
    uint64_t *stacks;           /* that it is on */
    bool failed, early;         /* it ended before the recording did */
    /* Of a search, else NULL: which functions' names match, by id; the lines found. */
    const bool *wanted;
    bool back;
    size_t origin, first, before, after, last;
};

static bool is_folded(const struct replay_state *state, uint32_t thread, uint32_t call)
{
    for (size_t i = 0; i < state->fold_count; i++)
        if (state->folds[i].thread == thread && state->folds[i].call == call)
            return true;
    return false;
}

/* Whether the item lies in a folded call; keeps account of which is open. */
static bool is_hidden(struct playing *playing, const struct timeline_item *item)
{
    struct replay_fold *folded = &playing->folded[item->thread];
    if (folded->call == 0) {
        if (item->kind == TIMELINE_BEGIN && is_folded(playing->state, item->thread, item->call)) {
            folded->call = item->call;
            playing->stacks[item->thread] = item->stack;
        }
        return false;
    }
    if (item->kind == TIMELINE_END && item->call == folded->call) {
        folded->call = 0;
        return false;
    }
    return item->kind == TIMELINE_NOTE || item->stack == playing->stacks[item->thread];
}

/* The titles stand before the first line. */
static char *cut_titles(struct replay_state *state, char *text)
{
    char *end = strchr(text, '\n');
    char *second = end != NULL ? strchr(end + 1, '\n') : NULL;
    if (second == NULL)
        return text;
    *end = '\0';
    free(state->titles);
    state->titles = strdup(text);
    memmove(text, end + 1, strlen(end + 1) + 1);
    return text;
}

static int keep(struct playing *playing, const struct timeline_item *item)
{
    size_t bytes;
    struct replay_state *state = playing->state;
    struct replay_line *line = &state->lines[playing->line % REPLAY_WINDOW];
    replay_text(&playing->replay, item);
    char *text = output_taken(playing->replay.output, &bytes);
    if (text == NULL)
        return -1;
    text = cut_titles(state, text);
    text[strcspn(text, "\n")] = '\0';
    free(line->text);
    *line = (struct replay_line){text, item->thread, item->call, CT_NONE, item->kind == TIMELINE_BEGIN};
    if (item->kind != TIMELINE_NOTE)
        line->function = item->function;
    state->end = playing->line + 1;
    return 0;
}

/* 1: what comes further does not matter. */
static int found(struct playing *playing, const struct timeline_item *item)
{
    size_t line = playing->line++;
    if (item->kind == TIMELINE_NOTE || !playing->wanted[item->function])
        return 0;
    playing->first = playing->first == SIZE_MAX ? line : playing->first;
    playing->before = line < playing->origin ? line : playing->before;
    playing->after = line > playing->origin && playing->after == SIZE_MAX ? line : playing->after;
    playing->last = line;
    return !playing->back && line > playing->origin;
}

static int take_next(struct playing *playing, const struct timeline_item *item)
{
    bool hidden = is_hidden(playing, item);
    playing->failed = tui_progress(playing->tui, 1) != 0;
    if (playing->failed)
        return 1;
    if (hidden)
        return 0;
    if (playing->wanted != NULL)
        return found(playing, item);
    if (playing->line >= playing->from)
        playing->failed = keep(playing, item) != 0;
    playing->line++;
    return playing->failed || (playing->from != SIZE_MAX && playing->line == playing->from + REPLAY_WINDOW);
}

static int take(void *context, const struct timeline_item *item)
{
    struct playing *playing = context;
    playing->early = take_next(playing, item) != 0;
    return playing->early;
}

static int start(struct playing *playing, uint32_t **threads)
{
    uint32_t all;
    const struct tui *tui = playing->tui;
    const struct filter_choice *choice = tui->source->choice;
    uint32_t count = filter_threads(choice, tui->source->tape);
    tape_threads(tui->source->tape, &all);
    playing->replay.output = pane_output(tui, tui->columns > GUTTER ? tui->columns - GUTTER : 1);
    playing->folded = calloc((size_t)all + 1, sizeof *playing->folded);
    playing->stacks = calloc((size_t)all + 1, sizeof *playing->stacks);
    *threads = malloc((count + (size_t)1) * sizeof **threads);
    if (playing->replay.output == NULL || playing->folded == NULL || playing->stacks == NULL || *threads == NULL)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        (*threads)[i] = filter_thread(choice, i);
    replay_start(&playing->replay, *threads, count);
    return 0;
}

/* Plays until all is there that is asked for. */
static int play_all(struct playing *playing, struct error *error)
{
    uint32_t keys, *threads = NULL;
    struct tui *tui = playing->tui;
    const struct tui_source *source = tui->source;
    const struct timeline_choice choice = {.filter = source->choice, .fold = true, .raw = source->raw};
    playing->state = tui->replay;
    playing->replay = (struct replay){.overview = &tui->overview,
                                      .keys = tape_keys(source->tape, &keys),
                                      .labels = source->labels,
                                      .names = source->names,
                                      .most_lines = UINT64_MAX};
    struct sums sums = {0};
    int status = start(playing, &threads) == 0 ? 0 : error_set(error, "out of memory for the replay");
    if (status == 0)
        status = timeline_play(source->tape, &choice, take, playing, &sums, error);
    if (status == 0 && playing->failed)
        status = error_set(error, tui->stopped ? "stopped" : "out of memory for the replay");
    if (status == 0 && !tui->replay->whole) {
        tui->replay->sums = sums;
        tui->replay->whole = !playing->early;
    }
    if (playing->replay.output != NULL)
        output_close(playing->replay.output, NULL);
    free(playing->folded);
    free(playing->stacks);
    free(threads);
    return status;
}

static int play(struct tui *tui, size_t from, struct error *error)
{
    struct replay_state *state = tui->replay;
    struct playing playing = {.tui = tui, .from = from};
    if (from != SIZE_MAX) {
        state->first = state->end = from;
        state->width = tui->columns;
    }
    int status = play_all(&playing, error);
    if (status == 0 && (from == SIZE_MAX || playing.line < from + REPLAY_WINDOW))
        state->total = playing.line;
    return status;
}

/* By the names of functions. */
static int find(struct tui *tui, size_t from, bool back, size_t *line, struct error *error)
{
    uint32_t functions;
    tape_functions(tui->source->tape, &functions);
    bool *wanted = calloc((size_t)functions + 1, sizeof *wanted);
    if (wanted == NULL)
        return error_set(error, "out of memory for the search");
    for (uint32_t i = 0; i < functions; i++)
        wanted[i] = strcasestr(shown_names_get(tui->source->names, i)->text, tui->search) != NULL;
    struct playing playing = {.tui = tui, .from = SIZE_MAX, .wanted = wanted, .back = back, .origin = from};
    playing.first = playing.before = playing.after = playing.last = SIZE_MAX;
    int status = play_all(&playing, error);
    free(wanted);
    *line = back ? (playing.before != SIZE_MAX ? playing.before : playing.last)
                 : (playing.after != SIZE_MAX ? playing.after : playing.first);
    return status;
}

static void drop(struct tui *tui)
{
    for (size_t i = 0; tui->replay != NULL && i < REPLAY_WINDOW; i++)
        free(tui->replay->lines[i].text);
    if (tui->replay != NULL)
        free(tui->replay->titles);
    free(tui->replay);
    tui->replay = NULL;
}

static int load(struct tui *tui, struct error *error)
{
    tui->replay = calloc(1, sizeof *tui->replay);
    if (tui->replay == NULL)
        return error_set(error, "out of memory for the replay");
    tui->replay->total = SIZE_MAX;
    return play(tui, 0, error);
}

/* Where the end is asked for, how many lines there are is found out first. */
static int reach(struct tui *tui, size_t from, struct error *error)
{
    struct replay_state *state = tui->replay;
    struct pane *pane = &tui->panes[PANE_REPLAY];
    if (pane->at >= SIZE_MAX / 2) {
        if (state->total == SIZE_MAX && play(tui, SIZE_MAX, error) != 0)
            return -1;
        pane->at = state->total != 0 ? state->total - 1 : 0;
        from = pane->at > tui->rows ? pane->at - tui->rows : 0;
    }
    size_t to = from + tui->rows < state->total ? from + tui->rows : state->total;
    if (from >= state->first && to <= state->end && state->width == tui->columns)
        return 0;
    return play(tui, from > REPLAY_WINDOW / 2 ? from - REPLAY_WINDOW / 2 : 0, error);
}

/* One more than is known while there may be more. */
static size_t count(struct tui *tui)
{
    const struct replay_state *state = tui->replay;
    return state == NULL ? 0 : state->total != SIZE_MAX ? state->total : SIZE_MAX / 2;
}

static void titles(struct tui *tui, struct output *output)
{
    output_pad(output, GUTTER);
    output_text(output, tui->replay != NULL && tui->replay->titles != NULL ? tui->replay->titles : "");
}

static const struct replay_line *line_at(const struct tui *tui, size_t line)
{
    const struct replay_state *state = tui->replay;
    return line >= state->first && line < state->end ? &state->lines[line % REPLAY_WINDOW] : NULL;
}

static void print(struct tui *tui, struct output *output, size_t number)
{
    const struct replay_line *line = line_at(tui, number);
    if (line == NULL)
        return;
    bool folded = line->begins && is_folded(tui->replay, line->thread, line->call);
    output_text(output, folded ? (tui->utf8 ? "\xe2\x96\xb8 " : "+ ") : "  ");
    output_text(output, line->text);
}

static uint32_t function(struct tui *tui, size_t number)
{
    const struct replay_line *line = line_at(tui, number);
    return line != NULL ? line->function : CT_NONE;
}

static void toggle(struct replay_state *state, const struct replay_line *line)
{
    for (size_t i = 0; i < state->fold_count; i++)
        if (state->folds[i].thread == line->thread && state->folds[i].call == line->call) {
            state->folds[i] = state->folds[--state->fold_count];
            return;
        }
    if (state->fold_count < REPLAY_FOLDS)
        state->folds[state->fold_count++] = (struct replay_fold){line->thread, line->call};
}

/* What was kept no longer holds from the chosen line on. */
static bool key(struct tui *tui, int32_t pressed)
{
    const struct replay_line *line = line_at(tui, tui->panes[PANE_REPLAY].at);
    if (line == NULL || !line->begins)
        return false;
    bool folded = is_folded(tui->replay, line->thread, line->call);
    bool folds = pressed == SCREEN_LEFT || pressed == 'h', unfolds = pressed == SCREEN_RIGHT || pressed == 'l';
    if (pressed != SCREEN_ENTER && pressed != ' ' && !folds && !unfolds)
        return false;
    if ((folds && folded) || (unfolds && !folded))
        return true;
    toggle(tui->replay, line);
    tui->replay->end = tui->replay->first;
    tui->replay->total = SIZE_MAX;
    return true;
}

static const struct sums *sums(struct tui *tui)
{
    return &tui->replay->sums;
}

static bool whole(struct tui *tui)
{
    return tui->replay->whole;
}

const struct pane_kind pane_replay = {
    .name = "replay",
    .load = load,
    .drop = drop,
    .count = count,
    .reach = reach,
    .titles = titles,
    .print = print,
    .function = function,
    .sums = sums,
    .whole = whole,
    .find = find,
    .key = key,
};
