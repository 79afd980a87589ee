/* tape_open: a tape as it stands, or a recording that never ended, recovered first. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tape/file.h"
#include "tape/recovery.h"
#include "tape/state.h"

/* A file that is gone when it is closed. */
static int temporary_file(struct error *error)
{
    const char *directory = getenv("TMPDIR");
    char name[PATH_MAX];
    if (!directory || !*directory)
        directory = "/tmp";
    if ((size_t)snprintf(name, sizeof name, "%s/calltape-XXXXXX", directory) >= sizeof name)
        return error_set(error, "TMPDIR is too long");
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return error_set(error, "cannot create a temporary file in '%s': %s; set TMPDIR to another directory",
                         directory, strerror(errno));
    unlink(name);
    return fd;
}

static struct tape *open_recovered(const char *path, struct error *error)
{
    struct recover_result result;
    int out = temporary_file(error);
    if (out < 0)
        return NULL;
    int again = fcntl(out, F_DUPFD_CLOEXEC, 0);
    if (again < 0) {
        error_set(error, "cannot open '%s': %s", path, strerror(errno));
        close(out);
        return NULL;
    }
    if (recover_into(path, out, path, NULL, NULL, &result, error) != 0) {
        close(again);
        return NULL;
    }
    struct tape *tape = tape_open_fd(again, path, error);
    if (tape)
        tape->session.finished = false;
    return tape;
}

/* A tape stays what it is while, or after, another recording to the same name did not come to its end: then what the
 * user asks of is an earlier one. */
static int note_beside(struct tape *tape, const char *path)
{
    char name[PATH_MAX], text[2 * PATH_MAX + 200];
    if ((size_t)snprintf(name, sizeof name, "%s.part", path) >= sizeof name || access(name, F_OK) != 0)
        return 0;
    snprintf(text, sizeof text,
             "A later recording to this name has not ended: '%s'; if it never will, "
             "`calltape check --repair '%s'` saves it.",
             name, name);
    const char *own = tape_own(tape, text);
    return own ? tape_add_note(tape, own) : -1;
}

/* Whether `record -o PATH` left something of which PATH itself is not there yet. */
static bool left_beside(const char *path)
{
    char name[PATH_MAX];
    static const char *const endings[] = {".part", ".arena"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if ((size_t)snprintf(name, sizeof name, "%s%s", path, endings[i]) < sizeof name && access(name, F_OK) == 0)
            return true;
    return false;
}

struct tape *tape_open(const char *path, struct error *error)
{
    uint8_t magic[8] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* not to wait for a pipe's other end */
    if (fd < 0 && errno == ENOENT && left_beside(path))
        return open_recovered(path, error);
    if (fd < 0) {
        error_set(error, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    if (file_read(fd, 0, magic, sizeof magic) == sizeof magic && memcmp(magic, CT_ARENA_MAGIC, sizeof magic) == 0) {
        close(fd);
        return open_recovered(path, error);
    }
    struct tape *tape = tape_open_fd(fd, path, error);
    if (tape && tape->sections.finished && note_beside(tape, path) != 0) {
        error_set(error, "cannot open '%s': out of memory", path);
        tape_close(tape);
        return NULL;
    }
    return tape;
}
