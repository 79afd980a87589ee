#include "symbol/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

/* ---- the child -------------------------------------------------------------------------------------------------- */

static void limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit old, fresh = {.rlim_cur = soft, .rlim_max = hard};
    if (getrlimit((__rlimit_resource_t)resource, &old) == 0 && old.rlim_max < fresh.rlim_max)
        fresh.rlim_max = old.rlim_max;
    if (fresh.rlim_cur > fresh.rlim_max)
        fresh.rlim_cur = fresh.rlim_max;
    setrlimit((__rlimit_resource_t)resource, &fresh);
}

/* What counts against RLIMIT_DATA now: that limit leaves out files that are mapped, however large. */
static uint64_t data_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void set_limits(const struct sandbox_limits *limits)
{
    uint64_t memory = data_bytes() + limits->memory_bytes;
    limit(RLIMIT_CORE, 0, 0);
    if (!limits->writes)
        limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + 1);
    limit(RLIMIT_DATA, memory, memory);
}

/* Libraries that speak, on standard output even, are not to be heard. */
static void leave_standard_files(void)
{
    int nothing = open("/dev/null", O_RDWR);
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (nothing < 0 || dup2(nothing, file) < 0)
            close(file);
}

static _Noreturn void be_child(sandbox_work *work, void *context, const struct sandbox_limits *limits, int answer,
                               pid_t parent)
{
    static const int deadly[] = {SIGSEGV, SIGBUS,  SIGABRT, SIGILL, SIGFPE, SIGXCPU,
                                 SIGPIPE, SIGTERM, SIGINT,  SIGHUP, SIGQUIT};
    sigset_t unblocked;
    sigemptyset(&unblocked);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        signal(deadly[i], SIG_DFL);
        sigaddset(&unblocked, deadly[i]);
    }
    sigprocmask(SIG_UNBLOCK, &unblocked, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || (answer = fcntl(answer, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) < 0)
        _exit(1);
    leave_standard_files();
    set_limits(limits);
    work(context, answer);
    _exit(0);
}

void sandbox_answer(int answer, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t written = write(answer, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(1);
        at += written;
        size -= (size_t)written;
    }
}

/* ---- the parent ------------------------------------------------------------------------------------------------- */

struct reader {
    char *bytes;
    size_t size, room, most;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static bool make_room(struct reader *reader)
{
    if (reader->room - reader->size >= READ_BYTES)
        return true;
    size_t room = reader->room ? reader->room * 2 : 2 * READ_BYTES;
    char *bytes = reader->size < reader->most ? realloc(reader->bytes, room) : NULL;
    if (!bytes)
        return false;
    reader->bytes = bytes;
    reader->room = room;
    return true;
}

/* Until the end of the answer, the time, or the room. */
static void read_answer(struct reader *reader, int answer, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd ready = {.fd = answer, .events = POLLIN};
        if (left <= 0 || !make_room(reader))
            return;
        int found = poll(&ready, 1, (int)left);
        if (found < 0 && errno == EINTR)
            continue;
        ssize_t got = found > 0 ? read(answer, reader->bytes + reader->size, READ_BYTES) : -1;
        if (got <= 0)
            return;
        reader->size += (size_t)got;
    }
}

/* True when it ended by itself; where that can't be told (nobody waits for children here), it is believed to. */
static bool reap(pid_t child)
{
    int status = 0;
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0;
}

void *sandbox_run(sandbox_work *work, void *context, const struct sandbox_limits *limits, size_t *bytes, bool *whole)
{
    int answer[2];
    struct reader reader = {.most = limits->answer_bytes};
    pid_t parent = getpid();
    *bytes = 0;
    *whole = false;
    if (pipe2(answer, O_CLOEXEC) != 0)
        return NULL;
    pid_t child = fork();
    if (child == 0) {
        close(answer[0]);
        be_child(work, context, limits, answer[1], parent);
    }
    close(answer[1]);
    if (child > 0) {
        read_answer(&reader, answer[0], now_ms() + limits->seconds * INT64_C(1000));
        *whole = reap(child);
    }
    close(answer[0]);
    *bytes = reader.size;
    return reader.bytes;
}
