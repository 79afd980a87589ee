/* Coroutines that run the same loop over steps as main does, and so call from the very same place of the code. Each
 * resumes the next one and yields to the one before in code that is not traced, now from a step of the loop, now from a
 * function with a frame of varying size, so that their calls come where the calls of others seem to be. Prints the call
 * tree. argv[1]: where the stacks are: side by side (upwards or downwards), mapped, or of malloc. */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "count.h"
#include "switch.h"

enum { LEVELS = 4, STACK = 64 * 1024, ROUNDS = 1000 };

typedef void step(int level);

static struct {
    long runs, own, rooms;
} books[LEVELS];
static char side_by_side[LEVELS][STACK] __attribute__((aligned(64)));

static UNTRACED NOINLINE void resume_next(int level)
{
    if (level + 1 < LEVELS)
        context_switch(level, level + 1);
}

static UNTRACED NOINLINE void yield(int level)
{
    if (level > 0)
        context_switch(level, level - 1);
}

static UNTRACED NOINLINE void hand_over(int level)
{
    if (books[level].rooms % 2 || level == 0)
        resume_next(level);
    else
        yield(level);
}

static NOINLINE void home_step(int level)
{
    COUNT();
    books[level].own++;
}

static NOINLINE void first_step(int level)
{
    COUNT();
    books[level].own++;
}

static NOINLINE void second_step(int level)
{
    COUNT();
    books[level].own++;
}

static NOINLINE void third_step(int level)
{
    COUNT();
    volatile char large[6000]; /* more than what is near */
    large[0] = 1;
    books[level].own += large[0];
}

static NOINLINE void with_room(int level)
{
    COUNT();
    size_t bytes = 64 + (size_t)(books[level].rooms++ % 5) * 1500;
    volatile char *room = alloca(bytes);
    room[0] = room[bytes - 1] = 1;
    hand_over(level);
    room[0] = 2;
}

static step *steps[LEVELS][8]; /* ended by NULL; not constant, so that the loop stays one */

static NOINLINE void run(int level)
{
    COUNT();
    books[level].runs++;
    for (step *const *each = steps[level]; *each; each++)
        (*each)(level);
}

static void first(void)
{
    COUNT();
    for (;;)
        run(1);
}

static void second(void)
{
    COUNT();
    for (;;)
        run(2);
}

static void third(void)
{
    COUNT();
    for (;;)
        run(3);
}

static UNTRACED void *stack_for(const char *where, int level)
{
    void *stack = where[0] == 'u'   ? side_by_side[level]
                  : where[0] == 'd' ? side_by_side[LEVELS - 1 - level]
                  : where[0] == 'a' ? malloc(STACK)
                                    : mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!stack || stack == MAP_FAILED)
        abort();
    return stack;
}

static UNTRACED void set_steps(int level)
{
    static step *const own[LEVELS] = {home_step, first_step, second_step, third_step};
    step *const all[8] = {own[level], resume_next, own[level], with_room, own[level], yield, own[level], NULL};
    memcpy(steps[level], all, sizeof all);
}

static UNTRACED void print_level(const char *outermost, int level, const char *own)
{
    const char *line = "  %s %ld\n", *inner = "    %s %ld\n";
    printf("%s 1\n", outermost);
    printf(line, "run", books[level].runs);
    printf(inner, own, books[level].own);
    printf(inner, "with_room", books[level].rooms);
}

int main(int count, char **arguments)
{
    COUNT();
    static void (*const bodies[LEVELS])(void) = {NULL, first, second, third};
    if (count != 2)
        return 2;
    for (int level = 0; level < LEVELS; level++)
        set_steps(level);
    for (int level = 1; level < LEVELS; level++)
        context_prepare(level, stack_for(arguments[1], level), STACK, bodies[level]);
    for (int round = 0; round < ROUNDS; round++)
        run(0);
    print_level("first", 1, "first_step");
    print_level("main", 0, "home_step");
    print_level("second", 2, "second_step");
    print_level("third", 3, "third_step");
    return 0;
}
