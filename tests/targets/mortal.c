/* To be killed at any moment: two threads and a child of the first, each calling so often; argv: calls of each. The
 * file $SLOTS holds for each what it has begun and what has returned, which a kill leaves as it is. Status 3 at the
 * end. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"

enum { WORKERS = 3 };

struct slot {
    _Alignas(64) unsigned long before;
    unsigned long after;
};

static struct slot *slots;
static unsigned long most;
static volatile unsigned long sink;

static NOINLINE void leaf(unsigned long n)
{
    sink = n;
}

static UNTRACED void *worker(void *argument)
{
    struct slot *slot = argument;
    for (unsigned long i = 0; i < most; i++) {
        __atomic_store_n(&slot->before, i + 1, __ATOMIC_SEQ_CST);
        leaf(i);
        __atomic_store_n(&slot->after, i + 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

UNTRACED int main(int count, char **arguments)
{
    int file = open(getenv("SLOTS"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (count != 2 || ftruncate(file, WORKERS * sizeof *slots) != 0)
        return 1;
    slots = mmap(NULL, WORKERS * sizeof *slots, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    most = strtoul(arguments[1], NULL, 10);
    pthread_t thread;
    if (slots == MAP_FAILED || pthread_create(&thread, NULL, worker, &slots[1]) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0)
        _exit(worker(&slots[2]) != NULL);
    worker(&slots[0]);
    pthread_join(thread, NULL);
    waitpid(child, NULL, 0);
    puts("done");
    return 3;
}
