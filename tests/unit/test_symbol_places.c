/* Files and lines in what the compilers write here, in all forms that debug information has. What is wanted stands in
 * the sources below, whose functions take a line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbol/elf_file.h"
#include "symbol/places.h"

static char directory[64];

static const char inline_h[] = "\n"
                               "static inline int inlined(int a) { return a * 3; }\n";
static const char one_c[] = "#include \"inline.h\"\n"
                            "#define KEPT __attribute__((noinline, used))\n"
                            "int two(int a);\n"
                            "static KEPT int same(int a) { return a * 3 + 1; }\n"
                            "KEPT int shared(int a) { return same(a) + inlined(a); }\n"
                            "int main(void) { return shared(1) == two(2); }\n";
static const char two_c[] = "#include \"inline.h\"\n"
                            "#define KEPT __attribute__((noinline, used))\n"
                            "\n\n\n"
                            "static KEPT int other(int a) { return a / 7 - 1; }\n"
                            "KEPT int two(int a) { return other(a) + inlined(a); }\n";

static const struct wanted {
    const char *name, *file;
    uint32_t line;
} wanted[] = {{"same", "one.c", 4},  {"shared", "one.c", 5}, {"main", "one.c", 6},
              {"other", "two.c", 6}, {"two", "two.c", 7},    {"inlined", "inline.h", 2}};

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int enter_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_symbol_places.XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    write_file("inline.h", inline_h);
    write_file("one.c", one_c);
    write_file("two.c", two_c);
    return 0;
}

static int leave_directory(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static const struct wanted *find_wanted(const char *name)
{
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcmp(wanted[i].name, name) == 0)
            return &wanted[i];
    return NULL;
}

/* The functions' addresses by nm, in order. */
static size_t list_functions(const char *program, uint64_t *addresses, const struct wanted **functions, size_t most)
{
    char command[128], name[64];
    unsigned long address;
    size_t count = 0;
    snprintf(command, sizeof command, "nm -n %s | awk '{ print $1, $3 }' | grep '^[0-9]'", program);
    FILE *lines = popen(command, "r");
    assert_non_null(lines);
    while (count < most && fscanf(lines, "%lx %63s", &address, name) == 2)
        if ((functions[count] = find_wanted(name)))
            addresses[count++] = address;
    assert_int_equal(pclose(lines), 0);
    return count;
}

static void expect_place(const char *how, const struct place *place, const struct wanted *function)
{
    const char *slash = place->file ? strrchr(place->file, '/') : NULL;
    const char *name = slash ? slash + 1 : place->file ? place->file : "?";
    if (strcmp(name, function->file) != 0 || place->line != function->line)
        fail_msg("%s: %s is at %s:%u, not %s:%u", how, function->name, place->file ? place->file : "?", place->line,
                 function->file, function->line);
}

static void expect_whole(const char *how, const struct place *place, const struct wanted *function)
{
    if (place->file[0] != '/' || access(place->file, R_OK) != 0)
        fail_msg("%s: %s is in %s, which is no file's path", how, function->name, place->file);
    if (!place->name || strcmp(place->name, function->name) != 0)
        fail_msg("%s: %s is called %s", how, function->name, place->name ? place->name : "?");
}

/* Places of all functions of `program`, asked for in `path`; `whole`: their names too, and paths that can be opened. */
static void check_places(const char *how, const char *program, const char *path, bool whole)
{
    enum { MOST = 16 };
    uint64_t addresses[MOST];
    bool nameless[MOST];
    struct error error;
    const struct wanted *functions[MOST];
    const struct split_places split = {.program = path};
    size_t count = list_functions(program, addresses, functions, MOST);
    struct place *places = calloc(count, sizeof *places);
    struct elf_file *file = elf_file_open(path, &error);
    memset(nameless, whole, sizeof nameless);
    assert_true(count >= 5);
    if (!file)
        fail_msg("%s: %s", how, error.text);
    assert_true(elf_file_has_debug_info(file));
    assert_int_equal(places_find(file, &split, addresses, nameless, count, places), PLACES_WHOLE);
    for (size_t i = 0; i < count; i++) {
        expect_place(how, &places[i], functions[i]);
        if (whole)
            expect_whole(how, &places[i], functions[i]);
    }
    places_free(places, count);
    elf_file_close(file);
}

static bool run(const char *command)
{
    return system(command) == 0;
}

static void check_built(const char *flags, bool whole)
{
    char command[256];
    snprintf(command, sizeof command, "%s -o program one.c two.c", flags);
    if (!run(command))
        fail_msg("failed: %s", command);
    check_places(command, "program", "program", whole);
}

static void test_gcc(void **state)
{
    static const char *const flags[] = {"gcc -g",
                                        "gcc -g -O2",
                                        "gcc -gdwarf-4 -O1",
                                        "gcc -gdwarf-5 -ffunction-sections -Wl,--gc-sections",
                                        "gcc -gdwarf-2",
                                        "gcc -g -gdwarf64",
                                        "gcc -g1",
                                        "gcc -g -O2 -flto",
                                        "gcc -g -static",
                                        "gcc -g -fdebug-types-section",
                                        "gcc -gdwarf-4 -gz=zlib",
                                        "gcc -gdwarf-5 -gz=zlib-gnu"};
    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        check_built(flags[i], true);
}

static void test_clang(void **state)
{
    static const char *const flags[] = {"clang -gdwarf-5", "clang -gdwarf-4 -O2", "clang -gdwarf-5 -gz=zlib",
                                        "clang -gdwarf-5 -ffunction-sections"};
    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        check_built(flags[i], true);
}

/* The line table stays in the program, the names do not. */
static void check_split(const char *flags)
{
    check_built(flags, true);
    assert_true(run("mkdir -p apart && mv *.dwo apart"));
    check_places("without .dwo files", "program", "program", false);
    assert_true(run("mv apart/*.dwo ."));
}

static void test_split(void **state)
{
    static const char *const flags[] = {"gcc -gdwarf-5 -gsplit-dwarf",
                                        "gcc -gdwarf-4 -O2 -gsplit-dwarf",
                                        "gcc -gdwarf-5 -O2 -gsplit-dwarf -gz=zlib",
                                        "gcc -gdwarf-5 -O2 -gsplit-dwarf -freorder-blocks-and-partition",
                                        "clang -gdwarf-5 -gsplit-dwarf",
                                        "clang -gdwarf-4 -O2 -gsplit-dwarf",
                                        "clang -gdwarf-5 -O2 -gsplit-dwarf -ffunction-sections"};
    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        check_split(flags[i]);
}

static void check_packed(const char *flags, const char *pack)
{
    char command[256];
    check_built(flags, true);
    if (!run(pack))
        skip();
    assert_true(run("rm *.dwo"));
    snprintf(command, sizeof command, "%s, %s", flags, pack);
    check_places(command, "program", "program", true);
    assert_true(run("rm program.dwp"));
}

/* GNU's dwp packs what it does not understand without a word: DWARF 5. */
static void test_packed_by_gnu(void **state)
{
    (void)state;
    if (!run("dwp --version >version 2>/dev/null"))
        skip();
    check_packed("gcc -gdwarf-4 -O2 -gsplit-dwarf", "timeout 20 dwp -e program -o program.dwp");
}

static void test_packed_by_llvm(void **state)
{
    (void)state;
    if (!run("llvm-dwp --version >version 2>/dev/null"))
        skip();
    check_packed("gcc -gdwarf-4 -O2 -gsplit-dwarf", "timeout 20 llvm-dwp -e program -o program.dwp");
    check_packed("gcc -gdwarf-5 -O2 -gsplit-dwarf -finstrument-functions",
                 "timeout 20 llvm-dwp -e program -o program.dwp");
    check_packed("clang -gdwarf-5 -O2 -gsplit-dwarf", "timeout 20 llvm-dwp -e program -o program.dwp");
    check_packed("clang -gdwarf-4 -gsplit-dwarf", "timeout 20 llvm-dwp -e program -o program.dwp");
}

static void test_zstd(void **state)
{
    (void)state;
    if (!run("gcc -g -o whole one.c two.c && objcopy --compress-debug-sections=zstd whole program 2>/dev/null"))
        skip();
    assert_true(run("readelf -t program | grep -q ZSTD"));
    check_places("zstd", "whole", "program", true);
}

static void test_separate(void **state)
{
    (void)state;
    assert_true(run("gcc -g -O2 -o whole one.c two.c && objcopy --only-keep-debug whole separate"));
    check_places("separate debug file", "whole", "separate", true);
}

static void test_shared_by_dwz(void **state)
{
    (void)state;
    if (!run("gcc -gdwarf-4 -o one one.c two.c && cp one two && dwz -m shared one two 2>/dev/null"))
        skip();
    check_places("dwz", "one", "one", false);
}

/* In the sections of another build nothing is wrong, it is only not there. */
static void test_nothing(void **state)
{
    struct error error;
    struct place places[2] = {{0}};
    static const uint64_t addresses[] = {1, UINT64_MAX};
    static const bool nameless[] = {true, true};
    static const struct split_places split = {.program = "program"};
    (void)state;
    assert_true(run("gcc -g -o program one.c two.c"));
    struct elf_file *file = elf_file_open("program", &error);
    assert_non_null(file);
    assert_int_equal(places_find(file, &split, addresses, nameless, 2, places), PLACES_WHOLE);
    for (size_t i = 0; i < 2; i++)
        assert_true(!places[i].file && !places[i].name && places[i].line == 0);
    elf_file_close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gcc),           cmocka_unit_test(test_clang),          cmocka_unit_test(test_split),
        cmocka_unit_test(test_packed_by_gnu), cmocka_unit_test(test_packed_by_llvm), cmocka_unit_test(test_zstd),
        cmocka_unit_test(test_separate),      cmocka_unit_test(test_shared_by_dwz),  cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests_name("places", tests, enter_directory, leave_directory);
}
