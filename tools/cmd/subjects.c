#include "cmd/subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/filter_names.h"

static int no_memory(struct error *error)
{
    error_set(error, "out of memory for the function's name");
    return 1;
}

/* As reports print it, which tells functions of one name apart. */
static bool match_shown(struct show *show, const char *word, uint8_t *matches, uint32_t count)
{
    uint32_t ignored;
    const struct tape_function *functions = tape_functions(show->tape, &ignored);
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        matches[i] = strcmp(shown_names_get(show->names, functions[i].same)->text, word) == 0;
        any = any || (matches[i] && labels_get(show->labels, i)->distinct != NULL);
    }
    return any;
}

static int match(struct show *show, const char *word, uint8_t *matches, uint32_t count, struct error *error)
{
    const struct option_list list = {.items = {word}, .count = 1};
    struct filter_names names;
    if (match_shown(show, word, matches, count))
        return 0;
    int status = filter_names_make(&names, show->tape, show->labels, error);
    if (status != 0)
        return status;
    status = filter_names_match(&names, NULL, &list, FILTER_FUNCTIONS, matches, error);
    filter_names_free(&names);
    return status;
}

/* Of many that a plain word means, those that are called just so. */
static void keep_exact(const struct show *show, const char *word, uint8_t *matches, uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++)
        any = any || (matches[i] && strcmp(labels_get(show->labels, i)->name, word) == 0);
    for (uint32_t i = 0; i < count && any; i++)
        matches[i] = matches[i] && strcmp(labels_get(show->labels, i)->name, word) == 0;
}

/* Where several ids are one function, its lowest stands for all. */
static uint32_t number_subjects(struct chosen_subjects *subjects, const uint8_t *matches,
                                const struct tape_function *functions, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = functions[i].same;
        subjects->of[i] = CT_NONE;
        if (matches[i] && same == i)
            subjects->functions[subjects->of[i] = found++] = i;
        else if (matches[i])
            subjects->of[i] = subjects->of[same];
    }
    subjects->all = (struct subjects){subjects->functions, found, subjects->of};
    return found;
}

/* "'work' means 2 functions of this recording, 'work [a.so]', 'work [b.so]'; name one". */
static int too_many(const struct chosen_subjects *subjects, struct show *show, const char *word, struct error *error)
{
    char safe[300], list[400] = "";
    size_t used = 0;
    uint32_t found = subjects->all.count;
    for (uint32_t i = 0; i < found && i < 3; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, ", '%.100s'",
                                 shown_names_get(show->names, subjects->functions[i])->text);
    text_escape(safe, sizeof safe, word, true);
    error_set(error, "'%s' means %u functions of this recording%s%s; name one of them", safe, found, list,
              found > 3 ? ", ..." : "");
    return 2;
}

static int resolve(struct chosen_subjects *subjects, uint32_t most, struct show *show, const char *word,
                   struct error *error)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(show->tape, &count);
    uint8_t *matches = malloc(count);
    subjects->functions = malloc(count * sizeof *subjects->functions);
    subjects->of = malloc(count * sizeof *subjects->of);
    int status = 1;
    if (matches == NULL || subjects->functions == NULL || subjects->of == NULL)
        no_memory(error);
    else
        status = match(show, word, matches, count, error);
    uint32_t found = status == 0 ? number_subjects(subjects, matches, functions, count) : 0;
    if (found > most) {
        keep_exact(show, word, matches, count);
        found = number_subjects(subjects, matches, functions, count);
    }
    free(matches);
    return found > most ? too_many(subjects, show, word, error) : status;
}

static bool is_tape(const char *word)
{
    static const char ending[] = ".tape";
    size_t length = strlen(word);
    return length >= strlen(ending) && strcmp(word + length - strlen(ending), ending) == 0 && access(word, F_OK) == 0;
}

/* False with the error set. */
static bool has_function(const struct usage *usage, int argc, char **argv, struct error *error)
{
    char safe[300];
    if (argc < 2) {
        error_set(error, "which function? calltape %s FUNCTION [TAPE]; calltape report lists them", usage->verb);
        return false;
    }
    if (!is_tape(argv[1]))
        return true;
    text_escape(safe, sizeof safe, argv[1], true);
    error_set(error, "which function? '%s' is a tape: calltape %s FUNCTION '%s'; calltape report lists them", safe,
              usage->verb, safe);
    return false;
}

bool subjects_open(struct chosen_subjects *subjects, uint32_t most, struct show *show, const struct usage *usage,
                   int argc, char **argv, int *status)
{
    struct error error;
    *subjects = (struct chosen_subjects){0};
    if (!has_function(usage, argc, argv, &error)) {
        *status = cmd_wrong_usage(usage->verb, &error);
        return false;
    }
    if (!show_open(show, usage, argc - 1, argv + 1, status))
        return false;
    *status = resolve(subjects, most, show, argv[1], &error);
    if (*status == 0)
        return true;
    subjects_free(subjects);
    *status = show_close(show, *status == 2 ? cmd_wrong_usage(usage->verb, &error) : cmd_fail(usage->verb, &error));
    return false;
}

void subjects_free(struct chosen_subjects *subjects)
{
    free(subjects->functions);
    free(subjects->of);
    *subjects = (struct chosen_subjects){0};
}
