#include "cmd/page.h"

#include "base/progress.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "view/html.h"

struct pyramid *page_pyramid(struct tape *tape, const struct filter_choice *choice, bool counted, struct error *error)
{
    const struct pyramid_wish wish = {.choice = choice,
                                      .counted = counted,
                                      .events_a_bucket = html_events_a_bucket,
                                      .exact_events = html_exact_events};
    struct progress progress;
    const struct calls_watch watch = {progress_count, &progress};
    struct pyramid *pyramid = pyramid_open(tape, &wish, error);
    if (pyramid == NULL)
        return NULL;
    progress_start(&progress, "reading", tape_totals(tape).events);
    int status = pyramid_wait(pyramid, &watch, error);
    progress_end(&progress);
    if (status == 1)
        return pyramid;
    pyramid_close(pyramid);
    return NULL;
}

/* How large it gets is known once it was written. */
static int size_of(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, uint64_t *bytes,
                   struct error *error)
{
    struct output *nowhere = output_nowhere(error);
    if (nowhere == NULL)
        return -1;
    int status = html_write(pyramid, labels, most_bytes, nowhere, error);
    *bytes = output_written(nowhere);
    output_close(nowhere, NULL);
    return status;
}

static uint64_t rounded_up(uint64_t bytes)
{
    enum { STEP = 10000 };
    return (bytes + STEP - 1) / STEP * STEP;
}

/* With more room more is put in, by an estimate that may err: so what is said to be enough was tried. */
static int say_least(struct pyramid *pyramid, const struct labels *labels, uint64_t bytes, struct error *error)
{
    uint64_t enough;
    do {
        enough = rounded_up(bytes);
        if (size_of(pyramid, labels, enough, &bytes, error) != 0)
            return -1;
    } while (bytes > enough);
    return error_set(error, "the page can't be as small as that, with all single calls left out: allow it %lluk",
                     (unsigned long long)(enough / 1000));
}

int page_try(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, struct error *error)
{
    uint64_t bytes;
    if (most_bytes == 0)
        return 0;
    if (size_of(pyramid, labels, most_bytes, &bytes, error) != 0)
        return -1;
    return bytes > most_bytes ? say_least(pyramid, labels, bytes, error) : 0;
}

int page_write(const char *verb, struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes,
               struct output *output, struct error *error)
{
    char size[TEXT_NUMBER];
    int status = html_write(pyramid, labels, most_bytes != 0 ? most_bytes : PAGE_DEFAULT_BYTES, output, error);
    if (status == 0 && most_bytes == 0 && output_written(output) > PAGE_DEFAULT_BYTES)
        cmd_say(verb, "note: the page has %s, though all single calls are left out: names and paths take that much",
                text_bytes(size, output_written(output)));
    return status;
}
