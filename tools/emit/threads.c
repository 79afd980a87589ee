#include "emit/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static char *name_and_number(const char *name, uint32_t number, bool utf8)
{
    char *text = NULL, *safe = NULL;
    if (asprintf(&text, "%s%s%u", name, *name != '\0' ? "/" : "", number) >= 0) {
        safe = text_escaped(text, utf8);
        free(text);
    }
    return safe;
}

char *shown_thread(const struct tape_thread *thread, bool utf8)
{
    return name_and_number(thread->name != NULL ? thread->name : "", thread->tid, utf8);
}

char *shown_process(const struct tape_process *process, bool utf8)
{
    const char *slash = strrchr(process->executable, '/');
    return name_and_number(slash != NULL ? slash + 1 : process->executable, process->pid, utf8);
}
