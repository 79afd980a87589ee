// Code that is not traced calls functions that are, from stacks of changing depth and through qsort, and jumps and
// throws out of them: frames that were left lie about, and calls come to stand within them. By chance, from the seeds
// argv[1] up to argv[2].
#include <alloca.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

enum { CALLS = 4000 };

static uint64_t random_state;
static long calls_left;
static jmp_buf *target;
static int until_jump, until_throw; // 0: never

static UNTRACED unsigned chance(unsigned n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return static_cast<unsigned>(random_state >> 33) % n;
}

static UNTRACED NOINLINE void leave_by_chance()
{
    calls_left--;
    if (until_jump != 0 && --until_jump == 0)
        longjmp(*target, 1);
    if (until_throw != 0 && --until_throw == 0)
        throw 1;
}

static UNTRACED NOINLINE int act(int depth);

static NOINLINE int plain(int depth)
{
    COUNT();
    return act(depth) + 1;
}

static NOINLINE int with_room(int depth)
{
    COUNT();
    volatile char *room = static_cast<char *>(alloca(16 + chance(3) * 900));
    room[3] = 1;
    return act(depth) + room[3];
}

static NOINLINE int with_array(int depth)
{
    COUNT();
    volatile char array[700];
    array[depth & 511] = 1;
    return act(depth) + array[depth & 511];
}

static NOINLINE int twice(int depth)
{
    COUNT();
    return depth <= 0 ? 1 : plain(depth - 1) + with_array(depth - 2);
}

static NOINLINE int compare(const void *a, const void *b)
{
    COUNT();
    leave_by_chance();
    return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

static UNTRACED NOINLINE int call(int depth)
{
    static int (*const functions[])(int) = {plain, with_room, with_array, twice};
    return functions[chance(4)](depth - 1);
}

static UNTRACED NOINLINE int call_below(int depth, size_t bytes)
{
    char *room = static_cast<char *>(alloca(bytes));
    memset(room, 1, bytes);
    return call(depth) + room[bytes - 1];
}

static UNTRACED NOINLINE int sort()
{
    int numbers[16], count = 2 + static_cast<int>(chance(12));
    for (int i = 0; i < count; i++)
        numbers[i] = static_cast<int>(chance(100));
    qsort(numbers, static_cast<size_t>(count), sizeof *numbers, compare);
    return numbers[0];
}

static UNTRACED NOINLINE int any(int depth)
{
    return chance(3) == 0 ? sort() : chance(2) ? call(depth) : call_below(depth, 16 + chance(3) * 1000);
}

static UNTRACED NOINLINE int jump(int depth)
{
    jmp_buf here, *const outer = target;
    const int outer_jump = until_jump, outer_throw = until_throw;
    target = &here;
    until_throw = 0;
    if (setjmp(here) == 0) {
        until_jump = 1 + static_cast<int>(chance(8));
        any(depth);
    }
    target = outer, until_jump = outer_jump, until_throw = outer_throw;
    return 1;
}

static UNTRACED NOINLINE int catch_thrown(int depth)
{
    const int outer_jump = until_jump, outer_throw = until_throw;
    until_jump = 0;
    try {
        until_throw = 1 + static_cast<int>(chance(8));
        any(depth);
    } catch (int) {
    }
    until_jump = outer_jump, until_throw = outer_throw;
    return 1;
}

static UNTRACED NOINLINE int act(int depth)
{
    leave_by_chance();
    if (depth <= 0 || calls_left <= 0)
        return 1;
    switch (chance(8)) {
    case 0:
        return call_below(depth, 16 + chance(5) * (chance(3) ? 700 : 3000));
    case 1:
        return sort();
    case 2:
        return jump(depth);
    case 3:
        return catch_thrown(depth);
    case 4:
        return jump(depth) + catch_thrown(depth - 1);
    default:
        return call(depth);
    }
}

static UNTRACED NOINLINE void call_from(int down, int depth)
{
    volatile char *room = static_cast<char *>(alloca(64 + static_cast<size_t>(down) * 200));
    room[0] = 0;
    if (down != 0)
        call_from(down - 1, depth);
    else
        call(depth);
    room[0] = 1;
}

static UNTRACED void run(uint64_t seed)
{
    random_state = seed;
    for (calls_left = CALLS; calls_left > 0;) {
        switch (chance(3)) {
        case 0:
            call_from(static_cast<int>(chance(4)), 9);
            break;
        case 1:
            jump(8);
            break;
        default:
            catch_thrown(8);
        }
        if (chance(10) == 0)
            sort();
    }
}

UNTRACED int main(int, char **arguments)
{
    for (uint64_t seed = strtoul(arguments[1], NULL, 10); seed < strtoul(arguments[2], NULL, 10); seed++)
        run(seed);
    return 0;
}
