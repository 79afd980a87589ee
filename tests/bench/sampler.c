/* Where an untraced program spends its time: preloaded, it stops the main thread some 10,000 times a second and appends
 * to the file $SAMPLES_FILE, at the end, one line a sample: the addresses (decimal, as in the program's file) of the
 * two innermost frames that lie in the program itself, 0 where there is none. So what a library does counts for the
 * function that called it. Two frames, as the inner one may be a stub of the linker's, which has no name.
 *
 * A timer of elapsed time, as that is what a tape tells: setitimer's and those of CPU time go by the kernel's ticks,
 * 100 to 1000 a second. The intervals vary, lest they beat with a loop of the program's. */
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

enum { SAMPLES_MAX = 1 << 20, FRAMES = 2, SHORTEST_NS = 50000, VARIATION_NS = 1 << 17 };

struct sample {
    uintptr_t at[FRAMES];
    int frames;
};

static struct sample samples[SAMPLES_MAX];
static volatile int count;
static struct {
    uintptr_t bias, start, end;
} text;
static timer_t timer;

static int find_text(struct dl_phdr_info *program, size_t size, void *context)
{
    (void)size, (void)context;
    text.bias = program->dlpi_addr;
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && segment->p_flags & PF_X) {
            text.start = text.bias + segment->p_vaddr;
            text.end = text.start + segment->p_memsz;
        }
    }
    return 1; /* the first is the program */
}

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *argument)
{
    struct sample *sample = argument;
    int exact; /* else a return address, which may be the next function's */
    uintptr_t address = _Unwind_GetIPInfo(context, &exact) - !exact;
    if (address >= text.start && address < text.end)
        sample->at[sample->frames++] = address - text.bias;
    return sample->frames == FRAMES ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void arm(void)
{
    static uint32_t random = 2463534242;
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    struct itimerspec once = {{0, 0}, {0, SHORTEST_NS + random % VARIATION_NS}};
    timer_settime(timer, 0, &once, NULL);
}

static void take(int number)
{
    (void)number;
    if (count == SAMPLES_MAX)
        return;
    _Unwind_Backtrace(add_frame, &samples[count]);
    count = count + 1;
    arm();
}

__attribute__((constructor)) static void begin(void)
{
    struct sample first = {0};
    dl_iterate_phdr(find_text, NULL);
    _Unwind_Backtrace(add_frame, &first); /* what the unwinder does once, it does now */
    struct sigaction action = {.sa_handler = take, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
    event._sigev_un._tid = gettid();
    if (sigaction(SIGPROF, &action, NULL) == 0 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        arm();
}

__attribute__((destructor)) static void end(void)
{
    signal(SIGPROF, SIG_IGN);
    const char *path = getenv("SAMPLES_FILE");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file)
        return;
    for (int i = 0; i < count; i++)
        fprintf(file, "%lu %lu\n", (unsigned long)samples[i].at[0], (unsigned long)samples[i].at[1]);
    fclose(file);
}
