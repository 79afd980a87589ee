#include "tui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/remarks.h"
#include "tui/screen.h"

/* ---- remarks ---------------------------------------------------------------------------------------------------- */

struct remark_list {
    char **lines;
    size_t count, warnings;
};

static void add_remark(void *context, bool warning, const char *text)
{
    struct remark_list *list = context;
    char **lines = realloc(list->lines, (list->count + 1) * sizeof *lines), *line = NULL;
    list->warnings += warning;
    if (lines == NULL)
        return;
    list->lines = lines;
    if (asprintf(&line, "%s%s", warning ? "warning: " : "note: ", text) >= 0)
        list->lines[list->count++] = line;
}

/* What the foot of the pane's verb says; to be freed by free_remarks. */
static struct remark_list remarks_of(struct tui *tui)
{
    struct remark_list list = {0};
    const struct pane *pane = &tui->panes[tui->shown];
    if (pane->loaded && pane->kind->whole != NULL && !pane->kind->whole(tui))
        add_remark(&list, false, "all of these are of what has been read so far; G, the last line, reads the rest");
    if (pane->loaded && pane->kind->sums != NULL)
        remarks(pane->kind->sums(tui), tui->utf8, add_remark, &list);
    return list;
}

static void free_remarks(struct remark_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->lines[i]);
    free(list->lines);
}

size_t page_warnings(struct tui *tui)
{
    struct remark_list list = remarks_of(tui);
    free_remarks(&list);
    return list.warnings;
}

/* ---- pages ------------------------------------------------------------------------------------------------------ */

/* As many bytes of a text as make a row: up to a space, where there is one. */
static size_t row_bytes(const char *text, size_t columns)
{
    size_t bytes = text_fit(text, columns), whole = bytes;
    if (text[bytes] == '\0')
        return bytes;
    while (whole > 0 && text[whole] != ' ')
        whole--;
    return whole > 0 ? whole : bytes > 0 ? bytes : strlen(text);
}

/* Rows of a page, from `top` on; returns how many there are in all. */
static size_t draw_page(const struct tui *tui, const char *const *lines, size_t count, size_t top)
{
    size_t row = 0;
    for (size_t i = 0; i < count; i++)
        for (const char *at = lines[i]; *at != '\0'; row++) {
            size_t bytes = row_bytes(at, tui->columns);
            char *piece = strndup(at, bytes);
            if (row >= top && row - top + 1 < tui->rows)
                screen_row(row - top, SCREEN_LOOK_ROW, piece != NULL ? piece : "");
            free(piece);
            at += bytes;
            at += strspn(at, " ");
        }
    for (size_t rest = row > top ? row - top : 0; rest + 1 < tui->rows; rest++)
        screen_row(rest, SCREEN_LOOK_ROW, "");
    return row;
}

void page_show(struct tui *tui, const char *title, const char *const *lines, size_t count)
{
    int32_t key;
    bool down, up;
    size_t top = 0;
    do {
        screen_size(&tui->rows, &tui->columns);
        size_t rows = draw_page(tui, lines, count, top);
        screen_row(tui->rows - 1, SCREEN_LOOK_BAR, title);
        screen_show();
        key = screen_key();
        down = key == SCREEN_DOWN || key == 'j';
        up = key == SCREEN_UP || key == 'k';
        top = down && top + 1 < rows ? top + 1 : up && top > 0 ? top - 1 : top;
    } while (key == SCREEN_RESIZED || down || up);
}

void page_remarks(struct tui *tui)
{
    struct remark_list list = remarks_of(tui);
    page_show(tui, "notes   any other key goes back", (const char *const *)list.lines, list.count);
    free_remarks(&list);
}
