#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"

/* What is opened does not get the number of a standard stream that is closed; that stays as good as closed, and is
 * closed to programs that are started. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
}

int main(int argc, char **argv)
{
    keep_standard_streams();
    /* For the terminal's character set only: numbers in JSON and CSV keep their points. */
    setlocale(LC_CTYPE, "");
    if (argc < 2)
        return cmd_help(1, argv);
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return cmd_version();
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    const struct verb *verb = cmd_find_verb(name);
    /* A limit on file sizes is an error to be said, not a death; but what is started by these verbs inherits it. */
    if (strcmp(name, "record") != 0 && strcmp(name, "cc") != 0)
        signal(SIGXFSZ, SIG_IGN);
    return verb != NULL ? verb->run(argc - 1, argv + 1) : cmd_unknown_verb(name);
}
