#include "view/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/remarks.h"
#include "view/svg.h"

static const double narrowest = 0.5, widest = 64;

int picture_write(struct output *output, picture_draw *draw, const void *drawing, struct error *error)
{
    for (double least = narrowest;; least *= 2) {
        size_t count;
        struct output *memory = output_memory(error);
        if (memory == NULL)
            return -1;
        draw(memory, drawing, least);
        char *text = output_taken(memory, &count);
        if (output_close(memory, error) != 0 || text == NULL) {
            free(text);
            return error_set(error, "out of memory for the picture");
        }
        bool done = count <= SVG_MOST_BYTES || least >= widest;
        if (done)
            output_bytes(output, text, count);
        free(text);
        if (done)
            return 0;
    }
}

char *picture_title(const struct tape *tape)
{
    const struct tape_session *session = tape_session(tape);
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    if (file == NULL)
        return NULL;
    for (uint32_t i = 0; i < session->argument_count; i++) {
        const char *word = session->arguments[i], *name = i == 0 ? strrchr(word, '/') : NULL;
        fprintf(file, "%s%s", i != 0 ? " " : "", name != NULL ? name + 1 : word);
    }
    if (bytes == 0 && session->argument_count == 0)
        fputs("calltape", file);
    char *safe = (text = text_end(file, &text)) != NULL ? text_escaped(text, true) : NULL;
    free(text);
    return safe;
}

int picture_tip_name(char *tip, size_t size, const struct shown_name *name)
{
    enum { MOST_COLUMNS = 120 };
    bool fits = name->width <= MOST_COLUMNS;
    int used =
        snprintf(tip, size, "%.*s%s", (int)text_fit(name->text, MOST_COLUMNS), name->text, fits ? "" : "\xe2\x80\xa6");
    if (*name->place != '\0')
        used +=
            snprintf(tip + used, size - (size_t)used, "\n%.*s", (int)text_fit(name->place, MOST_COLUMNS), name->place);
    return used;
}

/* ---- warnings --------------------------------------------------------------------------------------------------- */

struct warnings {
    struct output *output; /* NULL: only counted */
    double y;
    size_t count;
};

static void take_remark(void *context, bool warning, const char *text)
{
    struct warnings *warnings = context;
    if (!warning || warnings->count == PICTURE_WARNINGS)
        return;
    warnings->count++;
    if (warnings->output != NULL)
        svg_text(warnings->output, SVG_WARNING, 0, warnings->y + (double)(PICTURE_LINE * warnings->count), text);
}

size_t picture_warning_count(const struct sums *sums)
{
    struct warnings warnings = {0};
    remarks(sums, true, take_remark, &warnings);
    return warnings.count;
}

void picture_warnings(struct output *output, const struct sums *sums, double y)
{
    struct warnings warnings = {.output = output, .y = y};
    remarks(sums, true, take_remark, &warnings);
}
