/* Threads that let one another go on, in an order that is known: each goes on only once the other one sleeps. Prints
 * the chain that decides the elapsed time, `thread wait` a line; or, for "odd", what the functions answer. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "count.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, baton = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t first_lock = PTHREAD_RWLOCK_INITIALIZER, second_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore, second_semaphore;
static volatile int ready, sink;

static UNTRACED void pause_shortly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static UNTRACED char state_of(int thread)
{
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, text, sizeof text - 1) < 0)
        abort();
    close(file);
    return strrchr(text, ')')[2];
}

/* Until the thread has said that it will wait, and sleeps. */
static UNTRACED void until_it_waits(volatile int *thread)
{
    while (*thread == 0 || state_of(*thread) != 'S')
        pause_shortly();
    *thread = 0;
}

static volatile int main_waits, worker_waits;

static UNTRACED void say(volatile int *who)
{
    *who = gettid();
}

static void leaf(void)
{
    COUNT();
    for (int i = 0; i < 1000; i++)
        sink = i;
}

static UNTRACED void name(const char *text)
{
    pthread_setname_np(pthread_self(), text);
}

/* ---- a baton between two threads, by each means in turn ---- */

static void worker(void)
{
    COUNT();
    pthread_rwlock_wrlock(&first_lock);
    until_it_waits(&main_waits);
    leaf();
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    say(&worker_waits);
    sem_wait(&semaphore);
    until_it_waits(&main_waits);
    leaf();
    pthread_rwlock_unlock(&first_lock);
    say(&worker_waits);
    pthread_mutex_lock(&baton);
    until_it_waits(&main_waits);
    leaf();
    pthread_barrier_wait(&barrier);
    say(&worker_waits);
    pthread_rwlock_wrlock(&second_lock);
    until_it_waits(&main_waits);
    leaf();
}

static UNTRACED void *begin_worker(void *argument)
{
    name("worker");
    worker();
    return argument;
}

static void wait_for_condition(void)
{
    COUNT();
    pthread_mutex_lock(&mutex);
    say(&main_waits);
    while (!ready)
        pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void relay(void)
{
    COUNT();
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_mutex_lock(&baton);
    pthread_rwlock_rdlock(&second_lock);
    pthread_create(&thread, NULL, begin_worker, NULL);
    wait_for_condition();
    until_it_waits(&worker_waits);
    leaf();
    sem_post(&semaphore);
    say(&main_waits);
    pthread_rwlock_rdlock(&first_lock);
    until_it_waits(&worker_waits);
    leaf();
    pthread_mutex_unlock(&baton);
    say(&main_waits);
    pthread_barrier_wait(&barrier);
    until_it_waits(&worker_waits);
    leaf();
    pthread_rwlock_unlock(&second_lock);
    say(&main_waits);
    pthread_join(thread, NULL);
    puts("main -\nworker start\nmain condition\nworker semaphore\nmain read lock\nworker mutex\nmain barrier\n"
         "worker write lock\nmain join");
}

/* ---- three stages: the second has all there is to do at once, and takes longer with each than the third ---- */

enum { ITEMS = 5 };
static volatile int second_waits, third_waits;

static UNTRACED void *first(void *argument)
{
    name("first");
    until_it_waits(&second_waits);
    leaf();
    sem_post(&semaphore);
    return argument;
}

static UNTRACED void *second(void *argument)
{
    name("second");
    say(&second_waits);
    sem_wait(&semaphore);
    for (int i = 0; i < ITEMS; i++) {
        until_it_waits(&third_waits);
        leaf();
        sem_post(&second_semaphore);
    }
    return argument;
}

static UNTRACED void *third(void *argument)
{
    name("third");
    for (int i = 0; i < ITEMS; i++) {
        say(&third_waits);
        sem_wait(&second_semaphore);
        leaf();
    }
    until_it_waits(&main_waits);
    return argument;
}

/* The stretch that is looked at is this call. */
static void run_stages(pthread_t *threads)
{
    COUNT();
    pthread_create(&threads[0], NULL, second, NULL);
    pthread_create(&threads[1], NULL, third, NULL);
    pthread_create(&threads[2], NULL, first, NULL);
    say(&main_waits);
    pthread_join(threads[1], NULL);
}

static void pipeline(void)
{
    COUNT();
    pthread_t threads[3];
    run_stages(threads);
    puts("main -\nfirst start\nsecond semaphore\nthird semaphore\nmain join");
    pthread_join(threads[0], NULL);
    pthread_join(threads[2], NULL);
}

/* ---- a convoy: all want one lock; the last to get it lets main go on ---- */

enum { WAGONS = 4 };
static volatile int wagon_waits[WAGONS];
static int order[WAGONS], passed;

static void pass_lock(long wagon)
{
    COUNT();
    leaf();
    order[passed++] = (int)wagon;
    if (passed == WAGONS) {
        until_it_waits(&main_waits);
        sem_post(&semaphore);
    }
}

static UNTRACED void *wagon_of_lock(void *argument)
{
    char text[16];
    snprintf(text, sizeof text, "wagon %ld", (long)argument);
    name(text);
    say(&wagon_waits[(long)argument]);
    pthread_mutex_lock(&mutex);
    pass_lock((long)argument);
    pthread_mutex_unlock(&mutex);
    return argument;
}

static UNTRACED void *wagon_of_condition(void *argument)
{
    char text[16];
    snprintf(text, sizeof text, "wagon %ld", (long)argument);
    name(text);
    pthread_mutex_lock(&mutex);
    say(&wagon_waits[(long)argument]);
    while (!ready)
        pthread_cond_wait(&condition, &mutex);
    pass_lock((long)argument);
    pthread_mutex_unlock(&mutex);
    return argument;
}

/* Main lets them go once all wait; the stretch that is looked at is this call. */
static void let_go(int by_condition)
{
    COUNT();
    for (int i = 0; i < WAGONS; i++)
        until_it_waits(&wagon_waits[i]);
    leaf();
    if (by_condition) {
        pthread_mutex_lock(&mutex);
        ready = 1;
        pthread_cond_broadcast(&condition);
    }
    pthread_mutex_unlock(&mutex);
    say(&main_waits);
    sem_wait(&semaphore);
}

static void convoy(int by_condition)
{
    COUNT();
    pthread_t threads[WAGONS];
    if (!by_condition)
        pthread_mutex_lock(&mutex);
    for (long i = 0; i < WAGONS; i++)
        pthread_create(&threads[i], NULL, by_condition ? wagon_of_condition : wagon_of_lock, (void *)i);
    let_go(by_condition);
    for (int i = 0; i < WAGONS; i++)
        pthread_join(threads[i], NULL);
    puts("main -");
    for (int i = 0; i < WAGONS; i++)
        printf("wagon %d %s\n", order[i], by_condition ? "condition" : "mutex");
    puts("main semaphore");
}

/* ---- what must be as without: answers, errno, cancellation, fork ---- */

static UNTRACED struct timespec soon(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    now.tv_nsec += 2000000;
    now.tv_sec += now.tv_nsec / 1000000000;
    now.tv_nsec %= 1000000000;
    return now;
}

static UNTRACED void *hold(void *argument)
{
    pthread_mutex_lock(argument);
    pthread_rwlock_wrlock(&first_lock);
    return NULL;
}

static void locks(void)
{
    COUNT();
    pthread_mutex_t recursive, checked, robust;
    pthread_mutexattr_t kind;
    pthread_t thread;
    struct timespec end = soon(CLOCK_REALTIME), other = soon(CLOCK_MONOTONIC);
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checked, &kind);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &kind);
    int lock = pthread_mutex_lock(&recursive), again = pthread_mutex_lock(&recursive);
    printf("recursive %d %d\n", lock, again);
    lock = pthread_mutex_unlock(&checked), again = pthread_mutex_lock(&checked);
    printf("checked %d %d %d\n", lock, again, pthread_mutex_lock(&checked));
    printf("timed %d %d\n", pthread_mutex_timedlock(&checked, &end),
           pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &other));
    pthread_create(&thread, NULL, hold, &robust);
    pthread_join(thread, NULL);
    lock = pthread_mutex_lock(&robust), again = pthread_mutex_consistent(&robust);
    printf("robust %d %d %d\n", lock, again, pthread_mutex_unlock(&robust));
    printf("locked %d %d\n", pthread_rwlock_timedrdlock(&first_lock, &end),
           pthread_rwlock_clockwrlock(&first_lock, CLOCK_MONOTONIC, &other));
    printf("condition %d\n", pthread_cond_timedwait(&condition, &mutex, &end));
}

static UNTRACED void on_alarm(int number)
{
    (void)number;
    sem_post(&semaphore);
}

static void semaphores(void)
{
    COUNT();
    struct timespec end = soon(CLOCK_REALTIME);
    errno = 4711;
    sem_post(&semaphore);
    printf("taken %d %d\n", sem_wait(&semaphore), errno);
    int late = sem_timedwait(&semaphore, &end);
    printf("late %d %s\n", late, strerror(errno));
    signal(SIGALRM, on_alarm);
    ualarm(2000, 0);
    while (sem_wait(&semaphore) != 0)
        printf("interrupted %s\n", strerror(errno));
}

static UNTRACED void clean(void *what)
{
    printf("cancelled in %s, mutex %d\n", (const char *)what, pthread_mutex_trylock(&mutex));
    pthread_mutex_unlock(&mutex);
}

static UNTRACED void *be_cancelled(void *how)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(clean, how);
    leaf();
    say(&worker_waits);
    if (*(char *)how == 's')
        sem_wait(&semaphore);
    while (1)
        pthread_cond_wait(&condition, &mutex);
    pthread_cleanup_pop(0);
    return NULL;
}

static void cancel(char *how)
{
    COUNT();
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, be_cancelled, how);
    until_it_waits(&worker_waits);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    printf("%d\n", result == PTHREAD_CANCELED);
    leaf();
}

static void odd(void)
{
    COUNT();
    static char of_condition[] = "condition", of_semaphore[] = "semaphore";
    locks();
    semaphores();
    pthread_mutex_unlock(&mutex);
    cancel(of_condition);
    cancel(of_semaphore);
}

int main(int count, char **arguments)
{
    COUNT();
    const char *what = count > 1 ? arguments[1] : "";
    sem_init(&semaphore, 0, 0);
    sem_init(&second_semaphore, 0, 0);
    if (strcmp(what, "relay") == 0)
        relay();
    else if (strcmp(what, "pipeline") == 0)
        pipeline();
    else if (strcmp(what, "convoy") == 0)
        convoy(0);
    else if (strcmp(what, "broadcast") == 0)
        convoy(1);
    else
        odd();
    return 0;
}
