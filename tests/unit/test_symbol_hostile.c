/* Damaged ELF files: whatever the bytes, an error or a table that can be asked anything. Meant for AddressSanitizer,
 * which sees what is read out of bounds. The seed is fixed, so a failure comes again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbol/symbol.h"

#define MUTATIONS 500

struct image {
    uint8_t *bytes;
    size_t size;
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

static int build(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_symbol_hostile.XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    FILE *source = fopen("small.c", "w");
    if (!source || fputs("static int a(int x) { return x + 1; } int b(int x) { return a(x); }\n"
                         "int c(int) __attribute__((weak, alias(\"b\"))); int _ZN1a1bEi(int x) { return x * x; }\n",
                         source) < 0)
        return -1;
    fclose(source);
    return system("gcc -O0 -shared -fPIC -nostdlib -Wl,--build-id -Wl,-z,noseparate-code -o small.so small.c && "
                  "objcopy --add-gnu-debuglink=small.c small.so");
}

static int remove_build(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "cd / && rm -rf '%s'", directory);
    return system(command) == 0 && chdir("/") == 0 ? 0 : -1;
}

static struct image read_image(void)
{
    static uint8_t bytes[65536];
    FILE *file = fopen("small.so", "r");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_in_range(size, sizeof(Elf64_Ehdr), sizeof bytes - 1);
    fclose(file);
    return (struct image){bytes, size};
}

static void write_image(const struct image *image)
{
    FILE *file = fopen("mutant", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(image->bytes, 1, image->size, file), image->size);
    assert_int_equal(fclose(file), 0);
}

/* 1: it was opened. Every string that comes back is read to its end. */
static int ask_everything(const uint8_t *build_id, size_t build_id_bytes)
{
    struct error error = {""};
    struct symbol symbol;
    size_t read = 0;
    struct symbol_module module = {"mutant", build_id, build_id_bytes, NULL};
    struct symbol_table *table = symbol_open(&module, &error);
    if (!table) {
        assert_int_equal(strncmp(error.text, "mutant: ", 8), 0);
        return 0;
    }
    for (uint64_t address = 0; address < 0x5000; address += 7)
        if (symbol_find(table, address, &symbol) == 0)
            read += strlen(symbol.name) + (symbol.file ? strlen(symbol.file) : 0);
    for (int i = 0; i < 64; i++)
        (void)!symbol_find(table, UINT64_MAX >> i, &symbol);
    symbol_close(table);
    return read < SIZE_MAX;
}

/* Most damage goes where the structure is: headers, section headers, symbol and string tables at the end. */
static size_t interesting_offset(const struct image *image)
{
    switch (random_number(4)) {
    case 0:
        return random_number(sizeof(Elf64_Ehdr));
    case 1:
        return random_number(image->size < 512 ? image->size : 512);
    case 2:
        return image->size - 1 - random_number(image->size < 2048 ? image->size : 2048);
    default:
        return random_number(image->size);
    }
}

static void damage(struct image *image)
{
    static const uint8_t extremes[] = {0, 1, 0x7f, 0x80, 0xff};
    for (uint64_t left = 1 + random_number(6); left > 0; left--) {
        size_t offset = interesting_offset(image);
        if (random_number(2))
            image->bytes[offset] = extremes[random_number(sizeof extremes)];
        else
            image->bytes[offset] ^= (uint8_t)(1 << random_number(8));
    }
    if (random_number(8) == 0)
        image->size = random_number(image->size);
}

static void test_mutations(void **state)
{
    static uint8_t copy[65536];
    static const uint8_t build_id[20];
    struct image whole = read_image();
    int opened = 0;
    (void)state;
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(copy, whole.bytes, whole.size);
        struct image mutant = {copy, whole.size};
        damage(&mutant);
        write_image(&mutant);
        opened += ask_everything(NULL, 0);
        ask_everything(build_id, sizeof build_id);
    }
    /* Both kinds must occur, or the mutations are too weak or too strong to mean anything. */
    assert_in_range(opened, MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
}

static void test_every_length(void **state)
{
    struct image image = read_image();
    size_t whole = image.size;
    (void)state;
    for (image.size = 0; image.size < whole; image.size += 1 + whole / 200) {
        write_image(&image);
        ask_everything(NULL, 0);
    }
    image.size = whole;
    write_image(&image);
    assert_int_equal(ask_everything(NULL, 0), 1);
}

/* Sections, string tables and symbols that claim to be larger than the file, or to wrap around. */
static void test_claims(void **state)
{
    static const uint64_t claims[] = {UINT64_MAX, UINT64_MAX - 63, INT64_MAX, UINT64_C(1) << 40, 1, 0};
    static uint8_t copy[65536];
    struct image whole = read_image();
    (void)state;
    Elf64_Ehdr header;
    memcpy(&header, whole.bytes, sizeof header);
    for (unsigned section = 0; section < header.e_shnum; section++)
        for (size_t field = 8; field < sizeof(Elf64_Shdr); field += 8)
            for (size_t claim = 0; claim < sizeof claims / sizeof *claims; claim++) {
                struct image mutant = {copy, whole.size};
                memcpy(copy, whole.bytes, whole.size);
                memcpy(copy + header.e_shoff + section * sizeof(Elf64_Shdr) + field, &claims[claim], 8);
                write_image(&mutant);
                ask_everything(NULL, 0);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_claims),
    };
    return cmocka_run_group_tests_name("symbol_hostile", tests, build, remove_build);
}
