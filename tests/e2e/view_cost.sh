# A call of which recording is said to have cost all is no call of 0 ns: picture and page say that it took less.
. "$ROOT/tests/e2e/view.bash"
cat >short.c <<'C'
__attribute__((noinline)) void shortest(void) { __asm__ volatile(""); }
int main(void)
{
    for (int i = 0; i < 20000; i++)
        shortest();
    return 0;
}
C
gcc -O1 -g -finstrument-functions -o short short.c
"$CALLTAPE" record --clock exact -o t.tape -- ./short >/dev/null 2>&1
browse view_cost t.tape
