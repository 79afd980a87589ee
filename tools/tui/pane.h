/* What the panes share. Each shows lines, of which one is chosen; only those on the screen are made to text. */
#ifndef CALLTAPE_TUI_PANE_H
#define CALLTAPE_TUI_PANE_H

#include "analyze/callers.h"
#include "analyze/hist.h"
#include "analyze/overview.h"
#include "analyze/paths.h"
#include "analyze/profile.h"
#include "base/output.h"
#include "tui/tui.h"

struct tui;

struct pane_kind {
    const char *name;
    bool of_function; /* is about the chosen function */
    /* Reads what it shows. -1 with the error set. */
    int (*load)(struct tui *tui, struct error *error);
    void (*drop)(struct tui *tui); /* what load made, if anything */
    size_t (*count)(struct tui *tui);
    /* Before lines are printed: that they, and those from `from` on as far as the screen goes, are there. May be NULL.
     */
    int (*reach)(struct tui *tui, size_t from, struct error *error);
    void (*titles)(struct tui *tui, struct output *output);
    void (*print)(struct tui *tui, struct output *output, size_t line);
    uint32_t (*function)(struct tui *tui, size_t line); /* CT_NONE: it is about none */
    /* The next line behind `from`, or before it, that tui->search means, round the end; SIZE_MAX: there is none, or -1
     * and the error set. NULL: lines are printed and compared. */
    int (*find)(struct tui *tui, size_t from, bool back, size_t *line, struct error *error);
    const struct sums *(*sums)(struct tui *tui); /* of what was read; NULL: the lines say all */
    bool (*whole)(struct tui *tui);              /* whether that is all there is; NULL: it is */
    /* A key that only this pane knows; false: it does not. */
    bool (*key)(struct tui *tui, int32_t key);
};

enum { PANE_REPORT, PANE_TREE, PANE_CALLERS, PANE_REPLAY, PANE_HIST, PANES };

struct pane {
    const struct pane_kind *kind;
    size_t top, at; /* the first line on the screen; the chosen one */
    bool loaded;
    uint32_t function; /* that it was loaded for */
};

struct tree_line {
    uint32_t node, level;
};

struct tree_state {
    struct paths paths;
    bool *open; /* by node */
    struct tree_line *lines;
    size_t count;
};

/* One call, note or end in the order of time. */
struct replay_line {
    char *text;
    uint32_t thread, call, function;
    bool begins;
};

enum { REPLAY_WINDOW = 4096, REPLAY_FOLDS = 1024 };

struct replay_fold {
    uint32_t thread, call;
};

struct replay_state {
    struct replay_line lines[REPLAY_WINDOW]; /* line n stands at n % REPLAY_WINDOW */
    size_t first, end;                       /* lines that are there */
    size_t total;                            /* SIZE_MAX: not known */
    size_t width;                            /* that texts were made for */
    char *titles;
    struct sums sums; /* of all once that was played, until then of what was played last */
    bool whole;
    struct replay_fold folds[REPLAY_FOLDS];
    size_t fold_count;
};

struct tui {
    struct tui_source *source;
    struct overview overview;
    size_t rows, columns; /* of the screen */
    bool utf8;
    struct pane panes[PANES];
    size_t shown;      /* pane */
    uint32_t function; /* chosen; CT_NONE: none */
    char search[128], message[1100];
    char functions[128], threads[128]; /* filters given inside */
    size_t warnings;                   /* that the pane's reader must know */
    bool stopped;                      /* by ctrl-C, while reading */
    uint64_t events, next_look;        /* read; at which the keys are looked at */
    uint64_t all_events;               /* that are to be read; 0: not known */
    enum profile_order order;
    struct profile profile;
    struct tree_state tree;
    struct callers callers;
    struct hist hist;
    char *hist_text;
    size_t hist_width, hist_lines;
    struct replay_state *replay;
};

extern const struct pane_kind pane_report, pane_tree, pane_callers, pane_replay, pane_hist;

/* For readers: counts what was read and says how far they are; nonzero after ctrl-C. */
int tui_progress(void *tui, uint64_t events);

/* What several panes print. */
void pane_duration(struct output *output, const struct duration *duration); /* 9 columns */
void pane_percent(struct output *output, double share);                     /* 7 columns */
void pane_count(struct output *output, uint64_t count);                     /* 12 columns */
void pane_name(struct tui *tui, struct output *output, uint32_t function, size_t used);
/* An output like the screen, of so many columns; NULL: no memory. */
struct output *pane_output(const struct tui *tui, size_t columns);

#endif
