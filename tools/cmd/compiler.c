#include "cmd/compiler.h"

#include "base/text.h"

struct option compiler_option(bool *system_headers)
{
    return (struct option){"system-headers",
                           0,
                           OPTION_FLAG,
                           system_headers,
                           NULL,
                           NULL,
                           "trace the functions of system headers too\n(clang: and all that are declared inline)"};
}

int compiler_check(enum compiler_kind kind, const char *name, struct error *error)
{
    char safe[400];
    text_escape(safe, sizeof safe, name, true);
    if (kind == COMPILER_ABSENT)
        return error_set(error, "there is no compiler '%s' in PATH", safe);
    if (kind == COMPILER_UNKNOWN)
        return error_set(error,
                         "'%s' is neither gcc nor clang by what '%s -v' says, and no other compiler's flags are known. "
                         "If it starts a compiler, put it in front: '%s calltape cc gcc'",
                         safe, safe, safe);
    return 0;
}
