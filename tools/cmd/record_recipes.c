#include "cmd/record_recipes.h"

#include "cmd/cmd.h"
#include "recipe/recipes.h"
#include "record/libraries.h"
#include "record/program.h"

enum { MOST_SPECS = 2 * OPTION_LIST_MOST, PROBLEMS_SAID = 8 };

struct specs {
    struct spec items[MOST_SPECS];
    size_t count;
};

static int parse(struct specs *specs, const struct option_list *words, bool result, struct error *error)
{
    for (size_t i = 0; i < words->count; i++)
        if (spec_parse(&specs->items[specs->count++], words->items[i], result, error) != 0)
            return -1;
    return 0;
}

static int add_library(void *context, const char *path)
{
    recipes_add(context, path);
    return 0;
}

static void say_problems(const struct recipes *recipes, bool all)
{
    bool few = all || recipes->problem_count <= PROBLEMS_SAID + 1;
    size_t said = few ? recipes->problem_count : PROBLEMS_SAID;
    for (size_t i = 0; i < said; i++)
        cmd_say(NULL, "%s", recipes->problems[i]);
    if (said < recipes->problem_count)
        cmd_say(NULL, "... and %zu more that are left out; record --verbose names them", recipes->problem_count - said);
}

static void add_program(struct recipes *recipes, const char *program)
{
    recipes_add(recipes, program);
    libraries_each(program, add_library, recipes);
}

static int compile(struct recipes *recipes, const char *program, const struct specs *specs,
                   const struct record_asked *asked, struct error *error)
{
    struct program started;
    if (recipes_begin(recipes, specs->items, specs->count, error) != 0)
        return -1;
    add_program(recipes, program);
    if (recipes->modules == 0 && program_find_instrumented(asked->words, asked->word_count, &started))
        add_program(recipes, program = started.path);
    if (recipes_check(recipes, program, error) != 0)
        return -1;
    say_problems(recipes, asked->all);
    return 0;
}

int record_recipes(const char *program, const struct record_asked *asked, char **sets, size_t *bytes,
                   struct error *error)
{
    struct specs specs = {0};
    struct recipes recipes = {0};
    *sets = NULL;
    *bytes = 0;
    int result =
        parse(&specs, asked->arguments, false, error) != 0 || parse(&specs, asked->returns, true, error) != 0 ? -1 : 0;
    if (result == 0 && specs.count > 0)
        result = compile(&recipes, program, &specs, asked, error);
    if (result == 0) {
        *sets = recipes.sets;
        *bytes = recipes.bytes;
        recipes.sets = NULL;
    }
    recipes_free(&recipes);
    for (size_t i = 0; i < specs.count; i++)
        spec_free(&specs.items[i]);
    return result;
}
