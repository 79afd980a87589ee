/* SQL of any letters on a tape. A statement that takes long is legitimate: it is interrupted. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "query/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS_MOST = 1000 };

static struct query *volatile running;

static void require(bool condition)
{
    if (!condition)
        abort();
}

static int begin(void *context, const char *const *names, int count)
{
    size_t *letters = context;
    for (int i = 0; i < count; i++)
        *letters += strlen(names[i]);
    return 0;
}

static int row(void *context, const struct cell *cells, int count)
{
    size_t *letters = context;
    for (int i = 0; i < count; i++)
        *letters += cells[i].kind == CELL_TEXT ? strlen(cells[i].text) : 1;
    return *letters > ROWS_MOST;
}

static int end(void *context)
{
    (void)context;
    return 0;
}

static void interrupt(int number)
{
    (void)number;
    query_interrupt(running);
}

static void set_alarm(long microseconds)
{
    const struct itimerval time = {.it_value = {.tv_usec = microseconds}, .it_interval = {.tv_usec = microseconds}};
    setitimer(ITIMER_REAL, &time, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tape *tape;
    static struct labels *labels;
    const struct query_limits limits = {16000000, 16000000};
    struct error error = {""};
    size_t letters = 0;
    const struct query_receiver receiver = {begin, row, end, &letters};
    if (tape == NULL) {
        require((tape = tape_open(TAPE, &error)) != NULL && (labels = labels_create(tape, &error)) != NULL);
        signal(SIGALRM, interrupt);
    }
    char *sql = malloc(size + 1);
    require(sql != NULL);
    memcpy(sql, data, size);
    sql[size] = '\0';
    query_is_complete(sql);
    running = query_open(tape, labels, NULL, &limits, &error);
    require(running != NULL);
    set_alarm(300000);
    if (query_run(running, sql, &receiver, &error) != 0)
        require(error.text[0] != '\0');
    set_alarm(0);
    query_close(running);
    free(sql);
    return 0;
}
