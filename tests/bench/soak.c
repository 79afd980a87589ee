/* soak EVENTS: two threads that call and return, together a few more than EVENTS times, and keep their own books, which
 * are printed at the end, "function calls" a line. Which function comes next is drawn, so that no pattern repeats. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

enum { THREADS = 2 };
enum function { LEAF, BRANCH, CLIMB, ROUND, WORK, FUNCTIONS };
static const char *const names[FUNCTIONS] = {"leaf", "branch", "climb", "round_of_calls", "work"};

struct books {
    uint64_t calls[FUNCTIONS];
    uint64_t wanted, made, random;
} __attribute__((aligned(128)));

static inline __attribute__((no_instrument_function)) void count(struct books *books, enum function function)
{
    books->calls[function]++;
    books->made++;
}

static inline __attribute__((no_instrument_function)) uint64_t draw(struct books *books, uint64_t below)
{
    books->random = books->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (books->random >> 33) % below;
}

static NOINLINE void leaf(struct books *books)
{
    count(books, LEAF);
}

static NOINLINE void branch(struct books *books)
{
    count(books, BRANCH);
    for (uint64_t leaves = draw(books, 6); leaves > 0; leaves--)
        leaf(books);
}

static NOINLINE void climb(struct books *books, uint64_t depth)
{
    count(books, CLIMB);
    if (depth > 0)
        climb(books, depth - 1);
    leaf(books);
}

static NOINLINE void round_of_calls(struct books *books)
{
    count(books, ROUND);
    for (int i = 0; i < 100; i++) {
        if (draw(books, 4) == 0)
            climb(books, draw(books, 20));
        else
            branch(books);
    }
}

static void *work(void *argument)
{
    struct books *books = argument;
    count(books, WORK);
    while (books->made * 2 < books->wanted)
        round_of_calls(books);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct books books[THREADS];
    pthread_t threads[THREADS];
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    for (int i = 0; i < THREADS; i++) {
        books[i].wanted = events / THREADS;
        books[i].random = (uint64_t)i;
        if (pthread_create(&threads[i], NULL, work, &books[i]) != 0)
            abort();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    puts("main 1");
    for (int function = 0; function < FUNCTIONS; function++)
        printf("%s %llu\n", names[function], (unsigned long long)(books[0].calls[function] + books[1].calls[function]));
    return 0;
}
