# What a page shows at first of several threads, of deep calls and of names that differ by their place alone.
. "$ROOT/tests/e2e/view.bash"
cat >lanes.cpp <<'C'
#include <thread>
#include <vector>
volatile int sink;
__attribute__((noinline)) void tell(int n) { sink = n; }
__attribute__((noinline)) void tell(double n) { sink = n; }
__attribute__((noinline)) void down(int n)
{
    if (n > 1)
        down(n - 1);
    else
        tell(n);
    tell(1.0 * n);
}
int main(int count, char **)
{
    std::vector<std::thread> threads;
    down(25);
    for (int i = 2; i < 4 + count * count; i++)
        threads.emplace_back(down, i);
    for (std::thread &each : threads)
        each.join();
}
C
cat >deep.c <<'C'
#include <stdlib.h>
volatile int sink;
__attribute__((noinline)) void even(int n);
__attribute__((noinline)) void odd(int n)
{
    if (n > 0)
        even(n - 1);
    sink++;
}
__attribute__((noinline)) void even(int n)
{
    if (n > 0)
        odd(n - 1);
    sink++;
}
int main(void)
{
    even(3000);
    return 0;
}
C
cat >values.c <<'C'
__attribute__((noinline)) void step(int number)
{
    __asm__ volatile("" : : "r"(number));
}
int main(void)
{
    for (int i = 0; i < 3000; i++)
        step(i);
    return 0;
}
C
g++ -O1 -g $("$CALLTAPE" cflags g++) -pthread -o lanes lanes.cpp
gcc -O0 -g -finstrument-functions -o deep deep.c
"$CALLTAPE" record --clock exact -o lanes.tape -- ./lanes >/dev/null 2>&1
"$CALLTAPE" record --clock exact -o many.tape -- ./lanes more threads >/dev/null 2>&1
"$CALLTAPE" record --clock exact -o deep.tape -- ./deep >/dev/null 2>&1
gcc -O1 -g -finstrument-functions -o values values.c
"$CALLTAPE" record --clock exact --args step -o values.tape -- ./values >/dev/null 2>&1
browse view_layout
