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
int page_try(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, struct error *error)
{
    char size[TEXT_NUMBER];
    struct output *nowhere = most_bytes != 0 ? output_nowhere(error) : NULL;
    if (nowhere == NULL)
        return most_bytes != 0 ? -1 : 0;
    int status = html_write(pyramid, labels, most_bytes, nowhere, error);
    uint64_t bytes = output_written(nowhere);
    output_close(nowhere, NULL);
    if (status == 0 && bytes > most_bytes)
        return error_set(error, "the page can't be made as small as that: its names and paths alone take %s",
                         text_bytes(size, bytes));
    return status;
}

int page_write(const char *verb, struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes,
               struct output *output, struct error *error)
{
    char size[TEXT_NUMBER];
    int status = html_write(pyramid, labels, most_bytes != 0 ? most_bytes : PAGE_DEFAULT_BYTES, output, error);
    if (status == 0 && most_bytes == 0 && output_written(output) > PAGE_DEFAULT_BYTES)
        cmd_say(verb, "note: the page has %s, as its names and paths alone take more than 8 MB",
                text_bytes(size, output_written(output)));
    return status;
}
