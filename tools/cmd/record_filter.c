#include "cmd/record_filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/known_file.h"
#include "match/pattern.h"
#include "record/libraries.h"
#include "record/program.h"

/* What an option's words are compared with. */
enum kind { FUNCTIONS, MODULES, FILES };

/* The words of one option. */
struct words {
    const char *option;
    enum kind kind;
    struct pattern *patterns[OPTION_LIST_MOST];
    const char *texts[OPTION_LIST_MOST];
    bool met[OPTION_LIST_MOST]; /* something answers to it */
    size_t count;
};

struct module {
    uint64_t base;
    size_t file;
    bool told;
};

struct record_filter {
    struct words functions, excludes, modules, files, under, until, on, off;
    struct known_file *known;
    size_t known_count;
    struct module *by_index; /* modules of the recording */
    size_t module_count;
};

/* ---- words ------------------------------------------------------------------------------------------------------ */

static int add_word(struct words *words, const char *option, enum kind kind, const char *text, struct error *error)
{
    struct error why;
    struct pattern *pattern = pattern_create(text, &why);
    words->option = option;
    words->kind = kind;
    if (pattern == NULL)
        return error_set(error, "option --%s: %.900s", option, why.text);
    words->texts[words->count] = text;
    words->patterns[words->count++] = pattern;
    return 0;
}

static int add_words(struct words *words, const char *option, enum kind kind, const struct option_list *list,
                     struct error *error)
{
    int status = 0;
    for (size_t i = 0; i < list->count && status == 0; i++)
        status = add_word(words, option, kind, list->items[i], error);
    return status;
}

static int add_trigger(struct record_filter *filter, const char *text, struct error *error)
{
    char safe[300];
    if (strncmp(text, "on:", 3) == 0 && text[3] != '\0')
        return add_word(&filter->on, "trigger", FUNCTIONS, text + 3, error);
    if (strncmp(text, "off:", 4) == 0 && text[4] != '\0')
        return add_word(&filter->off, "trigger", FUNCTIONS, text + 4, error);
    text_escape(safe, sizeof safe, text, true);
    return error_set(error, "option --trigger: '%s' is neither on:FUNCTION nor off:FUNCTION", safe);
}

static void free_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        pattern_destroy(words->patterns[i]);
}

struct record_filter *record_filter_create(const struct cmd_filter *words, const struct option_list *triggers,
                                           struct error *error)
{
    struct record_filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL) {
        error_set(error, "out of memory for filters");
        return NULL;
    }
    int status = add_words(&filter->functions, "function", FUNCTIONS, &words->functions, error);
    if (status == 0)
        status = add_words(&filter->excludes, "exclude", FUNCTIONS, &words->excludes, error);
    if (status == 0)
        status = add_words(&filter->modules, "module", MODULES, &words->modules, error);
    if (status == 0)
        status = add_words(&filter->files, "file", FILES, &words->files, error);
    if (status == 0)
        status = add_words(&filter->under, "under", FUNCTIONS, &words->under, error);
    if (status == 0)
        status = add_words(&filter->until, "until", FUNCTIONS, &words->until, error);
    for (size_t i = 0; i < triggers->count && status == 0; i++)
        status = add_trigger(filter, triggers->items[i], error);
    if (status == 0)
        return filter;
    record_filter_destroy(filter);
    return NULL;
}

void record_filter_destroy(struct record_filter *filter)
{
    if (filter == NULL)
        return;
    struct words *const all[] = {&filter->functions, &filter->excludes, &filter->modules, &filter->files,
                                 &filter->under,     &filter->until,    &filter->on,      &filter->off};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free_words(all[i]);
    for (size_t i = 0; i < filter->known_count; i++)
        known_file_close(&filter->known[i]);
    free(filter->known);
    free(filter->by_index);
    free(filter);
}

uint32_t record_filter_bits(const struct record_filter *filter)
{
    bool leaves_out =
        filter->functions.count + filter->excludes.count + filter->modules.count + filter->files.count != 0;
    uint32_t bits = leaves_out ? CT_FILTER_ASK : 0;
    if (filter->on.count + filter->off.count != 0)
        bits |= CT_FILTER_ASK | CT_FILTER_TRIGGERS;
    return bits | (filter->on.count != 0 ? CT_FILTER_OFF : 0);
}

static void keep_met(struct option_list *list, const struct words *words)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (words->met[i])
            list->items[kept++] = list->items[i];
    list->count = kept;
}

/* Those by name have been seen to while the program ran, but for what --under and --until need. */
struct cmd_filter record_filter_rest(const struct record_filter *filter, const struct cmd_filter *words)
{
    struct cmd_filter rest = *words;
    if (words->under.count + words->until.count == 0) {
        rest.functions.count = rest.excludes.count = rest.modules.count = rest.files.count = 0;
        return rest;
    }
    keep_met(&rest.functions, &filter->functions);
    keep_met(&rest.excludes, &filter->excludes);
    keep_met(&rest.modules, &filter->modules);
    keep_met(&rest.files, &filter->files);
    return rest;
}

/* ---- matching --------------------------------------------------------------------------------------------------- */

/* An expression that needs more than it may have matches nothing. */
static bool is_meant(const struct pattern *pattern, enum kind kind, const char *path,
                     const struct known_function *function)
{
    struct error ignored;
    if (kind == MODULES)
        return *path != '\0' && pattern_matches_path(pattern, path, &ignored) > 0;
    if (kind == FILES)
        return function->file != NULL && pattern_matches_path(pattern, function->file, &ignored) > 0;
    return pattern_matches_function(pattern, function->name, &ignored) > 0 ||
           (function->brief != NULL && pattern_matches_function(pattern, function->brief, &ignored) > 0) ||
           (function->symbol != NULL && pattern_matches(pattern, function->symbol, &ignored) > 0);
}

/* Also notes which words have met something. */
static bool any_means(struct words *words, const char *path, const struct known_function *function)
{
    bool any = false;
    for (size_t i = 0; i < words->count; i++)
        if (is_meant(words->patterns[i], words->kind, path, function))
            any = words->met[i] = true;
    return any;
}

static bool lets_through(struct words *words, const char *path, const struct known_function *function)
{
    return words->count == 0 || any_means(words, path, function);
}

/* What --under and --until name has to be there until the end, when they are seen to. */
static uint32_t answer_for(struct record_filter *filter, const char *path, const struct known_function *function)
{
    bool recorded = lets_through(&filter->functions, path, function) &&
                    lets_through(&filter->modules, path, function) && lets_through(&filter->files, path, function) &&
                    !any_means(&filter->excludes, path, function);
    bool under = any_means(&filter->under, path, function), until = any_means(&filter->until, path, function);
    uint32_t answer = recorded || under || until ? 0 : CT_ANSWER_LEFT_OUT;
    if (any_means(&filter->on, path, function))
        answer |= CT_ANSWER_ON;
    if (any_means(&filter->off, path, function))
        answer |= CT_ANSWER_OFF;
    return answer;
}

/* ---- what the recorder asks ------------------------------------------------------------------------------------- */

/* Its place among the known ones; SIZE_MAX: no memory. */
static size_t known_index(struct record_filter *filter, const struct symbol_module *module)
{
    for (size_t i = 0; i < filter->known_count; i++)
        if (strcmp(filter->known[i].path, module->path) == 0)
            return i;
    struct known_file *known = realloc(filter->known, (filter->known_count + 1) * sizeof *known);
    if (known == NULL)
        return SIZE_MAX;
    filter->known = known;
    return known_file_open(&known[filter->known_count], module) ? filter->known_count++ : SIZE_MAX;
}

static void judge_module(void *context, const struct ct_module *record, const char *path)
{
    struct record_filter *filter = context;
    if (record->module >= filter->module_count) {
        size_t count = record->module + (size_t)64;
        struct module *modules = realloc(filter->by_index, count * sizeof *modules);
        if (modules == NULL)
            return;
        memset(modules + filter->module_count, 0, (count - filter->module_count) * sizeof *modules);
        filter->by_index = modules;
        filter->module_count = count;
    }
    size_t bytes = record->build_id_bytes <= CT_BUILD_ID_BYTES ? record->build_id_bytes : 0;
    const struct symbol_module module = {.path = path, .build_id = record->build_id, .build_id_bytes = bytes};
    size_t file = known_index(filter, &module);
    filter->by_index[record->module] = (struct module){record->base, file, file != SIZE_MAX};
}

/* What cannot be judged is recorded. */
static uint32_t judge_function(void *context, const struct ct_function *record)
{
    struct record_filter *filter = context;
    if (record->module >= filter->module_count || !filter->by_index[record->module].told)
        return 0;
    const struct module *module = &filter->by_index[record->module];
    struct known_file *file = &filter->known[module->file];
    struct known_function function;
    bool known = known_file_find(file, record->address - module->base, filter->files.count != 0, &function);
    uint32_t answer = known ? answer_for(filter, file->path, &function) : 0;
    known_function_free(&function);
    return answer;
}

struct judge record_filter_judge(struct record_filter *filter)
{
    return (struct judge){judge_module, judge_function, filter};
}

/* ---- before the program starts ---------------------------------------------------------------------------------- */

static int know(void *context, const char *path)
{
    struct record_filter *filter = context;
    if (program_is_instrumented(path))
        known_index(filter, &(struct symbol_module){.path = path});
    return 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* What the functions that are known would be called in an option of the kind; marks words that are met. */
static size_t list_names(struct record_filter *filter, struct words *words, char **names, size_t room)
{
    size_t count = 0;
    for (size_t f = 0; f < filter->known_count; f++) {
        struct known_file *file = &filter->known[f];
        for (size_t i = 0; i < known_file_count(file) && count < room; i++) {
            struct known_function function;
            if (known_file_at(file, i, words->kind == FILES, &function)) {
                any_means(words, file->path, &function);
                const char *name = words->kind == FUNCTIONS ? function.brief
                                   : words->kind == MODULES ? base_name(file->path)
                                   : function.file != NULL  ? base_name(function.file)
                                                            : "";
                names[count] = strdup(name);
                count += names[count] != NULL;
            }
            known_function_free(&function);
        }
    }
    return count;
}

/* Of a stripped program too little is known to say that a word is wrong. */
static bool knows_all(const struct record_filter *filter)
{
    for (size_t i = 0; i < filter->known_count; i++)
        if (filter->known[i].symbols == NULL || symbol_source(filter->known[i].symbols) != SYMBOL_SOURCE_ALL)
            return false;
    return true;
}

static void see_import(void *context, const char *name, uint64_t address)
{
    bool *spans = context;
    (void)address;
    *spans |= strcmp(name, "calltape_runtime_span_begin") == 0;
}

/* Then a function's name may be a span's, which nothing tells before. */
static bool has_spans(const struct record_filter *filter)
{
    bool spans = false;
    for (size_t i = 0; i < filter->known_count; i++) {
        const struct elf_file *program, *debug;
        const struct split_places *split;
        if (filter->known[i].symbols == NULL)
            continue;
        symbol_files(filter->known[i].symbols, &program, &debug, &split);
        elf_file_imports(program, see_import, &spans);
    }
    return spans;
}

/* An error where it can only be wrong: all names are known, and one is near. */
static int tell_unmet(const struct words *words, size_t word, const char *program, const char *near, bool spans,
                      struct error *error)
{
    static const char *const nothing[] = {"no function of", "no library of", "no source file of"};
    char safe[300], safe_near[300], safe_program[300], hint[400] = "";
    text_escape(safe, sizeof safe, words->texts[word], true);
    text_escape(safe_program, sizeof safe_program, program, true);
    if (near != NULL) {
        text_escape(safe_near, sizeof safe_near, near, true);
        snprintf(hint, sizeof hint, "did you mean '%s'?", safe_near);
    }
    if (near != NULL && !spans)
        return error_set(error, "option --%s: %s %s is called '%s'; %s", words->option, nothing[words->kind],
                         safe_program, safe, hint);
    cmd_say(NULL, "option --%s: %s %s is called '%s'; %s%sit may be %sof a library that is loaded later", words->option,
            nothing[words->kind], safe_program, safe, hint, near != NULL ? " Or " : "", spans ? "a span, or " : "");
    return 0;
}

static int check_words(struct record_filter *filter, struct words *words, const char *program, struct error *error)
{
    size_t room = 0;
    int status = 0;
    for (size_t i = 0; i < filter->known_count && words->count != 0; i++)
        room += known_file_count(&filter->known[i]);
    char **names = room != 0 ? calloc(room, sizeof *names) : NULL;
    if (names == NULL)
        return 0;
    size_t count = list_names(filter, words, names, room);
    bool spans = words->kind == FUNCTIONS && strcmp(words->option, "trigger") != 0 && has_spans(filter);
    size_t known = knows_all(filter) ? count : 0;
    for (size_t i = 0; i < words->count && status == 0; i++)
        if (!words->met[i])
            status = tell_unmet(words, i, program, nearest_name(words->texts[i], (const char *const *)names, known),
                                spans, error);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return status;
}

/* Programs that are not instrumented (a shell, make) start others, of which nothing is known. */
int record_filter_check(struct record_filter *filter, const char *program, struct error *error)
{
    struct words *const all[] = {&filter->functions, &filter->excludes, &filter->modules, &filter->files,
                                 &filter->under,     &filter->until,    &filter->on,      &filter->off};
    size_t words = 0;
    int status = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        words += all[i]->count;
    char *path = words != 0 && program_is_instrumented(program) ? realpath(program, NULL) : NULL;
    if (path == NULL)
        return 0;
    know(filter, path);
    libraries_each(path, know, filter);
    for (size_t i = 0; i < sizeof all / sizeof *all && status == 0; i++)
        status = check_words(filter, all[i], program, error);
    free(path);
    return status;
}
