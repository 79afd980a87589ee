/* Writes the tapes that the command-line tests read into a directory: make_tape DIRECTORY.
 * They are kept in tests/golden, so that what a test prints does not hang on this machine's libraries;
 * tests/support/make_tapes.sh makes them anew. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "strip_times.h"
#include "tape_maker.h"

static struct tape_maker *open_in(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return tape_maker_open(path);
}

static void leaf(struct tape_maker *maker, uint32_t function, uint64_t start, uint64_t end)
{
    tape_maker_enter(maker, function, start);
    tape_maker_exit(maker, end);
}

/* A small program as most are: one process, a main thread that reads, parses and prints, two workers. */
static void make_plain(const char *directory)
{
    enum { US = 1000, MS = 1000 * US };
    struct tape_maker *tape = open_in(directory, "plain.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t library = tape_maker_module(tape, process, "/usr/lib/libparse.so.1");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t load = tape_maker_function(tape, module, 0x1100, "load", "demo.c", 31);
    uint32_t parse = tape_maker_function(tape, library, 0x2000, "parse(std::string const&, int)", "src/parse.cc", 7);
    uint32_t token = tape_maker_function(tape, library, 0x2100, "next_token", NULL, 0);
    uint32_t work = tape_maker_function(tape, module, 0x1200, "work", "demo.c", 64);
    uint32_t fib = tape_maker_function(tape, module, 0x1300, "fib", "demo.c", 50);
    uint32_t nameless = tape_maker_function(tape, module, 0x1400, NULL, NULL, 0);

    tape_maker_thread(tape, process, "demo", 1 * MS, 50 * MS);
    tape_maker_enter(tape, main_function, 1 * MS);
    leaf(tape, load, 2 * MS, 5 * MS);
    tape_maker_enter(tape, parse, 5 * MS);
    for (uint64_t i = 0; i < 1500; i++)
        leaf(tape, token, 6 * MS + i * 10 * US, 6 * MS + i * 10 * US + 4 * US + i % 7 * 500);
    tape_maker_exit(tape, 22 * MS);
    leaf(tape, nameless, 22 * MS, 22 * MS + 450);
    tape_maker_exit(tape, 50 * MS);

    for (uint64_t i = 0; i < 2; i++) {
        tape_maker_thread(tape, process, "worker", 25 * MS + i * MS, 40 * MS);
        tape_maker_enter(tape, work, 25 * MS + i * MS);
        tape_maker_enter(tape, fib, 26 * MS + i * MS);
        tape_maker_enter(tape, fib, 27 * MS + i * MS);
        leaf(tape, fib, 28 * MS + i * MS, 29 * MS + i * MS);
        tape_maker_exit(tape, 31 * MS);
        tape_maker_exit(tape, 33 * MS);
        tape_maker_exit(tape, 39 * MS);
    }
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 50 * MS);
    tape_maker_finish(tape, 0);
}

/* All that can happen beside entry and exit, in two processes. */
static void make_nasty(const char *directory)
{
    struct tape_maker *tape = open_in(directory, "nasty.tape");
    uint32_t parent = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t child = tape_maker_process(tape, parent, "demo --fast");
    uint32_t module = tape_maker_module(tape, parent, "/usr/bin/demo");
    uint32_t library = tape_maker_module(tape, parent, "/usr/lib/libother.so");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t fail = tape_maker_function(tape, module, 0x1100, "throws", "demo.c", 31);
    uint32_t coroutine = tape_maker_function(tape, module, 0x1200, "coroutine", "demo.c", 64);
    uint32_t hostile = tape_maker_function(tape, module, 0x1300, "\x1b[31mred\x1b[0m\nnext\xff line", "a\tb.c", 3);
    uint32_t helper = tape_maker_function(tape, module, 0x1400, "helper", "one.c", 10);
    uint32_t other = tape_maker_function(tape, library, 0x1400, "helper", "two.c", 20);

    tape_maker_thread(tape, parent, "demo", 1000, 90000);
    tape_maker_enter(tape, main_function, 1000);
    tape_maker_enter(tape, helper, 2000);
    tape_maker_enter(tape, other, 2500);
    tape_maker_enter(tape, fail, 3000);
    tape_maker_special(tape, CT_SPECIAL_JUMP, 3);
    tape_maker_enter(tape, hostile, 5000);
    tape_maker_special(tape, CT_SPECIAL_WAIT, 700);
    tape_maker_exit(tape, 6000);
    tape_maker_special(tape, CT_SPECIAL_STACK, 1);
    tape_maker_enter(tape, coroutine, 7000);
    tape_maker_special(tape, CT_SPECIAL_STACK, 0);
    tape_maker_enter(tape, helper, 8000);
    tape_maker_exit(tape, 9000);
    tape_maker_special(tape, CT_SPECIAL_STACK, 1);
    tape_maker_exit(tape, 12000);
    tape_maker_special(tape, CT_SPECIAL_STACK, 0);
    tape_maker_special(tape, CT_SPECIAL_STRAY, other);
    tape_maker_special(tape, CT_SPECIAL_LOST, 42);
    tape_maker_enter(tape, helper, 20000);

    tape_maker_thread(tape, child, "demo", 30000, 80000);
    tape_maker_special(tape, CT_SPECIAL_INHERIT, main_function);
    tape_maker_enter(tape, helper, 30000);
    tape_maker_exit(tape, 31000);
    tape_maker_exit(tape, 40000);
    tape_maker_process_end(tape, parent, CT_END_SIGNAL, 9, 90000);
    tape_maker_process_end(tape, child, CT_END_EXIT, 3, 80000);
    tape_maker_finish(tape, 0);
}

/* Recursion a thousand deep, and chunks missing in the middle of it. */
static void make_deep(const char *directory)
{
    struct tape_maker *tape = open_in(directory, "deep.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t down = tape_maker_function(tape, module, 0x1000, "down", "demo.c", 5);
    tape_maker_thread(tape, process, "demo", 1000, 9000);
    for (uint64_t i = 0; i < 1000; i++)
        tape_maker_enter(tape, down, 1000 + i);
    for (uint64_t i = 0; i < 1000; i++)
        tape_maker_exit(tape, 2000 + i);
    tape_maker_enter(tape, down, 4000);
    tape_maker_chunk(tape, 2);
    tape_maker_exit(tape, 6000);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 9000);
    tape_maker_finish(tape, 0);
}

/* A program as servers are: long names, main far from the work, children that crash. */
static void make_server(const char *directory)
{
    static const char *const names[] = {
        "main",
        "server::run(server::options const&)",
        "server::event_loop::dispatch(server::event const&, int)",
        "server::handler<server::http::request, server::http::response>::operator()(server::context&)",
        "handle",
        /* overloads, as symbols without parameters have them */
        "log",
        "log",
    };
    struct tape_maker *tape = open_in(directory, "server.tape");
    uint32_t parent = tape_maker_process(tape, CT_NONE, "./server --port 80");
    uint32_t module = tape_maker_module(tape, parent, "/usr/bin/server");
    uint32_t functions[7], workers[6];
    for (uint32_t i = 0; i < 7; i++)
        functions[i] = tape_maker_function(tape, module, 0x1000 + 0x100 * i, names[i], "server.cc", 0);
    for (uint32_t i = 0; i < 6; i++) {
        workers[i] = tape_maker_process(tape, parent, i < 5 ? "./worker" : "./other");
        if (i < 5)
            tape_maker_process_end(tape, workers[i], CT_END_SIGNAL, i < 4 ? 11 : 6, 100000);
        tape_maker_module(tape, workers[i], "/usr/bin/server");
    }
    tape_maker_thread(tape, parent, "server", 0, 100000);
    for (uint64_t i = 0; i < 5; i++)
        tape_maker_enter(tape, functions[i], i);
    for (uint64_t i = 0; i < 100; i++)
        leaf(tape, functions[5 + i % 2], 100 + 900 * i, 400 + 900 * i);
    for (uint64_t i = 0; i < 5; i++)
        tape_maker_exit(tape, 99990 + i);
    tape_maker_process_end(tape, parent, CT_END_EXIT, 0, 100000);
    tape_maker_finish(tape, 0);
}

/* What the adaptive clock makes of a program of many short calls, of which one in a thousand takes long, and one took
 * long for once while its times were not read. Recording cost 20 ns a timed event, 3 ns another. */
static void make_adaptive(const char *directory)
{
    enum { SHORT = 8, READ = 20 };
    const struct strip_rule rule = {
        .short_ticks = 60, .run = 40, .timed_cost = 16 * READ, .untimed_cost = 16 * 3, .block_words = 3000};
    char from[4096], to[4096];
    struct tape_maker *tape = open_in(directory, "exact.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t step = tape_maker_function(tape, module, 0x1100, "step", "demo.c", 31);
    uint32_t add = tape_maker_function(tape, module, 0x1200, "add", "demo.c", 50);
    uint32_t refill = tape_maker_function(tape, module, 0x1300, "refill", "demo.c", 64);
    uint64_t now = 1000;
    tape_maker_thread(tape, process, "demo", now, 10000000);
    tape_maker_enter(tape, main_function, now);
    for (uint64_t i = 0; i < 3000; i++) {
        tape_maker_enter(tape, step, now += SHORT + READ);
        for (uint64_t k = 0; k < 3; k++) {
            tape_maker_enter(tape, add, now += SHORT + READ + i % 5);
            tape_maker_exit(tape, now += SHORT + READ + (i == 1700 && k == 1 ? 150000 : 0));
        }
        if (i % 1000 == 999)
            leaf(tape, refill, now + 100, now + 400000);
        now += i % 1000 == 999 ? 400000 : 0;
        tape_maker_exit(tape, now += SHORT + READ);
    }
    tape_maker_exit(tape, now + 50);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 10000000);
    tape_maker_finish(tape, 0);
    snprintf(from, sizeof from, "%s/exact.tape", directory);
    snprintf(to, sizeof to, "%s/adaptive.tape", directory);
    strip_times(from, to, &rule);
    unlink(from);
}

/* Small functions, called often, whose events cost 20 ns each: names that are part of others, files that are, too. */
static void make_costly(const char *directory)
{
    enum { READ = 20, CALLS = 1000 };
    static const struct {
        const char *name, *file;
        uint64_t took, calls;
    } leaves[] = {
        {"ns::list<int, ns::less>::size", "src/list.h", 2, CALLS},
        {"ns::list<int, ns::less>::sizes", "src/list.h", 2, 1},
        {"get", "src/costly.cc", 1, CALLS},
        {"ns::item::operator<", "src/costly.cc", 3, CALLS},
        {"helper", "src/one.cc", 4, CALLS},
        {"helper", "src/two.cc", 9, 1},
        {"ns::item::item", "src/item.cc", 6, CALLS},
        {"ns::item::item_size", "src/item.cc", 5, CALLS},
        {"work", "src/costly.cc", 90, CALLS},
    };
    enum { LEAVES = sizeof leaves / sizeof *leaves };
    const struct strip_rule rule = {.short_ticks = 0, .timed_cost = 16 * READ, .block_words = 30000};
    char from[4096], to[4096];
    struct tape_maker *tape = open_in(directory, "exact.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "costly");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/costly");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "src/costly.cc", 10), functions[LEAVES];
    uint64_t now = 1000;
    for (uint32_t i = 0; i < LEAVES; i++)
        functions[i] =
            tape_maker_function(tape, module, 0x1100 + 0x100 * i, leaves[i].name, leaves[i].file, 20 + 10 * i);
    tape_maker_thread(tape, process, "costly", now, 10000000);
    tape_maker_enter(tape, main_function, now += READ);
    for (uint64_t call = 0; call < CALLS; call++)
        for (uint32_t i = 0; i < LEAVES; i++)
            if (call < leaves[i].calls) {
                tape_maker_enter(tape, functions[i], now += 10 + READ);
                tape_maker_exit(tape, now += leaves[i].took + READ);
            }
    tape_maker_exit(tape, now += READ);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, now);
    tape_maker_finish(tape, 0);
    snprintf(from, sizeof from, "%s/exact.tape", directory);
    snprintf(to, sizeof to, "%s/costly.tape", directory);
    strip_times(from, to, &rule);
    unlink(from);
}

static void told_at(struct tape_maker *tape, uint32_t key, uint64_t ticks, const void *bytes, uint32_t size)
{
    uint8_t all[100];
    memcpy(all, &ticks, sizeof ticks);
    memcpy(all + sizeof ticks, bytes, size);
    tape_maker_value(tape, key, CT_VALUE_TIMED, all, size + (uint32_t)sizeof ticks);
}

/* Values of every kind and type, whole and not. */
static void make_told(const char *directory)
{
    static const uint64_t unreadable = (uint64_t)CT_VALUE_UNREADABLE << CT_VALUE_STATE_SHIFT;
    static const uint64_t gone = (uint64_t)CT_VALUE_OPTIMISED_OUT << CT_VALUE_STATE_SHIFT;
    static const uint64_t cut = (uint64_t)CT_VALUE_CUT << CT_VALUE_STATE_SHIFT;
    struct tape_maker *tape = open_in(directory, "told.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t load = tape_maker_function(tape, module, 0x1100, "load", "demo.c", 31);
    uint32_t pick = tape_maker_function(tape, module, 0x1200, "pick", "demo.c", 50);
    uint32_t path = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_STRING, load, "path", NULL);
    uint32_t length = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_U64, load, "length", NULL);
    uint32_t buffer = tape_maker_key(tape, CT_KEY_RETURN, CT_TYPE_POINTER, load, "", NULL);
    uint32_t colour = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_ENUM, pick, "colour", "RED=0,GREEN=1,BLUE=-7");
    uint32_t really = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_BOOL, pick, "really", NULL);
    uint32_t letter = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_CHAR, pick, "letter", NULL);
    uint32_t pair = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_BYTES, pick, "pair", NULL);
    uint32_t rows = tape_maker_key(tape, CT_KEY_NOTE, CT_TYPE_I64, 0, "rows", NULL);
    uint32_t ratio = tape_maker_key(tape, CT_KEY_NOTE, CT_TYPE_F64, 0, "ratio", NULL);
    uint32_t queue = tape_maker_key(tape, CT_KEY_COUNTER, CT_TYPE_I64, 0, "queue", NULL);
    uint32_t message = tape_maker_key(tape, CT_KEY_MESSAGE, CT_TYPE_STRING, 0, "message", NULL);
    uint32_t frame = tape_maker_key(tape, CT_KEY_FRAME, CT_TYPE_BYTES, 0, "turn", NULL);
    static const double third = 1.0 / 3;
    tape_maker_thread(tape, process, "demo", 1000, 1000000);
    tape_maker_enter(tape, main_function, 1000);
    for (uint64_t i = 0; i < 3; i++) {
        uint64_t now = 10000 + 100000 * i;
        tape_maker_enter(tape, load, now);
        tape_maker_value(tape, path, i == 1 ? cut : i == 2 ? unreadable : 0, "a \"b\"\n\x1b[0m", i == 2 ? 0 : 11);
        tape_maker_number(tape, length, (int64_t)(1000 * i));
        tape_maker_number(tape, rows, (int64_t)i - 1);
        tape_maker_enter(tape, pick, now + 1000);
        tape_maker_number(tape, colour, i == 0 ? 1 : i == 1 ? -7 : 5);
        tape_maker_number(tape, really, i == 1);
        tape_maker_number(tape, letter, i == 0 ? 'x' : -1);
        tape_maker_value(tape, pair, i == 2 ? gone : 0, "12345678901234567890", i == 2 ? 0 : i == 1 ? 20 : 3);
        tape_maker_exit(tape, now + 2000 + i);
        told_at(tape, queue, now + 2500, &i, 1);
        tape_maker_value(tape, ratio, 0, &third, sizeof third);
        tape_maker_number(tape, buffer, 0x55d0 + (int64_t)i);
        tape_maker_exit(tape, now + 3000);
        told_at(tape, message, now + 3500, "\xc3\xa4 turn", 7);
        told_at(tape, frame, now + 4000 + 1000 * i * i, "", 0);
    }
    for (uint64_t i = 0; i < 5; i++)
        leaf(tape, pick, 400000 + 10 * i, 400005 + 10 * i);
    tape_maker_value(tape, 99, 0, "who", 3);
    tape_maker_exit(tape, 900000);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 1000000);
    tape_maker_finish(tape, 0);
}

static uint64_t mixed(uint64_t i)
{
    i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
    return i ^ i >> 31;
}

/* One call with numbers, whose time is off by up to a tenth. */
static uint64_t sized(struct tape_maker *tape, uint32_t function, const uint32_t *keys, const uint64_t *numbers,
                      size_t count, uint64_t now, uint64_t took)
{
    tape_maker_enter(tape, function, now);
    for (size_t i = 0; i < count; i++)
        tape_maker_number(tape, keys[i], (int64_t)numbers[i]);
    now += took + took * (mixed(now) % 100) / 1000 + 1;
    tape_maker_exit(tape, now);
    return now + 10;
}

/* Functions that grow with their arguments, that do not, and of which too little is known. */
static void make_growth(const char *directory)
{
    static const char *const names[] = {"only_in_first", "sort", "look_up", "hash", "narrow", "mixed", "few"};
    enum { FUNCTIONS = 7, ROUNDS = 240 };
    struct tape_maker *tape = open_in(directory, "growth.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast"), functions[FUNCTIONS], n[FUNCTIONS];
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        functions[i] = tape_maker_function(tape, module, 0x1000 + 0x100 * i, names[i], "demo.c", 10 * i + 10);
        n[i] = tape_maker_key(tape, i == 6 ? CT_KEY_NOTE : CT_KEY_ARGUMENT, CT_TYPE_I64, i == 6 ? 0 : functions[i],
                              i == 0 ? "na" : "n", NULL);
    }
    const uint32_t both[] = {n[0], tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_I64, functions[0], "nb", NULL)};
    uint64_t now = 1000;
    tape_maker_thread(tape, process, "demo", now, UINT64_C(1) << 40);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        const uint64_t sizes[] = {UINT64_C(10) << mixed(i) % 11, UINT64_C(10) << mixed(i + 1000) % 11};
        uint64_t size = sizes[0], log2 = 0, any = 100 + mixed(i + 5000) % 100000, small = 10 + i % 40;
        while (size >> log2 > 1)
            log2++;
        now = sized(tape, functions[0], both, sizes, 2, now, 2 * sizes[0] * sizes[1]);
        now = sized(tape, functions[1], &n[1], sizes, 1, now,
                    5 * size * (10 * log2 + size * 10 / (UINT64_C(1) << log2)) / 10);
        now = sized(tape, functions[2], &n[2], sizes, 1, now, 300 * log2);
        now = sized(tape, functions[3], &n[3], sizes, 1, now, 900);
        now = sized(tape, functions[4], &n[4], &small, 1, now, 50 * small);
        now = sized(tape, functions[5], &n[5], sizes, 1, now, any);
        if (i < 3)
            now = sized(tape, functions[6], &n[6], sizes, 1, now, 7 * size);
    }
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, now);
    tape_maker_finish(tape, 0);
}

/* Names that a page must show as text. */
static void make_strange(const char *directory)
{
    static char long_name[10001];
    memset(long_name, 'x', sizeof long_name - 1);
    const char *const names[] = {
        "<script>document.title='run'</script>",
        "\"quoted\" 'and' & <b>bold</b>",
        long_name,
        "bytes \xff\xfe\xc0\x80 end",
        "\xe2\x80\xaeturned",
        "</script><img src=x onerror=alert(1)>",
        "",
        "tab\tand\nline",
        "\xe6\xbc\xa2\xe5\xad\x97",
    };
    enum { COUNT = sizeof names / sizeof *names };
    struct tape_maker *tape = open_in(directory, "strange.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "</script><script>document.title='run'</script>");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/<i>demo</i>");
    uint32_t functions[COUNT];
    for (uint32_t i = 0; i < COUNT; i++)
        functions[i] = tape_maker_function(tape, module, 0x1000 + 16 * i, names[i], "<s>.c", 1 + i);
    tape_maker_thread(tape, process, "<u>thread</u>", 1000, 100000);
    tape_maker_enter(tape, functions[0], 1000);
    for (uint32_t i = 1; i < COUNT; i++)
        leaf(tape, functions[i], i * 10000, i * 10000 + 9000);
    tape_maker_exit(tape, 100000);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 100000);
    tape_maker_finish(tape, 0);
}

/* A number from 0 to `limit` - 1, the same each time. */
static uint64_t scatter(uint64_t *state, uint64_t limit)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (*state >> 33) % limit;
}

/* Six recordings of one program before and after a change: `load` takes a tenth longer, `count` is called once
 * more, `check` is new below `parse`, `legacy` is gone. Each recording has its own pace, and a few calls take very
 * long. */
static void make_sides(const char *directory)
{
    enum { NAMES = 7, ROUNDS = 60 };
    static const char *const names[NAMES] = {"main", "load", "parse", "count", "print", "check", "legacy"};
    static const uint64_t took[NAMES] = {0, 3000, 900, 1500, 2500, 400, 250};
    uint64_t state = 1;
    for (uint32_t i = 0; i < 6; i++) {
        bool after = i >= 3;
        char name[40];
        snprintf(name, sizeof name, "diff/%s%u.tape", after ? "new" : "old", i % 3 + 1);
        struct tape_maker *tape = open_in(directory, name);
        uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast"), functions[NAMES];
        uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
        for (uint32_t k = 0; k < NAMES; k++)
            functions[k] =
                tape_maker_function(tape, module, 0x1000 + 0x100 * k + 8 * after, names[k], "demo.c", 10 * k + 5);
        uint64_t now = 1000, pace = 90 + scatter(&state, 40);
        tape_maker_thread(tape, process, "demo", now, 100000000);
        tape_maker_enter(tape, functions[0], now);
        for (uint32_t round = 0; round < ROUNDS; round++)
            for (uint32_t k = 1; k <= 4; k++)
                for (uint32_t n = 0; n <= (k == 3 && after && round == 41); n++) {
                    uint64_t ticks = took[k] * pace / 100 * (970 + scatter(&state, 61)) / 1000;
                    uint32_t below = k == 2 ? after ? 5 : 6 : 0;
                    tape_maker_enter(tape, functions[k], now += 20);
                    if (below != 0 && round % 10 == 3)
                        leaf(tape, functions[below], now + 50, now + 50 + took[below]);
                    ticks += k == 1 && after ? ticks / 10 : 0;
                    tape_maker_exit(tape, now += ticks + (scatter(&state, 70) == 0 ? 90000 : 0));
                }
        tape_maker_exit(tape, now += 100);
        tape_maker_process_end(tape, process, CT_END_EXIT, 0, now);
        tape_maker_finish(tape, 0);
    }
}

/* A wait from `begin` to `end` for an object. */
static void waits(struct tape_maker *tape, uint32_t function, uint32_t key, int64_t object, uint64_t begin,
                  uint64_t end)
{
    tape_maker_enter(tape, function, begin);
    tape_maker_number(tape, key, object);
    tape_maker_exit(tape, end);
}

static void wakes(struct tape_maker *tape, uint32_t key, uint64_t object, uint64_t ticks)
{
    told_at(tape, key, ticks, &object, sizeof object);
}

/* main starts a reader and a writer and joins the writer, which waits for the reader; each begins out of its creation.
 */
static void make_waits(const char *directory)
{
    enum { READER_STARTS = 0x10, WRITER_STARTS = 0x20, QUEUE = 0x30, WRITER_ENDS = 0x40, DISK = 0x50 };
    struct tape_maker *tape = open_in(directory, "waits.tape");
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t read_all = tape_maker_function(tape, module, 0x1100, "read_all", "demo.c", 31);
    uint32_t write_all = tape_maker_function(tape, module, 0x1200, "write_all", "demo.c", 50);
    uint32_t start = tape_maker_function(tape, module, 0x1300, "[wait: start]", NULL, 0);
    uint32_t condition = tape_maker_function(tape, module, 0x1400, "[wait: condition]", NULL, 0);
    uint32_t join = tape_maker_function(tape, module, 0x1500, "[wait: join]", NULL, 0);
    uint32_t wait = tape_maker_key(tape, CT_KEY_WAIT, CT_TYPE_POINTER, 0, "object", NULL);
    uint32_t wake = tape_maker_key(tape, CT_KEY_WAKE, CT_TYPE_POINTER, 0, "wake", NULL);
    tape_maker_thread(tape, process, "demo", 0, 1000000);
    tape_maker_enter(tape, main_function, 5000);
    wakes(tape, wake, READER_STARTS, 20000);
    wakes(tape, wake, WRITER_STARTS, 30000);
    waits(tape, join, wait, WRITER_ENDS, 50000, 910000);
    tape_maker_exit(tape, 990000);
    tape_maker_thread(tape, process, "reader", 25000, 700000);
    waits(tape, start, wait, READER_STARTS, 25000, 26000);
    tape_maker_enter(tape, read_all, 40000);
    waits(tape, condition, wait, DISK, 100000, 250000);
    wakes(tape, wake, QUEUE, 600000);
    tape_maker_exit(tape, 690000);
    tape_maker_thread(tape, process, "writer", 35000, 901000);
    waits(tape, start, wait, WRITER_STARTS, 35000, 36000);
    tape_maker_enter(tape, write_all, 45000);
    waits(tape, condition, wait, QUEUE, 60000, 610000);
    tape_maker_exit(tape, 890000);
    wakes(tape, wake, WRITER_ENDS, 900000);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 1000000);
    tape_maker_finish(tape, 0);
}

static void make_empty(const char *directory)
{
    struct tape_maker *tape = open_in(directory, "empty.tape");
    tape_maker_process_end(tape, tape_maker_process(tape, CT_NONE, "demo --fast"), CT_END_EXIT, 0, 1000);
    tape_maker_finish(tape, 0);
}

/* Loops that call the same functions again and again, folded; one of the calls is long, one has a value. */
static void make_folded(const char *directory)
{
    enum { US = 1000, CALLS = 400, MOST = 100 };
    struct tape_maker *tape = open_in(directory, "folded.tape");
    tape_maker_fold(tape, MOST);
    uint32_t process = tape_maker_process(tape, CT_NONE, "demo --fast");
    uint32_t module = tape_maker_module(tape, process, "/usr/bin/demo");
    uint32_t main_function = tape_maker_function(tape, module, 0x1000, "main", "demo.c", 120);
    uint32_t scan = tape_maker_function(tape, module, 0x1100, "scan", "demo.c", 31);
    uint32_t token = tape_maker_function(tape, module, 0x1200, "token", "demo.c", 7);
    uint32_t blank = tape_maker_function(tape, module, 0x1300, "blank", "demo.c", 12);
    uint32_t key = tape_maker_key(tape, CT_KEY_ARGUMENT, CT_TYPE_I64, token, "at", NULL);
    uint64_t at = 1 * US;
    tape_maker_thread(tape, process, "demo", at, 1000 * US);
    tape_maker_enter(tape, main_function, at);
    for (uint64_t round = 0; round < 3; round++) {
        tape_maker_enter(tape, scan, at += 10 * US);
        for (uint64_t i = 0; i < CALLS; i++) {
            bool is_long = round == 1 && i == 200;
            tape_maker_enter(tape, i % 3 ? token : blank, at += 50);
            if (round == 2 && i == 200)
                tape_maker_number(tape, key, 200);
            tape_maker_exit(tape, at += is_long ? 30 * US : 100 + i % 7 * 20 + i);
        }
        tape_maker_exit(tape, at += 5 * US);
    }
    tape_maker_exit(tape, at + 10 * US);
    tape_maker_process_end(tape, process, CT_END_EXIT, 0, 1000 * US);
    tape_maker_finish(tape, 0);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    make_plain(argv[1]);
    make_nasty(argv[1]);
    make_deep(argv[1]);
    make_server(argv[1]);
    make_adaptive(argv[1]);
    make_costly(argv[1]);
    make_told(argv[1]);
    make_growth(argv[1]);
    make_strange(argv[1]);
    make_sides(argv[1]);
    make_waits(argv[1]);
    make_empty(argv[1]);
    make_folded(argv[1]);
    return 0;
}
