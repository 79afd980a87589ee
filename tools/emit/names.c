#include "emit/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LEAST_SPLIT = 12 };

struct shown_names {
    const struct labels *labels;
    struct shown_name *names;
    uint32_t count;
    bool utf8;
};

struct shown_names *shown_names_create(const struct labels *labels, uint32_t functions, bool utf8)
{
    struct shown_names *names = calloc(1, sizeof *names);
    if (names == NULL || (names->names = calloc(functions, sizeof *names->names)) == NULL) {
        free(names);
        return NULL;
    }
    names->labels = labels;
    names->count = functions;
    names->utf8 = utf8;
    return names;
}

void shown_names_destroy(struct shown_names *names)
{
    if (names == NULL)
        return;
    for (uint32_t i = 0; i < names->count; i++)
        free(names->names[i].text);
    free(names->names);
    free(names);
}

const struct shown_name *shown_names_get(struct shown_names *names, uint32_t function)
{
    static char text[] = "[out of memory]";
    static const struct shown_name no_memory = {text, sizeof text - 1};
    struct shown_name *name = &names->names[function];
    if (name->text != NULL)
        return name;
    const struct label *label = labels_get(names->labels, function);
    char *whole = NULL;
    if (label->distinct != NULL && asprintf(&whole, "%s [%s]", label->name, label->distinct) < 0)
        return &no_memory;
    name->text = text_escaped(whole != NULL ? whole : label->name, names->utf8);
    free(whole);
    if (name->text == NULL)
        return &no_memory;
    name->width = text_width(name->text);
    return name;
}

const char *shown_address(char buffer[TEXT_NUMBER], const struct label *label)
{
    if (label->address == 0)
        return NULL;
    snprintf(buffer, TEXT_NUMBER, "0x%llx", (unsigned long long)label->address);
    return buffer;
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
    if (head == NULL)
        return 0;
    output_text(output, head);
    output_text(output, output_utf8(output) ? "…" : "~");
    output_text(output, tail);
    width = text_width(head) + 1 + text_width(tail);
    free(head);
    return width;
}
