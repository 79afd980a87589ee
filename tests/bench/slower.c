/* Functions that take turns, each with work of its own, all day the same; one of them takes PERCENT more of it. */
#include <stdint.h>
#include <stdio.h>

enum { ROUNDS = 400, PLANTED = 11 };

static uint64_t state = 1;

#define FUNCTION(number, work)                                                                                         \
    __attribute__((noinline)) static void function_##number(void)                                                      \
    {                                                                                                                  \
        uint64_t turns = (work) * (number == PLANTED ? 100 + PERCENT : 100) / 100;                                     \
        for (uint64_t i = 0; i < turns; i++)                                                                           \
            state = state * UINT64_C(6364136223846793005) + number;                                                    \
    }

#define FUNCTIONS(each)                                                                                                \
    each(1, 3000) each(2, 7000) each(3, 1000) each(4, 20000) each(5, 12000) each(6, 500) each(7, 9000) each(8, 4000)   \
        each(9, 15000) each(10, 6000) each(11, 10000) each(12, 2000) each(13, 8000) each(14, 30000) each(15, 5000)     \
            each(16, 11000) each(17, 1500) each(18, 2500) each(19, 18000) each(20, 14000)

FUNCTIONS(FUNCTION)

int main(void)
{
#define CALL(number, work) function_##number();
    for (int round = 0; round < ROUNDS; round++) {
        FUNCTIONS(CALL)
    }
    printf("%llu\n", (unsigned long long)state);
    return 0;
}
