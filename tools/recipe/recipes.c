#include "recipe/recipes.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "recipe/find.h"
#include "recipe/set.h"
#include "symbol/sandbox.h"
#include "symbol/symbol.h"

/* What the child answers: this, the set, then what find_recipes told. */
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
    fclose(query->texts);
    struct answer head = {.set_bytes = set ? set->bytes : 0, .text_bytes = (uint32_t)text_bytes};
    sandbox_answer(to, &head, sizeof head);
    if (set)
        sandbox_answer(to, set, set->bytes);
    sandbox_answer(to, texts, text_bytes);
}

/* ---- what the child said, which may be anything ----------------------------------------------------------------- */

static int add_problem(struct recipes *to, const char *text)
{
    char **more = realloc(to->problems, (to->problem_count + 1) * sizeof *more);
    char *safe = text_escaped(text, true);
    if (more)
        to->problems = more;
    if (!more || !safe) {
        free(safe);
        return -1;
    }
    to->problems[to->problem_count++] = safe;
    return 0;
}

static const char *option_of(const struct spec *spec)
{
    return spec->result ? "--returns" : "--args";
}

static int no_function(const struct find_query *query, const char *told, struct error *error)
{
    char *end, near[300], asked[300], path[300];
    unsigned long index = strtoul(told, &end, 10);
    if (index >= query->spec_count)
        return error_set(error, "the program's debug information could not be read");
    const struct spec *spec = &query->specs[index];
    text_escape(near, sizeof near, *end ? end + 1 : "", true);
    text_escape(asked, sizeof asked, spec->text, true);
    text_escape(path, sizeof path, query->path, true);
    return error_set(error, "%s '%s': %s has no such function with debug information%s%s%s", option_of(spec), asked,
                     path, *near ? "; did you mean " : "", near, *near ? "?" : "");
}

static int take_texts(const struct find_query *query, const char *at, const char *end, struct recipes *to,
                      struct error *error)
{
    while (at < end) {
        const char *stop = memchr(at, 0, (size_t)(end - at));
        if (!stop)
            return error_set(error, "the program's debug information could not be read");
        if (*at == TOLD_NEAREST)
            return no_function(query, at + 1, error);
        if (*at == TOLD_REFUSED)
            add_problem(to, at + 1);
        at = stop + 1;
    }
    return 0;
}

static int take_answer(const struct find_query *query, const char *bytes, size_t size, struct recipes *to,
                       struct error *error)
{
    struct answer head;
    if (size < sizeof head)
        return error_set(error, "the program's debug information could not be read");
    memcpy(&head, bytes, sizeof head);
    if (size != sizeof head + (uint64_t)head.set_bytes + head.text_bytes)
        return error_set(error, "the program's debug information could not be read whole");
    const char *set = bytes + sizeof head, *texts = set + head.set_bytes;
    if (take_texts(query, texts, texts + head.text_bytes, to, error) != 0)
        return -1;
    if (head.set_bytes == 0)
        return error_set(error,
                         "%s: none of the functions calls the hooks, so nothing of them is recorded; compile "
                         "them with -finstrument-functions",
                         option_of(&query->specs[0]));
    /* In memory of its own, where it is aligned. */
    to->set = malloc(head.set_bytes);
    if (!to->set)
        return error_set(error, "no memory for recipes");
    memcpy(to->set, set, head.set_bytes);
    return set_is_sound(to->set, head.set_bytes) ? 0 : error_set(error, "the debug information makes no sense");
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

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

static int compile_in_sandbox(struct find_query *query, struct recipes *to, struct error *error)
{
    struct sandbox_limits limits = limits_for(query->debug);
    size_t bytes;
    bool whole;
    char *answer = sandbox_run(do_work, query, &limits, &bytes, &whole);
    int result = whole && answer ? take_answer(query, answer, bytes, to, error)
                                 : error_set(error, "the program's debug information could not be read: reading it "
                                                    "crashed or took too long");
    free(answer);
    return result;
}

static int compile_files(struct find_query *query, const struct symbol_table *table, struct recipes *to,
                         struct error *error)
{
    char path[512];
    text_escape(path, sizeof path, query->path, true);
    symbol_files(table, &query->program, &query->debug);
    if (!elf_file_is_x86_64(query->program))
        return error_set(error, "%s works on x86-64 only; %s is for another machine", option_of(&query->specs[0]),
                         path);
    if (!query->debug)
        return error_set(error, "%s needs debug information, which %s has not; compile it with -g",
                         option_of(&query->specs[0]), path);
    return compile_in_sandbox(query, to, error);
}

int recipes_compile(const char *program, const struct spec *specs, size_t count, struct recipes *to,
                    struct error *error)
{
    const struct symbol_module module = {.path = program};
    struct find_query query = {.path = program, .specs = specs, .spec_count = count};
    *to = (struct recipes){0};
    struct symbol_table *table = symbol_open(&module, error);
    if (!table)
        return -1;
    int result = compile_files(&query, table, to, error);
    symbol_close(table);
    return result;
}

void recipes_free(struct recipes *recipes)
{
    for (size_t i = 0; i < recipes->problem_count; i++)
        free(recipes->problems[i]);
    free(recipes->problems);
    free(recipes->set);
}
