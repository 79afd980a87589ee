#include "emit/fit.h"

#include <stdio.h>
#include <string.h>

#include "base/scope.h"
#include "base/text.h"
#include "emit/names.h"

enum { LEAST_PART = 20 };

size_t print_fit(struct output *output, const char *name, size_t columns)
{
    const char *own = scope_last(name);
    if (columns == 0 || text_width(name) <= columns || own == name)
        return print_cut(output, name, columns);
    if (text_width(own) >= columns)
        return print_cut(output, own, columns);
    output_text(output, output_utf8(output) ? "…" : "~");
    const char *end = text_fit_end(name, columns - 1);
    output_text(output, end);
    return 1 + text_width(end);
}

/* Columns of all names, none wider than `most`, and of what stands between. */
static size_t width_of(char *const *names, size_t count, size_t between, size_t most)
{
    size_t width = count != 0 ? (count - 1) * between : 0;
    for (size_t i = 0; i < count; i++) {
        size_t name = text_width(names[i]);
        width += name < most ? name : most;
    }
    return width;
}

static size_t print_names(struct output *output, char *const *names, size_t count, const char *then, size_t most)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            output_text(output, then);
        used += (i != 0 ? text_width(then) : 0) + print_fit(output, names[i], most);
    }
    return used;
}

/* The widest that each name may be, from LEAST_PART on, so that all fit; 0: they don't. */
static size_t widest_part(char *const *names, size_t count, size_t between, size_t columns)
{
    size_t most = 0;
    for (size_t part = LEAST_PART; part <= columns && width_of(names, count, between, part) <= columns; part++)
        most = part;
    return most;
}

/* The first, how many are left out, and as many of the last as there is room for. */
static size_t print_ends(struct output *output, char *const *names, size_t count, const char *then, size_t columns)
{
    size_t between = text_width(then), first = text_width(names[0]);
    first = first < LEAST_PART ? first : LEAST_PART;
    for (size_t kept = count - 2; kept != 0; kept--) {
        char skipped[40];
        snprintf(skipped, sizeof skipped, "(%zu more)", count - 1 - kept);
        size_t used = first + 2 * between + text_width(skipped), room = columns > used ? columns - used : 0;
        size_t most = widest_part(names + count - kept, kept, between, room);
        if (most == 0)
            continue;
        print_fit(output, names[0], first);
        output_text(output, then);
        output_text(output, skipped);
        output_text(output, then);
        return used + print_names(output, names + count - kept, kept, then, most);
    }
    return print_fit(output, names[count - 1], columns);
}

size_t print_path(struct output *output, char *const *names, size_t count, const char *then, size_t columns)
{
    size_t between = text_width(then);
    if (columns == 0)
        return print_names(output, names, count, then, 0);
    size_t most = widest_part(names, count, between, columns);
    if (most != 0 || count < 3)
        return most != 0 ? print_names(output, names, count, then, most) : print_fit(output, names[count - 1], columns);
    return print_ends(output, names, count, then, columns);
}
