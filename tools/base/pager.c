#include "base/pager.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *pager_command(void)
{
    static const char *const names[] = {"CALLTAPE_PAGER", "PAGER"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *command = getenv(names[i]);
        if (command != NULL)
            return *command == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
    }
    return "less -FRX";
}

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool is_in_path(const char *word, size_t length)
{
    const char *directory = getenv("PATH");
    while (directory != NULL && *directory != '\0') {
        char path[4096];
        size_t bytes = strcspn(directory, ":");
        int needed =
            snprintf(path, sizeof path, "%.*s/%.*s", (int)bytes, bytes != 0 ? directory : ".", (int)length, word);
        if (needed > 0 && (size_t)needed < sizeof path && is_program(path))
            return true;
        directory += bytes + (directory[bytes] == ':');
    }
    return false;
}

/* False where the shell would not find the program: then it would read nothing, and what was written to it would be
 * lost. A first word that the shell must work out itself is left to it. */
static bool can_run(const char *command)
{
    char word[4096];
    command += strspn(command, " \t");
    size_t length = strcspn(command, " \t;|&<>");
    if (length == 0 || length >= sizeof word)
        return false;
    memcpy(word, command, length);
    word[length] = '\0';
    if (strpbrk(word, "=$`'\"\\(){}~*?[!") != NULL)
        return true;
    return strchr(word, '/') != NULL ? is_program(word) : is_in_path(word, length);
}

static void run_pager(const char *command, const int ends[2])
{
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

pid_t pager_start(int *fd)
{
    const char *command = pager_command();
    int ends[2];
    if (command == NULL || !can_run(command) || pipe(ends) != 0)
        return 0;
    pid_t child = fork();
    if (child == 0)
        run_pager(command, ends);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return 0;
    }
    *fd = ends[1];
    return child;
}
