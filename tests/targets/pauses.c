/* Records in stretches: what is called while the recording is paused is not in the books. argv: "late" where recording
 * begins paused. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "calltape.h"
#include "count.h"

static int recording = 1;

static UNTRACED void pause_recording(void)
{
    recording = 0;
    calltape_pause();
}

static UNTRACED void resume_recording(void)
{
    calltape_resume();
    recording = 1;
}

#define COUNT_RECORDED()                                                                                               \
    do {                                                                                                               \
        if (recording)                                                                                                 \
            COUNT();                                                                                                   \
    } while (0)

static volatile int sink;

static void leaf(int n)
{
    COUNT_RECORDED();
    sink = n;
}

static void branch(int n)
{
    COUNT_RECORDED();
    leaf(n);
    leaf(n);
}

static void ends_while_paused(void)
{
    COUNT_RECORDED();
    branch(1);
    pause_recording();
    branch(2);
}

static void begins_while_paused(void)
{
    COUNT_RECORDED();
    branch(3);
    resume_recording();
    branch(4);
}

static void over_a_pause(void)
{
    COUNT_RECORDED();
    branch(5);
    pause_recording();
    for (int i = 0; i < 1000; i++)
        branch(6);
    resume_recording();
    branch(7);
}

static void *other_thread(void *argument)
{
    COUNT_RECORDED();
    for (int i = 0; i < 100; i++)
        branch(i);
    return argument;
}

int main(int count, char **arguments)
{
    pthread_t thread;
    if (count > 1 && strcmp(arguments[1], "late") == 0)
        recording = 0;
    else
        COUNT();
    for (int i = 0; i < 50; i++)
        branch(i);
    if (!recording)
        resume_recording();
    for (int i = 0; i < 1000; i++) {
        ends_while_paused();
        begins_while_paused();
        over_a_pause();
    }
    if (pthread_create(&thread, NULL, other_thread, NULL) != 0)
        return 1;
    pthread_join(thread, NULL);
    pause_recording();
    calltape_pause();
    branch(8);
    return 0;
}
