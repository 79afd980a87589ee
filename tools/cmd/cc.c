/* calltape cc: becomes the compiler, with further flags where something is compiled. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/compiler.h"
#include "compiler/command.h"
#include "compiler/words.h"

static const char about[] = "Runs COMPILER (gcc, clang, g++, gfortran and so on) with its arguments and adds the\n"
                            "flags that make it instrument functions. It stands where the compiler stands: as CC,\n"
                            "CXX or FC of make, configure, CMake and Meson. Output, exit status and signals are\n"
                            "the compiler's.\n"
                            "\n"
                            "  gcc    functions of system headers (the C++ library's too) are left out, all\n"
                            "         others are traced, inlined calls among them.\n"
                            "  clang  has no list of headers to leave out. What is declared inline or defined in\n"
                            "         a class body is inlined and not traced: nearly all of system headers, and\n"
                            "         such functions of the program. At -O0 clang inlines nothing: programs in\n"
                            "         C++ are better recorded from -O1 on.\n"
                            "\n"
                            "-g is added as well: file and line come from debug information, which changes no\n"
                            "code; it takes disk space only. Flags are added in front, so that those given win:\n"
                            "-g0 takes -g out.\n"
                            "\n"
                            "Left as they are: commands that only link, preprocess (-E, -M, -MM) or assemble;\n"
                            "those that choose -finstrument-functions or the like themselves; -ffreestanding and\n"
                            "-nostdlib, where the functions called at entry and exit would be missing; and the\n"
                            "small programs by which configure, CMake and Meson try the compiler.\n"
                            "\n"
                            "Launchers (ccache, distcc, sccache, icecc) may stand before the compiler. Which\n"
                            "compiler it is, is asked once and kept in ~/.cache/calltape.\n";

static const char examples[] = "  calltape cc gcc -O2 -o prog prog.c\n"
                               "  make CC='calltape cc gcc' CXX='calltape cc g++'\n"
                               "  ./configure CC='calltape cc ccache gcc'\n"
                               "  CC='calltape cc clang' meson setup build\n"
                               "  cmake -B build -DCMAKE_C_COMPILER_LAUNCHER='calltape;cc' \\\n"
                               "                 -DCMAKE_CXX_COMPILER_LAUNCHER='calltape;cc'\n"
                               "  CC='calltape cc gcc' ASM=gcc cmake -B build\n";

/* As a shell has it: 127 where there is no such program, 126 where it can't be executed. */
static int become(char *const *words)
{
    struct error error;
    char safe[400];
    execvp(words[0], words);
    int status = errno == ENOENT ? 127 : 126;
    error_set(&error, "%s can't be run: %s", (text_escape(safe, sizeof safe, words[0], true), safe), strerror(errno));
    cmd_fail("cc", &error);
    return status;
}

static int out_of_memory(void)
{
    struct error error;
    error_set(&error, "out of memory");
    return cmd_fail("cc", &error);
}

/* `words` with `flags` after the first `end`. */
static int become_with(char *const *words, size_t end, const char *const *flags)
{
    struct words command = {0};
    bool fine = true;
    for (size_t i = 0; fine && i < end; i++)
        fine = words_add(&command, words[i]);
    for (; fine && *flags != NULL; flags++)
        fine = words_add(&command, *flags);
    for (size_t i = end; fine && words[i] != NULL; i++)
        fine = words_add(&command, words[i]);
    int status = fine ? become(command.list) : out_of_memory();
    words_free(&command);
    return status;
}

static int compile(char *const *words, bool system_headers)
{
    struct error error;
    size_t end;
    enum compiler_kind kind = compiler_find(words, &end);
    if (kind == COMPILER_ABSENT)
        return become(words + end - 1);
    if (compiler_check(kind, words[end - 1], &error) != 0)
        return cmd_fail("cc", &error);
    return become_with(words, end, compiler_flags(kind, system_headers));
}

int cmd_cc(int argc, char **argv)
{
    bool system_headers = false;
    int status;
    const struct option table[] = {compiler_option(&system_headers)};
    const struct usage usage = {
        .verb = "cc",
        .operands = "[OPTION]... COMPILER [ARGUMENT]...",
        .about = about,
        .examples = examples,
        .options = {.table = table, .count = 1, .stop_at_operand = true},
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (argc < 2) {
        struct error error;
        error_set(&error, "which compiler is to be run?");
        return cmd_wrong_usage("cc", &error);
    }
    struct words words = {0};
    char folder[PATH_MAX] = "";
    bool fine = words_expand(&words, argv + 1);
    bool traced = fine && command_is_traced(words.list, getcwd(folder, sizeof folder) != NULL ? folder : "");
    words_free(&words);
    if (!fine)
        return out_of_memory();
    return traced ? compile(argv + 1, system_headers) : become(argv + 1);
}
