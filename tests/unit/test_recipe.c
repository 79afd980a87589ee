/* Recipes: the words of --args and --returns, operations for where a value is, and sets that anybody may have written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calltape/format.h"
#include "recipe/compile.h"
#include "recipe/set.h"
#include "recipe/spec.h"

/* ---- words ---- */

static void a_function_alone_has_no_paths(void **state)
{
    (void)state;
    struct spec spec;
    struct error error;
    assert_int_equal(spec_parse(&spec, "std::vector::size", false, &error), 0);
    assert_int_equal(spec.path_count, 0);
    assert_true(spec_matches(&spec, "size", "std::vector::size"));
    assert_false(spec_matches(&spec, "size", NULL));
    spec_free(&spec);
}

static void paths_have_formats(void **state)
{
    (void)state;
    struct spec spec;
    struct error error;
    assert_int_equal(spec_parse(&spec, "handle_*:req->path/s64,n,req.len/p", false, &error), 0);
    assert_int_equal(spec.path_count, 3);
    assert_string_equal(spec.paths[0].path, "req->path");
    assert_int_equal(spec.paths[0].format, 's');
    assert_int_equal(spec.paths[0].most, 64);
    assert_string_equal(spec.paths[1].path, "n");
    assert_int_equal(spec.paths[1].format, 0);
    assert_int_equal(spec.paths[2].format, 'p');
    assert_true(spec_matches(&spec, "handle_get", NULL));
    spec_free(&spec);
}

static void a_result_has_a_format(void **state)
{
    (void)state;
    struct spec spec;
    struct error error;
    assert_int_equal(spec_parse(&spec, "name_of/s1008", true, &error), 0);
    assert_int_equal(spec.paths[0].most, 1008);
    assert_true(spec_matches(&spec, "name_of", NULL));
    spec_free(&spec);
}

static void a_name_may_have_a_tag(void **state)
{
    (void)state;
    struct spec spec;
    struct error error;
    assert_int_equal(spec_parse(&spec, "ns::make[abi:cxx11]:n", false, &error), 0);
    assert_int_equal(spec.path_count, 1);
    assert_false(spec.glob);
    assert_true(spec_matches(&spec, "make", "ns::make[abi:cxx11]"));
    assert_false(spec_matches(&spec, "make", "ns::make"));
    spec_free(&spec);
    assert_int_equal(spec_parse(&spec, "re:^make", true, &error), 0);
    assert_true(spec.glob);
    spec_free(&spec);
}

static void errors_tell_the_column(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool result;
        const char *message;
    } wrong[] = {
        {"", false, "--args '': a function's name is missing at column 1"},
        {":n", false, "--args ':n': a function's name is missing at column 1"},
        {"f:", false, "--args 'f:': a name is missing at column 3"},
        {"f:a,", false, "--args 'f:a,': a name is missing at column 5"},
        {"f:a->", false, "--args 'f:a->': a name is missing at column 6"},
        {"f:a-b", false, "--args 'f:a-b': '.', '->', '/' or ',' is missing at column 4"},
        {"f:a/x", false, "--args 'f:a/x': a format is /s, /sBYTES or /p at column 5"},
        {"f:a/s0", false, "--args 'f:a/s0': a text has 1 to 1008 bytes at column 6"},
        {"f:a/s1009", false, "--args 'f:a/s1009': a text has 1 to 1008 bytes at column 6"},
        {"f:a/s-1", false, "--args 'f:a/s-1': a text has 1 to 1008 bytes at column 6"},
        {"f/q", true, "--returns 'f/q': a format is /s, /sBYTES or /p at column 3"},
        {"f:a", true,
         "--returns 'f:a': a result has no names; /s, /sBYTES or /p may stand behind the function at column 3"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct spec spec;
        struct error error;
        assert_int_equal(spec_parse(&spec, wrong[i].text, wrong[i].result, &error), -1);
        assert_string_equal(error.text, wrong[i].message);
        spec_free(&spec);
    }
}

/* ---- operations ---- */

/* An int, `place` bytes from the frame address, which is rbp + 16. */
static struct function_site *site_of_int(struct function *function, enum location_kind kind, int64_t place)
{
    struct function_site *site = calloc(1, sizeof *site);
    assert_non_null(site);
    memset(function, 0, sizeof *function);
    function->parameters = function->leaves = function->result_leaf = 1;
    function->passing[0].bytes = 4;
    function->leaf[0] = (struct leaf){
        .name = "n", .type_name = "int", .details = "", .type = CT_TYPE_I64, .size = 4, .is_signed = true, .hops = 1};
    site->has_frame = true;
    site->frame_register = LOCATION_RBP;
    site->frame_offset = 16;
    site->places[0] = (struct location_set){.count = 1, .ranged = true};
    site->places[0].pieces[0] = (struct location){
        .kind = kind, .count = 1, .ops = {{.kind = CT_OP_REGISTER, .from = LOCATION_CFA, .value = place}}};
    return site;
}

static void an_int_in_the_frame_is_a_slot(void **state)
{
    (void)state;
    struct function function;
    struct function_site *site = site_of_int(&function, LOCATION_ADDRESS, -36);
    struct program program = {0};
    assert_true(
        compile_argument(&(struct compile_site){.function = &function, .site = site}, &function.leaf[0], &program));
    assert_int_equal(program.kind, CT_RECIPE_NUMBER);
    assert_true(program.is_signed);
    assert_int_equal(program.count, 2);
    assert_int_equal(program.ops[0].kind, CT_OP_SLOT);
    assert_int_equal(program.ops[0].from, CT_RBP);
    assert_int_equal(program.ops[0].bytes, 4);
    assert_int_equal(program.ops[0].value, -20);
    assert_int_equal(program.ops[1].kind, CT_OP_SIGN);
    assert_int_equal(program.ops[1].from, 32);
    free(site);
}

/* A std::string_view: the length in one kept register, the address in another. */
static void a_text_may_be_in_two_places(void **state)
{
    (void)state;
    struct function function;
    struct function_site *site = site_of_int(&function, LOCATION_NOWHERE, 0);
    struct program program = {0};
    enum { RBX = 3, R12 = 12 };
    function.passing[0].bytes = 16;
    function.leaf[0] = (struct leaf){
        .type = CT_TYPE_STRING, .read = LEAF_TEXT, .size = 16, .most = 64, .hops = 1, .hop = {8}, .other = -8};
    site->places[0].count = 2;
    for (int i = 0; i < 2; i++)
        site->places[0].pieces[i] = (struct location){.kind = LOCATION_VALUE,
                                                      .count = 1,
                                                      .ops = {{.kind = CT_OP_REGISTER, .from = i == 0 ? RBX : R12}},
                                                      .bytes = 8};
    assert_true(
        compile_argument(&(struct compile_site){.function = &function, .site = site}, &function.leaf[0], &program));
    assert_int_equal(program.kind, CT_RECIPE_TEXT);
    assert_int_equal(program.most, 64);
    assert_int_equal(program.count, 2);
    assert_int_equal(program.ops[0].from, CT_R12);
    assert_int_equal(program.ops[1].from, CT_RBX);
    site->places[0].pieces[1].kind = LOCATION_NOWHERE;
    assert_false(
        compile_argument(&(struct compile_site){.function = &function, .site = site}, &function.leaf[0], &program));
    free(site);
}

static void what_is_nowhere_is_gone(void **state)
{
    (void)state;
    struct function function;
    struct function_site *site = site_of_int(&function, LOCATION_NOWHERE, 0);
    struct program program = {0};
    assert_false(
        compile_argument(&(struct compile_site){.function = &function, .site = site}, &function.leaf[0], &program));
    assert_int_equal(program.kind, CT_RECIPE_GONE);
    free(site);
}

/* ---- sets ---- */

static struct ct_recipes *small_set(void)
{
    struct function function;
    struct function_site *place = site_of_int(&function, LOCATION_ADDRESS, -36);
    struct program program = {.count = 1, .kind = CT_RECIPE_NUMBER, .most = 8};
    struct set_builder *builder = set_create();
    assert_non_null(builder);
    program.ops[0] = (struct ct_op){.kind = CT_OP_REGISTER, .from = CT_RBX};
    for (uint64_t address = 0x2000; address >= 0x1000; address -= 0x1000)
        for (uint64_t site = 0x20; site >= 0x10; site -= 0x10) {
            assert_true(set_begin_site(builder, &function, address, address + site));
            set_add(builder, 0, &program);
        }
    free(place);
    return set_finish(builder, "/a/program", (const uint8_t *)"id", 2);
}

static void sets_are_sorted(void **state)
{
    (void)state;
    struct ct_recipes *set = small_set();
    assert_non_null(set);
    assert_true(ct_recipes_are_sound(set, set->bytes));
    struct ct_recipe_parts parts = ct_recipe_parts(set);
    assert_int_equal(set->functions, 2);
    assert_int_equal(parts.functions[0].address, 0x1000);
    assert_int_equal(parts.functions[1].address, 0x2000);
    assert_int_equal(parts.sites[parts.functions[0].first_site].address, 0x1010);
    assert_int_equal(parts.sites[parts.functions[0].first_site + 1].address, 0x1020);
    assert_string_equal(parts.text + parts.keys[0].name, "n");
    assert_string_equal(parts.text + set->path, "/a/program");
    free(set);
}

#define assert_unsound(field, wrong)                                                                                   \
    do {                                                                                                               \
        __typeof__(field) kept = (field);                                                                              \
        (field) = (wrong);                                                                                             \
        assert_false(ct_recipes_are_sound(set, bytes));                                                                \
        (field) = kept;                                                                                                \
        assert_true(ct_recipes_are_sound(set, bytes));                                                                 \
    } while (0)

static void each_index_is_checked(void **state)
{
    (void)state;
    struct ct_recipes *set = small_set();
    assert_non_null(set);
    size_t bytes = set->bytes;
    struct ct_recipe_parts parts = ct_recipe_parts(set);
    struct ct_recipe_function *function = (struct ct_recipe_function *)parts.functions;
    struct ct_recipe_site *site = (struct ct_recipe_site *)parts.sites;
    struct ct_recipe *recipe = (struct ct_recipe *)parts.recipes;
    struct ct_recipe_key *key = (struct ct_recipe_key *)parts.keys;
    struct ct_op *op = (struct ct_op *)parts.ops;
    assert_unsound(set->bytes, (uint32_t)bytes + 8);
    assert_unsound(set->bytes, (uint32_t)bytes - 8);
    assert_unsound(set->functions, UINT32_MAX);
    assert_unsound(set->build_id_bytes, CT_RECIPE_BUILD_ID_BYTES + 1);
    assert_unsound(set->path, set->text_bytes);
    assert_unsound(function->first_site, set->sites);
    assert_unsound(function->keys, set->keys + 1);
    assert_unsound(site->recipes, UINT32_MAX);
    assert_unsound(recipe->first_op, set->ops);
    assert_unsound(recipe->ops, CT_RECIPE_OPS_MAX + 1);
    assert_unsound(recipe->kind, CT_RECIPE_TEXT + 1);
    assert_unsound(recipe->most, CT_RECIPE_STRING_MAX + 1);
    assert_unsound(key->details, set->text_bytes);
    assert_unsound(op->kind, CT_OP_KINDS);
    assert_unsound(op->from, CT_REGISTERS);
    assert_false(ct_recipes_are_sound(set, bytes - 1));
    free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_alone_has_no_paths),
        cmocka_unit_test(paths_have_formats),
        cmocka_unit_test(a_result_has_a_format),
        cmocka_unit_test(a_name_may_have_a_tag),
        cmocka_unit_test(errors_tell_the_column),
        cmocka_unit_test(an_int_in_the_frame_is_a_slot),
        cmocka_unit_test(a_text_may_be_in_two_places),
        cmocka_unit_test(what_is_nowhere_is_gone),
        cmocka_unit_test(sets_are_sorted),
        cmocka_unit_test(each_index_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
