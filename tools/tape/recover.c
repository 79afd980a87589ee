#include "tape/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "tape/arena.h"
#include "tape/clock_now.h"
#include "tape/file.h"
#include "tape/records.h"
#include "tape/recovery.h"
#include "tape/state.h"

/* ---- inputs ----------------------------------------------------------------------------------------------------- */

enum kind { KIND_NONE, KIND_TAPE, KIND_ARENA };

/* Opens a file if it is a tape or an arena; anything else is closed again. *kind; -1: it can't be read. */
static int open_input(const char *path, int *fd, enum kind *kind, struct error *error)
{
    uint8_t magic[8];
    struct stat stat;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *kind = KIND_NONE;
    if (*fd < 0)
        return 0;
    int status = 0;
    if (fstat(*fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
        if (file_read(*fd, 0, magic, sizeof magic) != sizeof magic)
            status = file_unread(path, 0, error);
        else if (memcmp(magic, CT_TAPE_MAGIC, sizeof magic) == 0)
            *kind = KIND_TAPE;
        else if (memcmp(magic, CT_ARENA_MAGIC, sizeof magic) == 0)
            *kind = KIND_ARENA;
    }
    if (*kind != KIND_NONE)
        return 0;
    close(*fd);
    *fd = -1;
    return status;
}

int tape_spare(const char *path, struct error *error)
{
    int fd;
    char safe[512];
    enum kind kind;
    if (open_input(path, &fd, &kind, error) != 0)
        return -1;
    if (kind == KIND_NONE)
        return 0;
    close(fd);
    text_escape(safe, sizeof safe, path, true);
    return error_set(error, "%s is a tape, which is not written over: name another file for the output", safe);
}

/* Takes `path` as the tape or the arena, if it is one and that place is free. */
static int take_input(struct recovery *recovery, const char *path, struct error *error)
{
    int fd;
    enum kind kind;
    if (open_input(path, &fd, &kind, error) != 0)
        return -1;
    int *place = kind == KIND_ARENA ? &recovery->arena : &recovery->tape;
    if (kind != KIND_NONE && *place < 0)
        *place = fd;
    else if (kind != KIND_NONE)
        close(fd);
    return 0;
}

/* What `record -o NAME` leaves stands beside NAME; either of the two may be named itself. */
static int take_beside(struct recovery *recovery, const char *path, struct error *error)
{
    static const char *const endings[] = {".part", ".arena"};
    enum { ENDINGS = sizeof endings / sizeof *endings };
    char name[PATH_MAX];
    size_t length = strlen(path), stem = length;
    for (size_t i = 0; i < ENDINGS; i++)
        if (length > strlen(endings[i]) && strcmp(path + length - strlen(endings[i]), endings[i]) == 0)
            stem = length - strlen(endings[i]);
    for (size_t i = 0; i < ENDINGS; i++)
        if ((size_t)snprintf(name, sizeof name, "%.*s%s", (int)stem, path, endings[i]) < sizeof name &&
            strcmp(name, path) != 0 && take_input(recovery, name, error) != 0)
            return -1;
    return 0;
}

static int read_arena_header(struct recovery *recovery, struct error *error)
{
    struct stat stat;
    struct ct_arena *header = &recovery->header;
    if (fstat(recovery->arena, &stat) != 0)
        return error_set(error, "cannot ask for the size of '%s': %s", recovery->path, strerror(errno));
    if (file_read(recovery->arena, 0, header, sizeof *header) != sizeof *header)
        return file_unread(recovery->path, 0, error) != 0 ? -1
                                                          : error_set(error, "'%s': the arena is too short: %lld bytes",
                                                                      recovery->path, (long long)stat.st_size);
    return arena_header_check(header, (uint64_t)stat.st_size, recovery->path, error);
}

static int read_tape_header(struct recovery *recovery, struct error *error)
{
    struct ct_tape header;
    if (file_read(recovery->tape, 0, &header, sizeof header) != sizeof header)
        return file_unread(recovery->path, 0, error) != 0
                   ? -1
                   : error_set(error, "'%s' is too short to be a tape", recovery->path);
    memcpy(recovery->session, header.session, sizeof header.session);
    recovery->folds = header.version != CT_TAPE_VERSION_PLAIN;
    return 0;
}

/* The two belong together when their sessions say so; else the arena is of another recording. */
static int read_sessions(struct recovery *recovery, struct error *error)
{
    struct error arena_error = {""};
    if (recovery->arena >= 0 && read_arena_header(recovery, &arena_error) != 0) {
        close(recovery->arena);
        recovery->arena = -1;
        recovery->damaged++;
        if (recovery->tape < 0)
            return error_set(error, "%s", arena_error.text);
    }
    if (recovery->tape < 0) {
        memcpy(recovery->session, recovery->header.session, sizeof recovery->session);
        return 0;
    }
    if (read_tape_header(recovery, error) != 0)
        return -1;
    if (recovery->arena >= 0 && memcmp(recovery->session, recovery->header.session, sizeof recovery->session) != 0) {
        close(recovery->arena);
        recovery->arena = -1;
    }
    return 0;
}

static int open_inputs(struct recovery *recovery, struct error *error)
{
    if (take_input(recovery, recovery->path, error) != 0 || take_beside(recovery, recovery->path, error) != 0)
        return -1;
    if (recovery->tape < 0 && recovery->arena < 0)
        return error_set(error,
                         "there is nothing to recover: neither '%s' nor '%s.part' nor '%s.arena' is a "
                         "recording",
                         recovery->path, recovery->path, recovery->path);
    return read_sessions(recovery, error);
}

/* The recorder's heart beats four times a second. Only waited for when a process of its number is there. */
static bool heart_beats(const struct recovery *recovery)
{
    const struct ct_arena *header = &recovery->header;
    if (recovery->arena < 0 || header->recorder_pid == 0 || header->recorder_pid > INT_MAX ||
        (kill((pid_t)header->recorder_pid, 0) != 0 && errno == ESRCH))
        return false;
    for (int i = 0; i < 30; i++) {
        struct ct_arena now;
        if (file_read(recovery->arena, 0, &now, sizeof now) == sizeof now && now.heartbeat != header->heartbeat)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
    }
    return false;
}

static void close_inputs(struct recovery *recovery)
{
    if (recovery->tape >= 0)
        close(recovery->tape);
    if (recovery->arena >= 0)
        close(recovery->arena);
    free(recovery->ranges);
}

/* ---- what no input tells ---------------------------------------------------------------------------------------- */

static int add_note(struct recovery *recovery, enum ct_note_kind kind, uint64_t count, struct error *error,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

static int add_note(struct recovery *recovery, enum ct_note_kind kind, uint64_t count, struct error *error,
                    const char *format, ...)
{
    char text[256];
    const char *const strings[] = {text};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct ct_note note = {.kind = kind, .process = CT_NONE, .count = count};
    return writer_record(recovery->writer, CT_RECORD_NOTE, &note, sizeof note, strings, 1, error);
}

static int add_notes(struct recovery *recovery, struct error *error)
{
    unsigned long long chunks = recovery->chunks, damaged = recovery->damaged, torn = recovery->torn;
    bool alone = recovery->tape < 0;
    char count[TEXT_NUMBER];
    int status = 0;
    if (alone && recovery->header.recorder_pid == 0)
        status = add_note(recovery, CT_NOTE_INFO, 0, error,
                          "This was recorded without a recorder: its command line and how its processes ended are not "
                          "known.");
    else if (alone)
        status = add_note(recovery, CT_NOTE_LOSS, 0, error,
                          "What the recorder had packed is not here: only the %llu chunks that stood in the arena are.",
                          chunks);
    else if (!recovery->finished && !recovery->recorder_lives)
        status = add_note(recovery, CT_NOTE_INFO, 0, error,
                          "The recorder ended before the recording did: its end was put together from what it had "
                          "written and %llu chunks left in the arena.",
                          chunks);
    if (status == 0 && recovery->header.overwritten_events != 0 && !recovery->finished)
        status = add_note(recovery, CT_NOTE_INFO, recovery->header.overwritten_events, error,
                          "The recording kept what was newest (record --full overwrite): %s older events are counted, "
                          "but not here.",
                          text_count(count, recovery->header.overwritten_events));
    if (status == 0 && recovery->folds && !recovery->finished)
        status = add_note(recovery, CT_NOTE_INFO, 0, error,
                          "Short calls were folded (record --fold): when each of them was and how long it took is not "
                          "known.");
    if (status == 0 && damaged)
        status = add_note(recovery, CT_NOTE_LOSS, damaged, error,
                          "%llu damaged part%s left out when this recording was recovered.", damaged,
                          damaged == 1 ? " was" : "s were");
    else if (status == 0 && recovery->lacks)
        status = add_note(recovery, CT_NOTE_LOSS, recovery->lacks, error,
                          "Parts of this recording were not there when it was recovered.");
    if (status == 0 && torn)
        status = add_note(recovery, CT_NOTE_LOSS, torn, error,
                          "%llu words of what a dying process told of itself could not be read.", torn);
    return status;
}

static int add_session(struct recovery *recovery, struct error *error)
{
    static const char *const unknown[] = {"", "", "", "", ""};
    const struct ct_arena *header = &recovery->header;
    if (recovery->has_session || recovery->arena < 0)
        return 0;
    struct ct_session session = {
        .start_ticks = header->start_ticks,
        .start_monotonic_ns = header->start_monotonic_ns,
        .start_real_ns = header->start_real_ns,
        .clock = header->clock,
    };
    return writer_record(recovery->writer, CT_RECORD_SESSION, &session, sizeof session, unknown,
                         sizeof unknown / sizeof *unknown, error);
}

static int add_pair(struct recovery *recovery, uint64_t ticks, uint64_t monotonic_ns, uint64_t real_ns,
                    struct error *error)
{
    struct ct_clock_pair pair = {.ticks = ticks, .monotonic_ns = monotonic_ns, .real_ns = real_ns};
    return writer_record(recovery->writer, CT_RECORD_CLOCK, &pair, sizeof pair, NULL, 0, error);
}

static uint64_t clock_reading(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Whether the arena's start pair was read on this machine since it booted, and it has not slept since then: real time
 * and CLOCK_MONOTONIC must have gone on by the same, to the second that a clock may be set by. */
static bool same_boot(const struct ct_arena *header, uint64_t monotonic_ns, uint64_t real_ns, uint64_t ticks)
{
    static const uint64_t slack = UINT64_C(2000000000);
    if (monotonic_ns <= header->start_monotonic_ns || real_ns <= header->start_real_ns ||
        ticks <= header->start_ticks || clock_reading(CLOCK_BOOTTIME) > monotonic_ns + slack)
        return false;
    uint64_t monotonic = monotonic_ns - header->start_monotonic_ns, real = real_ns - header->start_real_ns;
    return (monotonic > real ? monotonic - real : real - monotonic) < slack;
}

/* The arena's own pair, and where that is the only one, one read now: the clock's rate does not change. */
static int add_clock(struct recovery *recovery, struct error *error)
{
    const struct ct_arena *header = &recovery->header;
    if (recovery->arena < 0 || header->clock == CT_CLOCK_MONOTONIC)
        return 0;
    if (add_pair(recovery, header->start_ticks, header->start_monotonic_ns, header->start_real_ns, error) != 0)
        return -1;
    uint64_t ticks, monotonic_ns = clock_reading(CLOCK_MONOTONIC), real_ns = clock_reading(CLOCK_REALTIME);
    if (recovery->clock_pairs > 1 || !clock_now(header->clock, &ticks) ||
        !same_boot(header, monotonic_ns, real_ns, ticks))
        return 0;
    return add_pair(recovery, ticks, monotonic_ns, real_ns, error);
}

/* ---- whether it goes on ----------------------------------------------------------------------------------------- */

/* Whether the process that a recording tells of is still there: same number, same executable. */
static bool process_lives(const struct tape_process *process)
{
    char link[64], executable[PATH_MAX];
    if (process->end_cause != CT_END_UNKNOWN || process->pid == 0)
        return false;
    snprintf(link, sizeof link, "/proc/%u/exe", process->pid);
    ssize_t length = readlink(link, executable, sizeof executable - 1);
    if (length < 0)
        return false;
    executable[length] = 0;
    return strcmp(executable, process->executable) == 0;
}

static bool still_recording(const struct recovery *recovery, const struct tape *tape)
{
    uint32_t count;
    const struct tape_process *processes = tape_processes(tape, &count);
    if (recovery->arena < 0)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (process_lives(&processes[i]))
            return true;
    return recovery->recorder_lives;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* The order matters while others write. Events first, then the records that name their functions; the tape both
 * before (so that most chunks need no reading) and after (what the recorder packed and freed meanwhile is in it). */
static int copy_inputs(struct recovery *recovery, struct error *error)
{
    bool tape = recovery->tape >= 0, arena = recovery->arena >= 0;
    if (tape && recover_tape(recovery, error) != 0)
        return -1;
    if (arena && (recover_events(recovery, error) != 0 || recover_meta(recovery, error) != 0))
        return -1;
    if (tape && arena && recover_tape(recovery, error) != 0)
        return -1;
    if (add_session(recovery, error) != 0 || add_clock(recovery, error) != 0)
        return -1;
    return 0;
}

/* What was written so far, read as a tape: for the names of its functions and for who is still there. */
static int look_at(struct recovery *recovery, int out, const char *out_path, recover_names *names, void *context,
                   struct recover_result *result, struct error *error)
{
    struct tape *tape = tape_open_fd(out, out_path, error);
    if (!tape)
        return -1;
    result->still_recording = still_recording(recovery, tape);
    recovery->lacks = tape->lacks;
    int status = 0;
    if (names && names(recovery->writer, tape, context) != 0)
        status = error_set(error, "cannot name the functions of '%s'", recovery->path);
    tape_close(tape);
    return status;
}

static int write_all(struct recovery *recovery, int out, const char *out_path, recover_names *names, void *context,
                     struct recover_result *result, struct error *error)
{
    if ((recovery->folds && writer_allow_folds(recovery->writer, error) != 0) || copy_inputs(recovery, error) != 0 ||
        writer_flush_meta(recovery->writer, error) != 0) {
        close(out);
        return -1;
    }
    if (look_at(recovery, out, out_path, names, context, result, error) != 0)
        return -1;
    if (result->still_recording &&
        add_note(recovery, CT_NOTE_INFO, 0, error, "The recording was still going on when this was read.") != 0)
        return -1;
    return add_notes(recovery, error);
}

static int finish(struct recovery *recovery, struct recover_result *result, struct error *error)
{
    /* the end of a tape that has one counts the arena's in */
    bool arena = recovery->arena >= 0 && !recovery->finished;
    uint64_t lost = recovery->lost_events + (arena ? recovery->header.lost_events : 0);
    struct writer_totals totals = writer_totals(recovery->writer);
    result->events = totals.events;
    result->entries = totals.entries;
    result->lost_events = totals.lost_events + lost;
    result->damaged_sections = recovery->damaged;
    int status = writer_finish(recovery->writer, lost, error);
    recovery->writer = NULL;
    return status;
}

int recover_into(const char *path, int out, const char *out_path, recover_names *names, void *context,
                 struct recover_result *result, struct error *error)
{
    struct recovery recovery = {.path = path, .tape = -1, .arena = -1};
    *result = (struct recover_result){0};
    int status = open_inputs(&recovery, error);
    recovery.recorder_lives = status == 0 && heart_beats(&recovery);
    int again = status == 0 ? fcntl(out, F_DUPFD_CLOEXEC, 0) : -1;
    if (again < 0 && status == 0)
        status = error_set(error, "cannot recover '%s': %s", path, strerror(errno));
    if (status == 0 && !(recovery.writer = writer_attach(out, out_path, recovery.session, error))) {
        close(again);
        status = -1;
    } else if (status == 0) {
        status = write_all(&recovery, again, out_path, names, context, result, error);
        if (status == 0)
            status = finish(&recovery, result, error);
    } else {
        close(out);
    }
    writer_abort(recovery.writer);
    close_inputs(&recovery);
    return status;
}

/* The output must be a file of its own: inputs are never changed. */
int recover(const char *path, const char *out, recover_names *names, void *context, struct recover_result *result,
            struct error *error)
{
    int fd = open(out, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, "cannot create '%s': %s", out, strerror(errno));
    int status = recover_into(path, fd, out, names, context, result, error);
    if (status != 0)
        unlink(out);
    return status;
}
