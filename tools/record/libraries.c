#include "record/libraries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/program.h"

/* The dynamic linker lists what it would load, and does not start the program (as ldd does it). */
static pid_t list(const char *program, int to)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char *const arguments[] = {(char *)program, NULL};
    if (dup2(to, STDOUT_FILENO) < 0 || setenv("LD_TRACE_LOADED_OBJECTS", "1", 1) != 0)
        _exit(127);
    unsetenv("LD_PRELOAD");
    execv(program, arguments);
    _exit(127);
}

/* "\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f...)" */
static const char *path_in(char *line)
{
    char *path = strstr(line, "=> /"), *end = path ? strstr(path, " (0x") : NULL;
    if (!end)
        return NULL;
    *end = '\0';
    return path + 3;
}

static int read_list(int from, int (*found)(void *context, const char *path), void *context)
{
    char line[8192];
    int status = 0;
    FILE *file = fdopen(from, "r");
    while (file && status == 0 && fgets(line, sizeof line, file)) {
        const char *path = path_in(line);
        status = path ? found(context, path) : 0;
    }
    if (file)
        fclose(file);
    else
        close(from);
    return status;
}

int libraries_each(const char *program, int (*found)(void *context, const char *path), void *context)
{
    int ends[2];
    if (!program_is_dynamic(program) || pipe(ends) != 0)
        return 0;
    pid_t child = list(program, ends[1]);
    close(ends[1]);
    int status = read_list(ends[0], found, context);
    if (child > 0)
        waitpid(child, NULL, 0);
    return status;
}
