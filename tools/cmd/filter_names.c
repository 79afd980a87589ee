#include "cmd/filter_names.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "emit/brief.h"
#include "match/pattern.h"

static int no_memory(struct error *error)
{
    error_set(error, "out of memory for filters");
    return 1;
}

/* What a word of an option was to mean: the error text where it means nothing, and the verb that lists what there is.
 */
struct meaning {
    const char *none, *verb;
};

/* "option --NAME: "; "" for an operand. */
static const char *lead(char buffer[64], const char *option)
{
    buffer[0] = '\0';
    if (option != NULL)
        snprintf(buffer, 64, "option --%s: ", option);
    return buffer;
}

/* `near` NULL: nothing is like it. */
static int unknown(const char *option, const char *word, const struct meaning *what, const char *near,
                   struct error *error)
{
    char safe[300], safe_near[300], before[64];
    text_escape(safe, sizeof safe, word, true);
    lead(before, option);
    if (near == NULL) {
        error_set(error, "%s%s '%s' in this recording; calltape %s lists them", before, what->none, safe, what->verb);
        return 2;
    }
    text_escape(safe_near, sizeof safe_near, near, true);
    error_set(error, "%s%s '%s' in this recording; did you mean '%s'?", before, what->none, safe, safe_near);
    return 2;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A pattern for the word of an option: NULL with the error set. */
static struct pattern *pattern_of(const char *option, const char *word, struct error *error)
{
    struct error why;
    char before[64];
    struct pattern *pattern = pattern_create(word, &why);
    if (pattern == NULL)
        error_set(error, "%s%.900s", lead(before, option), why.text);
    return pattern;
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

int filter_names_make(struct filter_names *names, const struct tape *tape, const struct labels *labels,
                      struct error *error)
{
    *names = (struct filter_names){.labels = labels};
    names->functions = tape_functions(tape, &names->count);
    names->briefs = calloc(names->count, sizeof *names->briefs);
    int status = names->briefs != NULL ? 0 : no_memory(error);
    for (uint32_t i = 0; i < names->count && status == 0; i++) {
        if (names->functions[i].same != i)
            continue;
        names->briefs[i] = brief_name(labels_get(labels, i)->name, 0, "…");
        status = names->briefs[i] != NULL ? 0 : no_memory(error);
    }
    if (status != 0)
        filter_names_free(names);
    return status;
}

void filter_names_free(struct filter_names *names)
{
    for (uint32_t i = 0; names->briefs != NULL && i < names->count; i++)
        free(names->briefs[i]);
    free(names->briefs);
    *names = (struct filter_names){0};
}

/* A function is known by the name that is shown, in short or in full, and by the linker's. */
static int is_function(const struct filter_names *names, const struct pattern *pattern, uint32_t function,
                       struct error *error)
{
    const char *symbol = names->functions[function].symbol;
    int matches = pattern_matches_function(pattern, labels_get(names->labels, function)->name, error);
    if (matches == 0)
        matches = pattern_matches_function(pattern, names->briefs[function], error);
    if (matches == 0 && symbol != NULL)
        matches = pattern_matches_function(pattern, symbol, error);
    return matches;
}

static int is_meant(const struct filter_names *names, const struct pattern *pattern, enum filter_kind kind,
                    uint32_t function, struct error *error)
{
    const struct label *label = labels_get(names->labels, function);
    if (kind == FILTER_FUNCTIONS)
        return is_function(names, pattern, function, error);
    const char *path = kind == FILTER_MODULES ? label->module : label->file;
    return path != NULL && *path != '\0' ? pattern_matches_path(pattern, path, error) : 0;
}

static const char *word_of(const struct filter_names *names, enum filter_kind kind, uint32_t function)
{
    const struct label *label = labels_get(names->labels, function);
    if (kind == FILTER_FUNCTIONS)
        return names->briefs[function] != NULL ? names->briefs[function] : label->name;
    const char *path = kind == FILTER_MODULES ? label->module : label->file;
    return path != NULL ? base_name(path) : "";
}

static int means_nothing(const struct filter_names *names, const char *option, const char *word, enum filter_kind kind,
                         struct error *error)
{
    static const struct meaning meanings[] = {
        {"no function is called", "report"},
        {"no program or library with functions is called", "info"},
        {"no function is known to come from a file", "report"},
    };
    const char **words = malloc(names->count * sizeof *words);
    if (words == NULL)
        return no_memory(error);
    for (uint32_t i = 0; i < names->count; i++)
        words[i] = word_of(names, kind, i);
    unknown(option, word, &meanings[kind], nearest_name(word, words, names->count), error);
    free(words);
    return 2;
}

static int match_word(const struct filter_names *names, const char *option, const char *word, enum filter_kind kind,
                      uint8_t *matches, struct error *error)
{
    struct pattern *pattern = pattern_of(option, word, error);
    bool any = false;
    int found = pattern != NULL ? 0 : -1;
    for (uint32_t i = 0; i < names->count && found >= 0; i++) {
        found = names->functions[i].same == i ? is_meant(names, pattern, kind, i, error)
                                              : matches[names->functions[i].same];
        matches[i] |= found > 0;
        any = any || found > 0;
    }
    pattern_destroy(pattern);
    if (found < 0)
        return 2;
    return any || names->lenient ? 0 : means_nothing(names, option, word, kind, error);
}

int filter_names_match(const struct filter_names *names, const char *option, const struct option_list *list,
                       enum filter_kind kind, uint8_t *matches, struct error *error)
{
    int status = 0;
    memset(matches, 0, names->count);
    for (size_t i = 0; i < list->count && status == 0; i++)
        status = match_word(names, option, list->items[i], kind, matches, error);
    return status;
}

/* ---- threads and processes -------------------------------------------------------------------------------------- */

/* What a word can be read as, the first that anything answers to. */
enum reading { AS_INDEX, AS_ID, AS_NAME, AS_BARE_INDEX, READINGS };

struct wanted {
    const char *option, *word;
    struct pattern *pattern;
    unsigned long number;
    bool is_number, is_index;
};

static int read_wanted(struct wanted *wanted, const char *option, const char *word, struct error *error)
{
    char *end;
    *wanted = (struct wanted){.option = option, .word = word, .is_index = *word == '#'};
    const char *digits = word + wanted->is_index;
    wanted->number = strtoul(digits, &end, 10);
    wanted->is_number = *digits >= '0' && *digits <= '9' && *end == '\0';
    wanted->pattern = pattern_of(option, word, error);
    return wanted->pattern != NULL ? 0 : 2;
}

/* "#3" is always an index; "3" is a tid, else a name, else an index. */
static int is_thread(const struct tape_thread *thread, uint32_t index, const struct wanted *wanted,
                     enum reading reading, struct error *error)
{
    switch (reading) {
    case AS_INDEX:
        return wanted->is_index && wanted->is_number && wanted->number == index;
    case AS_ID:
        return !wanted->is_index && wanted->is_number && wanted->number == thread->tid;
    case AS_NAME:
        return thread->name != NULL ? pattern_matches(wanted->pattern, thread->name, error) : 0;
    default:
        return !wanted->is_index && wanted->is_number && wanted->number == index;
    }
}

/* The program's name: of its file, else the first word of its command. */
static const char *process_name(const struct tape_process *process, char *buffer, size_t size)
{
    const char *from = *process->executable != '\0' ? process->executable : process->command;
    snprintf(buffer, size, "%s", base_name(from));
    if (from == process->command)
        snprintf(buffer, size, "%.*s", (int)strcspn(from, " "), from);
    return buffer;
}

static int is_process(const struct tape_process *process, const struct wanted *wanted, enum reading reading,
                      struct error *error)
{
    char name[256];
    if (reading == AS_ID)
        return wanted->is_number && wanted->number == process->pid;
    if (reading == AS_NAME)
        return pattern_matches(wanted->pattern, process_name(process, name, sizeof name), error);
    return 0;
}

/* Marks what the word means, by the first reading that means any. 1: something, 0: nothing, -1: the error is set. */
static int mark(const struct tape *tape, const struct wanted *wanted, bool threads, uint8_t *marks, uint32_t count,
                struct error *error)
{
    uint32_t ignored;
    const struct tape_thread *thread = tape_threads(tape, &ignored);
    const struct tape_process *process = tape_processes(tape, &ignored);
    bool any = false;
    for (enum reading reading = 0; reading < READINGS && !any; reading++)
        for (uint32_t i = 0; i < count; i++) {
            int found = threads ? is_thread(&thread[i], i, wanted, reading, error)
                                : is_process(&process[i], wanted, reading, error);
            if (found < 0)
                return -1;
            marks[i] |= found > 0;
            any = any || found > 0;
        }
    return any;
}

static int nobody(const struct tape *tape, const struct wanted *wanted, bool threads, uint32_t count,
                  struct error *error)
{
    static const struct meaning meanings[] = {
        {"no process has the pid or the name", "info"},
        {"no thread has the tid, the name or the index", "info"},
    };
    const char **words = malloc((count + (size_t)1) * sizeof *words);
    char(*names)[256] = malloc((count + (size_t)1) * sizeof *names);
    uint32_t ignored;
    int status = words != NULL && names != NULL ? 2 : no_memory(error);
    for (uint32_t i = 0; i < count && status == 2; i++) {
        const char *name = tape_threads(tape, &ignored)[threads ? i : 0].name;
        words[i] = threads ? name != NULL ? name : ""
                           : process_name(&tape_processes(tape, &ignored)[i], names[i], sizeof names[i]);
    }
    if (status == 2)
        unknown(wanted->option, wanted->word, &meanings[threads], nearest_word(wanted->word, words, count), error);
    free(words);
    free(names);
    return status;
}

/* Sets marks[i] to whether any of the list's words means it; an empty list means all. */
static int mark_all(const struct tape *tape, const struct option_list *list, bool threads, uint8_t *marks,
                    uint32_t count, struct error *error)
{
    int status = 0;
    memset(marks, list->count == 0, count);
    for (size_t i = 0; i < list->count && status == 0; i++) {
        struct wanted wanted;
        status = read_wanted(&wanted, threads ? "thread" : "process", list->items[i], error);
        int found = status == 0 ? mark(tape, &wanted, threads, marks, count, error) : -1;
        if (found == 0)
            status = nobody(tape, &wanted, threads, count, error);
        else if (found < 0)
            status = 2;
        pattern_destroy(wanted.pattern);
    }
    return status;
}

int filter_threads_match(const struct tape *tape, const struct option_list *processes,
                         const struct option_list *threads, uint32_t *chosen, uint32_t *count, struct error *error)
{
    uint32_t thread_count, process_count;
    const struct tape_thread *thread = tape_threads(tape, &thread_count);
    tape_processes(tape, &process_count);
    uint8_t *marks = malloc((size_t)thread_count + process_count + 1);
    if (marks == NULL)
        return no_memory(error);
    uint8_t *process_marks = marks + thread_count;
    int status = mark_all(tape, processes, false, process_marks, process_count, error);
    if (status == 0)
        status = mark_all(tape, threads, true, marks, thread_count, error);
    *count = 0;
    for (uint32_t i = 0; i < thread_count && status == 0; i++)
        if (marks[i] && process_marks[thread[i].process])
            chosen[(*count)++] = i;
    if (status == 0 && *count == 0 && threads->count != 0 && processes->count != 0) {
        error_set(error, "options --thread and --process: none of these threads is of these processes");
        status = 2;
    }
    free(marks);
    return status;
}
