/* Filters of any letters, on a tape with arguments and results: each line is one, whose first letter says which. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_verb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILTERS_MOST = 8, TEXT_MOST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const filters[] = {"function", "exclude",  "module", "file",  "thread", "process",
                                          "depth",    "min-time", "range",  "under", "until",  "where"};
    static const char *const verbs[] = {"report", "tree", "replay", "critical", "query", "growth"};
    static char options[FILTERS_MOST][TEXT_MOST + 16];
    char text[TEXT_MOST + 1], *rest = text, *line;
    const char *words[FILTERS_MOST + 4] = {verbs[size % (sizeof verbs / sizeof *verbs)]};
    size_t count = 1;
    if (size > TEXT_MOST)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    while (count <= FILTERS_MOST && (line = strsep(&rest, "\n")) != NULL) {
        if (*line == '\0')
            continue;
        const char *filter = filters[(uint8_t)*line % (sizeof filters / sizeof *filters)];
        snprintf(options[count - 1], sizeof options[0], "--%s=%s", filter, line + 1);
        words[count] = options[count - 1];
        count++;
    }
    words[count++] = TAPE;
    if (strcmp(words[0], "query") == 0)
        words[count++] = "select count(*) from calls";
    run_verb(words);
    return 0;
}
