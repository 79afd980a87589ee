#include "symbol/places.h"

#include <linux/limits.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/debug_info.h"
#include "symbol/dwarf_access.h"
#include "symbol/sandbox.h"

enum { MOST_NAME = 16384 };

/* One of the child's answers, followed by the bytes of its strings. */
struct answer {
    uint64_t index;
    uint32_t line, name_bytes, file_bytes, missing_bytes;
};

/* ---- the child -------------------------------------------------------------------------------------------------- */

struct sender {
    const struct debug_info_query *query;
    int to;
};

/* At once: what was found before a crash counts. */
static void send_found(void *context, const struct debug_info_found *found)
{
    const struct sender *sender = context;
    char bytes[sizeof(struct answer) + MOST_NAME + 2 * PATH_MAX];
    struct answer answer = {
        .index = found->index,
        .line = found->line,
        .name_bytes = found->name ? (uint32_t)strnlen(found->name, MOST_NAME) : 0,
        .file_bytes = found->file ? (uint32_t)strnlen(found->file, PATH_MAX) : 0,
        .missing_bytes = found->missing ? (uint32_t)strnlen(found->missing, PATH_MAX) : 0,
    };
    char *end = mempcpy(bytes, &answer, sizeof answer);
    if (answer.name_bytes > 0)
        end = mempcpy(end, found->name, answer.name_bytes);
    if (answer.file_bytes > 0)
        end = mempcpy(end, found->file, answer.file_bytes);
    if (answer.missing_bytes > 0)
        end = mempcpy(end, found->missing, answer.missing_bytes);
    sandbox_answer(sender->to, bytes, (size_t)(end - bytes));
}

static void work(void *context, int answer)
{
    struct sender *sender = context;
    sender->to = answer;
    debug_info_read(sender->query, send_found, sender);
}

/* ---- the parent ------------------------------------------------------------------------------------------------- */

/* The child may be anybody's by now: nothing that it says is believed unchecked. */
struct inbox {
    const char *at, *end;
};

static bool take(struct inbox *inbox, void *to, size_t size)
{
    if ((size_t)(inbox->end - inbox->at) < size)
        return false;
    memcpy(to, inbox->at, size);
    inbox->at += size;
    return true;
}

/* Puts the next `size` bytes in place of *text, if there are any. */
static bool take_text(struct inbox *inbox, size_t size, char **text)
{
    if ((size_t)(inbox->end - inbox->at) < size)
        return false;
    char *copy = size > 0 ? strndup(inbox->at, size) : NULL;
    inbox->at += size;
    if (copy) {
        free(*text);
        *text = copy;
    }
    return true;
}

void places_take(const char *answers, size_t bytes, struct place *places, size_t count)
{
    struct inbox inbox = {answers, answers + bytes};
    struct answer answer;
    while (take(&inbox, &answer, sizeof answer) && answer.index < count) {
        struct place *place = &places[answer.index];
        if (!take_text(&inbox, answer.name_bytes, &place->name) ||
            !take_text(&inbox, answer.file_bytes, &place->file) ||
            !take_text(&inbox, answer.missing_bytes, &place->missing))
            return;
        if (answer.file_bytes > 0)
            place->line = answer.line;
    }
}

/* Ten times what honest files of their size took on a slow machine. */
static struct sandbox_limits limits_for(const struct elf_file *file, size_t count)
{
    uint64_t bytes = elf_file_bytes(file);
    uint32_t cpu_seconds = (uint32_t)(5 + bytes / 20000000);
    return (struct sandbox_limits){
        .cpu_seconds = cpu_seconds,
        .seconds = 4 * cpu_seconds,
        .memory_bytes = (UINT64_C(1) << 29) + 4 * bytes,
        .answer_bytes = ((size_t)1 << 20) + count * 1024,
    };
}

enum places_end places_find(const struct elf_file *file, const struct split_places *split, const uint64_t *addresses,
                            const bool *nameless, size_t count, struct place *places)
{
    const struct debug_info_query query = {
        .file = file, .split = split, .addresses = addresses, .nameless = nameless, .count = count};
    struct sandbox_limits limits = limits_for(file, count);
    struct sender sender = {.query = &query};
    size_t bytes;
    bool whole;
    char *answer = sandbox_run(work, &sender, &limits, &bytes, &whole);
    if (answer)
        places_take(answer, bytes, places, count);
    free(answer);
    return whole ? PLACES_WHOLE : PLACES_CUT;
}

const char *places_library(void)
{
    return dwarf_access_library();
}

void places_free(struct place *places, size_t count)
{
    for (size_t i = 0; places && i < count; i++) {
        free(places[i].name);
        free(places[i].file);
        free(places[i].missing);
    }
    free(places);
}
