/* Reading a recording: a finished tape, an arena (written without a recorder), or what a killed recorder left.
 *
 * Everything returned lives as long as the tape. A tape may be read by several threads at once, each with cursors of
 * its own. Functions that return int return 0, or -1 with the error set. All input is hostile: whatever the bytes,
 * there is an error, or damage is listed and the rest is right. */
#ifndef CALLTAPE_TAPE_TAPE_H
#define CALLTAPE_TAPE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "calltape/format.h"

struct tape;

struct tape_module {
    uint32_t process; /* index into tape_processes */
    uint64_t base, start, end;
    uint64_t load_ticks, unload_ticks; /* unload: UINT64_MAX while it was never unloaded */
    const char *path;                  /* "" for code that belongs to no file */
    uint8_t build_id[CT_BUILD_ID_BYTES];
    uint32_t build_id_bytes;
};

/* A function as the recording knows it. Function 0 is the unknown one; ids run up to tape_functions' count. Several
 * ids may be one function: `same` is the lowest id with the same module file (path and build-id) and the same
 * address in it, across processes too; tables that merge by function are keyed by it. */
struct tape_function {
    uint32_t module; /* index into tape_modules, or CT_NONE */
    uint32_t same;
    uint64_t address;   /* run-time; address - module base is the address in the file */
    const char *name;   /* as stored by the recorder or found when the recording was recovered; NULL if not known */
    const char *file;   /* its path, as the compiler had it; NULL if not known */
    uint32_t line;      /* 0 if not known */
    const char *symbol; /* as the linker has it; NULL if it is the name */
    bool left_out;      /* its calls were not recorded: tape_left */
};

/* What values are of. Key 0 is the unknown one. */
struct tape_key {
    uint32_t function; /* index into tape_functions; 0: any call may have it */
    uint32_t kind;     /* enum ct_key_kind, or what later versions add; 0: nothing describes it */
    uint32_t type;     /* enum ct_value_type, likewise */
    uint32_t size, index;
    uint32_t same; /* lowest key of the same kind and name, and of the same function where it has one */
    const char *name, *type_name, *details; /* "" where there is none */
};

struct tape_value {
    uint32_t key;    /* < count of tape_keys */
    uint16_t size;   /* of `bytes` */
    uint8_t state;   /* enum ct_value_state, or what later versions add */
    uint8_t timed;   /* 1: `ticks` is its own time */
    uint64_t ticks;  /* not before that of the event before, with which it is else the same */
    uint8_t bytes[]; /* as stored: analyze/values.h reads numbers */
};

struct tape_process {
    uint32_t pid, ppid;
    uint32_t parent;                /* index of the process that forked it, or CT_NONE */
    uint32_t start;                 /* enum ct_process_start */
    uint32_t end_cause, end_status; /* enum ct_end_cause */
    uint64_t start_ticks, end_ticks;
    const char *executable, *command;
};

struct tape_thread {
    uint32_t process, tid;
    uint64_t start_ticks, end_ticks; /* end: its own, else its process's, else its last event's */
    const char *name;
    uint64_t events, entries; /* by the index */
    uint64_t untimed;         /* of the events: without a time of their own */
};

struct tape_session {
    const char *directory, *host, *machine, *kernel, *version;
    const char *const *arguments; /* argument_count of them */
    uint32_t argument_count;
    enum ct_clock clock;
    uint64_t start_ticks, end_ticks;
    uint64_t start_real_ns; /* since 1970 */
    bool finished;          /* false: recovered from what a killed recorder or a run without one left */
};

struct tape_totals {
    uint64_t events, entries; /* calls = entries */
    uint64_t untimed;         /* of the events: without a time of their own, folded ones not counted */
    bool folds;               /* calls may have been folded: FORMAT.md, 3.6 */
    uint64_t lost_events;
    uint64_t bytes; /* of the file */
};

/* One thing that is wrong with the file: what is said at the foot of every report. */
struct tape_damage {
    uint64_t offset;
    const char *what;
};

/* `path` may also name a recording that never ended: PATH.part and PATH.arena beside it (what `record -o PATH` writes
 * while it runs), or an arena itself. Then the recording is recovered into a temporary file first. */
struct tape *tape_open(const char *path, struct error *error);
void tape_close(struct tape *tape);

/* Names a function of a recording that holds none (one that never ended), or otherwise. Copies the strings; all but
 * `name` may be NULL. Not while another thread reads the tape. */
int tape_set_symbol(struct tape *tape, uint32_t function, const char *name, const char *symbol, const char *file,
                    uint32_t line, struct error *error);

const char *tape_path(const struct tape *tape);

/* What became of the file since it was opened. What was removed or replaced can be read on. */
enum tape_fate { TAPE_AS_OPENED, TAPE_REMOVED, TAPE_REPLACED, TAPE_CHANGED };
enum tape_fate tape_fate(const struct tape *tape);

const struct tape_session *tape_session(const struct tape *tape);
struct tape_totals tape_totals(const struct tape *tape);
const struct tape_process *tape_processes(const struct tape *tape, uint32_t *count);
const struct tape_thread *tape_threads(const struct tape *tape, uint32_t *count);
const struct tape_module *tape_modules(const struct tape *tape, uint32_t *count);
const struct tape_function *tape_functions(const struct tape *tape, uint32_t *count); /* [0] is the unknown one */
const struct tape_key *tape_keys(const struct tape *tape, uint32_t *count);           /* likewise */
const struct tape_damage *tape_damages(const struct tape *tape, size_t *count);
const char *const *tape_notes(const struct tape *tape, size_t *count); /* sentences a reader must pass on */

/* Calls that were made but not recorded, as filters or triggers of the recording left them out. The same function may
 * stand in several. */
struct tape_left {
    uint32_t thread, function; /* 0: of several functions, or not known which */
    uint64_t calls;
};
const struct tape_left *tape_left(const struct tape *tape, size_t *count);

/* Nanoseconds from the start of the recording; earlier ticks give 0. Monotonic in `ticks`. */
uint64_t tape_ns(const struct tape *tape, uint64_t ticks);

/* The same for many ticks that lie near each other: from `from` to `until` it is one line. */
struct tape_line {
    uint64_t from, until; /* ticks */
    uint64_t ns, most_ns; /* of the clock's own: at `from`, and the most there is before `until` */
    uint64_t origin_ns;   /* where the recording starts */
    uint64_t multiplier;
    unsigned shift;
};
struct tape_line tape_line_at(const struct tape *tape, uint64_t ticks);
static inline uint64_t tape_line_ns(const struct tape_line *line, uint64_t ticks)
{
    unsigned __int128 passed = (unsigned __int128)(ticks - line->from) * line->multiplier >> line->shift;
    uint64_t ns = passed < line->most_ns - line->ns ? line->ns + (uint64_t)passed : line->most_ns;
    return ns > line->origin_ns ? ns - line->origin_ns : 0;
}

/* As tape_ns. *line, {0} at first, is the one that the ticks before were on. */
static inline uint64_t tape_near_ns(const struct tape *tape, struct tape_line *line, uint64_t ticks)
{
    if (ticks - line->from >= line->until - line->from)
        *line = tape_line_at(tape, ticks);
    return tape_line_ns(line, ticks);
}

/* What was stored of a thread as a whole (FORMAT.md, SUMMARY), of all its events. True: `numbers` are *count numbers,
 * to be freed; what they mean is not checked. False: there is none, or none that belongs to what the tape holds. */
bool tape_summary(struct tape *tape, uint32_t thread, uint64_t **numbers, size_t *count);

/* The thread waited for the recorder; nothing was recorded, as asked; the system ran something else. */
enum tape_wait { TAPE_WAITED, TAPE_PAUSED, TAPE_PREEMPTED };

enum tape_event_kind {
    TAPE_ENTRY,       /* function */
    TAPE_EXIT,        /* of the innermost open call of the current stack */
    TAPE_JUMP,        /* n innermost open calls of the current stack ended with no exit */
    TAPE_STACK,       /* stack n is current from here */
    TAPE_STRAY,       /* function: an exit without its entry */
    TAPE_INHERIT,     /* function: a frame open since before the fork; not a call */
    TAPE_LOST,        /* n events dropped here */
    TAPE_COST,        /* n 1/16 ticks: what values, or calls not on the tape, added to the time before the next event */
    TAPE_WAIT,        /* n ticks just before here that are no call's; function: why, enum tape_wait */
    TAPE_GAP,         /* part of the thread's events is missing here (damage): n events, 0 if not known; what is open
                         may or may not still be */
    TAPE_OVERWRITTEN, /* the n events before here (0: not known how many) were given up for newer ones, as asked; what
                         was open then is told by TAPE_INHERIT */
    TAPE_VALUE,       /* value: of the innermost open call of the current stack, or of none (FORMAT.md, 3.4) */
};

struct tape_event {
    uint64_t ticks; /* never before the event before it on the same thread */
    union {
        uint64_t n;     /* by kind, above */
        uint64_t slack; /* of ENTRY, EXIT, STRAY and INHERIT: where an untimed event lies in this long a run is not
                           known; ticks are what its gaps of other times make likely. 0 for timed ones, and for those
                           after a thread's last timed one, which have its time */
        const struct tape_value *value; /* as long as the event is */
    };
    uint32_t cost; /* what the probe added, on the mean, to the time since the event before, in 1/16 ticks */
    union {
        struct {
            uint32_t function : 24; /* < count of tape_functions */
            uint32_t kind : 7;      /* enum tape_event_kind */
            uint32_t timed : 1;     /* 0: ticks is interpolated (folded calls have no slack, as sums of them are right);
                                       of all but ENTRY and EXIT that of the event before */
        };
        uint32_t what; /* all three */
    };
};

/* How a thread's events got their times, as far as they were read. */
struct tape_times {
    uint64_t timed, untimed;         /* events */
    double timed_cost, untimed_cost; /* sums over these: what the probe cost, in 1/16 ticks */
    uint64_t surprises;              /* runs of untimed events that lasted far longer than those gaps account for */
    uint64_t surprise_ticks;         /* these runs' time: which of their calls took it is not known */
};

/* A call that is open where a piece of a thread begins. */
struct tape_open_call {
    uint64_t stack;
    uint32_t function; /* < count of tape_functions */
    uint32_t gap;      /* the mean gap before its exit: the cursor's affair */
    bool inherited;
    bool earlier;    /* entered before the range that the thread was parted for */
    uint64_t number; /* once tape_piece_number() was asked: of its entry among the thread's; 0: inherited, not known */
    size_t block;    /* in which it was entered, behind so many of the thread's entries */
    uint64_t before;
};

/* A stretch of one thread's events that can be read by itself. It goes from behind the first timed event of block
 * `first`, or the thread's beginning, to that of block `end`, or the thread's end: so no run is in two pieces. */
struct tape_piece {
    uint32_t thread;
    size_t first, end;           /* of the tape's blocks */
    uint64_t floor;              /* time of the last timed event before block `first` */
    uint64_t entries;            /* before it */
    uint64_t stack;              /* current there */
    struct tape_open_call *open; /* there, of each stack the outermost first */
    size_t open_count;
    bool inside; /* the range that the thread was parted for begins before it */
};

/* What lies before `from` ticks, or from `to` on, is not asked for: 0, UINT64_MAX: all is. */
struct tape_range {
    uint64_t from, to;
};

/* Parts a thread into pieces, each with the calls that are open where it begins, as the blocks before tell it: cheap,
 * but only to be believed once they were read. Of tapes that do not tell it, one piece is all. The first piece has some
 * of what is in the range, if anything is; the last, which ends with the thread, all that is behind it. */
struct tape_splitter;
struct tape_splitter *tape_splitter_open(struct tape *tape, uint32_t thread, struct tape_range range,
                                         struct error *error);
void tape_splitter_close(struct tape_splitter *splitter);
/* The next piece, of `events` or a few more: 1, to be freed; 0: the end; -1: error (memory). */
int tape_splitter_next(struct tape_splitter *splitter, uint64_t events, struct tape_piece *piece, struct error *error);
void tape_piece_free(struct tape_piece *piece);
/* The last piece of a thread, which begins as late as can be, but with an event before `ticks`, or before the thread's
 * entry of this number (0, or 0: begins where it may), whichever is later; else all of it. 0, or -1: memory. To be
 * freed. */
int tape_piece_from(struct tape *tape, uint32_t thread, uint64_t ticks, uint64_t number, struct tape_piece *piece,
                    struct error *error);
/* The same by `ticks` alone, where it is known that it begins with `start`, which ends with its thread, or behind it.
 * With `nearest` it may be a later one, which seldom begins behind `ticks`: where its first chunk was opened before,
 * but its first event came later. Who reads it sees. */
int tape_piece_behind(struct tape *tape, const struct tape_piece *start, uint64_t ticks, bool nearest,
                      struct tape_piece *piece, struct error *error);
/* How many entries the thread has before `ticks`, of which the piece holds some event, or its end. -1: memory. */
int tape_piece_entries(struct tape *tape, const struct tape_piece *piece, uint64_t ticks, uint64_t *entries,
                       struct error *error);
/* Numbers the calls that are open where it begins. Reads the blocks that they were entered in. -1: memory. */
int tape_piece_number(const struct tape *tape, struct tape_piece *piece, struct error *error);
struct tape_piece tape_whole_thread(const struct tape *tape, uint32_t thread);     /* nothing to free */
bool tape_piece_is_first(const struct tape *tape, const struct tape_piece *piece); /* of its thread */
bool tape_piece_is_last(const struct tape *tape, const struct tape_piece *piece);

/* One thread's events in order. */
struct tape_cursor;
struct tape_cursor *tape_cursor_open(struct tape *tape, uint32_t thread, struct error *error);
/* A piece's, and before them those of block `first` up to its first timed event, which belong to the piece before: the
 * last batch that has any of them ends with that one. */
struct tape_cursor *tape_cursor_open_piece(struct tape *tape, const struct tape_piece *piece, struct error *error);
/* Before the first event: values are not asked for. There are no TAPE_VALUEs then, and all else is as with them. */
void tape_cursor_pass_values(struct tape_cursor *cursor);
/* What is open where reading stands, in a number: equal where two cursors stand at the same event. */
uint64_t tape_cursor_state(const struct tape_cursor *cursor);
void tape_cursor_close(struct tape_cursor *cursor);
/* Ticks at which the next unread event's block begins; UINT64_MAX at the end. Cheap: reads no block. */
uint64_t tape_cursor_next_ticks(const struct tape_cursor *cursor);
/* 1: *event is the next one; 0: the end; -1: error (memory). Damage gives TAPE_GAP, not an error. An event's value
 * stays until the next call on the cursor. */
int tape_cursor_next(struct tape_cursor *cursor, struct tape_event *event, struct error *error);
/* The same for many at once: 1: *events are the next *count (at least one), valid until the next call on the cursor.
 * Both ways may be mixed. */
int tape_cursor_batch(struct tape_cursor *cursor, const struct tape_event **events, size_t *count, struct error *error);
const struct tape_times *tape_cursor_times(const struct tape_cursor *cursor);
void tape_times_add(struct tape_times *to, const struct tape_times *times);

#endif
