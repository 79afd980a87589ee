#include "compiler/kind.h"

/* gcc leaves out functions by where their source file's path holds one of these: libc and libraries, the C++
 * library's headers of a compiler in any place, the compiler's own. */
#define GCC_SYSTEM_HEADERS "/usr/include,/usr/local/include,/include/c++/,/lib/gcc/"

/* clang knows no such list. What marks the functions of headers is that they are declared inline or stand in a class
 * body: so those are inlined, no others, and what remains is instrumented. Its plain flag would instrument inlined
 * calls of memcpy and of vector intrinsics, and before clang 20 it makes C++ programs that can't be linked with
 * libstdc++ (its always_inline members are referred to and not there). Tail recursion stays calls, as with gcc. */
#define CLANG "-g", "-finstrument-functions-after-inlining", "-fno-optimize-sibling-calls"

static const char *const none[] = {NULL};
static const char *const gcc[] = {"-g", "-finstrument-functions",
                                  "-finstrument-functions-exclude-file-list=" GCC_SYSTEM_HEADERS, NULL};
static const char *const gcc_all[] = {"-g", "-finstrument-functions", NULL};
static const char *const clang[] = {CLANG, "-finline-hint-functions", NULL};
static const char *const clang_all[] = {CLANG, "-fno-inline", NULL};

const char *const *compiler_flags(enum compiler_kind kind, bool system_headers)
{
    if (kind == COMPILER_GCC)
        return system_headers ? gcc_all : gcc;
    if (kind == COMPILER_CLANG)
        return system_headers ? clang_all : clang;
    return none;
}
