/* report for people: numbers to the left, each column as wide as it must be, names last where they may be long. Where
 * a row is too wide the place goes first, then names are cut, then columns are left out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/duration.h"
#include "emit/remarks.h"
#include "emit/report.h"

enum { COLUMNS = 12, GAP = 2, LEAST_NAME = 24, MOST_ALIGNED = 44 };

/* Bounds stand behind what they are of, where they are wanted. */
enum { SELF, SELF_BOUND, SHARE, TOTAL, TOTAL_BOUND, CALLS, AVERAGE, AVERAGE_BOUND, MIN, MIN_BOUND, MAX, MAX_BOUND };

static const char *const titles[COLUMNS] = {
    [SELF] = "self",       [SHARE] = "self%", [TOTAL] = "total", [CALLS] = "calls",
    [AVERAGE] = "average", [MIN] = "min",     [MAX] = "max",
};

/* Left out in this order. */
static const size_t dispensable[] = {MAX_BOUND, MIN_BOUND, AVERAGE_BOUND, MAX,   MIN,  TOTAL_BOUND,
                                     AVERAGE,   SHARE,     SELF_BOUND,    TOTAL, CALLS};

/* Which column a sort order is about; COLUMNS: the name. */
static size_t sorted_column(enum profile_order order)
{
    static const size_t columns[] = {
        [PROFILE_BY_SELF] = SELF,       [PROFILE_BY_TOTAL] = TOTAL, [PROFILE_BY_CALLS] = CALLS,
        [PROFILE_BY_AVERAGE] = AVERAGE, [PROFILE_BY_MIN] = MIN,     [PROFILE_BY_MAX] = MAX,
        [PROFILE_BY_NAME] = COLUMNS,
    };
    return columns[order];
}

struct cells {
    char text[COLUMNS][TEXT_NUMBER];
};

static const char *title_of(size_t column, bool utf8)
{
    return titles[column] != NULL ? titles[column] : utf8 ? "±" : "+-";
}

static void fill_pair(struct cells *cells, size_t column, const struct duration *duration, bool utf8)
{
    shown_duration(cells->text[column], duration, utf8);
    shown_bound(cells->text[column + 1], duration, utf8);
}

static void fill_cells(struct cells *cells, const struct profile_row *row, bool utf8)
{
    const struct duration *each[] = {&row->average, &row->min, &row->max};
    fill_pair(cells, SELF, &row->self, utf8);
    fill_pair(cells, TOTAL, &row->total, utf8);
    snprintf(cells->text[SHARE], TEXT_NUMBER, "%.1f", 100 * row->share);
    text_count(cells->text[CALLS], row->calls);
    for (size_t i = 0; i < 3; i++) {
        fill_pair(cells, AVERAGE + 2 * i, each[i], utf8);
        if (row->calls == 0)
            strcpy(cells->text[AVERAGE + 2 * i], "-");
    }
}

static void measure(size_t widths[COLUMNS], const struct profile *profile, size_t count, bool bounds, bool utf8)
{
    for (size_t c = 0; c < COLUMNS; c++)
        widths[c] = titles[c] != NULL || bounds ? text_width(title_of(c, utf8)) : 0;
    for (size_t i = 0; i < count; i++) {
        struct cells cells;
        fill_cells(&cells, &profile->rows[i], utf8);
        for (size_t c = 0; c < COLUMNS; c++) {
            size_t width = text_width(cells.text[c]);
            widths[c] = widths[c] != 0 && width > widths[c] ? width : widths[c];
        }
    }
}

static void print_titles(struct output *output, const size_t widths[COLUMNS], size_t sorted, size_t room)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0)
            continue;
        const char *title = title_of(c, output_utf8(output));
        output_pad(output, widths[c] - text_width(title));
        output_style(output, c == sorted ? OUTPUT_STRONG : OUTPUT_DIM);
        output_text(output, title);
        output_style(output, OUTPUT_PLAIN);
        output_pad(output, GAP);
    }
    output_style(output, sorted == COLUMNS ? OUTPUT_STRONG : OUTPUT_DIM);
    print_cut(output, "function", room);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

static void print_cells(struct output *output, const struct profile_row *row, const size_t widths[COLUMNS],
                        size_t sorted)
{
    struct cells cells;
    fill_cells(&cells, row, output_utf8(output));
    for (size_t c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0)
            continue;
        output_style(output, c == sorted ? OUTPUT_STRONG : OUTPUT_PLAIN);
        output_right(output, cells.text[c], widths[c]);
        output_pad(output, GAP);
    }
    output_style(output, OUTPUT_PLAIN);
}

/* "file.c:12", else the module's file name, else "". To be freed. */
static char *place_of(const struct label *label, bool utf8)
{
    const char *slash = strrchr(label->module, '/');
    const char *module = slash != NULL ? slash + 1 : label->module;
    char *place = NULL, *safe = NULL;
    int made = label->file == NULL ? asprintf(&place, "%s", module)
               : label->line == 0  ? asprintf(&place, "%s", label->file)
                                   : asprintf(&place, "%s:%u", label->file, label->line);
    if (made >= 0) {
        safe = text_escaped(place, utf8);
        free(place);
    }
    return safe;
}

/* The name, and the place where there is room for it, from column `aligned` on. `columns` 0: no limit. */
static void print_name(struct output *output, const struct label *label, const struct shown_name *name, size_t aligned,
                       size_t columns)
{
    char *place = place_of(label, output_utf8(output));
    size_t used = print_cut(output, name->text, columns);
    size_t gap = GAP + (used < aligned ? aligned - used : 0);
    bool fits = columns == 0 || (place != NULL && used + gap + text_width(place) <= columns);
    if (place != NULL && *place != '\0' && fits) {
        output_pad(output, gap);
        output_style(output, OUTPUT_DIM);
        output_text(output, place);
        output_style(output, OUTPUT_PLAIN);
    }
    free(place);
}

/* The longest name that is not overlong: behind it places begin. */
static size_t align_places(const struct profile *profile, size_t count, struct shown_names *names)
{
    size_t aligned = strlen("function");
    for (size_t i = 0; i < count; i++) {
        size_t width = shown_names_get(names, profile->rows[i].function)->width;
        if (width > aligned && width <= MOST_ALIGNED)
            aligned = width;
    }
    return aligned;
}

/* What is left for names, at least `wanted` as long as there are columns to leave out (their widths become 0), though
 * never the one that the rows are sorted by. 0: no limit. */
static size_t room_for_names(size_t width, size_t wanted, size_t sorted, size_t widths[COLUMNS])
{
    size_t used = 0;
    for (size_t c = 0; c < COLUMNS; c++)
        used += widths[c] != 0 ? widths[c] + GAP : 0;
    for (size_t i = 0; i < sizeof dispensable / sizeof *dispensable && width != 0 && used + wanted > width; i++) {
        if (dispensable[i] == sorted || widths[dispensable[i]] == 0)
            continue;
        used -= widths[dispensable[i]] + GAP;
        widths[dispensable[i]] = 0;
    }
    return width == 0 ? 0 : width > used ? width - used : 1;
}

void report_text(struct output *output, const struct profile *profile, enum profile_order order, size_t limit,
                 bool bounds, const struct labels *labels, struct shown_names *names)
{
    size_t widths[COLUMNS], count = profile->count < limit ? profile->count : limit;
    measure(widths, profile, count, bounds, output_utf8(output));
    size_t sorted = sorted_column(order), aligned = align_places(profile, count, names);
    size_t wanted = aligned < LEAST_NAME ? aligned : LEAST_NAME;
    size_t room = room_for_names(output_width(output), wanted, sorted, widths);
    print_titles(output, widths, sorted, room);
    for (size_t i = 0; i < count && !output_gone(output); i++) {
        const struct profile_row *row = &profile->rows[i];
        print_cells(output, row, widths, sorted);
        print_name(output, labels_get(labels, row->function), shown_names_get(names, row->function), aligned, room);
        output_text(output, "\n");
    }
    if (count < profile->count) {
        char hidden[TEXT_NUMBER];
        output_style(output, OUTPUT_DIM);
        output_format(output, "... %s more functions\n", text_count(hidden, profile->count - count));
        output_style(output, OUTPUT_PLAIN);
    }
    remarks_foot(output, &profile->sums);
}
