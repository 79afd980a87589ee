# Counters, messages and frames in the page of calltape view: few, each shown as it is, and many, of which several share
# a point.
. "$ROOT/tests/e2e/view.bash"
cat >many.c <<'C'
#include <calltape.h>
#include <pthread.h>

static void tell(int i)
{
    calltape_counter_i64("level", i % 1000 == 777 ? 5000 : i % 100 - 20);
    calltape_counter_f64("part", i / 60000.0);
    if (i % 10 == 0)
        calltape_message("tenth");
}

static void *work(void *context)
{
    for (int i = 0; i < 30000; i++)
        tell(i);
    return context;
}

int main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, work, NULL);
    work(NULL);
    return pthread_join(other, NULL);
}
C
gcc -O1 -finstrument-functions -pthread -I"$ROOT/include" -o many many.c
"$CALLTAPE" record --clock exact -o many.tape -- ./many >/dev/null 2>&1
cp "$ROOT/tests/golden/told.tape" .
browse view_counters told.tape many.tape
