/* Which compiler a command line starts: asked of the compiler itself, since names (cc, x86_64-linux-gnu-gcc-12,
 * wrappers) do not tell. A compiler's answer is kept in the user's cache folder: asking clang takes about as long as
 * compiling a small file. */
#ifndef CALLTAPE_COMPILER_KIND_H
#define CALLTAPE_COMPILER_KIND_H

#include <stdbool.h>
#include <stddef.h>

enum compiler_kind {
    COMPILER_UNKNOWN,
    COMPILER_ABSENT, /* no such program */
    COMPILER_GCC,    /* gcc, g++, gfortran, gdc, gnatgcc */
    COMPILER_CLANG,  /* clang, clang++ */
};

/* `words`: a command line, at least one word. *end is set to the number of words that name the compiler, launchers
 * before it (ccache, distcc) included: further flags go there. */
enum compiler_kind compiler_find(char *const *words, size_t *end);

/* The flags that make a compiler of that kind instrument functions; ends in NULL. `system_headers`: those of system
 * headers too. */
const char *const *compiler_flags(enum compiler_kind kind, bool system_headers);

#endif
