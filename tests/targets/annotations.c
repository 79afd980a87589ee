/* Everything of calltape.h, from threads, from signal handlers in the middle of it, and in children of a fork. Spans
 * are in the books like functions; of values there are books of their own: name, how many, sum, in the file $TOLD.
 * argv: signals. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calltape.h"
#include "count.h"
#include "timer.h"

enum { WORKERS = 2, CHILDREN = 4, ROUNDS = 300, UNTOUCHED = 12345 };
enum told { ROWS, NEGATIVE, RATIO, TEXT, QUEUE, LEVEL, MESSAGE, FRAME, SIGNAL, LONG, TOLD_COUNT };

static const char *const names[TOLD_COUNT] = {"rows",  "negative", "ratio", "text",   "queue",
                                              "level", "message",  "frame", "signal", "long"};
struct book {
    long count, sum;
};
static struct book *books; /* shared with children */
static unsigned long wanted, handled;
static volatile int sink;

static UNTRACED void book(enum told what, long number)
{
    __atomic_fetch_add(&books[what].count, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&books[what].sum, number, __ATOMIC_RELAXED);
}

static UNTRACED void write_books(void)
{
    FILE *file = fopen(getenv("TOLD"), "w");
    for (int i = 0; i < TOLD_COUNT; i++)
        fprintf(file, "%s %ld %ld\n", names[i], books[i].count, books[i].sum);
    fclose(file);
}

static void leaf(int n)
{
    COUNT();
    calltape_note_i64("rows", n);
    book(ROWS, n);
    sink = n;
}

/* What is told in an untraced function is of its caller. */
static UNTRACED NOINLINE void untraced(int n)
{
    char text[100];
    snprintf(text, sizeof text, "number %d", n);
    calltape_note_string("text", text);
    book(TEXT, (long)strlen(text));
}

static int returns_within(int n)
{
    COUNT();
    CALLTAPE_SPAN("whole");
    COUNT_AS("whole");
    for (int i = 0; i < 3; i++) {
        CALLTAPE_SPAN("turn");
        COUNT_AS("turn");
        leaf(i);
        if (i == n % 4)
            return i;
    }
    calltape_span_begin("rest");
    COUNT_AS("rest");
    leaf(-1);
    calltape_span_end("rest");
    return n;
}

static void tells(int n)
{
    COUNT();
    calltape_note_i64("negative", -n);
    book(NEGATIVE, -n);
    calltape_note_f64("ratio", n / 4.0);
    book(RATIO, n);
    untraced(n);
    calltape_counter_i64("queue", n);
    book(QUEUE, n);
    calltape_counter_f64("level", n * 0.5);
    book(LEVEL, n);
    returns_within(n);
    calltape_message("told");
    book(MESSAGE, 4);
}

/* As long as a value may be, and longer. */
static void tells_much(void)
{
    COUNT();
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    calltape_note_string("long", text);
    book(LONG, 4096);
    text[4096] = 0;
    calltape_note_string("long", text);
    book(LONG, 4096);
}

static void in_handler(int n)
{
    COUNT();
    CALLTAPE_SPAN("in a signal");
    COUNT_AS("in a signal");
    calltape_note_u64("signal", (uint64_t)n);
    book(SIGNAL, n);
}

static void on_signal(int number)
{
    COUNT();
    in_handler(number);
    calltape_counter_i64("queue", 1);
    book(QUEUE, 1);
    calltape_note_u64("signal", 3);
    book(SIGNAL, 3);
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static timer_t make_timer(void)
{
    COUNT();
    return thread_timer(SIGUSR1);
}

static void *worker(void *argument)
{
    COUNT();
    calltape_thread_name("a worker with a long name");
    timer_t timer = make_timer();
    for (long round = 0; round < ROUNDS || __atomic_load_n(&handled, __ATOMIC_RELAXED) < wanted; round++) {
        arm(timer, 1000 + round * 37 % 8000);
        tells((int)(round % 100));
        calltape_frame("frame");
        book(FRAME, 0);
    }
    timer_delete(timer);
    return argument;
}

static void child(int number)
{
    COUNT();
    for (int i = 0; i < 20; i++)
        tells(number + i);
}

static void fork_one(int number)
{
    COUNT();
    CALLTAPE_SPAN("a child");
    COUNT_AS("a child");
    pid_t pid = fork();
    if (pid == 0) {
        child(number);
        exit(0);
    }
    waitpid(pid, NULL, 0);
}

int main(int count, char **arguments)
{
    COUNT();
    counts_share();
    books = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    wanted = count > 1 ? strtoul(arguments[1], NULL, 10) : 1000;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    if (sigaction(SIGUSR1, &action, NULL) != 0)
        abort();
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&workers[i], NULL, worker, NULL) != 0)
            abort();
    tells_much();
    for (int i = 0; i < CHILDREN; i++)
        fork_one(i);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    write_books();
    return 0;
}
