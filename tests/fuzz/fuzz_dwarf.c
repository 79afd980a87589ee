/* Debug information of any bytes, read as ever in a child process, which may crash: files and lines, and recipes for
 * all functions. What a child answers may be anything as well. With FUZZ_IN_PROCESS in the environment it is read right
 * here, where the fuzzer sees what it covers, and where a crash of libdwarf is one of the fuzzer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "recipe/find.h"
#include "recipe/recipes.h"
#include "recipe/spec.h"
#include "run_verb.h"
#include "symbol/debug_info.h"
#include "symbol/places.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIRST_ADDRESS = 0x200, ADDRESSES = 256 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static bool in_process(void)
{
    return getenv("FUZZ_IN_PROCESS") != NULL;
}

static void take(void *context, const struct debug_info_found *found)
{
    size_t *letters = context;
    require(found->index < ADDRESSES);
    *letters += (found->name != NULL ? strlen(found->name) : 0) + (found->file != NULL ? strlen(found->file) : 0);
}

static void read_places(const struct elf_file *file)
{
    static const bool nameless[ADDRESSES] = {true, false, true};
    struct place *places = calloc(ADDRESSES, sizeof *places);
    uint64_t addresses[ADDRESSES];
    size_t letters = 0;
    require(places != NULL);
    for (uint64_t i = 0; i < ADDRESSES; i++)
        addresses[i] = FIRST_ADDRESS + 4 * i;
    const struct debug_info_query query = {
        .file = file, .addresses = addresses, .nameless = nameless, .count = ADDRESSES};
    if (in_process())
        debug_info_read(&query, take, &letters);
    else
        places_find(file, NULL, addresses, nameless, ADDRESSES, places);
    places_free(places, ADDRESSES);
}

static void take_answers(const char *answers, size_t size)
{
    struct place *places = calloc(ADDRESSES, sizeof *places);
    require(places != NULL);
    places_take(answers, size, places, ADDRESSES);
    places_free(places, ADDRESSES);
}

/* Little of which is freed. */
static void find_here(const char *path, const struct elf_file *file, const struct spec *specs)
{
    char *told;
    size_t bytes;
    const struct find_query query = {path, file, file, NULL, specs, 2, open_memstream(&told, &bytes)};
    free(find_recipes(&query));
    fclose(query.texts);
    free(told);
}

static void make_recipes(const char *path, const struct elf_file *file)
{
    struct error error;
    struct spec specs[2];
    struct recipes recipes;
    require(spec_parse(&specs[0], "*", false, &error) == 0 && spec_parse(&specs[1], "*", true, &error) == 0);
    require(recipes_begin(&recipes, specs, 2, &error) == 0);
    if (in_process())
        find_here(path, file, specs);
    else
        recipes_add(&recipes, path);
    recipes_free(&recipes);
    spec_free(&specs[0]);
    spec_free(&specs[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    take_answers((const char *)data, size);
    const char *path = put_file(data, size);
    struct elf_file *file = elf_file_open(path, &error);
    if (file == NULL)
        return 0;
    read_places(file);
    make_recipes(path, file);
    elf_file_close(file);
    return 0;
}
