/* The terminal, as rows of styled text and keys. ncurses is known here only. */
#ifndef CALLTAPE_TUI_SCREEN_H
#define CALLTAPE_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Keys that are no character; those that are come as code points. */
enum screen_key {
    SCREEN_NONE = 0x200000, /* none within the time */
    SCREEN_UP,
    SCREEN_DOWN,
    SCREEN_LEFT,
    SCREEN_RIGHT,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_ENTER,
    SCREEN_TAB,
    SCREEN_BACK_TAB,
    SCREEN_BACKSPACE,
    SCREEN_ESCAPE,
    SCREEN_RESIZED,
    SCREEN_INTERRUPT, /* ctrl-C */
};

enum screen_look { SCREEN_LOOK_ROW, SCREEN_LOOK_CHOSEN, SCREEN_LOOK_BAR };

/* `colour`: where the terminal has it. -1 with the error set: there is no terminal that can be used. */
int screen_open(bool colour, struct error *error);
void screen_close(void);
void screen_size(size_t *rows, size_t *columns);
/* Fills a row with text that is safe and may hold marks of output_style; what does not fit is cut. */
void screen_row(size_t row, enum screen_look look, const char *text);
void screen_show(void);
/* Waits for it. SCREEN_NONE: it has no meaning here. */
int32_t screen_key(void);
/* Whether ctrl-C was pressed. Other keys wait for screen_key; after ctrl-C those before it are forgotten. */
bool screen_interrupted(void);

#endif
