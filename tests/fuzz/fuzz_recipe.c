/* What --args is given, and sets of recipes as they come out of an arena: the first byte says which. A set that is
 * sound is walked as the runtime does: every index and text is touched. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "calltape/recipe.h"
#include "recipe/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

static void parse(const uint8_t *data, size_t size, bool result)
{
    struct spec spec;
    struct error error;
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (spec_parse(&spec, text, result, &error) == 0) {
        require(spec.path_count <= SPEC_PATHS);
        for (size_t i = 0; i < spec.path_count; i++)
            require(spec.paths[i].most <= CT_RECIPE_STRING_MAX &&
                    (!spec.paths[i].path || strlen(spec.paths[i].path) <= size));
        spec_matches(&spec, "name", "space::name");
    }
    spec_free(&spec);
    free(text);
}

static uint64_t walk_recipe(const struct ct_recipe_parts *parts, const struct ct_recipe *recipe)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < recipe->ops; i++)
        sum += parts->ops[recipe->first_op + i].kind;
    return sum;
}

static uint64_t walk(const struct ct_recipes *set)
{
    const struct ct_recipe_parts parts = ct_recipe_parts(set);
    uint64_t sum = strlen(parts.text + set->path);
    for (uint32_t i = 0; i < set->functions; i++)
        for (uint32_t k = 0; k < parts.functions[i].keys && k < 8; k++) {
            const struct ct_recipe_key *key = &parts.keys[parts.functions[i].first_key + k];
            sum += strlen(parts.text + key->name) + strlen(parts.text + key->type_name) +
                   strlen(parts.text + key->details);
        }
    for (uint32_t i = 0; i < set->functions; i++)
        if (parts.functions[i].sites)
            sum += parts.sites[parts.functions[i].first_site + parts.functions[i].sites - 1].address;
    for (uint32_t i = 0; i < set->sites; i++)
        if (parts.sites[i].recipes)
            sum += walk_recipe(&parts, &parts.recipes[parts.sites[i].first_recipe + parts.sites[i].recipes - 1]);
    return sum;
}

static void check(const uint8_t *data, size_t size)
{
    struct ct_recipes *set = malloc(size + 1);
    require(set != NULL);
    memcpy(set, data, size);
    if (ct_recipes_are_sound(set, size))
        require(walk(set) != UINT64_MAX);
    free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] % 3 == 0)
        check(data + 1, size - 1);
    else
        parse(data + 1, size - 1, data[0] % 3 == 2);
    return 0;
}
