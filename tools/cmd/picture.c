#include "cmd/picture.h"

#include <stdio.h>

#include "base/progress.h"
#include "cmd/destination.h"
#include "view/picture.h"

enum drawing { DRAW_FLAME, DRAW_TIMELINE };

const char *const picture_drawings[] = {"flame", "timeline", NULL};

int picture_check(const struct picture_choices *choices, const char *html, const struct cmd_filter *filter,
                  struct error *error)
{
    if (choices->path != NULL && html != NULL)
        return error_set(error, "--svg and --html exclude each other");
    if (choices->path == NULL && choices->draw >= 0)
        return error_set(error, "option --draw: there is nothing to draw without --svg");
    if (choices->path != NULL)
        return destination_check("--svg", choices->path, error);
    if (html != NULL)
        return destination_check("--html", html, error);
    if (filter_is_given(filter))
        return error_set(error, "filters are for --html and --svg: the page that is served shows all of a recording");
    return 0;
}

static int draw_flame(const struct picture *picture, const struct filter_choice *choice, struct error *error)
{
    struct paths paths;
    struct progress progress;
    const struct calls_watch watch = {progress_count, &progress};
    progress_start(&progress, "reading", tape_totals(picture->tape).events);
    int status = paths_make(&paths, picture->tape, choice, false, false, &watch, error);
    progress_end(&progress);
    if (status == 0)
        status = picture_flame(picture, &paths, error);
    paths_free(&paths);
    return status;
}

static int draw(const struct picture *picture, const struct picture_choices *choices, const struct cmd_filter *filter,
                const struct filter_choice *choice, struct error *error)
{
    struct sums sums;
    bool timeline = choices->draw >= 0 ? choices->draw == DRAW_TIMELINE : filter->range != NULL;
    return timeline ? picture_timeline(picture, choice, &sums, error) : draw_flame(picture, choice, error);
}

static int write_file(struct picture *picture, const struct picture_choices *choices, const struct cmd_filter *filter,
                      const struct filter_choice *choice, struct error *error)
{
    picture->output = destination_open(choices->path, error);
    if (picture->output == NULL)
        return -1;
    int status = draw(picture, choices, filter, choice, error);
    if (!shown_names_whole(picture->names))
        output_no_memory(picture->output);
    if (output_close(picture->output, status == 0 ? error : NULL) != 0)
        status = -1;
    if (status != 0)
        output_undo(choices->path);
    return status;
}

int cmd_picture(struct tape *tape, const struct labels *labels, const struct picture_choices *choices,
                const struct cmd_spelling *spelling, const struct cmd_filter *filter)
{
    struct error error;
    struct chosen chosen = {0};
    uint32_t functions;
    tape_functions(tape, &functions);
    struct picture picture = {.tape = tape, .labels = labels};
    int status = filter_resolve(&chosen, filter, tape, labels, &error);
    if (status == 0) {
        picture.names = shown_names_create(labels, functions, !spelling->full && !spelling->mangled, true);
        status = picture.names != NULL ? 0 : error_set(&error, "out of memory for the names of functions");
    }
    if (status == 0)
        status = write_file(&picture, choices, filter, chosen.all, &error);
    shown_names_destroy(picture.names);
    filter_free(&chosen);
    return status == 0 ? 0 : status == 2 ? cmd_wrong_usage("view", &error) : cmd_fail("view", &error);
}
