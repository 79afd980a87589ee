#include "run_verb.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/cmd.h"

enum { WORDS_MOST = 40 };

static void require(int condition)
{
    if (!condition)
        abort();
}

/* A verb closes its standard output when it ends; libFuzzer prints to its own descriptor. */
static void print_nowhere(void)
{
    static int nowhere = -1;
    if (nowhere < 0) {
        nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        stderr = fopen("/dev/null", "we");
    }
    require(nowhere >= 0 && stderr != NULL && dup2(nowhere, STDOUT_FILENO) == STDOUT_FILENO);
}

const char *put_file(const void *bytes, size_t size)
{
    static char path[64];
    static int file = -1;
    print_nowhere(); /* or the file would become standard output */
    if (file >= 0)
        close(file);
    file = memfd_create("file", MFD_CLOEXEC);
    require(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

int run_verb(const char *const *words)
{
    char *arguments[WORDS_MOST + 1];
    int count = 0;
    for (; words[count] != NULL && count < WORDS_MOST; count++)
        arguments[count] = (char *)words[count];
    arguments[count] = NULL;
    print_nowhere();
    const struct verb *verb = cmd_find_verb(words[0]);
    require(verb != NULL);
    int status = verb->run(count, arguments);
    require(status >= 0 && status <= 2);
    return status;
}
