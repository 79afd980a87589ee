#include "cmd/destination.h"

#include <string.h>
#include <unistd.h>

#include "tape/recover.h"

static bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0;
}

int destination_check(const char *option, const char *path, struct error *error)
{
    if (!is_standard_output(path))
        return tape_spare(path, error);
    if (isatty(STDOUT_FILENO))
        return error_set(error, "option %s: a terminal can't show it; name a file, or redirect the output", option);
    return 0;
}

struct output *destination_open(const char *path, struct error *error)
{
    return is_standard_output(path) ? output_open(OUTPUT_COLOUR_NEVER, false, error) : output_file(path, error);
}
