/* advise for people. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "emit/advice.h"
#include "emit/advice_flags.h"
#include "emit/duration.h"
#include "emit/remarks.h"

enum { COLUMNS = 6, GAP = 2, MOST_ALIGNED = 44 };

static const char *const titles[COLUMNS] = {"cost", "cost%", "self", "total", "calls", "tape"};
static const size_t widths[COLUMNS] = {8, 5, 8, 8, 11, 7};

struct showing {
    struct output *output;
    const struct advice *advice;
    const struct labels *labels;
    struct shown_names *names;
    size_t aligned; /* column of places, behind names that are not overlong */
};

static double percent(uint64_t part, uint64_t whole)
{
    return whole != 0 ? 100 * (double)part / (double)whole : 0;
}

static const struct shown_name *name_of(const struct showing *to, const struct advice_row *row)
{
    return shown_names_get(to->names, row->profile->function);
}

static size_t align_places(const struct showing *to)
{
    size_t aligned = 0;
    for (size_t i = 0; i < to->advice->count; i++) {
        size_t width = text_width(name_of(to, &to->advice->rows[i])->brief);
        if (width > aligned && width <= MOST_ALIGNED)
            aligned = width;
    }
    return aligned;
}

/* ---- the table -----------------------------------------------------------------------------------------------------
 */

static void print_titles(const struct showing *to)
{
    output_style(to->output, OUTPUT_DIM);
    for (size_t c = 0; c < COLUMNS; c++) {
        output_right(to->output, titles[c], widths[c]);
        output_pad(to->output, GAP);
    }
    output_text(to->output, "function");
    output_style(to->output, OUTPUT_PLAIN);
    output_text(to->output, "\n");
}

static void fill_cells(char cells[COLUMNS][TEXT_NUMBER], const struct showing *to, const struct advice_row *row)
{
    bool utf8 = output_utf8(to->output);
    text_duration(cells[0], row->saving.ns, utf8);
    snprintf(cells[1], TEXT_NUMBER, "%.1f", percent(row->saving.ns, to->advice->whole.ns));
    shown_duration(cells[2], &row->profile->self, utf8);
    shown_duration(cells[3], &row->profile->total, utf8);
    text_count(cells[4], row->profile->calls);
    text_bytes(cells[5], row->saving.bytes);
}

static void print_row(const struct showing *to, const struct advice_row *row)
{
    char cells[COLUMNS][TEXT_NUMBER];
    size_t used = 0, width = output_width(to->output);
    fill_cells(cells, to, row);
    for (size_t c = 0; c < COLUMNS; c++) {
        output_right(to->output, cells[c], widths[c]);
        output_pad(to->output, GAP);
        used += widths[c] + GAP;
    }
    const struct shown_name *name = name_of(to, row);
    print_name(to->output, name, name->place, to->aligned, width == 0 ? 0 : width > used ? width - used : 1);
    output_style(to->output, OUTPUT_PLAIN);
    output_text(to->output, "\n");
}

/* ---- what it saves, and how ----------------------------------------------------------------------------------------
 */

/* "12.3 ms of 45.6 ms that tracing cost, 1,234 of 5,678 events, about 12 kB of 34 kB of tape" */
static void print_saving(const struct showing *to, const char *what, const struct saving *saving)
{
    const struct saving *whole = &to->advice->whole;
    char texts[6][TEXT_NUMBER];
    bool utf8 = output_utf8(to->output);
    output_format(to->output,
                  "%s about %s of the %s that tracing cost (%.1f %%), %s of %s events, about %s of the "
                  "%s of the tape\n",
                  what, text_duration(texts[0], saving->ns, utf8), text_duration(texts[1], whole->ns, utf8),
                  percent(saving->ns, whole->ns), text_count(texts[2], saving->events),
                  text_count(texts[3], whole->events), text_bytes(texts[4], saving->bytes),
                  text_bytes(texts[5], whole->bytes));
}

static void print_flag(const struct showing *to, enum advice_way way)
{
    char *flag = advice_flag(to->advice, way);
    if (flag != NULL && *flag != '\0') {
        output_text(to->output, "  ");
        output_escaped(to->output, flag);
        output_text(to->output, "\n");
    }
    free(flag);
}

static void print_others(const struct showing *to, const struct advice_row *row)
{
    output_format(to->output, "  %s: ", name_of(to, row)->text);
    output_escaped(to->output, row->word);
    output_text(to->output, " is also in ");
    for (size_t i = 0; i < row->others_count && i < ADVICE_OTHERS; i++)
        output_format(to->output, "%s%s", i == 0 ? "" : ", ", shown_names_get(to->names, row->others[i])->text);
    if (row->others_count > ADVICE_OTHERS)
        output_format(to->output, " and %zu more", row->others_count - ADVICE_OTHERS);
    output_text(to->output, "\n");
}

static void print_left_in(const struct showing *to)
{
    output_text(to->output, "\nNot in these flags, which match any part of a name and would take others too:\n");
    for (size_t i = 0; i < to->advice->count; i++) {
        const struct advice_row *row = &to->advice->rows[i];
        if (row->way != ADVICE_BY_ATTRIBUTE)
            continue;
        if (row->others_count != 0)
            print_others(to, row);
        else
            output_format(to->output, "  %s: no part of its name is sure to be gcc's\n", name_of(to, row)->text);
    }
}

static void print_flags(const struct showing *to)
{
    const struct advice *advice = to->advice;
    if (advice->by_lists.events != 0)
        output_text(to->output, "\ngcc's flags:\n");
    print_flag(to, ADVICE_BY_NAME);
    print_flag(to, ADVICE_BY_FILE);
    if (advice->by_lists.events == advice->all.events)
        return;
    if (advice->by_lists.events != 0)
        print_saving(to, "They save", &advice->by_lists);
    print_left_in(to);
}

static void print_attributes(const struct showing *to)
{
    output_text(to->output,
                "\nclang has no such flags; it and gcc know __attribute__((no_instrument_function)), before:\n");
    for (size_t i = 0; i < to->advice->count && !output_gone(to->output); i++) {
        const struct label *label = labels_get(to->labels, to->advice->rows[i].profile->function);
        output_text(to->output, "  ");
        output_escaped(to->output, label->file != NULL ? label->file : "(file not known)");
        if (label->line != 0)
            output_format(to->output, ":%u", label->line);
        output_format(to->output, "  %s\n", name_of(to, &to->advice->rows[i])->brief);
    }
}

static void print_nothing(const struct showing *to)
{
    output_text(to->output, to->advice->whole.ns != 0 || to->advice->whole.events == 0
                                ? "No function costs more to trace than it tells.\n"
                                : "The tape does not say what recording cost, so there is nothing to advise.\n");
}

void advice_text(struct output *output, const struct advice *advice, const struct labels *labels,
                 struct shown_names *names)
{
    struct showing to = {output, advice, labels, names, 0};
    to.aligned = align_places(&to);
    if (advice->count == 0) {
        print_nothing(&to);
    } else {
        print_titles(&to);
        for (size_t i = 0; i < advice->count && !output_gone(output); i++)
            print_row(&to, &advice->rows[i]);
        print_saving(&to, "\nWithout them a recording saves", &advice->all);
        print_flags(&to);
        print_attributes(&to);
    }
    remarks_foot(output, &advice->profile.sums);
}
