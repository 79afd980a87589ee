#include "tui/tui.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tui/page.h"
#include "tui/pane.h"
#include "tui/screen.h"

enum { EDGE_ROWS = 3, LOOK_EVENTS = 1 << 16, LEAST_ROWS = 4 }; /* tabs, titles, status */

static const char *const help[] = {
    "1 to 5, Tab       report, tree, callers, replay, hist",
    "arrows, h j k l   move; in tree and replay left folds, right unfolds",
    "Page Up and Down, b and Space   a screen up and down (Space folds where Enter does)",
    "Home and End, g and G   first and last line",
    "Enter             report, callers: callers of the function;",
    "                  tree, replay: fold and unfold",
    "+ and -           tree: unfold and fold all",
    "s                 report: sort by the next column",
    "/                 search; n and N: next and previous",
    "f                 only functions of this name (a glob, or re: and a",
    "                  regular expression); empty: all",
    "t                 only threads of this name, tid or #index; empty: all",
    "w                 warnings and notes about the figures",
    "r                 read again what ctrl-C stopped",
    "ctrl-C            stops reading; else leaves",
    "q                 leaves",
};

/* ---- drawing ---------------------------------------------------------------------------------------------------- */

static struct pane *pane_of(struct tui *tui)
{
    return &tui->panes[tui->shown];
}

static size_t room_of(const struct tui *tui)
{
    return tui->rows > EDGE_ROWS ? tui->rows - EDGE_ROWS : 1;
}

/* To be freed; NULL: no memory. */
static char *line_text(struct tui *tui, size_t line)
{
    size_t bytes;
    struct output *output = pane_output(tui, tui->columns);
    if (output == NULL)
        return NULL;
    pane_of(tui)->kind->print(tui, output, line);
    char *text = output_taken(output, &bytes);
    output_close(output, NULL);
    return text;
}

static void draw_tabs(const struct tui *tui)
{
    char text[400];
    size_t used = 0;
    bool roomy = tui->columns >= 60;
    for (size_t i = 0; i < PANES; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, i == tui->shown ? "[%s%.*s]" : " %s%.*s ",
                                 roomy ? (const char *[]){"1 ", "2 ", "3 ", "4 ", "5 "}[i] : "",
                                 roomy || i == tui->shown ? 20 : 4, tui->panes[i].kind->name);
    if (roomy)
        snprintf(text + used, sizeof text - used, "   %s%s%s%s", *tui->functions != '\0' ? " function " : "",
                 tui->functions, *tui->threads != '\0' ? " thread " : "", tui->threads);
    screen_row(0, SCREEN_LOOK_BAR, text);
}

static void draw_titles(struct tui *tui)
{
    size_t bytes;
    struct output *output = pane_output(tui, tui->columns);
    if (output == NULL)
        return;
    if (pane_of(tui)->loaded)
        pane_of(tui)->kind->titles(tui, output);
    char *text = output_taken(output, &bytes);
    output_close(output, NULL);
    screen_row(1, SCREEN_LOOK_ROW, text != NULL ? text : "");
    free(text);
}

static void draw_status(struct tui *tui)
{
    static const char keys[] = "  ? keys  q leaves";
    char text[1200], at[TEXT_NUMBER], all[TEXT_NUMBER], warning[60] = "";
    if (tui->warnings != 0)
        snprintf(warning, sizeof warning, "   %zu warning%s: w ", tui->warnings, tui->warnings == 1 ? "" : "s");
    const struct pane *pane = pane_of(tui);
    size_t count = pane->loaded ? pane->kind->count(tui) : 0;
    if (tui->message[0] != '\0')
        snprintf(text, sizeof text, "%s", tui->message);
    else if (count == 0)
        snprintf(text, sizeof text, "nothing to show%s%s", warning, keys);
    else if (count >= SIZE_MAX / 2)
        snprintf(text, sizeof text, "line %s%s%s", text_count(at, pane->at + 1), warning, keys);
    else
        snprintf(text, sizeof text, "%s of %s%s%s", text_count(at, pane->at + 1), text_count(all, count), warning,
                 keys);
    screen_row(tui->rows - 1, SCREEN_LOOK_BAR, text);
}

static void draw_lines(struct tui *tui)
{
    const struct pane *pane = pane_of(tui);
    size_t count = pane->loaded ? pane->kind->count(tui) : 0;
    for (size_t i = 0; i < room_of(tui); i++) {
        char *text = pane->top + i < count ? line_text(tui, pane->top + i) : NULL;
        screen_row(2 + i, count != 0 && pane->top + i == pane->at ? SCREEN_LOOK_CHOSEN : SCREEN_LOOK_ROW,
                   text != NULL ? text : "");
        free(text);
    }
}

/* The chosen line into what there is, and onto the screen. */
static void settle(struct tui *tui)
{
    struct error error;
    struct pane *pane = pane_of(tui);
    size_t before = pane->top;
    if (!pane->loaded)
        return;
    for (int turn = 0; turn < 2; turn++) {
        size_t count = pane->kind->count(tui), room = room_of(tui);
        if (pane->at >= count && count != SIZE_MAX / 2)
            pane->at = count != 0 ? count - 1 : 0;
        if (pane->at < pane->top)
            pane->top = pane->at;
        if (pane->at >= pane->top + room)
            pane->top = pane->at - room + 1;
        if (pane->kind->reach != NULL && pane->kind->reach(tui, pane->top, &error) != 0) {
            snprintf(tui->message, sizeof tui->message, "%s", error.text);
            pane->at = pane->top = before;
            return;
        }
    }
}

/* The function of the chosen line is what other panes are about. */
static void choose_function(struct tui *tui)
{
    uint32_t functions;
    const struct pane *pane = pane_of(tui);
    if (!pane->loaded || pane->kind->count(tui) == 0)
        return;
    uint32_t function = pane->kind->function(tui, pane->at);
    if (function != CT_NONE)
        tui->function = tape_functions(tui->source->tape, &functions)[function].same;
}

static void draw(struct tui *tui)
{
    screen_size(&tui->rows, &tui->columns);
    settle(tui);
    tui->warnings = page_warnings(tui);
    draw_tabs(tui);
    draw_titles(tui);
    draw_lines(tui);
    draw_status(tui);
    screen_show();
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

int tui_progress(void *context, uint64_t events)
{
    struct tui *tui = context;
    char text[140], read[TEXT_NUMBER], all[TEXT_NUMBER];
    tui->events += events;
    if (tui->stopped)
        return 1;
    if (tui->events < tui->next_look)
        return 0;
    tui->next_look = tui->events + LOOK_EVENTS;
    snprintf(text, sizeof text, "reading: %s%s%s   ctrl-C stops", text_count(read, tui->events),
             tui->all_events != 0 ? " of " : "", tui->all_events != 0 ? text_count(all, tui->all_events) : "");
    screen_row(tui->rows - 1, SCREEN_LOOK_BAR, text);
    screen_show();
    tui->stopped = screen_interrupted();
    return tui->stopped;
}

static void start_reading(struct tui *tui)
{
    tui->stopped = false;
    tui->events = 0;
    tui->next_look = LOOK_EVENTS;
}

static void load(struct tui *tui, bool again)
{
    struct error error;
    struct pane *pane = pane_of(tui);
    bool of_other = pane->kind->of_function && pane->function != tui->function;
    if (pane->loaded && !of_other && !again)
        return;
    if (pane->kind->of_function && tui->function == CT_NONE) {
        snprintf(tui->message, sizeof tui->message, "choose a function in another pane first");
        return;
    }
    pane->kind->drop(tui);
    pane->at = pane->top = 0;
    pane->function = tui->function;
    start_reading(tui);
    tui->all_events = tui->shown != PANE_REPLAY ? tape_totals(tui->source->tape).events : 0;
    pane->loaded = pane->kind->load(tui, &error) == 0;
    tui->all_events = 0;
    if (!pane->loaded) {
        pane->kind->drop(tui);
        snprintf(tui->message, sizeof tui->message, "%s%s", error.text, tui->stopped ? "; r reads again" : "");
    }
}

static void show_pane(struct tui *tui, size_t pane)
{
    tui->shown = pane;
    load(tui, false);
    if (pane == PANE_CALLERS && tui->panes[PANE_CALLERS].loaded && tui->callers.count != 0)
        tui->panes[PANE_CALLERS].at = tui->callers.nodes->caller_count;
}

static void drop_all(struct tui *tui)
{
    for (size_t i = 0; i < PANES; i++) {
        tui->panes[i].kind->drop(tui);
        tui->panes[i].loaded = false;
        tui->panes[i].at = tui->panes[i].top = 0;
    }
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

static size_t put_point(char *to, int32_t point)
{
    if (point < 0x80)
        return (size_t)snprintf(to, 5, "%c", (char)point);
    if (point < 0x800)
        return (size_t)snprintf(to, 5, "%c%c", 0xc0 | point >> 6, 0x80 | (point & 0x3f));
    if (point < 0x10000)
        return (size_t)snprintf(to, 5, "%c%c%c", 0xe0 | point >> 12, 0x80 | (point >> 6 & 0x3f), 0x80 | (point & 0x3f));
    return (size_t)snprintf(to, 5, "%c%c%c%c", 0xf0 | point >> 18, 0x80 | (point >> 12 & 0x3f),
                            0x80 | (point >> 6 & 0x3f), 0x80 | (point & 0x3f));
}

static void erase_last(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] & 0xc0) == 0x80)
        length--;
    text[length > 0 ? length - 1 : 0] = '\0';
}

/* A line of text, empty at first; false: it was given up. */
static bool ask(struct tui *tui, const char *what, char *answer, size_t size)
{
    char line[300];
    *answer = '\0';
    for (;;) {
        snprintf(line, sizeof line, "%s%s", what, answer);
        screen_size(&tui->rows, &tui->columns);
        screen_row(tui->rows - 1, SCREEN_LOOK_BAR, line);
        screen_show();
        int32_t key = screen_key();
        size_t length = strlen(answer);
        if (key == SCREEN_ENTER)
            return true;
        if (key == SCREEN_ESCAPE || key == SCREEN_INTERRUPT)
            return false;
        if (key == SCREEN_BACKSPACE)
            erase_last(answer);
        else if (key == SCREEN_RESIZED)
            draw(tui);
        else if (key < SCREEN_NONE && !text_is_unsafe(key) && length + 5 < size)
            put_point(answer + length, key);
    }
}

static void filter(struct tui *tui, bool thread)
{
    struct error error;
    char answer[sizeof tui->functions];
    if (!ask(tui, thread ? "only threads: " : "only functions: ", answer, sizeof answer))
        return;
    if (tui->source->choose(tui->source->context, thread ? NULL : answer, thread ? answer : NULL, &error) != 0) {
        snprintf(tui->message, sizeof tui->message, "%s", error.text);
        return;
    }
    memcpy(thread ? tui->threads : tui->functions, answer, sizeof answer);
    drop_all(tui);
    if (tui->panes[tui->shown].kind->of_function)
        tui->shown = PANE_REPORT;
    load(tui, true);
}

static bool line_matches(struct tui *tui, size_t line)
{
    char *text = line_text(tui, line), plain[4096];
    size_t length = 0;
    for (const char *at = text; at != NULL && *at != '\0' && length + 1 < sizeof plain;)
        if (output_mark(&at) == OUTPUT_STYLES)
            plain[length++] = *at++;
    plain[length] = '\0';
    free(text);
    uint32_t function = pane_of(tui)->kind->function(tui, line);
    return strcasestr(plain, tui->search) != NULL ||
           (function != CT_NONE && !pane_of(tui)->kind->of_function &&
            strcasestr(shown_names_get(tui->source->names, function)->text, tui->search) != NULL);
}

/* Both: the next line, round the end; SIZE_MAX: there is none. */
static size_t compare_lines(struct tui *tui, bool back)
{
    size_t count = pane_of(tui)->kind->count(tui), line = pane_of(tui)->at;
    for (size_t step = 1; step <= count; step++) {
        line = back ? (line == 0 ? count : line) - 1 : line + 1 == count ? 0 : line + 1;
        if (line_matches(tui, line))
            return line;
    }
    return SIZE_MAX;
}

static void search(struct tui *tui, bool back)
{
    struct error error;
    struct pane *pane = pane_of(tui);
    size_t line = SIZE_MAX;
    if (!pane->loaded || *tui->search == '\0')
        return;
    if (pane->kind->find == NULL) {
        line = compare_lines(tui, back);
    } else if (pane->kind->find(tui, pane->at, back, &line, &error) != 0) {
        snprintf(tui->message, sizeof tui->message, "%s", error.text);
        return;
    }
    if (line == SIZE_MAX) {
        snprintf(tui->message, sizeof tui->message, "not found: %s", tui->search);
        return;
    }
    pane->at = line;
    settle(tui);
    choose_function(tui);
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

static bool move(struct tui *tui, int32_t key)
{
    struct pane *pane = pane_of(tui);
    size_t room = room_of(tui), count = pane->loaded ? pane->kind->count(tui) : 0;
    size_t last = count != 0 ? count - 1 : 0;
    if (key == SCREEN_UP || key == 'k')
        pane->at -= pane->at != 0;
    else if (key == SCREEN_DOWN || key == 'j')
        pane->at += pane->at < last;
    else if (key == SCREEN_PAGE_UP || key == 'b')
        pane->at -= pane->at < room ? pane->at : room;
    else if (key == SCREEN_PAGE_DOWN || key == ' ')
        pane->at = last - pane->at < room ? last : pane->at + room;
    else if (key == SCREEN_HOME || key == 'g')
        pane->at = 0;
    else if (key == SCREEN_END || key == 'G')
        pane->at = count >= SIZE_MAX / 2 ? count : last;
    else
        return false;
    start_reading(tui);
    return true;
}

static void ask_search(struct tui *tui)
{
    if (ask(tui, "/", tui->search, sizeof tui->search))
        search(tui, false);
}

/* False: the user leaves. */
static bool act(struct tui *tui, int32_t key)
{
    if (key == 'q' || key == SCREEN_INTERRUPT)
        return false;
    if (key == SCREEN_RESIZED || key == SCREEN_NONE)
        return true;
    tui->message[0] = '\0';
    start_reading(tui);
    const struct pane *pane = pane_of(tui);
    if ((pane->loaded && pane->kind->key != NULL && pane->kind->key(tui, key)) || move(tui, key)) {
        settle(tui);
        choose_function(tui);
        return true;
    }
    if (key >= '1' && key < '1' + PANES)
        show_pane(tui, (size_t)(key - '1'));
    else if (key == SCREEN_TAB)
        show_pane(tui, (tui->shown + 1) % PANES);
    else if (key == SCREEN_BACK_TAB)
        show_pane(tui, (tui->shown + PANES - 1) % PANES);
    else if (key == SCREEN_ENTER)
        show_pane(tui, PANE_CALLERS);
    else if (key == '?')
        page_show(tui, "keys   any other key goes back", help, sizeof help / sizeof *help);
    else if (key == 'w')
        page_remarks(tui);
    else if (key == '/')
        ask_search(tui);
    else if (key == 'n' || key == 'N')
        search(tui, key == 'N');
    else if (key == 'f' || key == 't')
        filter(tui, key == 't');
    else if (key == 'r')
        load(tui, true);
    return true;
}

int tui_run(struct tui_source *source, struct error *error)
{
    static const struct pane_kind *const kinds[PANES] = {
        [PANE_REPORT] = &pane_report, [PANE_TREE] = &pane_tree, [PANE_CALLERS] = &pane_callers,
        [PANE_REPLAY] = &pane_replay, [PANE_HIST] = &pane_hist,
    };
    struct tui tui = {.source = source, .function = CT_NONE, .utf8 = output_locale_utf8(), .order = PROFILE_BY_SELF};
    for (size_t i = 0; i < PANES; i++)
        tui.panes[i].kind = kinds[i];
    if (overview_make(&tui.overview, source->tape, error) != 0)
        return -1;
    if (screen_open(source->colour, error) != 0) {
        overview_free(&tui.overview);
        return -1;
    }
    screen_size(&tui.rows, &tui.columns);
    load(&tui, true);
    choose_function(&tui);
    do
        draw(&tui);
    while (act(&tui, screen_key()));
    screen_close();
    drop_all(&tui);
    overview_free(&tui.overview);
    return 0;
}
