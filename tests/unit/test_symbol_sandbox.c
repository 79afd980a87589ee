/* Work that goes wrong in each way costs its own answer only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol/sandbox.h"

static const struct sandbox_limits limits = {
    .cpu_seconds = 1, .seconds = 30, .memory_bytes = 64 << 20, .answer_bytes = 1 << 20};

static void answer_greeting(void *context, int answer)
{
    sandbox_answer(answer, context, strlen(context));
}

static void answer_and_crash(void *context, int answer)
{
    answer_greeting(context, answer);
    raise(SIGSEGV);
}

static void answer_and_spin(void *context, int answer)
{
    answer_greeting(context, answer);
    for (volatile unsigned i = 0;; i++)
        ;
}

static void answer_and_sleep(void *context, int answer)
{
    answer_greeting(context, answer);
    for (;;)
        pause();
}

static void *more(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void answer_what_memory_there_is(void *context, int answer)
{
    (void)context;
    const char *text = more(16 << 20) && !more(256 << 20) ? "bounded" : "not bounded";
    sandbox_answer(answer, text, strlen(text));
}

static void answer_without_end(void *context, int answer)
{
    for (;;)
        answer_greeting(context, answer);
}

static void speak(void *context, int answer)
{
    (void)!write(STDOUT_FILENO, "heard\n", 6);
    (void)!write(STDERR_FILENO, "heard\n", 6);
    answer_greeting(context, answer);
}

static void write_a_file(void *context, int answer)
{
    FILE *file = fopen("/tmp/test_symbol_sandbox.written", "w");
    signal(SIGXFSZ, SIG_IGN);
    bool written = file && fputs("text", file) >= 0 && fclose(file) == 0;
    unlink("/tmp/test_symbol_sandbox.written");
    if (!written)
        answer_greeting(context, answer);
}

static void expect(sandbox_work *work, const struct sandbox_limits *given, const char *wanted, bool wanted_whole)
{
    size_t bytes;
    bool whole;
    char *answer = sandbox_run(work, "hello", given, &bytes, &whole);
    assert_non_null(answer);
    assert_int_equal(bytes, strlen(wanted));
    assert_memory_equal(answer, wanted, bytes);
    assert_int_equal(whole, wanted_whole);
    free(answer);
}

static void test_well(void **state)
{
    (void)state;
    expect(answer_greeting, &limits, "hello", true);
    expect(write_a_file, &limits, "hello", true);
    expect(answer_what_memory_there_is, &limits, "bounded", true);
}

static void test_crash(void **state)
{
    (void)state;
    expect(answer_and_crash, &limits, "hello", false);
}

static void test_hangs(void **state)
{
    struct sandbox_limits short_time = limits;
    (void)state;
    short_time.seconds = 1;
    expect(answer_and_spin, &limits, "hello", false);
    expect(answer_and_sleep, &short_time, "hello", false);
}

static void test_flood(void **state)
{
    size_t bytes;
    bool whole;
    (void)state;
    char *answer = sandbox_run(answer_without_end, "hello", &limits, &bytes, &whole);
    assert_non_null(answer);
    assert_in_range(bytes, limits.answer_bytes, 2 * limits.answer_bytes + (1 << 17));
    assert_false(whole);
    free(answer);
}

/* What libraries print is not to be seen; and nobody's ignoring of children's ends is in the way. */
static void test_quiet(void **state)
{
    char heard[64];
    int output[2], old[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    (void)state;
    assert_int_equal(pipe(output), 0);
    dup2(output[1], STDOUT_FILENO);
    dup2(output[1], STDERR_FILENO);
    close(output[1]);
    signal(SIGCHLD, SIG_IGN);
    size_t bytes;
    bool whole;
    char *answer = sandbox_run(speak, "hello", &limits, &bytes, &whole);
    signal(SIGCHLD, SIG_DFL);
    dup2(old[0], STDOUT_FILENO);
    dup2(old[1], STDERR_FILENO);
    close(old[0]);
    close(old[1]);
    assert_int_equal(read(output[0], heard, sizeof heard), 0);
    close(output[0]);
    assert_int_equal(bytes, 5);
    assert_true(whole);
    free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_well), cmocka_unit_test(test_crash),
                                       cmocka_unit_test(test_hangs), cmocka_unit_test(test_flood),
                                       cmocka_unit_test(test_quiet)};
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
