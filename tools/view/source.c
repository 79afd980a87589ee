#include "view/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"

enum { LINES_BEFORE = 3, LINES_AFTER = 24, FILE_MOST = 32 << 20 };

/* A path from a tape may name anything: devices and pipes are left alone. */
static FILE *open_plain(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= FILE_MOST)
        return fdopen(fd, "r");
    close(fd);
    return NULL;
}

static void write_lines(struct json *json, FILE *file, uint32_t first, uint32_t last)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    for (uint32_t number = 1; number <= last && (length = getline(&line, &room, file)) >= 0; number++) {
        if (number < first)
            continue;
        line[strcspn(line, "\r\n")] = '\0';
        json_string(json, NULL, line);
    }
    free(line);
}

void source_write(const struct label *label, struct output *output)
{
    struct json json = {.output = output};
    FILE *file = label->file != NULL && label->line != 0 ? open_plain(label->file) : NULL;
    uint32_t first = label->line > LINES_BEFORE ? label->line - LINES_BEFORE : 1;
    json_open_object(&json, NULL);
    json_number(&json, "first", first);
    json_open_array(&json, "lines");
    if (file != NULL)
        write_lines(&json, file, first, label->line + LINES_AFTER);
    json_close_array(&json);
    json_close_object(&json);
    if (file != NULL)
        fclose(file);
}
