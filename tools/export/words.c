#include "export/words.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *words_end(uint32_t flags)
{
    return (flags & CALL_CUT) != 0      ? "cut"
           : (flags & CALL_JUMPED) != 0 ? "jump"
           : (flags & CALL_OPEN) != 0   ? "never"
           : (flags & CALL_LATER) != 0  ? "later"
                                        : NULL;
}

const char *words_begin(uint32_t flags)
{
    return (flags & CALL_INHERITED) != 0 ? "inherited" : (flags & CALL_EARLIER) != 0 ? "earlier" : NULL;
}

bool words_note(const struct export_source *source, const struct tape_event *event, char *text, size_t size)
{
    char number[TEXT_NUMBER];
    switch ((enum tape_event_kind)event->kind) {
    case TAPE_LOST:
        snprintf(text, size, "%s events lost", text_count(number, event->n));
        return true;
    case TAPE_OVERWRITTEN:
        snprintf(text, size, "%s older events overwritten", text_count(number, event->n));
        return true;
    case TAPE_GAP:
        snprintf(text, size, "damage: events missing");
        return true;
    case TAPE_WAIT:
        text_duration(number, scale_ns(scale_of(source->tape), event->n), false);
        snprintf(text, size,
                 event->function == TAPE_PAUSED      ? "paused for %s"
                 : event->function == TAPE_PREEMPTED ? "the system ran something else for %s"
                                                     : "waited %s for calltape",
                 number);
        return true;
    case TAPE_STRAY:
        snprintf(text, size, "exit without an entry: %s", labels_get(source->labels, event->function)->name);
        return true;
    case TAPE_EXIT:
        snprintf(text, size, "exit with no open call");
        return true;
    default:
        return false;
    }
}

const char *words_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

void words_command(const struct tape_session *session, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < session->argument_count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i != 0 ? " " : "", session->arguments[i]);
}
