#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pager.h"
#include "base/text.h"

enum { BUFFER_BYTES = 65536 };

enum { NOWHERE = -1, MEMORY = -2 }; /* in place of a file descriptor */

struct output {
    int fd;
    char *path;  /* NULL: standard output */
    pid_t pager; /* 0: none */
    bool utf8, colour, terminal, gone;
    size_t width;
    enum output_style style; /* that is on */
    int failure;             /* errno of the first write that failed */
    uint64_t sent;           /* bytes that left the buffer */
    char *kept;              /* of MEMORY: those, `sent` of them */
    size_t used;
    char buffer[BUFFER_BYTES];
};

static bool has(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

/* $COLUMNS wherever it is set, else the terminal's width, else 0. */
static size_t find_width(bool terminal)
{
    const char *columns = getenv("COLUMNS");
    long wanted = columns != NULL ? strtol(columns, NULL, 10) : 0;
    if (wanted > 0 && wanted < 10000)
        return (size_t)wanted;
    if (!terminal)
        return 0;
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
        return size.ws_col;
    return 80;
}

bool output_locale_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static struct output *create(int fd, struct error *error)
{
    struct output *output = malloc(sizeof *output);
    if (output == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    memset(output, 0, offsetof(struct output, buffer));
    output->fd = fd;
    return output;
}

struct output *output_file(const char *path, struct error *error)
{
    struct output *output = create(NOWHERE, error);
    if (output == NULL)
        return NULL;
    output->path = text_escaped(path, true);
    output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output->path != NULL && output->fd >= 0)
        return output;
    if (output->path == NULL)
        error_set(error, "out of memory");
    else
        error_set(error, "cannot write '%s': %s", output->path, strerror(errno));
    output_close(output, NULL);
    return NULL;
}

struct output *output_memory(struct error *error)
{
    return create(MEMORY, error);
}

void output_like_terminal(struct output *output, size_t width, bool utf8)
{
    output->width = width;
    output->utf8 = utf8;
    output->colour = true;
}

struct output *output_nowhere(struct error *error)
{
    return create(NOWHERE, error);
}

struct output *output_open(enum output_colour colour, bool page, struct error *error)
{
    struct output *output = create(STDOUT_FILENO, error);
    if (output == NULL)
        return NULL;
    output->terminal = isatty(STDOUT_FILENO) == 1;
    output->width = find_width(output->terminal);
    output->utf8 = output_locale_utf8();
    const char *term = getenv("TERM");
    bool fit = output->terminal && !has("NO_COLOR") && term != NULL && strcmp(term, "dumb") != 0;
    output->colour = colour == OUTPUT_COLOUR_ALWAYS || (colour == OUTPUT_COLOUR_AUTO && fit);
    signal(SIGPIPE, SIG_IGN);
    if (page && output->terminal)
        output->pager = pager_start(&output->fd);
    return output;
}

static void keep_bytes(struct output *output, const char *bytes, size_t count)
{
    char *kept = realloc(output->kept, output->sent + count + 1);
    if (kept == NULL) {
        output->failure = ENOMEM;
        return;
    }
    memcpy(kept + output->sent, bytes, count);
    kept[output->sent + count] = '\0';
    output->kept = kept;
}

static void send_bytes(struct output *output, const char *bytes, size_t count)
{
    if (output->fd == MEMORY)
        keep_bytes(output, bytes, count);
    output->sent += count;
    if (output->fd < 0)
        return;
    while (count != 0 && !output->gone && output->failure == 0) {
        ssize_t done = write(output->fd, bytes, count);
        if (done >= 0) {
            bytes += done;
            count -= (size_t)done;
        } else if (errno == EPIPE) {
            output->gone = true;
        } else if (errno != EINTR) {
            output->failure = errno;
        }
    }
}

void output_flush(struct output *output)
{
    send_bytes(output, output->buffer, output->used);
    output->used = 0;
}

/* Waits for a pager, closes the file; 0 or errno. */
static int close_file(struct output *output)
{
    if (output->fd < 0)
        return 0;
    int status = close(output->fd) != 0 ? errno : 0;
    if (output->pager == 0)
        return status;
    while (waitpid(output->pager, NULL, 0) < 0 && errno == EINTR)
        continue;
    return 0;
}

int output_close(struct output *output, struct error *error)
{
    output_style(output, OUTPUT_PLAIN);
    output_flush(output);
    int failure = output->failure, closing = close_file(output), status = 0;
    if (failure == 0)
        failure = closing;
    if (failure != 0 && error != NULL && output->path != NULL)
        status = error_set(error, "cannot write '%s': %s", output->path, strerror(failure));
    else if (failure != 0 && error != NULL)
        status = error_set(error, "standard output: %s", strerror(failure));
    free(output->path);
    free(output->kept);
    free(output);
    return status;
}

void output_undo(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
        unlink(path);
}

uint64_t output_written(const struct output *output)
{
    return output->sent + output->used;
}

char *output_taken(struct output *output, size_t *count)
{
    output_flush(output);
    char *kept = output->failure == 0 ? output->kept : NULL;
    *count = output->sent;
    output->kept = NULL;
    output->sent = 0;
    return kept;
}

char *output_room(struct output *output, size_t count)
{
    if (count > BUFFER_BYTES - output->used)
        output_flush(output);
    return output->buffer + output->used;
}

void output_filled(struct output *output, const char *end)
{
    output->used = (size_t)(end - output->buffer);
}

bool output_utf8(const struct output *output)
{
    return output->utf8;
}

bool output_terminal(const struct output *output)
{
    return output->terminal;
}

void output_unlimited(struct output *output)
{
    output->width = 0;
}

size_t output_width(const struct output *output)
{
    return output->width;
}

bool output_coloured(const struct output *output)
{
    return output->colour;
}

bool output_gone(const struct output *output)
{
    return output->gone || output->failure != 0;
}

void output_bytes(struct output *output, const void *bytes, size_t count)
{
    if (count > BUFFER_BYTES - output->used)
        output_flush(output);
    if (count > BUFFER_BYTES) {
        send_bytes(output, bytes, count);
        return;
    }
    memcpy(output->buffer + output->used, bytes, count);
    output->used += count;
}

void output_no_memory(struct output *output)
{
    if (output->failure == 0)
        output->failure = ENOMEM;
}

void output_made(struct output *output, char *text)
{
    if (text != NULL)
        output_text(output, text);
    else
        output_no_memory(output);
    free(text);
}

void output_text(struct output *output, const char *text)
{
    output_bytes(output, text, strlen(text));
}

void output_format(struct output *output, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        output_bytes(output, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static const char *const codes[OUTPUT_STYLES] = {
    [OUTPUT_PLAIN] = "\x1b[0m",    [OUTPUT_HEAD] = "\x1b[0;4m",   [OUTPUT_DIM] = "\x1b[0;2m",
    [OUTPUT_STRONG] = "\x1b[0;1m", [OUTPUT_HOT] = "\x1b[0;1;31m", [OUTPUT_WARN] = "\x1b[0;33m",
};

enum output_style output_mark(const char **text)
{
    for (enum output_style style = 0; style < OUTPUT_STYLES; style++) {
        size_t length = strlen(codes[style]);
        if (strncmp(*text, codes[style], length) == 0) {
            *text += length;
            return style;
        }
    }
    return OUTPUT_STYLES;
}

void output_style(struct output *output, enum output_style style)
{
    if (output->colour && style != output->style)
        output_text(output, codes[style]);
    output->style = style;
}

void output_pad(struct output *output, size_t columns)
{
    static const char spaces[] = "                                                                ";
    for (size_t piece; columns != 0; columns -= piece) {
        piece = columns < sizeof spaces - 1 ? columns : sizeof spaces - 1;
        output_bytes(output, spaces, piece);
    }
}

void output_left(struct output *output, const char *text, size_t columns)
{
    size_t width = text_width(text);
    output_text(output, text);
    output_pad(output, width < columns ? columns - width : 0);
}

void output_right(struct output *output, const char *text, size_t columns)
{
    size_t width = text_width(text);
    output_pad(output, width < columns ? columns - width : 0);
    output_text(output, text);
}

size_t output_escaped(struct output *output, const char *text)
{
    char some[512];
    size_t length = text_escape(some, sizeof some, text, output->utf8);
    if (length < sizeof some) {
        output_text(output, some);
        return text_width(some);
    }
    char *whole = text_escaped(text, output->utf8);
    size_t width = whole != NULL ? text_width(whole) : 0;
    output_made(output, whole);
    return width;
}
