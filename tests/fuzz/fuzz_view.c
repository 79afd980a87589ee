/* Requests to the page's server: "path\nname=value\n...", answered from a tape; and the same bytes as the headers and
 * the path of a request that the guard looks at. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "view/answer.h"
#include "view/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MOST = 10 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static const struct viewer *viewer(void)
{
    static struct viewer made;
    struct error error;
    if (made.pyramid != NULL)
        return &made;
    static const struct pyramid_wish wish = {.events_a_bucket = 4, .exact_events = 1000};
    struct tape *tape = tape_open(TAPE, &error);
    require(tape != NULL && (made.labels = labels_create(tape, &error)) != NULL);
    made.pyramid = pyramid_open(tape, &wish, &error);
    require(made.pyramid != NULL && pyramid_wait(made.pyramid, NULL, &error) == 1);
    return &made;
}

static const char *parameter(void *context, const char *name)
{
    char **lines = context;
    size_t length = strlen(name);
    for (size_t i = 1; i < LINES_MOST && lines[i] != NULL; i++)
        if (strncmp(lines[i], name, length) == 0 && lines[i][length] == '=')
            return lines[i] + length + 1;
    return NULL;
}

static void ask_guard(char *const lines[LINES_MOST])
{
    static const struct guard guard = {.token = "0123456789abcdef0123456789abcdef", .port = 8080};
    if (guard_allows(&guard, lines[1], lines[2], lines[3]))
        require(lines[1] != NULL && strstr(lines[1], ":8080") != NULL);
    const char *what = guard_path(&guard, lines[0]);
    require(what == NULL || strncmp(lines[0] + 1, guard.token, GUARD_TOKEN) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *rest = text, *lines[LINES_MOST] = {0};
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    for (size_t i = 0; i < LINES_MOST && rest != NULL; i++)
        lines[i] = strsep(&rest, "\n");
    struct answer answered = {0};
    const struct question question = {lines[0], parameter, lines};
    answer(viewer(), &question, &answered);
    require(answered.status == 200 || answered.status == 400 || answered.status == 404 || answered.status == 500);
    require(answered.type != NULL && !answered.bytes.failed);
    bytes_free(&answered.bytes);
    ask_guard(lines);
    free(text);
    return 0;
}
