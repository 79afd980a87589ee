#include "record/helper.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICE = 10 };

struct helper {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct writer_lane *lane;
    helper_work *work;
    void *context;
    struct job job; /* the next; count 0: none */
    bool at_work, stop;
};

/* Not by more: on a busy machine that would keep its chunks from the programs for seconds. */
static void yield_to_programs(void)
{
    const struct sched_param none = {0};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}

static void *run(void *argument)
{
    struct helper *helper = argument;
    yield_to_programs();
    pthread_mutex_lock(&helper->mutex);
    while (!helper->stop || helper->job.count) {
        if (!helper->job.count) {
            pthread_cond_wait(&helper->changed, &helper->mutex);
            continue;
        }
        const struct job job = helper->job;
        helper->job.count = 0;
        helper->at_work = true;
        pthread_mutex_unlock(&helper->mutex);
        helper->work(helper->context, helper->lane, &job);
        pthread_mutex_lock(&helper->mutex);
        helper->at_work = false;
    }
    pthread_mutex_unlock(&helper->mutex);
    return NULL;
}

struct helper *helper_start(struct writer *writer, helper_work *work, void *context)
{
    struct helper *helper = calloc(1, sizeof *helper);
    if (!helper)
        return NULL;
    helper->work = work;
    helper->context = context;
    helper->lane = writer_lane_open(writer);
    pthread_mutex_init(&helper->mutex, NULL);
    pthread_cond_init(&helper->changed, NULL);
    if (helper->lane && pthread_create(&helper->thread, NULL, run, helper) == 0)
        return helper;
    if (helper->lane)
        writer_lane_close(helper->lane);
    free(helper);
    return NULL;
}

bool helper_offer(struct helper *helper, const struct job *job)
{
    pthread_mutex_lock(&helper->mutex);
    bool taken = helper->job.count == 0;
    if (taken)
        helper->job = *job;
    pthread_cond_broadcast(&helper->changed);
    pthread_mutex_unlock(&helper->mutex);
    return taken;
}

bool helper_is_idle(struct helper *helper)
{
    pthread_mutex_lock(&helper->mutex);
    bool idle = helper->job.count == 0 && !helper->at_work;
    pthread_mutex_unlock(&helper->mutex);
    return idle;
}

void helper_stop(struct helper *helper)
{
    if (!helper)
        return;
    pthread_mutex_lock(&helper->mutex);
    helper->stop = true;
    pthread_cond_broadcast(&helper->changed);
    pthread_mutex_unlock(&helper->mutex);
    pthread_join(helper->thread, NULL);
    writer_lane_close(helper->lane);
    pthread_mutex_destroy(&helper->mutex);
    pthread_cond_destroy(&helper->changed);
    free(helper);
}
