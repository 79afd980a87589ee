// Calls from code that is not traced: main itself, qsort, a library that calls back from frames of many sizes, threads'
// first functions, a coroutine's, signal handlers; ended by returning, longjmp, siglongjmp and exceptions. What must be
// seen is e2e/outside.tree, times the number of rounds in argv[1]. With a second argument, a timer's signals come at
// any instruction, and their handler, which is not traced either, calls traced functions as well.
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "count.h"
#include "timer.h"

enum { STACK = 64 * 1024 };

static volatile int sink;
static thread_local jmp_buf target;
static thread_local sigjmp_buf signal_target;
static thread_local ucontext_t here, there;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void node(int n)
{
    COUNT();
    leaf(n);
    leaf(n);
}

// ---- comparators ----

static NOINLINE int compare(const void *a, const void *b)
{
    COUNT();
    return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

static NOINLINE int compare_jumping(const void *, const void *)
{
    COUNT();
    leaf(1);
    longjmp(target, 1);
}

static NOINLINE int compare_throwing(const void *, const void *)
{
    COUNT();
    leaf(2);
    throw 1;
}

// Of two there is but one comparison, whatever the algorithm is.
static UNTRACED void sort_two(int (*comparator)(const void *, const void *))
{
    int numbers[] = {2, 1};
    qsort(numbers, 2, sizeof *numbers, comparator);
}

static UNTRACED void sort_untraced()
{
    sort_two(compare);
    if (setjmp(target) == 0)
        sort_two(compare_jumping);
    sort_two(compare);
    try {
        sort_two(compare_throwing);
    } catch (int) {
        leaf(3);
    }
    sort_two(compare);
}

static NOINLINE void sort()
{
    COUNT();
    sort_untraced();
    node(4);
}

// ---- callbacks from frames that lie at many distances, deeper than any stack's part that is taken for near ----

static NOINLINE void called_back(int depth);

static NOINLINE UNTRACED void call_back(int depth)
{
    size_t size = 16u + static_cast<size_t>(depth % 4) * 2000;
    char *room = static_cast<char *>(alloca(size));
    memset(room, depth, size);
    called_back(depth);
    sink = room[depth];
}

static NOINLINE void called_back(int depth)
{
    COUNT();
    if (depth > 0)
        call_back(depth - 1);
}

static NOINLINE void calls_back(int depth)
{
    COUNT();
    call_back(depth);
    call_back(depth);
}

// ---- signal handlers that come while no traced code runs ----

static NOINLINE void raised(int n)
{
    COUNT();
    leaf(n);
}

static NOINLINE void raised_jumping()
{
    COUNT();
    siglongjmp(signal_target, 1);
}

static UNTRACED void on_raised(int)
{
    raised(5);
    raised(6);
}

static UNTRACED void on_raised_jumping(int)
{
    raised(7);
    raised_jumping();
}

static UNTRACED void raise_both()
{
    raise(SIGUSR1);
    if (sigsetjmp(signal_target, 1) == 0)
        raise(SIGUSR2);
    leaf(8);
}

static NOINLINE void raises()
{
    COUNT();
    raise_both();
}

// ---- a coroutine ----

static UNTRACED void coroutine()
{
    for (;;) {
        leaf(9);
        node(10);
        swapcontext(&there, &here);
    }
}

static NOINLINE void switches()
{
    COUNT();
    swapcontext(&here, &there);
    leaf(11);
}

// ---- signals at any instruction ----

static NOINLINE void timed_leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void timed(int n)
{
    COUNT();
    timed_leaf(n);
}

static UNTRACED void on_timer(int n)
{
    timed(n);
    timed_leaf(n);
}

// ----

static long rounds;
static bool with_signals;

static UNTRACED void round()
{
    leaf(12);
    node(13);
    sort_untraced();
    sort();
    call_back(5);
    calls_back(5);
    raise_both();
    raises();
    swapcontext(&here, &there);
    switches();
}

static UNTRACED void begin_thread(char *stack, char *signal_stack)
{
    stack_t alternate = {};
    alternate.ss_sp = signal_stack;
    alternate.ss_size = STACK;
    if (sigaltstack(&alternate, NULL) != 0 || getcontext(&there) != 0)
        abort();
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK;
    makecontext(&there, coroutine, 0);
}

static UNTRACED void *work(void *argument)
{
    char *stack = static_cast<char *>(malloc(STACK)), *signal_stack = static_cast<char *>(malloc(STACK));
    begin_thread(stack, signal_stack);
    timer_t timer = {};
    if (with_signals)
        timer = thread_timer(SIGALRM);
    for (long i = 0; i < rounds; i++) {
        if (with_signals)
            arm(timer, 1000 + i * 37 % 20000);
        round();
    }
    if (with_signals)
        timer_delete(timer);
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, NULL);
    free(stack);
    free(signal_stack);
    return argument;
}

static UNTRACED void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART | flags;
    if (sigaction(number, &action, NULL) != 0)
        abort();
}

UNTRACED int main(int, char **arguments)
{
    rounds = strtol(arguments[1], NULL, 10);
    with_signals = arguments[2] != NULL;
    handle(SIGUSR1, on_raised, 0);
    handle(SIGUSR2, on_raised_jumping, SA_ONSTACK);
    handle(SIGALRM, on_timer, 0);
    work(NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
    return 0;
}
