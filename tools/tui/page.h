/* Pages of text over the panes: the keys, and what must be known of the figures shown. */
#ifndef CALLTAPE_TUI_PAGE_H
#define CALLTAPE_TUI_PAGE_H

#include "tui/pane.h"

/* Until a key is pressed that does not move in it; lines are broken to the screen's width. */
void page_show(struct tui *tui, const char *title, const char *const *lines, size_t count);

/* Warnings of the pane shown: how many; and a page of them and of notes. */
size_t page_warnings(struct tui *tui);
void page_remarks(struct tui *tui);

#endif
