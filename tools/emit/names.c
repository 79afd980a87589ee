#include "emit/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "base/text.h"
#include "emit/brief.h"
#include "emit/fit.h"

enum { GAP = 2, LEAST_SPLIT = 12, MOST_LEVELS = 3 };

struct shown_names {
    const struct labels *labels;
    struct shown_name *names;
    char **brief; /* by function: its short form, where that is no other's */
    bool *wide;   /* by function: the file's name and line do not tell it from another of its name */
    uint32_t count;
    bool utf8, short_of_memory;
};

/* ---- short forms ------------------------------------------------------------------------------------------------ */

struct shortened {
    char *text;
    const struct label *label;
    uint32_t function;
};

static int by_text(const void *left, const void *right)
{
    const struct shortened *a = left, *b = right;
    int order = strcmp(a->text, b->text);
    return order != 0 ? order : (a->function > b->function) - (a->function < b->function);
}

static bool has_one_name(const struct shortened *all, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(all[i].label->name, all[0].label->name) != 0)
            return false;
    return true;
}

/* Keeps the forms that are no other function's, or all of whose functions had one name before. Moves the others to the
 * front and returns how many they are. */
static size_t keep_unique(struct shown_names *names, struct shortened *all, size_t count)
{
    size_t left = 0;
    qsort(all, count, sizeof *all, by_text);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && strcmp(all[end].text, all[first].text) == 0;)
            end++;
        bool keep = has_one_name(all + first, end - first);
        for (size_t i = first; i < end; i++)
            if (keep)
                names->brief[all[i].function] = all[i].text;
        for (size_t i = first; i < end && !keep; i++) {
            free(all[i].text);
            all[left++] = all[i];
        }
    }
    return left;
}

static bool have_unnamed(const struct shown_names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strstr(labels_get(names->labels, i)->name, SCOPE_UNNAMED) != NULL)
            return true;
    return false;
}

/* Without an unnamed namespace a name may be that of any other function. */
static size_t find_candidates(const struct shown_names *names, struct shortened *all)
{
    size_t count = 0;
    bool any = have_unnamed(names);
    for (uint32_t i = 0; i < names->count; i++) {
        const struct label *label = labels_get(names->labels, i);
        if (any || strchr(label->name, '<'))
            all[count++] = (struct shortened){NULL, label, i};
    }
    return count;
}

static int make_forms(const struct shown_names *names, struct shortened *all, size_t count, unsigned level)
{
    for (size_t i = 0; i < count; i++) {
        all[i].text = brief_name(all[i].label->name, level, names->utf8 ? "…" : "...");
        if (all[i].text != NULL)
            continue;
        while (i-- > 0)
            free(all[i].text);
        return -1;
    }
    return 0;
}

static int shorten(struct shown_names *names)
{
    names->brief = calloc(names->count, sizeof *names->brief);
    struct shortened *all = malloc(names->count * sizeof *all);
    size_t count = names->brief != NULL && all != NULL ? find_candidates(names, all) : 0;
    int status = names->brief != NULL && all != NULL ? 0 : -1;
    for (unsigned level = 0; level < MOST_LEVELS && status == 0; level++) {
        status = make_forms(names, all, count, level);
        if (status == 0)
            count = keep_unique(names, all, count);
    }
    free(all);
    return status;
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

struct distinct {
    const struct label *label; /* several ids may have one */
    uint32_t function;
};

static int compare_distinctions(const struct label *a, const struct label *b)
{
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->distinct, b->distinct);
}

static int by_distinction(const void *left, const void *right)
{
    const struct distinct *a = left, *b = right;
    int order = compare_distinctions(a->label, b->label);
    return order != 0 ? order : (a->label > b->label) - (a->label < b->label);
}

static void mark_wide(struct shown_names *names, const struct distinct *all, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && compare_distinctions(all[first].label, all[end].label) == 0;)
            end++;
        for (size_t i = first; i < end && all[first].label != all[end - 1].label; i++)
            names->wide[all[i].function] = true;
    }
}

/* Files of one name in two directories may hold functions of one name on the same line. */
static int widen(struct shown_names *names)
{
    size_t count = 0;
    struct distinct *all = malloc(names->count * sizeof *all);
    names->wide = calloc(names->count, sizeof *names->wide);
    if (all == NULL || names->wide == NULL) {
        free(all);
        return -1;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        const struct label *label = labels_get(names->labels, i);
        if (label->distinct != NULL)
            all[count++] = (struct distinct){label, i};
    }
    qsort(all, count, sizeof *all, by_distinction);
    mark_wide(names, all, count);
    free(all);
    return 0;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

struct shown_names *shown_names_create(const struct labels *labels, uint32_t functions, bool shortened, bool utf8)
{
    struct shown_names *names = calloc(1, sizeof *names);
    if (names == NULL)
        return NULL;
    *names = (struct shown_names){.labels = labels, .count = functions, .utf8 = utf8};
    names->names = calloc(functions, sizeof *names->names);
    if (names->names != NULL && widen(names) == 0 && (!shortened || shorten(names) == 0))
        return names;
    shown_names_destroy(names);
    return NULL;
}

void shown_names_destroy(struct shown_names *names)
{
    if (names == NULL)
        return;
    for (uint32_t i = 0; names->names != NULL && i < names->count; i++) {
        free(names->names[i].text);
        free(names->names[i].place);
        free(names->names[i].brief);
    }
    for (uint32_t i = 0; names->brief != NULL && i < names->count; i++)
        free(names->brief[i]);
    free(names->names);
    free(names->brief);
    free(names->wide);
    free(names);
}

static char *escaped_format(const struct shown_names *names, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static char *escaped_format(const struct shown_names *names, const char *format, ...)
{
    char *text = NULL, *safe = NULL;
    va_list values;
    va_start(values, format);
    if (vasprintf(&text, format, values) >= 0) {
        safe = text_escaped(text, names->utf8);
        free(text);
    }
    va_end(values);
    return safe;
}

/* The file's name, and that of its directory where `wider`. */
static const char *short_path(const char *path, bool wider)
{
    for (const char *at = path + strlen(path); at > path; at--)
        if (at[-1] == '/' && !wider)
            return at;
        else if (at[-1] == '/')
            wider = false;
    return path;
}

static char *place_of(const struct shown_names *names, const struct label *label, bool wide)
{
    if (label->file == NULL)
        return strdup("");
    const char *path = short_path(label->file, wide);
    return label->line != 0 ? escaped_format(names, "%s:%u", path, label->line) : escaped_format(names, "%s", path);
}

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool fill(const struct shown_names *names, struct shown_name *name, uint32_t function)
{
    const struct label *label = labels_get(names->labels, function);
    const char *known = names->brief != NULL && names->brief[function] != NULL ? names->brief[function] : label->name;
    free(name->place); /* of a try without memory */
    free(name->text);
    name->place = place_of(names, label, names->wide[function]);
    name->text = label->distinct == NULL ? escaped_format(names, "%s", known)
                                         : escaped_format(names, "%s [%s]", known, label->distinct);
    if (name->place == NULL || name->text == NULL)
        return false;
    name->width = text_width(name->text);
    bool told = label->distinct != NULL && ends_in(name->place, label->distinct);
    name->brief = told ? escaped_format(names, "%s", known) : strdup(name->text);
    return name->brief != NULL;
}

const struct shown_name *shown_names_get(struct shown_names *names, uint32_t function)
{
    static char text[] = "[out of memory]", place[] = "";
    static const struct shown_name no_memory = {text, sizeof text - 1, place, text};
    struct shown_name *name = &names->names[function];
    if (name->brief != NULL || fill(names, name, function))
        return name;
    names->short_of_memory = true;
    return &no_memory;
}

bool shown_names_whole(const struct shown_names *names)
{
    return !names->short_of_memory;
}

const char *shown_address(char buffer[TEXT_NUMBER], const struct label *label)
{
    if (label->address == 0)
        return NULL;
    snprintf(buffer, TEXT_NUMBER, "0x%llx", (unsigned long long)label->address);
    return buffer;
}

void json_label(struct json *json, const struct label *label)
{
    json_string(json, "function", label->name);
    json_string(json, "module", label->module);
    json_string(json, "file", label->file);
    if (label->line != 0)
        json_number(json, "line", label->line);
    else
        json_null(json, "line");
}

size_t print_cut(struct output *output, const char *text, size_t columns)
{
    size_t width = text_width(text);
    if (columns == 0 || width <= columns) {
        output_text(output, text);
        return width;
    }
    size_t end = columns >= LEAST_SPLIT ? columns / 2 : 0;
    const char *tail = text_fit_end(text, end);
    char *head = strndup(text, text_fit(text, columns - 1 - end));
    if (head == NULL) {
        output_no_memory(output);
        return 0;
    }
    output_text(output, head);
    output_text(output, output_utf8(output) ? "…" : "~");
    output_text(output, tail);
    width = text_width(head) + 1 + text_width(tail);
    free(head);
    return width;
}

size_t print_cut_made(struct output *output, char *text, size_t columns)
{
    size_t width = text != NULL ? print_cut(output, text, columns) : 0;
    if (text == NULL)
        output_no_memory(output);
    free(text);
    return width;
}

size_t print_name(struct output *output, const struct shown_name *name, const char *place, size_t aligned,
                  size_t columns)
{
    size_t brief = text_width(name->brief), wanted = text_width(place);
    size_t gap = GAP + (brief < aligned ? aligned - brief : 0);
    if (wanted == 0 || (columns != 0 && brief + gap + wanted > columns))
        return print_fit(output, name->text, columns);
    output_text(output, name->brief);
    output_pad(output, gap);
    output_style(output, OUTPUT_DIM);
    output_text(output, place);
    return brief + gap + wanted;
}
