#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

int main(int argc, char **argv)
{
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
    return verb != NULL ? verb->run(argc - 1, argv + 1) : cmd_unknown_verb(name);
}
