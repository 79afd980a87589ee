/* Works, says that it is half way by making the file argv[1], waits for the file argv[2], works on, ends with 3. What
 * it prints and its status show whether it was disturbed. Ends by signal argv[3] where that is given. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "count.h"

enum { FIRST_CALLS = 100000, SECOND_CALLS = 1000000 };

static volatile int sink;

static NOINLINE void leaf(int n)
{
    COUNT();
    sink = n;
}

static NOINLINE void first_half(void)
{
    COUNT();
    for (int i = 0; i < FIRST_CALLS; i++)
        leaf(i);
    puts("first half");
    fflush(stdout);
}

static NOINLINE void second_half(void)
{
    COUNT();
    for (int i = 0; i < SECOND_CALLS; i++)
        leaf(i);
    puts("second half");
}

static void on_signal(int number)
{
    COUNT();
    sink = number;
    static const char text[] = "signal\n";
    if (write(1, text, sizeof text - 1) < 0)
        abort();
}

int main(int count, char **arguments)
{
    COUNT();
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
    first_half();
    if (count > 2) {
        fclose(fopen(arguments[1], "w"));
        while (access(arguments[2], F_OK) != 0)
            usleep(1000);
    }
    second_half();
    fflush(stdout);
    if (count > 3)
        raise(atoi(arguments[3]));
    return 3;
}
