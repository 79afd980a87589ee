#include "cmd/record_recipes.h"

#include "cmd/cmd.h"
#include "recipe/recipes.h"
#include "record/libraries.h"

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

static void say_problems(const struct recipes *recipes)
{
    size_t said = recipes->problem_count > PROBLEMS_SAID + 1 ? PROBLEMS_SAID : recipes->problem_count;
    for (size_t i = 0; i < said; i++)
        cmd_say(NULL, "%s", recipes->problems[i]);
    if (said < recipes->problem_count)
        cmd_say(NULL, "... and %zu more that are left out", recipes->problem_count - said);
}

static int compile(struct recipes *recipes, const char *program, const struct specs *specs, struct error *error)
{
    if (recipes_begin(recipes, specs->items, specs->count, error) != 0)
        return -1;
    recipes_add(recipes, program);
    libraries_each(program, add_library, recipes);
    if (recipes_check(recipes, program, error) != 0)
        return -1;
    say_problems(recipes);
    return 0;
}

int record_recipes(const char *program, const struct option_list *arguments, const struct option_list *returns,
                   char **sets, size_t *bytes, struct error *error)
{
    struct specs specs = {0};
    struct recipes recipes = {0};
    *sets = NULL;
    *bytes = 0;
    int result = parse(&specs, arguments, false, error) != 0 || parse(&specs, returns, true, error) != 0 ? -1 : 0;
    if (result == 0 && specs.count > 0)
        result = compile(&recipes, program, &specs, error);
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
