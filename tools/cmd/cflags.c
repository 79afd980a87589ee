/* calltape cflags: prints the flags that `cc` adds. */
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/compiler.h"
#include "compiler/words.h"

static const char about[] = "Prints the flags that 'calltape cc' adds for a compiler, for builds that are given\n"
                            "flags rather than a compiler. COMPILER is a command such as gcc-12 or 'ccache g++';\n"
                            "without it, $CC or else cc is asked. 'calltape cc --help' says what the flags do.\n";

static const char examples[] = "  gcc $(calltape cflags gcc) -O2 -o prog prog.c\n"
                               "  make CFLAGS=\"-O2 $(calltape cflags)\"\n"
                               "  calltape cflags --system-headers clang++\n";

static int print_flags(const char *const *flags)
{
    struct error error;
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, &error);
    if (output == NULL)
        return cmd_fail("cflags", &error);
    for (const char *gap = ""; *flags != NULL; flags++, gap = " ")
        output_format(output, "%s%s", gap, *flags);
    output_text(output, "\n");
    return output_close(output, &error) == 0 ? 0 : cmd_fail("cflags", &error);
}

/* The words of the compiler's command: operands, each of which may hold several; $CC; cc. */
static bool find_words(struct words *words, char *const *operands)
{
    const char *variable = getenv("CC");
    bool fine = true;
    for (; fine && *operands != NULL; operands++)
        fine = words_split(words, *operands);
    if (fine && words->count == 0 && variable != NULL)
        fine = words_split(words, variable);
    return fine && (words->count != 0 || words_add(words, "cc"));
}

int cmd_cflags(int argc, char **argv)
{
    bool system_headers = false;
    int status;
    const struct option table[] = {compiler_option(&system_headers)};
    const struct usage usage = {
        .verb = "cflags",
        .operands = "[OPTION]... [COMPILER]",
        .about = about,
        .examples = examples,
        .options = {.table = table, .count = 1, .stop_at_operand = true},
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    struct error error;
    struct words words = {0};
    size_t end;
    if (!find_words(&words, argv + 1)) {
        error_set(&error, "out of memory");
        status = cmd_fail("cflags", &error);
    } else {
        enum compiler_kind kind = compiler_find(words.list, &end);
        status = compiler_check(kind, words.list[end - 1], &error) != 0
                     ? cmd_fail("cflags", &error)
                     : print_flags(compiler_flags(kind, system_headers));
    }
    words_free(&words);
    return status;
}
