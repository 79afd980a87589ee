#include "emit/advice_flags.h"

#include <stdio.h>

#include "base/text.h"

static const char *const flags[] = {
    [ADVICE_BY_NAME] = "-finstrument-functions-exclude-function-list=",
    [ADVICE_BY_FILE] = "-finstrument-functions-exclude-file-list=",
};

char *advice_flag(const struct advice *advice, enum advice_way way)
{
    char *text = NULL;
    size_t size, words = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return NULL;
    for (size_t i = 0; i < advice->count; i++) {
        const struct advice_row *row = &advice->rows[i];
        if (row->way == way && row->listed)
            fprintf(stream, "%s%s", words++ == 0 ? flags[way] : ",", way == ADVICE_BY_NAME ? row->word : row->file);
    }
    return text_end(stream, &text);
}
