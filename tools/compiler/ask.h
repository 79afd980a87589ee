#ifndef CALLTAPE_COMPILER_ASK_H
#define CALLTAPE_COMPILER_ASK_H

#include "compiler/kind.h"

/* Runs the first `count` of `words` with -v, which prints the version and does nothing else. */
enum compiler_kind ask_compiler(char *const *words, size_t count);

#endif
