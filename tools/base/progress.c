#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { LOOK_EVERY = 1 << 16, FIRST_MS = 1000, EVERY_MS = 200 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, const char *what, uint64_t total)
{
    *progress = (struct progress){.what = what, .total = total, .next_look = LOOK_EVERY};
    progress->terminal = isatty(STDERR_FILENO) == 1;
    progress->started_ms = now_ms();
}

static void say(struct progress *progress, int64_t now)
{
    char line[128], count[TEXT_NUMBER];
    double seconds = (double)(now - progress->started_ms) / 1000;
    int length = snprintf(line, sizeof line, "\r%s: %s events, ", progress->what, text_count(count, progress->done));
    if (progress->total != 0)
        length += snprintf(line + length, sizeof line - (size_t)length, "%.0f %%, ",
                           100 * (double)progress->done / (double)progress->total);
    length += snprintf(line + length, sizeof line - (size_t)length, "%.0f s\x1b[K", seconds);
    /* Progress that can't be shown is no reason to stop. */
    progress->shown = write(STDERR_FILENO, line, (size_t)length) == length || progress->shown;
    progress->said_ms = now;
}

void progress_add(struct progress *progress, uint64_t more)
{
    progress->done += more;
    if (!progress->terminal || progress->done < progress->next_look)
        return;
    progress->next_look = progress->done + LOOK_EVERY;
    int64_t now = now_ms();
    if (now - progress->started_ms >= FIRST_MS && now - progress->said_ms >= EVERY_MS)
        say(progress, now);
}

int progress_count(void *progress, uint64_t more)
{
    progress_add(progress, more);
    return 0;
}

void progress_end(struct progress *progress)
{
    static const char erase[] = "\r\x1b[K";
    if (progress->shown)
        progress->shown = write(STDERR_FILENO, erase, sizeof erase - 1) < 0;
}
