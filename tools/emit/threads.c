#include "emit/threads.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *name_and_number(char text[SHOWN_PART], const char *name, uint32_t number, bool utf8)
{
    char safe[SHOWN_PART - 16];
    text_escape(safe, sizeof safe, name, utf8);
    snprintf(text, SHOWN_PART, "%s%s%u", safe, *name != '\0' ? "/" : "", number);
    return text;
}

const char *shown_thread(char text[SHOWN_PART], const struct tape_thread *thread, bool utf8)
{
    return name_and_number(text, thread->name != NULL ? thread->name : "", thread->tid, utf8);
}

const char *shown_process(char text[SHOWN_PART], const struct tape_process *process, bool utf8)
{
    const char *slash = strrchr(process->executable, '/');
    return name_and_number(text, slash != NULL ? slash + 1 : process->executable, process->pid, utf8);
}
