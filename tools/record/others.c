#include "record/others.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool file_holds(const char *pid, const char *name, const char *text)
{
    char path[64], buffer[1 << 14];
    size_t length = strlen(text), kept = 0, got;
    bool found = false;
    snprintf(path, sizeof path, "/proc/%.16s/%s", pid, name);
    FILE *file = fopen(path, "re");
    while (file && !found && (got = fread(buffer + kept, 1, sizeof buffer - kept, file)) > 0) {
        size_t size = kept + got;
        found = memmem(buffer, size, text, length) != NULL;
        kept = size < length ? size : length;
        memmove(buffer, buffer + size - kept, kept);
    }
    if (file)
        fclose(file);
    return found;
}

struct others others_find(const char *arena_path)
{
    struct others others = {0};
    char variable[5000];
    snprintf(variable, sizeof variable, "CALLTAPE_ARENA=%s", arena_path);
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    while (processes && (entry = readdir(processes))) {
        uint32_t pid = (uint32_t)strtoul(entry->d_name, NULL, 10);
        if (!isdigit((unsigned char)entry->d_name[0]) || pid == (uint32_t)getpid() ||
            !file_holds(entry->d_name, "environ", variable))
            continue;
        others.pid = pid;
        if (file_holds(entry->d_name, "maps", arena_path))
            others.joined++;
        else
            others.fresh++;
    }
    if (processes)
        closedir(processes);
    return others;
}
