#include "compiler/command.h"

#include <stddef.h>
#include <string.h>

#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

static bool begins(const char *word, const char *beginning)
{
    return strncmp(word, beginning, strlen(beginning)) == 0;
}

/* Options whose value is the next word, which is neither a source nor an option. */
static bool takes_next(const char *word)
{
    static const char *const options[] = {
        "-o",        "-I",           "-D",       "-U",        "-L",          "-l",
        "-B",        "-A",           "-e",       "-u",        "-z",          "-T",
        "-J",        "-MF",          "-MT",      "-MQ",       "-MJ",         "-include",
        "-imacros",  "-include-pch", "-isystem", "-iquote",   "-idirafter",  "-iprefix",
        "-isysroot", "-iwithprefix", "-Xlinker", "-Xclang",   "-Xassembler", "-Xpreprocessor",
        "-mllvm",    "-target",      "-arch",    "-aux-info", "--param",     "--sysroot",
        "-dumpbase", "-dumpdir",     "-wrapper",
    };
    return IS_ONE_OF(word, options);
}

static bool stops_before_compiling(const char *word)
{
    static const char *const options[] = {
        "-E",     "-M",           "-MM",          "--preprocess", "--dependencies",   "--user-dependencies",
        "-###",   "-cc1",         "-cc1as",       "--analyze",    "-fsyntax-only",    "--version",
        "--help", "-dumpmachine", "-dumpversion", "-dumpspecs",   "-dumpfullversion",
    };
    return IS_ONE_OF(word, options) || begins(word, "-print-") || begins(word, "--print-") || begins(word, "--help=");
}

static bool forbids(const char *word)
{
    static const char *const options[] = {
        /* the choice was made */
        "-finstrument-functions",
        "-fno-instrument-functions",
        "-finstrument-functions-once",
        "-finstrument-functions-after-inlining",
        "-finstrument-function-entry-bare",
        /* there may be no hooks */
        "-ffreestanding",
        "-nostdlib",
        "-nolibc",
    };
    return IS_ONE_OF(word, options);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* By the end of its name, as compilers tell sources (headers too: precompiled ones must fit) from what only the
 * linker or the assembler reads. */
static bool is_source(const char *path)
{
    static const char *const ends[] = {
        "c",    "i",   "cc",  "cp",  "cxx", "cpp", "CPP", "c++", "C",   "ii",  "ixx", "cppm", "c++m",
        "cxxm", "ccm", "h",   "hh",  "hp",  "hxx", "hpp", "HPP", "h++", "H",   "tcc", "m",    "mi",
        "mm",   "M",   "mii", "f",   "for", "ftn", "F",   "FOR", "fpp", "FPP", "FTN", "f90",  "f95",
        "f03",  "f08", "F90", "F95", "F03", "F08", "d",   "di",  "adb", "ads", "ll",  "bc",
    };
    const char *dot = strrchr(base_of(path), '.');
    return dot != NULL && IS_ONE_OF(dot + 1, ends);
}

/* -x LANGUAGE is for the inputs after it. */
static bool is_compiled(const char *input, const char *language)
{
    if (language == NULL || strcmp(language, "none") == 0)
        return is_source(input);
    return strcmp(language, "assembler") != 0 && strcmp(language, "assembler-with-cpp") != 0;
}

static bool is_probe(const char *path)
{
    const char *cmake = strstr(path, "/CMakeFiles/");
    return (cmake != NULL && (begins(cmake, "/CMakeFiles/CMakeScratch") || begins(cmake, "/CMakeFiles/CMakeTmp") ||
                              strstr(cmake, "/CompilerId") != NULL)) ||
           strstr(path, "/meson-private") != NULL || begins(base_of(path), "conftest.") ||
           strcmp(path, "/dev/null") == 0;
}

bool command_is_traced(char *const *words, const char *folder)
{
    const char *language = NULL;
    bool compiles = false;
    for (; *words != NULL; words++) {
        const char *word = *words;
        bool is_option = word[0] == '-' && word[1] != '\0';
        if (stops_before_compiling(word) || forbids(word) || (!is_option && is_probe(word)))
            return false;
        if (begins(word, "-x"))
            language = word[2] != '\0' ? word + 2 : words[1];
        if (takes_next(word) || strcmp(word, "-x") == 0)
            words += words[1] != NULL;
        else if (!is_option && is_compiled(word, language))
            compiles = true;
    }
    return compiles && !is_probe(folder);
}
