/* Functions that make as many calls as their arguments say: laws that no clock is needed for. argv: nothing, or a size
 * for functions that note nothing. */
#include <stdlib.h>

#include "calltape.h"
#include "count.h"

static volatile int sink;

static void step(int n)
{
    COUNT();
    sink = n;
}

static void constant(int n)
{
    COUNT();
    calltape_note_i64("n", n);
    step(n);
    step(n);
}

static void linear(int n)
{
    COUNT();
    calltape_note_i64("n", n);
    for (int i = 0; i < n; i++)
        step(i);
}

static void product(int n, int m)
{
    COUNT();
    calltape_note_i64("n", n);
    calltape_note_f64("m", m);
    for (int i = 0; i < n * m; i++)
        step(i);
}

static void sum(int n, int m)
{
    COUNT();
    calltape_note_i64("n", n);
    calltape_note_i64("m", m);
    for (int i = 0; i < n + 3 * m; i++)
        step(i);
}

/* n steps on each of log2 n levels. */
static void levels(int n)
{
    COUNT();
    calltape_note_i64("n", n);
    for (int half = n; half > 1; half /= 2)
        for (int i = 0; i < n; i++)
            step(i);
}

static void square(int n)
{
    COUNT();
    for (int i = 0; i < n * n; i++)
        step(i);
}

int main(int count, char **arguments)
{
    COUNT();
    unsigned random = 1;
    for (int i = 0; i < 60 && count == 1; i++) {
        random = random * 1103515245u + 12345;
        int n = 4 << (random >> 16) % 8, m = 4 << (random >> 24) % 7;
        constant(n);
        linear(n);
        product(n, m);
        sum(n, m);
        levels(n);
    }
    if (count > 1)
        square(atoi(arguments[1]));
    return 0;
}
