#include "compiler/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child. The words looked for are English. */
static void run(char **words, int answer)
{
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(answer, STDOUT_FILENO) >= 0 &&
        dup2(answer, STDERR_FILENO) >= 0 && setenv("LC_ALL", "C", 1) == 0)
        execvp(words[0], words);
    _exit(127);
}

static enum compiler_kind understand(FILE *answer)
{
    enum compiler_kind kind = COMPILER_UNKNOWN;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, answer) >= 0) {
        if (strncmp(line, "gcc version ", strlen("gcc version ")) == 0)
            kind = COMPILER_GCC;
        else if (strstr(line, "clang version ") != NULL)
            kind = COMPILER_CLANG;
    }
    free(line);
    return kind;
}

enum compiler_kind ask_compiler(char *const *words, size_t count)
{
    static char version[] = "-v";
    int ends[2];
    char **command = calloc(count + 2, sizeof *command);
    if (command == NULL || pipe2(ends, O_CLOEXEC) != 0) {
        free(command);
        return COMPILER_UNKNOWN;
    }
    memcpy(command, words, count * sizeof *command);
    command[count] = version;
    pid_t child = fork();
    if (child == 0)
        run(command, ends[1]);
    close(ends[1]);
    FILE *answer = fdopen(ends[0], "r");
    enum compiler_kind kind = child > 0 && answer != NULL ? understand(answer) : COMPILER_UNKNOWN;
    if (answer != NULL)
        fclose(answer);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    free(command);
    return kind;
}
