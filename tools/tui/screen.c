#include "tui/screen.h"

#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"

enum { HOT_PAIR = 1, WARN_PAIR, CTRL_C = 3, CTRL_H = 8, ESCAPE_MS = 25, MOST_AHEAD = 32 };

static bool coloured;
static SCREEN *screen;
static sigset_t signals_before;
static int32_t ahead[MOST_AHEAD]; /* keys pressed while nobody asked for one */
static size_t ahead_count;

/* Ctrl-C comes as a key: a signal would end the program while it reads. */
static void take_interrupt(void)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0)
        return;
    modes.c_cc[VINTR] = _POSIX_VDISABLE;
    tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    def_prog_mode();
}

/* Held back but for the wait for a key: between curses' look for it and its read, it would be missed until the next. */
static void hold_resizes(void)
{
    sigset_t resize;
    sigemptyset(&resize);
    sigaddset(&resize, SIGWINCH);
    pthread_sigmask(SIG_BLOCK, &resize, &signals_before);
}

static void start_colours(void)
{
    coloured = has_colors() && start_color() == OK;
    if (!coloured)
        return;
    use_default_colors();
    init_pair(HOT_PAIR, COLOR_RED, -1);
    init_pair(WARN_PAIR, COLOR_YELLOW, -1);
}

int screen_open(bool colour, struct error *error)
{
    setlocale(LC_CTYPE, "");
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
        return error_set(error, "this needs a terminal; report, tree and replay print to anything");
    screen = newterm(NULL, stdout, stdin);
    if (screen == NULL)
        return error_set(error, "the terminal '%.100s' is not known; set TERM", getenv("TERM") ? getenv("TERM") : "");
    set_escdelay(ESCAPE_MS);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, true);
    curs_set(0);
    take_interrupt();
    hold_resizes();
    coloured = false;
    if (colour)
        start_colours();
    return 0;
}

void screen_close(void)
{
    if (screen == NULL)
        return;
    endwin();
    pthread_sigmask(SIG_SETMASK, &signals_before, NULL);
    delscreen(screen);
    screen = NULL;
}

void screen_size(size_t *rows, size_t *columns)
{
    *rows = (size_t)getmaxy(stdscr);
    *columns = (size_t)getmaxx(stdscr);
}

static attr_t attribute_of(enum output_style style)
{
    switch (style) {
    case OUTPUT_HEAD:
        return A_UNDERLINE;
    case OUTPUT_DIM:
        return A_DIM;
    case OUTPUT_STRONG:
        return A_BOLD;
    case OUTPUT_HOT:
        return A_BOLD | (coloured ? COLOR_PAIR(HOT_PAIR) : 0);
    case OUTPUT_WARN:
        return coloured ? COLOR_PAIR(WARN_PAIR) : A_BOLD;
    default:
        return A_NORMAL;
    }
}

/* Up to the next mark. Returns the columns used. */
static size_t put_piece(const char *text, size_t bytes, size_t room)
{
    char piece[4096];
    snprintf(piece, sizeof piece, "%.*s", (int)(bytes < sizeof piece ? bytes : sizeof piece - 1), text);
    addnstr(piece, (int)text_fit(piece, room));
    size_t width = text_width(piece);
    return width < room ? width : room;
}

void screen_row(size_t row, enum screen_look look, const char *text)
{
    if (row >= (size_t)getmaxy(stdscr))
        return;
    attr_t base = look == SCREEN_LOOK_ROW ? A_NORMAL : A_REVERSE;
    size_t room = (size_t)getmaxx(stdscr), used = 0;
    attrset(base);
    move((int)row, 0);
    for (size_t bytes; *text != '\0' && used < room; text += bytes) {
        enum output_style style = output_mark(&text);
        if (style != OUTPUT_STYLES)
            attrset(base | (look == SCREEN_LOOK_ROW ? attribute_of(style) : A_NORMAL));
        bytes = 0;
        while (text[bytes] != '\0' && text[bytes] != '\x1b')
            bytes++;
        used += put_piece(text, bytes, room - used);
        bytes += bytes == 0 && *text == '\x1b' && output_mark(&(const char *){text}) == OUTPUT_STYLES;
    }
    attrset(base);
    for (; used < room; used++)
        addch(' ');
    attrset(A_NORMAL);
}

void screen_show(void)
{
    refresh();
}

static int32_t function_key(wint_t key)
{
    static const struct {
        int code;
        enum screen_key key;
    } keys[] = {
        {KEY_UP, SCREEN_UP},
        {KEY_DOWN, SCREEN_DOWN},
        {KEY_LEFT, SCREEN_LEFT},
        {KEY_RIGHT, SCREEN_RIGHT},
        {KEY_PPAGE, SCREEN_PAGE_UP},
        {KEY_NPAGE, SCREEN_PAGE_DOWN},
        {KEY_HOME, SCREEN_HOME},
        {KEY_END, SCREEN_END},
        {KEY_ENTER, SCREEN_ENTER},
        {KEY_BTAB, SCREEN_BACK_TAB},
        {KEY_BACKSPACE, SCREEN_BACKSPACE},
        {KEY_RESIZE, SCREEN_RESIZED},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].code == (int)key)
            return keys[i].key;
    return SCREEN_NONE;
}

static int32_t control_key(wint_t key)
{
    switch (key) {
    case CTRL_C:
        return SCREEN_INTERRUPT;
    case '\t':
        return SCREEN_TAB;
    case '\r':
    case '\n':
        return SCREEN_ENTER;
    case CTRL_H:
    case 127:
        return SCREEN_BACKSPACE;
    case 27:
        return SCREEN_ESCAPE;
    default:
        return (int32_t)key;
    }
}

static int32_t key_at_hand(int wait_ms)
{
    wint_t key;
    timeout(wait_ms);
    int kind = get_wch(&key);
    return kind == KEY_CODE_YES ? function_key(key) : kind == OK ? control_key(key) : SCREEN_NONE;
}

bool screen_interrupted(void)
{
    int32_t key;
    while ((key = key_at_hand(0)) != SCREEN_NONE && key != SCREEN_INTERRUPT)
        if (ahead_count < MOST_AHEAD)
            ahead[ahead_count++] = key;
    if (key == SCREEN_INTERRUPT)
        ahead_count = 0;
    return key == SCREEN_INTERRUPT;
}

static int32_t read_key(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int32_t key = key_at_hand(0);
    while (key == SCREEN_NONE && ppoll(&input, 1, NULL, &signals_before) < 0)
        key = key_at_hand(0);
    return key != SCREEN_NONE ? key : key_at_hand(ESCAPE_MS); /* the rest of a character may be on its way */
}

int32_t screen_key(void)
{
    if (ahead_count == 0)
        return read_key();
    int32_t key = ahead[0];
    memmove(ahead, ahead + 1, --ahead_count * sizeof *ahead);
    return key;
}
