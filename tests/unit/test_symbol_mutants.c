/* 2,000 programs with damage in their debug information: the library that reads it may crash or hang over them, which
 * must cost files and lines only. What its child process answers may be anything too. The seed is fixed, so a failure
 * comes again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbol/places.h"
#include "symbol/symbol.h"

enum { MUTANTS = 2000, ANSWERS = 20000, FUNCTIONS = 6 };

struct image {
    uint8_t *bytes;
    size_t size, from, to; /* where the debug sections lie */
};

static char directory[64];
static uint64_t seed = 20230401;

/* xorshift64 (Marsaglia) */
static uint64_t random_number(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static const char *const builds[] = {
    "gcc -gdwarf-5 -O1",
    "gcc -gdwarf-4 -ffunction-sections",
    "clang -gdwarf-5 -O1",
    "gcc -gdwarf-5 -gz=zlib",
};
enum { BUILDS = sizeof builds / sizeof *builds };

static int build(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_symbol_mutants.XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    FILE *source = fopen("small.c", "w");
    if (!source || fputs("struct s { int m; struct s *next; };\n"
                         "static inline int i(struct s *s) { return s->next ? s->next->m : 0; }\n"
                         "__attribute__((noinline)) static int a(int x) { return x + 1; }\n"
                         "__attribute__((noinline)) int b(int x) { struct s s = {x, 0}; return a(x) + i(&s); }\n"
                         "__attribute__((cold, noinline)) int c(int x) { if (x) return b(x); return a(b(x)); }\n"
                         "int main(int n, char **v) { (void)v; return b(n) + c(n); }\n",
                         source) < 0)
        return -1;
    fclose(source);
    for (size_t i = 0; i < BUILDS; i++) {
        char command[256];
        snprintf(
            command, sizeof command,
            "%s -no-pie -nostartfiles -Wl,-Ttext=0x10000,--entry=main -o small%zu small.c && readelf -SW small%zu | "
            "awk '/ \\.debug_/ { sub(/.*PROGBITS */, \"\"); print $2, $3 }' >sections%zu",
            builds[i], i, i, i);
        if (system(command) != 0)
            return -1;
    }
    return 0;
}

static int remove_build(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "cd / && rm -rf '%s'", directory);
    return system(command) == 0 && chdir("/") == 0 ? 0 : -1;
}

static struct image read_image(size_t build)
{
    static uint8_t bytes[1 << 20];
    char name[32];
    unsigned long offset, size;
    struct image image = {.bytes = bytes, .from = sizeof bytes};
    snprintf(name, sizeof name, "small%zu", build);
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    image.size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    snprintf(name, sizeof name, "sections%zu", build);
    file = fopen(name, "r");
    assert_non_null(file);
    while (fscanf(file, "%lx %lx", &offset, &size) == 2) {
        image.from = offset < image.from ? offset : image.from;
        image.to = offset + size > image.to ? offset + size : image.to;
    }
    fclose(file);
    assert_true(image.from < image.to && image.to <= image.size);
    return image;
}

/* Single bits, bytes and numbers, and pieces that were moved. */
static void mutate(uint8_t *bytes, const struct image *image)
{
    static const uint64_t numbers[] = {0, 1, 0x7f, 0x80, UINT32_MAX, INT32_MAX, UINT64_MAX};
    size_t span = image->to - image->from - 16;
    for (uint64_t i = 1 + random_number(6); i > 0; i--) {
        uint8_t *at = bytes + image->from + random_number(span);
        switch (random_number(4)) {
        case 0:
            *at ^= 1 << random_number(8);
            break;
        case 1:
            *at = (uint8_t)random_number(256);
            break;
        case 2:
            memcpy(at, &numbers[random_number(sizeof numbers / sizeof *numbers)], 1 << random_number(4));
            break;
        default:
            memmove(at, bytes + image->from + random_number(span), 1 + random_number(16));
        }
    }
}

/* Returns how many functions have their file and line. */
static size_t ask(void)
{
    uint64_t addresses[FUNCTIONS];
    bool nameless[FUNCTIONS] = {true, false, true};
    struct place *places = calloc(FUNCTIONS, sizeof *places);
    struct error error = {""};
    struct symbol_module module = {.path = "mutant"};
    struct symbol symbol;
    size_t found = 0;
    struct symbol_table *table = symbol_open(&module, &error);
    assert_non_null(table);
    for (size_t i = 0; i < FUNCTIONS; i++)
        addresses[i] = i == 0 ? 0x10000 : addresses[i - 1] + 1;
    for (uint64_t address = 0x10001, i = 1; address < 0x11000 && i < FUNCTIONS; address++)
        if (symbol_find(table, address, &symbol) == 0 && symbol.start == address)
            addresses[i++] = address;
    if (symbol_has_places(table))
        symbol_places(table, addresses, nameless, FUNCTIONS, places);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        assert_true(!places[i].file || strlen(places[i].file) <= PATH_MAX);
        found += places[i].file && strstr(places[i].file, "small.c") && places[i].line < 10;
    }
    places_free(places, FUNCTIONS);
    symbol_close(table);
    return found;
}

static void write_mutant(const uint8_t *bytes, size_t size)
{
    FILE *file = fopen("mutant", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_mutants(void **state)
{
    static uint8_t mutant[1 << 20];
    size_t found = 0;
    (void)state;
    for (size_t build = 0; build < BUILDS; build++) {
        struct image image = read_image(build);
        write_mutant(image.bytes, image.size);
        assert_true(ask() >= 4);
        for (size_t i = 0; i < MUTANTS / BUILDS; i++) {
            memcpy(mutant, image.bytes, image.size);
            mutate(mutant, &image);
            write_mutant(mutant, image.size);
            found += ask();
        }
    }
    /* Most damage is small: were nothing found any more, nothing would have been tested. */
    assert_true(found > MUTANTS);
}

/* A child that was taken over by what it read. */
static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ANSWERS; i++) {
        struct place places[FUNCTIONS] = {{0}};
        char bytes[256];
        size_t size = random_number(sizeof bytes);
        for (size_t at = 0; at < size; at++)
            bytes[at] = (char)(random_number(4) ? random_number(8) : random_number(256));
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, bytes, size);
        places_take(copy, size, places, FUNCTIONS);
        for (size_t f = 0; f < FUNCTIONS; f++) {
            assert_true(!places[f].file || strlen(places[f].file) < size);
            free(places[f].file);
            free(places[f].name);
        }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutants), cmocka_unit_test(test_answers)};
    return cmocka_run_group_tests_name("mutants", tests, build, remove_build);
}
