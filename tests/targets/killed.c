/* 200 children that end at any moment: killed from outside, by a fault, abort or _exit in the depths. Each thread keeps
 * shared counters around its calls: `before` is added to before the call, `after` once it returned, so the number of
 * calls recorded must lie between. Lines to $COUNTS: pid, sum of before, sum of after, threads that were in a call.
 * argv: seed. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { CHILDREN = 200, THREADS = 2 };

struct slot {
    _Alignas(64) unsigned long before;
    unsigned long after;
};

static struct slot (*slots)[THREADS];
static volatile int sink;
static int *volatile nowhere;

enum end { BY_PARENT, BY_FAULT, BY_ABORT, BY_EXIT, ENDS };

static void leaf(enum end end, unsigned long left)
{
    sink = (int)left;
    if (left > 0 || end == BY_PARENT)
        return;
    if (end == BY_FAULT)
        *nowhere = 1;
    if (end == BY_ABORT)
        abort();
    _exit(3);
}

struct job {
    struct slot *slot;
    enum end end;
    unsigned long calls;
};

static UNTRACED void *worker(void *argument)
{
    const struct job *job = argument;
    for (unsigned long left = job->calls;; left--) {
        __atomic_fetch_add(&job->slot->before, 1, __ATOMIC_SEQ_CST);
        leaf(job->end, left);
        __atomic_fetch_add(&job->slot->after, 1, __ATOMIC_SEQ_CST);
        if (left == 0)
            left = ~0ul;
    }
    return NULL;
}

static UNTRACED void child(int number, unsigned long calls)
{
    struct job jobs[THREADS];
    for (int i = 0; i < THREADS; i++)
        jobs[i] = (struct job){&slots[number][i], BY_PARENT, calls};
    jobs[THREADS - 1].end = (enum end)(number % ENDS);
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, &jobs[1]) != 0)
        _exit(9);
    worker(&jobs[0]);
}

static UNTRACED void tell(FILE *books, pid_t pid, const struct slot *slot)
{
    unsigned long before = 0, after = 0;
    for (int i = 0; i < THREADS; i++) {
        before += slot[i].before;
        after += slot[i].after;
    }
    fprintf(books, "%d %lu %lu\n", (int)pid, before, after);
}

UNTRACED int main(int count, char **arguments)
{
    srand(count > 1 ? (unsigned)atoi(arguments[1]) : 1);
    slots = mmap(NULL, sizeof *slots * CHILDREN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    FILE *books = fopen(getenv("COUNTS"), "w");
    if (slots == MAP_FAILED || !books)
        return 1;
    setvbuf(books, NULL, _IOFBF, 1 << 16);
    for (int i = 0; i < CHILDREN; i++) {
        unsigned long calls = (unsigned long)(rand() % 10000);
        unsigned delay = (unsigned)(rand() % 500);
        pid_t pid = fork();
        if (pid == 0)
            child(i, calls);
        if (i % ENDS == BY_PARENT) {
            usleep(delay);
            kill(pid, i % 8 == 0 ? SIGKILL : SIGTERM);
        }
        waitpid(pid, NULL, 0);
        tell(books, pid, slots[i]);
    }
    fclose(books);
    return 0;
}
