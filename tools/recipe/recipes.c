#include "recipe/recipes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "calltape/recipe.h"
#include "recipe/capstone.h"
#include "recipe/find.h"
#include "recipe/hooks.h"
#include "symbol/sandbox.h"
#include "symbol/symbol.h"

/* ---- the child -------------------------------------------------------------------------------------------------- */

/* What it answers: this, the set, then what find_recipes told. */
struct answer {
    uint32_t set_bytes, text_bytes;
};

static void do_work(void *context, int to)
{
    struct find_query *query = context;
    char *texts = NULL;
    size_t text_bytes = 0;
    query->texts = open_memstream(&texts, &text_bytes);
    if (!query->texts)
        return;
    struct ct_recipes *set = find_recipes(query);
    if (!text_end(query->texts, &texts))
        return;
    struct answer head = {.set_bytes = set ? set->bytes : 0, .text_bytes = (uint32_t)text_bytes};
    sandbox_answer(to, &head, sizeof head);
    if (set)
        sandbox_answer(to, set, set->bytes);
    sandbox_answer(to, texts, text_bytes);
}

/* ---- what the child said, which may be anything ----------------------------------------------------------------- */

static void add_problem(struct recipes *to, const char *text)
{
    char **more = realloc(to->problems, (to->problem_count + 1) * sizeof *more);
    if (more)
        to->problems = more;
    char *safe = more ? text_escaped(text, true) : NULL;
    if (safe)
        to->problems[to->problem_count++] = safe;
}

static void take_spec(struct recipes *to, char letter, const char *told)
{
    char *end, **text = letter == TOLD_NEAREST ? to->nearest : to->denied;
    unsigned long index = strtoul(told, &end, 10);
    if (index >= to->spec_count)
        return;
    to->matched[index] |= letter == TOLD_MATCH;
    to->granted[index] |= letter == TOLD_GRANTED;
    if ((letter == TOLD_NEAREST || letter == TOLD_DENIED) && *end && end[1] && !text[index])
        text[index] = text_escaped(end + 1, true);
}

static void take_missing(struct recipes *to, const char *path)
{
    char safe[400], text[600];
    if (to->missing++ > 0)
        return;
    text_escape(safe, sizeof safe, path, true);
    snprintf(text, sizeof text, "%s, which holds debug information, is not there or of another build; put it back",
             safe);
    add_problem(to, text);
    if (!to->not_told)
        to->not_told = strdup(text);
}

static void take_texts(struct recipes *to, const char *at, const char *end)
{
    while (at < end) {
        const char *stop = memchr(at, 0, (size_t)(end - at));
        if (!stop)
            return;
        if (*at == TOLD_REFUSED)
            add_problem(to, at + 1);
        else if (*at == TOLD_MISSING)
            take_missing(to, at + 1);
        else
            take_spec(to, *at, at + 1);
        at = stop + 1;
    }
}

/* False: it is not sound. */
static bool take_set(struct recipes *to, const char *set, size_t bytes)
{
    char *more = realloc(to->sets, to->bytes + bytes + 1);
    if (!more)
        return false;
    to->sets = more;
    memcpy(more + to->bytes, set, bytes);
    const struct ct_recipes *copy = (const struct ct_recipes *)(more + to->bytes);
    bool sound = bytes == 0 || (ct_recipes_are_sound(copy, bytes) && copy->bytes == bytes);
    if (sound)
        to->bytes += bytes;
    return sound;
}

static bool take_answer(struct recipes *to, const char *bytes, size_t size)
{
    struct answer head;
    if (size < sizeof head)
        return false;
    memcpy(&head, bytes, sizeof head);
    const char *set = bytes + sizeof head, *texts = set + head.set_bytes;
    if (size != sizeof head + (uint64_t)head.set_bytes + head.text_bytes || !take_set(to, set, head.set_bytes))
        return false;
    take_texts(to, texts, texts + head.text_bytes);
    return true;
}

/* ---- modules ---------------------------------------------------------------------------------------------------- */

/* Ten times what honest files took on a slow machine. */
static struct sandbox_limits limits_for(const struct elf_file *file)
{
    uint64_t bytes = elf_file_bytes(file);
    uint32_t cpu_seconds = (uint32_t)(20 + bytes / 2000000);
    return (struct sandbox_limits){
        .cpu_seconds = cpu_seconds,
        .seconds = 4 * cpu_seconds,
        .memory_bytes = (UINT64_C(1) << 30) + 20 * bytes,
        .answer_bytes = (size_t)1 << 30,
    };
}

static void compile_in_sandbox(struct recipes *to, struct find_query *query, const char *path)
{
    struct sandbox_limits limits = limits_for(query->debug);
    size_t bytes;
    bool whole;
    char *answer = sandbox_run(do_work, query, &limits, &bytes, &whole), text[600];
    if (!answer || !whole || !take_answer(to, answer, bytes)) {
        snprintf(text, sizeof text, "%.500s: its debug information could not be read", path);
        to->not_told = to->not_told ? to->not_told : strdup(text);
    }
    free(answer);
}

static void look_into(struct recipes *to, const struct symbol_table *table, const char *path)
{
    struct find_query query = {.path = path, .specs = to->specs, .spec_count = to->spec_count};
    struct hook_calls hooks = {0};
    char safe[500], text[600] = "";
    text_escape(safe, sizeof safe, path, true);
    symbol_files(table, &query.program, &query.debug, &query.split);
    bool known = elf_file_is_x86_64(query.program);
    bool calls = known && hooks_find(query.program, &hooks) && hooks.count > 0;
    hooks_free(&hooks);
    if (known && !calls)
        return;
    to->modules++;
    if (!known)
        snprintf(text, sizeof text, "%s: arguments and results are recorded on x86-64 only", safe);
    else if (!query.debug)
        snprintf(text, sizeof text, "%s has no debug information; compile it with -g", safe);
    else
        compile_in_sandbox(to, &query, safe);
    if (text[0] && !to->not_told)
        to->not_told = strdup(text);
}

void recipes_add(struct recipes *recipes, const char *path)
{
    const struct symbol_module module = {.path = path};
    struct error ignored;
    struct symbol_table *table = symbol_open(&module, &ignored);
    if (table)
        look_into(recipes, table, path);
    symbol_close(table);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

int recipes_begin(struct recipes *recipes, const struct spec *specs, size_t count, struct error *error)
{
    *recipes = (struct recipes){.specs = specs, .spec_count = count};
    if (capstone_load(error) != 0)
        return -1;
    recipes->matched = calloc(count + 1, sizeof *recipes->matched);
    recipes->granted = calloc(count + 1, sizeof *recipes->granted);
    recipes->nearest = calloc(count + 1, sizeof *recipes->nearest);
    recipes->denied = calloc(count + 1, sizeof *recipes->denied);
    bool done = recipes->matched && recipes->granted && recipes->nearest && recipes->denied;
    return done ? 0 : error_set(error, "no memory for recipes");
}

static int no_function(const struct recipes *recipes, size_t index, const char *program, struct error *error)
{
    const struct spec *spec = &recipes->specs[index];
    const char *option = spec->result ? "--returns" : "--args", *near = recipes->nearest[index];
    char asked[200], path[200];
    text_escape(asked, sizeof asked, spec->text, true);
    text_escape(path, sizeof path, program, true);
    if (recipes->not_told && (!near || recipes->missing > 0))
        return error_set(error, "%s '%s': %s", option, asked, recipes->not_told);
    if (recipes->modules == 0)
        return error_set(error,
                         "%s '%s': neither %s, nor a library that it is linked with, nor a program named behind it "
                         "calls the hooks; compile it with -g -finstrument-functions, and where a script starts "
                         "it, record it by itself",
                         option, asked, path);
    return error_set(error, "%s '%s': no such function in %s%s%s%s", option, asked, path,
                     near ? "; did you mean " : " or its libraries", near ? near : "", near ? "?" : "");
}

/* Functions are there, and nothing of what is asked of them. */
static int no_path(const struct recipes *recipes, size_t index, struct error *error)
{
    char asked[200];
    text_escape(asked, sizeof asked, recipes->specs[index].text, true);
    return error_set(error, "--args '%s': %s", asked, recipes->denied[index]);
}

int recipes_check(const struct recipes *recipes, const char *program, struct error *error)
{
    for (size_t i = 0; i < recipes->spec_count; i++) {
        if (!recipes->matched[i])
            return no_function(recipes, i, program, error);
        if (recipes->denied[i] && !recipes->granted[i])
            return no_path(recipes, i, error);
    }
    return 0;
}

void recipes_free(struct recipes *recipes)
{
    for (size_t i = 0; i < recipes->problem_count; i++)
        free(recipes->problems[i]);
    for (size_t i = 0; recipes->nearest && recipes->denied && i < recipes->spec_count; i++) {
        free(recipes->nearest[i]);
        free(recipes->denied[i]);
    }
    free(recipes->problems);
    free(recipes->nearest);
    free(recipes->denied);
    free(recipes->matched);
    free(recipes->granted);
    free(recipes->not_told);
    free(recipes->sets);
}
