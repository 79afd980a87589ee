/* What compilers answered, in $XDG_CACHE_HOME/calltape or ~/.cache/calltape. An answer is a symbolic link, named after
 * the compiler's file as it is now, that leads to "gcc" or "clang": it is read by one system call, made by one that is
 * whole or not at all, and another compiler in the file's place has another name. Where it can't be kept, the compiler
 * is asked each time. */
#ifndef CALLTAPE_COMPILER_ANSWER_H
#define CALLTAPE_COMPILER_ANSWER_H

#include "compiler/kind.h"

/* COMPILER_UNKNOWN: nothing is kept of the file `path`. */
enum compiler_kind answer_recall(const char *path);
void answer_keep(const char *path, enum compiler_kind kind);

#endif
