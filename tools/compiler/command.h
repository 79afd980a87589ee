/* What a compiler's command line does, by its words alone. */
#ifndef CALLTAPE_COMPILER_COMMAND_H
#define CALLTAPE_COMPILER_COMMAND_H

#include <stdbool.h>

/* Whether the command compiles something that is to be traced. Not so: what only links, preprocesses, assembles or
 * answers a question; what says itself whether to instrument; what does without libc, where the hooks are; and what
 * configure, CMake or Meson made up to learn about the compiler.
 * `words`: the arguments, "@file" expanded. `folder`: where the command runs. */
bool command_is_traced(char *const *words, const char *folder);

#endif
