/* What the forms of a difference share. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/diff.h"

const char *diff_finding(char buffer[DIFF_FINDING], const struct diff_row *row)
{
    static const char *const times[] = {"", "slower", "faster", "", ""};
    static const char *const calls[] = {"", "more calls", "fewer calls", "new", "gone"};
    bool whole = row->calls_verdict == DIFF_NEW || row->calls_verdict == DIFF_GONE;
    const char *time = whole ? "" : times[row->time];
    const char *doubt = *time != '\0' && row->times.change.freedom == 0 ? "?" : "";
    snprintf(buffer, DIFF_FINDING, "%s%s%s%s", time, doubt,
             *time != '\0' && row->calls_verdict != DIFF_NONE ? ", " : "", calls[row->calls_verdict]);
    return buffer;
}

double diff_percent(const double sides[2])
{
    return sides[0] > 0 ? 100 * (sides[1] / sides[0] - 1) : NAN;
}

const struct label *diff_label(const struct diff_view *view, uint32_t item)
{
    const struct matched *matched = &view->matching->items[item];
    return labels_get(view->recordings[matched->recording].labels, matched->function);
}

/* In none of the recordings of a side that the row is missing from. */
static bool is_missing(const struct diff_view *view, uint32_t path, bool later)
{
    const struct measures *measures = view->measures;
    for (size_t r = 0; r < measures->recordings; r++)
        if (view->recordings[r].later == later && measures->by_path[path * measures->recordings + r].calls != 0)
            return false;
    return true;
}

bool diff_shown(const struct diff_view *view, const struct diff_row *row)
{
    if (view->all)
        return true;
    if (!diff_found(row))
        return false;
    if (row->path == CT_NONE || (row->calls_verdict != DIFF_NEW && row->calls_verdict != DIFF_GONE))
        return true;
    uint32_t parent = view->measures->paths[row->path].parent;
    return parent == 0 || !is_missing(view, parent, row->calls_verdict == DIFF_GONE);
}

/* The innermost first: each goes in front of what there is. */
char *diff_path(const struct diff_view *view, uint32_t path)
{
    char *text = strdup("");
    for (; path != 0 && text != NULL; path = view->measures->paths[path].parent) {
        const struct matched *matched = &view->matching->items[view->measures->paths[path].item];
        const char *name = shown_names_get(view->names[matched->recording], matched->function)->text;
        char *longer;
        if (asprintf(&longer, "%s%s%s", name, *text != '\0' ? " > " : "", text) < 0)
            longer = NULL;
        free(text);
        text = longer;
    }
    return text;
}
