#include "tui/pane.h"

#include <stdio.h>

#include "emit/duration.h"

enum { DURATION = 9, COUNT = 12 };

struct output *pane_output(const struct tui *tui, size_t columns)
{
    struct error error;
    struct output *output = output_memory(&error);
    if (output != NULL)
        output_like_terminal(output, columns, tui->utf8);
    return output;
}

void pane_duration(struct output *output, const struct duration *duration)
{
    char text[TEXT_NUMBER];
    output_right(output, shown_duration(text, duration, output_utf8(output)), DURATION);
}

void pane_percent(struct output *output, double share)
{
    output_format(output, "%7.1f", 100 * share);
}

void pane_count(struct output *output, uint64_t count)
{
    char text[TEXT_NUMBER];
    output_right(output, text_count(text, count), COUNT);
}

void pane_name(struct tui *tui, struct output *output, uint32_t function, size_t used)
{
    const struct shown_name *name = shown_names_get(tui->source->names, function);
    print_name(output, name, name->place, 0, tui->columns > used ? tui->columns - used : 1);
}
