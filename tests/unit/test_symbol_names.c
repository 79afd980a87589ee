/* From the tape of a recording to its functions' names and back into a tape. The runner links no verbs, so what is
 * tested comes in here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/names.c"

#include <unistd.h>

/* names_warn is not under test here. */
void cmd_say(const char *verb, const char *format, ...)
{
    fail_msg("%s: %s", verb, format);
}

enum { KEPT, REBUILT, STRIPPED, GONE, DELETED_KEPT, DELETED_NO_ID, GENERATED, AGAIN, MODULES };

static const uint8_t build_id[] = {1, 2, 3, 4};
static const uint64_t session[2] = {7, 9};
static char directory[64];

static int build(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_symbol_names.XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    return system("printf '.globl _ZN1a1bEv\\n.type _ZN1a1bEv,@function\\n_ZN1a1bEv: nop\\nret\\n.size _ZN1a1bEv,2\\n' "
                  ">a.S && gcc -nostdlib -static -Wl,-Ttext=0x401000,--entry=0,--build-id=0x01020304 -o kept a.S && "
                  "gcc -nostdlib -static -Wl,-Ttext=0x401000,--entry=0,--build-id=0x01020305 -o rebuilt a.S && "
                  "strip -o stripped kept && rm -f gone");
}

static int clean(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void add(struct writer *writer, uint32_t type, void *fixed, size_t bytes, const char *string)
{
    struct error error;
    if (writer_record(writer, type, fixed, bytes, &string, string ? 1 : 0, &error) != 0)
        fail_msg("%s", error.text);
}

static void add_modules(struct writer *writer)
{
    static const char *const paths[MODULES] = {
        [KEPT] = "kept",
        [REBUILT] = "rebuilt",
        [STRIPPED] = "stripped",
        [GONE] = "gone",
        [DELETED_KEPT] = "kept (deleted)",
        [DELETED_NO_ID] = "stripped (deleted)",
        [GENERATED] = "",
        [AGAIN] = "kept",
    };
    for (uint32_t i = 0; i < MODULES; i++) {
        struct ct_module module = {.module = i, .base = 0x10000 * i, .start = 0x10000 * i, .end = UINT64_MAX / 2};
        module.build_id_bytes = i == DELETED_NO_ID || i == GENERATED ? 0 : sizeof build_id;
        memcpy(module.build_id, build_id, module.build_id_bytes);
        add(writer, CT_RECORD_MODULE, &module, sizeof module, paths[i]);
    }
}

/* Function i + 1 is at 0x401000 of module i; one more function of KEPT lies outside its symbols. */
static void add_functions(struct writer *writer)
{
    for (uint32_t i = 0; i < MODULES; i++) {
        struct ct_function function = {.function = i + 1, .module = i, .address = 0x401000 + 0x10000 * i};
        add(writer, CT_RECORD_FUNCTION, &function, sizeof function, NULL);
    }
    struct ct_function outside = {.function = MODULES + 1, .module = KEPT, .address = 0x405000};
    add(writer, CT_RECORD_FUNCTION, &outside, sizeof outside, NULL);
}

static struct writer *start_tape(const char *path)
{
    struct error error;
    struct ct_process process = {.parent = CT_NONE};
    struct writer *writer = writer_create(path, session, &error);
    assert_non_null(writer);
    add(writer, CT_RECORD_PROCESS, &process, sizeof process, "");
    add_modules(writer);
    add_functions(writer);
    return writer;
}

static struct tape *finish_and_open(struct writer *writer, const char *path)
{
    struct error error;
    assert_int_equal(writer_finish(writer, 0, &error), 0);
    struct tape *tape = tape_open(path, &error);
    if (!tape)
        fail_msg("%s", error.text);
    return tape;
}

static void expect_names(struct tape *tape)
{
    static const bool named[] = {[KEPT + 1] = true, [DELETED_KEPT + 1] = true, [AGAIN + 1] = true};
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    assert_int_equal(count, MODULES + 2);
    for (uint32_t i = 1; i < count; i++)
        if (i < sizeof named / sizeof *named && named[i]) {
            assert_string_equal(functions[i].name, "a::b");
            assert_string_equal(functions[i].symbol, "_ZN1a1bEv");
        } else {
            assert_null(functions[i].name);
            assert_null(functions[i].symbol);
        }
}

static void expect_problem(const struct names *names, const char *text)
{
    for (size_t i = 0; i < names->problem_count; i++)
        if (strstr(names->problems[i], text))
            return;
    fail_msg("no problem says: %s", text);
}

static void expect_problems(const struct names *names)
{
    assert_int_equal(names->named, 3);
    assert_int_equal(names->unnamed, 5);
    assert_int_equal(names->problem_count, 6);
    expect_problem(names, "no names for 1 function of rebuilt: it was rebuilt or replaced since the recording");
    expect_problem(names, "no names for 1 function of stripped: it is stripped");
    expect_problem(names, "no names for 1 function of gone: it is no longer there");
    expect_problem(names, "no names for 1 function of stripped (deleted): it was deleted");
    expect_problem(names, "no names for 1 function of kept: its symbol table does not cover");
    expect_problem(names,
                   "no source lines for 4 functions of kept and 1 more file: no debug information; compile with -g");
}

static void test_apply(void **state)
{
    struct names names = {0};
    struct tape *tape = finish_and_open(start_tape("plain.tape"), "plain.tape");
    (void)state;
    assert_int_equal(names_apply(tape, &names), 0);
    expect_names(tape);
    expect_problems(&names);
    names_free(&names);

    /* Those that have names are not asked for again. */
    assert_int_equal(names_apply(tape, &names), 0);
    assert_int_equal(names.named, 0);
    assert_int_equal(names.unnamed, 5);
    names_free(&names);
    tape_close(tape);
}

static void test_write(void **state)
{
    struct names names = {0};
    struct tape *without = finish_and_open(start_tape("plain.tape"), "plain.tape");
    struct writer *writer = start_tape("named.tape");
    (void)state;
    assert_int_equal(names_write(writer, without, &names), 0);
    expect_problems(&names);
    names_free(&names);
    tape_close(without);
    struct tape *tape = finish_and_open(writer, "named.tape");
    expect_names(tape);
    tape_close(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_apply), cmocka_unit_test(test_write)};
    return cmocka_run_group_tests_name("names", tests, build, clean);
}
