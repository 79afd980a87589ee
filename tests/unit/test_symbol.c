/* Names from ELF files that the compiler makes here. The truth comes from the programs themselves: they print the
 * addresses of their functions, less the load bias, beside the names that the source gives them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/debug_file.h"
#include "symbol/elf_file.h"
#include "symbol/symbol.h"

static char directory[64];

static int enter_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_symbol.XXXXXX");
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int leave_directory(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "cd / && rm -rf '%s'", directory);
    return system(command) == 0 && chdir("/") == 0 ? 0 : -1;
}

static void run(const char *command)
{
    if (system(command) != 0)
        fail_msg("failed: %s", command);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* SHOW prints "address file name", file "-" where the function is global. */
static const char show_h[] = "#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n"
                             "#include <link.h>\n"
                             "#include <stdio.h>\n"
                             "static int holds(struct dl_phdr_info *o, size_t bytes, void *p) {\n"
                             "    unsigned long *address = (unsigned long *)p; (void)bytes;\n"
                             "    for (int i = 0; i < o->dlpi_phnum; i++)\n"
                             "        if (o->dlpi_phdr[i].p_type == PT_LOAD &&\n"
                             "            *address - o->dlpi_addr - o->dlpi_phdr[i].p_vaddr < "
                             "o->dlpi_phdr[i].p_memsz) {\n"
                             "            *address -= o->dlpi_addr; return 1; }\n"
                             "    return 0;\n"
                             "}\n"
                             "static void show(unsigned long address, const char *file, const char *name) {\n"
                             "    dl_iterate_phdr(holds, &address);\n"
                             "    printf(\"%lx %s %s\\n\", address, file, name);\n"
                             "}\n"
                             "#define SHOW(function, file, name) show((unsigned long)(function), file, name)\n";

static struct symbol_table *open_table(const char *path)
{
    struct error error;
    struct symbol_module module = {.path = path};
    struct symbol_table *table = symbol_open(&module, &error);
    if (!table)
        fail_msg("%s", error.text);
    return table;
}

static void expect(const struct symbol_table *table, uint64_t address, const char *file, const char *name)
{
    struct symbol symbol;
    if (symbol_find(table, address, &symbol) != 0)
        fail_msg("%s at %llx was not found", name, (unsigned long long)address);
    assert_string_equal(symbol.name, name);
    assert_string_equal(symbol.file ? symbol.file : "-", file);
    assert_in_range(address, symbol.start, symbol.start + (symbol.size ? symbol.size - 1 : 64));
}

/* Runs the program and looks up, in `path`, every function that it shows. */
static void check_shown(const char *program, const char *path, unsigned functions)
{
    char line[256], file[32], name[128];
    unsigned long address;
    unsigned found = 0;
    struct symbol_table *table = open_table(path);
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_ALL);
    FILE *lines = popen(program, "r");
    assert_non_null(lines);
    while (fgets(line, sizeof line, lines)) {
        assert_int_equal(sscanf(line, "%lx %31s %127[^\n]", &address, file, name), 3);
        expect(table, address, file, name);
        expect(table, address + 1, file, name);
        found++;
    }
    assert_int_equal(pclose(lines), 0);
    assert_int_equal(found, functions);
    symbol_close(table);
}

static const char two_files_one[] = "#include \"show.h\"\n"
                                    "void two(void);\n"
                                    "static __attribute__((noinline)) int same(int a) { return a * 3 + 1; }\n"
                                    "int shared(int a) { return same(a) ^ 5; }\n"
                                    "int main(void) {\n"
                                    "    SHOW(same, \"one.c\", \"same\"); SHOW(shared, \"-\", \"shared\");\n"
                                    "    SHOW(main, \"-\", \"main\"); two(); return 0; }\n";
static const char two_files_two[] =
    "#include \"show.h\"\n"
    "static __attribute__((noinline)) int same(int a) { return a / 7 - 1; }\n"
    "int other(int a) { return same(a) + 2; }\n"
    "void two(void) { SHOW(same, \"two.c\", \"same\"); SHOW(other, \"-\", \"other\"); }\n";

static void write_two_files(void)
{
    write_file("show.h", show_h);
    write_file("one.c", two_files_one);
    write_file("two.c", two_files_two);
}

static void test_kinds_of_program(void **state)
{
    static const char *const flags[] = {"-O0 -fPIE -pie", "-O2 -fno-pie -no-pie", "-Os -falign-functions=1 -fPIE -pie",
                                        "-O2 -static", "-O1 -Wl,-z,separate-code -Wl,--hash-style=sysv"};
    char command[512];
    (void)state;
    write_two_files();
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        snprintf(command, sizeof command, "gcc %s -o program one.c two.c", flags[i]);
        run(command);
        check_shown("./program", "program", 5);
    }
}

static void test_shared_library(void **state)
{
    (void)state;
    write_two_files();
    write_file("user.c", "int main(void); void two(void); int main(void) { two(); return 0; }");
    run("gcc -O2 -shared -fPIC -o libtwo.so two.c && gcc -o user user.c ./libtwo.so");
    check_shown("./user", "libtwo.so", 2);
}

static void test_cplusplus(void **state)
{
    (void)state;
    write_file("show.h", show_h);
    write_file(
        "names.cc",
        "#include \"show.h\"\n"
        "namespace a { struct box { static int get(int); template <class T> static T twice(T v) { return v + v; }\n"
        "int operator()(int) const; }; int box::get(int v) { return v; }\n"
        "namespace { int hidden(int v) { return v * 9; } } int out(int v) { return hidden(v); } int (*p)(int) = "
        "hidden; }\n"
        "int main() { SHOW(a::box::get, \"-\", \"a::box::get\");\n"
        "SHOW(a::box::twice<long>, \"-\", \"a::box::twice<long>\"); SHOW(a::out, \"-\", \"a::out\");\n"
        "SHOW(a::p, \"names.cc\", \"a::(anonymous namespace)::hidden\"); SHOW(main, \"-\", \"main\"); }\n");
    run("g++ -O1 -fno-inline -o names names.cc");
    check_shown("./names", "names", 5);
}

static void test_aliases(void **state)
{
    (void)state;
    write_file("show.h", show_h);
    write_file("alias.c",
               "#include \"show.h\"\n"
               "#define ALIAS(of) __attribute__((alias(#of), used))\n"
               "int __first(int a) { return a + 1; }\n"
               "int longer(int) ALIAS(__first); int _short(int) ALIAS(__first);\n"
               "int strong(int a) { return a + 2; } int w(int) __attribute__((weak, alias(\"strong\")));\n"
               "int bb(int a) { return a + 3; } int ba(int) ALIAS(bb); int bbb(int) ALIAS(bb);\n"
               "__attribute__((weak)) int weak_one(int a) { return a + 4; } static int l(int) ALIAS(weak_one);\n"
               "int main(void) { SHOW(__first, \"-\", \"longer\"); SHOW(strong, \"-\", \"strong\");\n"
               "SHOW(bb, \"-\", \"ba\"); SHOW(weak_one, \"-\", \"weak_one\"); return 0; }\n");
    run("gcc -O1 -o alias alias.c");
    check_shown("./alias", "alias", 4);
}

static void test_hand_written_assembly(void **state)
{
    (void)state;
    write_file("show.h", show_h);
    write_file("bare.S", ".text\n.globl bare, typed, sizeless\nbare: nop\nnop\nret\n"
                         ".type typed,%function\ntyped: nop\nlocal_label: nop\nret\n.size typed, . - typed\n"
                         ".type sizeless,%function\nsizeless: nop\nnop\nnop\nret\n"
                         ".data\n.globl value\nvalue: .quad 1\n.section .note.GNU-stack,\"\",%progbits\n");
    write_file("main.c", "#include \"show.h\"\n"
                         "int bare(void), typed(void), sizeless(void);\n"
                         "int main(void) { SHOW(bare, \"-\", \"bare\"); SHOW(typed, \"-\", \"typed\");\n"
                         "SHOW(sizeless, \"-\", \"sizeless\"); return 0; }\n");
    run("gcc -o bare main.c bare.S");
    check_shown("./bare", "bare", 3);
}

static void test_addresses_outside(void **state)
{
    static const uint64_t outside[] = {0, 1, 64, UINT64_MAX, UINT64_MAX / 2};
    struct symbol symbol;
    (void)state;
    write_two_files();
    run("gcc -o program one.c two.c");
    struct symbol_table *table = open_table("program");
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_int_equal(symbol_find(table, outside[i], &symbol), -1);
    symbol_close(table);
}

static void test_32_bit(void **state)
{
    struct symbol symbol;
    (void)state;
    write_file("small.S", ".globl f\n.type f,@function\nf: nop\nret\n.size f, . - f\n");
    run("gcc -m32 -nostdlib -static -Wl,-Ttext=0x10000 -Wl,--entry=f -o small small.S");
    struct symbol_table *table = open_table("small");
    assert_int_equal(symbol_find(table, 0x10001, &symbol), 0);
    assert_string_equal(symbol.name, "f");
    assert_int_equal(symbol.size, 2);
    symbol_close(table);
}

static uint64_t address_of(const char *path, const char *name)
{
    char command[256];
    unsigned long address = 0;
    snprintf(command, sizeof command, "nm %s | awk '$3 == \"%s\" { print $1 }'", path, name);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_int_equal(fscanf(out, "%lx", &address), 1);
    assert_int_equal(pclose(out), 0);
    return address;
}

static void test_stripped(void **state)
{
    struct symbol symbol;
    (void)state;
    write_two_files();
    run("gcc -O2 -shared -fPIC -o libtwo.so two.c && strip -o stripped.so libtwo.so");
    struct symbol_table *table = open_table("stripped.so");
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_EXPORTED);
    expect(table, address_of("libtwo.so", "other"), "-", "other");
    assert_int_equal(symbol_find(table, address_of("libtwo.so", "same"), &symbol), -1);
    symbol_close(table);

    run("gcc -O2 -s -static -o nothing one.c two.c");
    table = open_table("nothing");
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_NONE);
    assert_int_equal(symbol_find(table, 0x401000, &symbol), -1);
    symbol_close(table);
}

static void test_debug_link(void **state)
{
    struct symbol symbol;
    (void)state;
    write_two_files();
    run("gcc -Wl,--build-id -o full one.c two.c && objcopy --only-keep-debug full full.debug");
    run("strip -o program full && objcopy --add-gnu-debuglink=full.debug program");
    uint64_t same = address_of("full", "same");
    struct symbol_table *table = open_table("program");
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_ALL);
    assert_int_equal(symbol_find(table, same, &symbol), 0);
    assert_string_equal(symbol.name, "same");
    symbol_close(table);

    run("mkdir -p .debug && mv full.debug .debug/");
    table = open_table("program");
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_ALL);
    symbol_close(table);

    run("gcc -O2 -DOTHER -Wl,--build-id=0x0102 -o rebuilt one.c two.c && cp rebuilt .debug/full.debug");
    table = open_table("program");
    assert_int_not_equal(symbol_source(table), SYMBOL_SOURCE_ALL);
    symbol_close(table);
}

static void test_debug_file_by_build_id(void **state)
{
    static const uint8_t build_id[] = {0xab, 0xcd, 0xef}, other[] = {0xab, 0xcd, 0xee};
    struct debug_file_query query = {
        .root = "root", .path = "/gone/program", .build_id = build_id, .build_id_bytes = sizeof build_id};
    (void)state;
    write_two_files();
    run("mkdir -p root/.build-id/ab && gcc -Wl,--build-id=0xabcdef -o root/.build-id/ab/cdef.debug one.c two.c");
    run("cp root/.build-id/ab/cdef.debug root/.build-id/ab/cdee.debug");
    struct elf_file *file = debug_file_find(&query);
    assert_non_null(file);
    elf_file_close(file);
    query.build_id = other;
    assert_null(debug_file_find(&query));
    query.build_id_bytes = 0;
    assert_null(debug_file_find(&query));
}

static void expect_refusal(const struct symbol_module *module, const char *reason)
{
    struct error error = {""};
    assert_null(symbol_open(module, &error));
    assert_non_null(strstr(error.text, reason));
}

static void test_build_id(void **state)
{
    static const uint8_t recorded[] = {1, 2, 3, 4}, other[] = {1, 2, 3, 5};
    struct symbol_module module = {"program", recorded, sizeof recorded, NULL};
    struct error error;
    (void)state;
    write_two_files();
    run("gcc -Wl,--build-id=0x01020304 -o program one.c two.c");
    struct symbol_table *table = symbol_open(&module, &error);
    assert_non_null(table);
    symbol_close(table);
    module.build_id = other;
    expect_refusal(&module,
                   "program: it was rebuilt or replaced since the recording (build-id 01020304, recorded 01020305)");
    module.build_id_bytes = 3;
    expect_refusal(&module, "rebuilt");
    run("gcc -Wl,--build-id=none -o program one.c two.c");
    expect_refusal(&module, "rebuilt");
}

/* The build-id is then found by the program headers. */
static void test_without_section_headers(void **state)
{
    static const uint8_t build_id[] = {1, 2, 3, 4};
    static const unsigned char zeros[8];
    struct symbol_module module = {"program", build_id, sizeof build_id, NULL};
    struct error error;
    (void)state;
    write_two_files();
    run("gcc -Wl,--build-id=0x01020304 -o program one.c two.c");
    FILE *file = fopen("program", "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 40, SEEK_SET), 0); /* e_shoff */
    assert_int_equal(fwrite(zeros, 1, 8, file), 8);
    assert_int_equal(fseek(file, 60, SEEK_SET), 0); /* e_shnum, e_shstrndx */
    assert_int_equal(fwrite(zeros, 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    struct symbol_table *table = symbol_open(&module, &error);
    assert_non_null(table);
    assert_int_equal(symbol_source(table), SYMBOL_SOURCE_NONE);
    symbol_close(table);
    module.build_id_bytes = 2;
    expect_refusal(&module, "rebuilt");
}

static void test_what_is_no_program(void **state)
{
    (void)state;
    write_file("text", "#!/bin/sh\n");
    write_file("empty", "");
    write_file("object.c", "int f(void) { return 1; }\n");
    run("mkfifo fifo && gcc -c object.c");
    expect_refusal(&(struct symbol_module){.path = "missing"}, "missing: it is no longer there");
    expect_refusal(&(struct symbol_module){.path = "mis\nsing"}, "mis\\nsing: it is no longer there");
    expect_refusal(&(struct symbol_module){.path = "fifo"}, "fifo: not a regular file");
    expect_refusal(&(struct symbol_module){.path = "/"}, "not a regular file");
    expect_refusal(&(struct symbol_module){.path = "text"}, "text: not an ELF executable or library");
    expect_refusal(&(struct symbol_module){.path = "empty"}, "empty: not an ELF executable or library");
    expect_refusal(&(struct symbol_module){.path = "object.o"}, "object.o: not an ELF executable or library");
}

int main(void)
{
#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter_directory, leave_directory)
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(test_kinds_of_program),
        IN_DIRECTORY(test_shared_library),
        IN_DIRECTORY(test_cplusplus),
        IN_DIRECTORY(test_aliases),
        IN_DIRECTORY(test_hand_written_assembly),
        IN_DIRECTORY(test_addresses_outside),
        IN_DIRECTORY(test_32_bit),
        IN_DIRECTORY(test_stripped),
        IN_DIRECTORY(test_debug_link),
        IN_DIRECTORY(test_debug_file_by_build_id),
        IN_DIRECTORY(test_build_id),
        IN_DIRECTORY(test_without_section_headers),
        IN_DIRECTORY(test_what_is_no_program),
    };
    return cmocka_run_group_tests_name("symbol", tests, NULL, NULL);
}
