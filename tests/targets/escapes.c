/* Every text that a program can put into a tape is one that would write to the terminal: threads' names, values' names
 * and values, messages, frames, spans, files, arguments (argv), and by objcopy functions. */
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "calltape.h"
#include "count.h"

#define EVIL "\033]0;owned\007\033[31m\302\2335m\r\b\342\200\256"

#line 7 "dark\033[31m.c"
NOINLINE int evil_function(const char *text, int rows)
{
    COUNT();
    calltape_note_string("note" EVIL, text);
    calltape_note_i64("rows" EVIL, rows);
    calltape_counter_i64("counter" EVIL, rows);
    calltape_message("message" EVIL);
    calltape_frame("frame" EVIL);
    return rows + 1;
}

static NOINLINE void *run(void *argument)
{
    COUNT();
    prctl(PR_SET_NAME, "t\033[5mhread");
    evil_function(EVIL, 1000);
    return argument;
}

int main(void)
{
    pthread_t thread;
    COUNT();
    calltape_thread_name("main" EVIL);
    calltape_span_begin("span" EVIL);
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    for (int i = 1; i < 40; i++)
        evil_function(EVIL, i);
    calltape_span_end("span" EVIL);
    return 0;
}
