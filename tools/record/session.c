#include "record/session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "record/clock.h"
#include "record/follow.h"
#include "record/helper.h"

#define CHUNKS_MOST (1u << 18) /* 16 GiB of address space and of sparse file */
#define CHUNKS_LEAST (1u << 8)
#define BUFFER_LEAST 16u
#define BUFFER_USUAL 1024u

static int set_paths(struct session *session, const char *output, struct error *error)
{
    char directory[PATH_MAX] = "";
    if (output[0] != '/' && !getcwd(directory, sizeof directory))
        return error_set(error, "the current directory can't be told (%s); give -o an absolute path", strerror(errno));
    int length = snprintf(session->path, sizeof session->path, "%s%s%s", directory, *directory ? "/" : "", output);
    if (length < 0 || (size_t)length >= sizeof session->path)
        return error_set(error, "-o %.64s...: the path is too long", output);
    snprintf(session->part, sizeof session->part, "%s.part", session->path);
    snprintf(session->arena_path, sizeof session->arena_path, "%s.arena", session->path);
    return 0;
}

/* The tape takes the place of what is there: that must be a tape, or nothing. */
static int check_target(const struct session *session, const char *output, struct error *error)
{
    char magic[8] = "";
    static const char tape[8] = CT_TAPE_MAGIC, arena[8] = CT_ARENA_MAGIC;
    struct stat status;
    const char *name = strrchr(session->path, '/') + 1;
    if (!*name)
        return error_set(error, "-o '%s' names no file; give a name such as run.tape", output);
    if (lstat(session->path, &status) != 0)
        return 0;
    if (!S_ISREG(status.st_mode))
        return error_set(error, "-o %s: %s is there, and a tape would take its place; choose another name", output,
                         S_ISDIR(status.st_mode) ? "a directory" : "something that is no regular file");
    int file = open(session->path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, magic, sizeof magic) : -1;
    if (file >= 0)
        close(file);
    if (got == 0 || (got == sizeof magic && (!memcmp(magic, tape, 8) || !memcmp(magic, arena, 8))))
        return 0;
    return error_set(error, "-o %s: a file that is no tape is there; choose another name, or remove it", output);
}

/* What a killed recorder left is the only copy of its recording. */
static int check_leftovers(const struct session *session, const struct session_options *options, struct error *error)
{
    int file = open(session->arena_path, O_RDWR | O_CLOEXEC);
    if (file < 0 && access(session->part, F_OK) != 0)
        return 0;
    bool locked = file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0;
    if (file >= 0)
        close(file);
    if (locked)
        return error_set(error, "%s: another calltape is recording to it now; choose another with -o", options->output);
    if (!options->force)
        return error_set(error,
                         "%s.part: an earlier recording of this name never ended; save it with `calltape check "
                         "--repair %s`, or replace it with --force",
                         options->output, options->output);
    unlink(session->arena_path);
    unlink(session->part);
    return 0;
}

static uint32_t set_size(int file)
{
    for (uint32_t chunks = CHUNKS_MOST; chunks >= CHUNKS_LEAST; chunks >>= 1) {
        if (ftruncate(file, (off_t)chunks * CT_CHUNK_BYTES) == 0)
            return chunks;
    }
    return 0;
}

/* The buffer's disk space is taken now, and at most half of what is free, so that no program can run into a full disk
 * and the tape can always be ended. Where the file system knows no reserving, chunks are checked as they are taken. */
static int reserve_buffer(struct ct_arena *header, int file)
{
    struct statvfs disk;
    off_t start = (off_t)header->first_chunk * CT_CHUNK_BYTES;
    if (fstatvfs(file, &disk) != 0)
        return 0;
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    while ((uint64_t)start + (uint64_t)header->buffer_chunks * CT_CHUNK_BYTES > free_bytes / 2) {
        header->buffer_chunks /= 2;
        if (header->buffer_chunks < BUFFER_LEAST)
            return -1;
    }
    int failed = fallocate(file, 0, 0, start + (off_t)header->buffer_chunks * CT_CHUNK_BYTES);
    return failed && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) ? -1 : 0;
}

uint32_t session_buffer(uint32_t threads, uint32_t most)
{
    return threads + 3 < most / GROUP ? (threads + 3) * GROUP : most;
}

static int set_buffer(struct session *session, struct ct_arena *header, int file, const struct session_options *options)
{
    bool as_needed = options->buffer_bytes == BUFFER_AS_NEEDED;
    uint64_t buffer = as_needed ? BUFFER_USUAL : options->buffer_bytes / CT_CHUNK_BYTES;
    uint32_t most = header->chunk_count - header->first_chunk;
    header->buffer_chunks = (uint32_t)(buffer < BUFFER_LEAST ? BUFFER_LEAST : buffer > most ? most : buffer);
    if (reserve_buffer(header, file) != 0)
        return -1;
    session->buffer_most = header->buffer_chunks;
    if (as_needed && options->full == CT_FULL_WAIT)
        header->buffer_chunks = session_buffer(1, session->buffer_most);
    return 0;
}

static int fill_arena(struct session *session, int file, const struct session_options *options, struct error *error)
{
    uint32_t chunks = set_size(file);
    if (!chunks)
        return error_set(error, "%s: can't be made large enough: %s; choose another directory with -o",
                         session->arena_path, strerror(errno));
    struct ct_clock_pair pair = clock_pair(session->clock);
    struct ct_arena header = {
        .magic = CT_ARENA_MAGIC,
        .version = CT_ARENA_VERSION,
        .byte_order = CT_BYTE_ORDER,
        .chunk_count = chunks,
        .first_chunk =
            (uint32_t)((CT_RECIPES_OFFSET(chunks) + options->recipes_bytes + CT_CHUNK_BYTES - 1) / CT_CHUNK_BYTES),
        .recipes_bytes = (uint32_t)options->recipes_bytes,
        .clock = session->clock,
        .start_ticks = pair.ticks,
        .start_monotonic_ns = pair.monotonic_ns,
        .start_real_ns = pair.real_ns,
        .recorder_pid = (uint32_t)getpid(),
        .recorder_pid_namespace = follow_pid_namespace(),
        .adaptive = options->adaptive,
        .full = options->full,
        .keep_preempted = options->keep_preempted,
        .paused = options->paused,
        .filter = options->filter,
        .next_function = 1,
        .next_key = 1,
        .monotonic_offset_ns = clock_namespace_offset(),
    };
    if (getrandom(header.session, sizeof header.session, 0) != sizeof header.session)
        header.session[0] = pair.real_ns;
    if (set_buffer(session, &header, file, options) != 0)
        return error_set(error, "%s: no space left on the disk for the buffer; choose another directory with -o",
                         session->arena_path);
    if (pwrite(file, &header, sizeof header, 0) != (ssize_t)sizeof header ||
        pwrite(file, options->recipes, options->recipes_bytes, (off_t)CT_RECIPES_OFFSET(chunks)) !=
            (ssize_t)options->recipes_bytes)
        return error_set(error, "%s: %s", session->arena_path, strerror(errno));
    return 0;
}

static int create_arena(struct session *session, const struct session_options *options, struct error *error)
{
    session->lock = open(session->arena_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (session->lock < 0)
        return error_set(error, "%s: can't be written: %s; choose another place with -o", session->arena_path,
                         strerror(errno));
    flock(session->lock, LOCK_EX | LOCK_NB);
    if (fill_arena(session, session->lock, options, error) != 0 ||
        arena_open(&session->arena, session->arena_path, true, error) != 0) {
        close(session->lock);
        unlink(session->arena_path);
        return -1;
    }
    return 0;
}

int session_clock_record(struct session *session, struct error *error)
{
    struct ct_clock_pair pair = clock_pair(session->clock);
    return writer_record(session->writer, CT_RECORD_CLOCK, &pair, sizeof pair, NULL, 0, error);
}

static int write_session(struct session *session, const struct session_options *options, struct error *error)
{
    struct utsname system = {0};
    char directory[PATH_MAX] = "";
    uname(&system);
    if (!getcwd(directory, sizeof directory))
        directory[0] = 0;
    const struct ct_arena *arena = session->arena.header;
    struct ct_session record = {
        .start_ticks = arena->start_ticks,
        .start_monotonic_ns = arena->start_monotonic_ns,
        .start_real_ns = arena->start_real_ns,
        .clock = session->clock,
        .argument_count = (uint32_t)options->argument_count,
    };
    const char *const strings[] = {directory, system.nodename, system.machine, system.release, CALLTAPE_VERSION};
    if (writer_record(session->writer, CT_RECORD_SESSION, &record, sizeof record, strings, 5, error) != 0)
        return -1;
    for (int i = 0; i < options->argument_count; i++) {
        struct ct_argument argument = {0};
        if (writer_record(session->writer, CT_RECORD_ARGUMENT, &argument, sizeof argument,
                          (const char *const *)&options->arguments[i], 1, error) != 0)
            return -1;
    }
    if (session_clock_record(session, error) != 0)
        return -1;
    return writer_flush_meta(session->writer, error);
}

/* Beside the tape others may be allowed to write: a file, or a link, that appeared there meanwhile is not followed. */
static struct writer *create_part(const struct session *session, struct error *error)
{
    int file = open(session->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        error_set(error, "cannot create '%s': %s", session->part, strerror(errno));
        return NULL;
    }
    struct writer *writer = writer_attach(file, session->part, session->arena.header->session, error);
    if (!writer)
        unlink(session->part);
    return writer;
}

int session_fold(const struct session *session, struct writer *writer, struct error *error)
{
    return session->fold != UINT64_MAX ? writer_fold(writer, session->fold, error) : 0;
}

int session_begin(struct session *session, const struct session_options *options, struct error *error)
{
    *session = (struct session){.lock = -1, .clock = clock_choose(), .fold = options->fold};
    if (set_paths(session, options->output, error) != 0 || check_target(session, options->output, error) != 0 ||
        check_leftovers(session, options, error) != 0 || create_arena(session, options, error) != 0)
        return -1;
    session->writer = create_part(session, error);
    if (!session->writer || session_fold(session, session->writer, error) != 0 ||
        write_session(session, options, error) != 0) {
        session_discard(session);
        return -1;
    }
    return 0;
}

void session_discard(struct session *session)
{
    if (session->writer)
        unlink(session->part); /* else what may be there is another's */
    writer_abort(session->writer);
    session->writer = NULL;
    arena_close(&session->arena);
    unlink(session->arena_path);
    close(session->lock);
}

int session_finish(struct session *session, struct error *error)
{
    struct writer *writer = session->writer;
    uint64_t lost = __atomic_load_n(&session->arena.header->lost_events, __ATOMIC_RELAXED);
    session->writer = NULL;
    if (writer_finish(writer, lost, error) != 0)
        return -1;
    if (rename(session->part, session->path) != 0)
        return error_set(error, "%s: can't be renamed to %s: %s", session->part, session->path, strerror(errno));
    unlink(session->arena_path);
    arena_close(&session->arena);
    close(session->lock);
    return 0;
}
