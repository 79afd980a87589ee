/* Three calls, one line, status argv[1]; ends by signal argv[2] where that is given. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "count.h"

static NOINLINE void greet(const char *whom)
{
    COUNT();
    printf("hello, %s\n", whom);
}

int main(int count, char **arguments)
{
    COUNT();
    greet("world");
    greet("tape");
    fflush(stdout);
    if (count > 2)
        raise(atoi(arguments[2]));
    return count > 1 ? atoi(arguments[1]) : 0;
}
