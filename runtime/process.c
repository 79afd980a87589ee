/* Joining a recording, and what a process is told apart by. */
#include "arch.h"
#include "sys.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>

struct runtime runtime;
__attribute__((used)) static const char mark[] = CT_RUNTIME_MARK;

extern char **environ __attribute__((weak));

/* Wiped by fork: a child finds itself new. */
struct process {
    uint32_t joining; /* 0 not yet, 1 a thread is at it, 2 done */
    uint32_t stage;   /* 0 new, 1 being announced, 2 announced */
    uint32_t index;
    uint32_t locked;
    uint64_t last_pair_ticks;
};
static struct process *process;
static uint32_t parent_index = CT_NONE; /* survives fork: whose child this is */

#define PROCESS_NEW 0u
#define PROCESS_BUSY 1u
#define PROCESS_KNOWN 2u

static const char *environment(const char *name)
{
    size_t length = text_length(name);
    for (char **entry = environ; entry && *entry; entry++) {
        size_t i = 0;
        while (i < length && (*entry)[i] == name[i])
            i++;
        if (i == length && (*entry)[i] == '=')
            return *entry + i + 1;
    }
    return NULL;
}

static bool arena_is_sound(const struct ct_arena *arena)
{
    static const uint8_t magic[8] = CT_ARENA_MAGIC;
    for (size_t i = 0; i < sizeof magic; i++) {
        if (arena->magic[i] != magic[i])
            return false;
    }
    return arena->version == CT_ARENA_VERSION && arena->byte_order == CT_BYTE_ORDER && arena->first_chunk &&
           arena->first_chunk < arena->chunk_count;
}

#define ARENA_LEAST 32u /* chunks */

static bool map_arena(const char *path)
{
    struct ct_arena header;
    int file = file_open(path, O_RDWR, 0);
    if (file < 0)
        return false;
    long got = sys_call(SYS_read, file, (long)&header, sizeof header, 0, 0, 0);
    long address = -1;
    uint32_t chunks = got == sizeof header && arena_is_sound(&header) ? header.chunk_count : 0;
    /* A process that limits its address space maps, and takes chunks from, less of it. */
    for (; chunks > header.first_chunk + ARENA_LEAST; chunks /= 2) {
        address = sys_call(SYS_mmap, 0, (long)((uint64_t)chunks * CT_CHUNK_BYTES), PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_NORESERVE, file, 0);
        if (address >= 0 || address <= -4096)
            break;
    }
    file_close(file);
    if (address < 0 && address > -4096)
        return false;
    runtime.chunk_count = chunks;
    runtime.arena = (struct ct_arena *)address;
    runtime.use_tsc = header.clock != CT_CLOCK_MONOTONIC;
    return true;
}

static void before_fork(void)
{
    thread_fork_save(current_thread);
}

static void after_fork_in_parent(void)
{
    thread_fork_forget(current_thread);
}

/* Does what MADV_WIPEONFORK does as well, for kernels without it. */
static void after_fork_in_child(void)
{
    if (process)
        *process = (struct process){0};
    thread_fork_begin(current_thread);
}

/* Whoever comes first makes it. */
static bool make_process(void)
{
    struct process *none = NULL, *made = __atomic_load_n(&process, __ATOMIC_ACQUIRE) ? NULL : memory_map(4096);
    if (!made)
        return process != NULL;
    memory_wipe_on_fork(made, 4096);
    if (!__atomic_compare_exchange_n(&process, &none, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        memory_unmap(made, 4096);
    return true;
}

/* True: this thread is to do it; the others wait. A child that is forked meanwhile begins anew. */
static bool begin_stage(uint32_t *stage)
{
    uint32_t expected = PROCESS_NEW;
    if (__atomic_compare_exchange_n(stage, &expected, PROCESS_BUSY, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
        return true;
    while (__atomic_load_n(stage, __ATOMIC_ACQUIRE) == PROCESS_BUSY)
        sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
    return false;
}

/* Called with signals blocked by whichever thread's hook comes first. */
bool process_attach(void)
{
    bool made = make_process();
    if (made && !begin_stage(&process->joining))
        return is_recording();
    const char *path = environment("CALLTAPE_ARENA");
    const char *out = environment("CALLTAPE_OUT");
    bool joined = made && functions_init() && values_init() &&
                  ((path && *path && map_arena(path)) || (out && *out && arena_create(out) && map_arena(out))) &&
                  left_init();
    if (joined) {
        pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
        thread_create_key();
        clock_init();
        recipes_init();
        runtime.words = (uint64_t *)runtime.arena;
        __atomic_store_n(&runtime.mode, runtime.arena->paused ? PAUSED : runtime.recording, __ATOMIC_RELEASE);
    } else {
        runtime.off = true;
    }
    if (made)
        __atomic_store_n(&process->joining, PROCESS_KNOWN, __ATOMIC_RELEASE);
    return is_recording();
}

void process_lock(void)
{
    while (__atomic_exchange_n(&process->locked, 1, __ATOMIC_ACQUIRE))
        sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

void process_unlock(void)
{
    __atomic_store_n(&process->locked, 0, __ATOMIC_RELEASE);
}

/* ---- pauses ---- */

/* calltape.h calls them. */
void calltape_runtime_pause(void);
void calltape_runtime_resume(void);

static uint64_t paused_at; /* 0 where a pause had begun before the process did */

static bool change_mode(uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&runtime.mode, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

EXPORT void calltape_runtime_pause(void)
{
    if (!is_recording())
        return;
    uint64_t now = clock_now();
    if (change_mode(runtime.recording, PAUSED))
        __atomic_store_n(&paused_at, now, __ATOMIC_RELAXED);
}

/* The thread that resumes may have called nothing meanwhile; it is told of the pause all the same. */
EXPORT void calltape_runtime_resume(void)
{
    if (runtime.mode != PAUSED)
        return;
    thread_pause(current_thread);
    uint64_t at = __atomic_exchange_n(&paused_at, 0, __ATOMIC_RELAXED);
    if (at)
        __atomic_fetch_add(&runtime.paused_ticks, clock_now() - at, __ATOMIC_RELAXED);
    change_mode(PAUSED, runtime.recording);
}

uint32_t process_index(void)
{
    return process->index;
}

void process_clock_pair(void)
{
    uint64_t before = clock_now();
    uint64_t last = __atomic_load_n(&process->last_pair_ticks, __ATOMIC_RELAXED);
    if (before - last < UINT64_C(1) << 27 || !__atomic_compare_exchange_n(&process->last_pair_ticks, &last, before,
                                                                          false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return;
    struct timespec real;
    uint64_t monotonic = clock_monotonic_ns();
    uint64_t after = clock_now();
    if (sys_call(SYS_clock_gettime, CLOCK_REALTIME, (long)&real, 0, 0, 0, 0) != 0)
        return;
    struct ct_clock_pair pair = {.ticks = before + (after - before) / 2,
                                 .monotonic_ns = monotonic,
                                 .real_ns = (uint64_t)real.tv_sec * 1000000000u + (uint64_t)real.tv_nsec};
    record_put(CT_RECORD_CLOCK, &pair, sizeof pair, NULL, 0);
}

/* The command line's words, which the kernel separates by NULs, joined by spaces. */
static void read_command(char *buffer, size_t size)
{
    size_t length = file_read_all("/proc/self/cmdline", buffer, size);
    while (length && buffer[length - 1] == 0)
        length--;
    for (size_t i = 0; i < length; i++) {
        if (buffer[i] == 0)
            buffer[i] = ' ';
    }
    buffer[length] = 0;
}

size_t process_executable(char *buffer, size_t size)
{
    long got = sys_call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)buffer, (long)(size - 1), 0, 0);
    size_t length = got > 0 ? (size_t)got : 0;
    buffer[length] = 0;
    return length;
}

static uint32_t own_number(long call)
{
    long number = sys_call(call, 0, 0, 0, 0, 0, 0);
    return number > 0 ? (uint32_t)number : 0;
}

/* "pid:[4026531836]" */
static uint32_t pid_namespace(void)
{
    char text[64] = "";
    uint32_t number = 0;
    sys_call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/ns/pid", (long)text, sizeof text - 1, 0, 0);
    for (const char *at = text; *at; at++) {
        if (*at >= '0' && *at <= '9')
            number = number * 10 + (uint32_t)(*at - '0');
    }
    return number;
}

int64_t process_time_offset(void)
{
    char text[128], *at = text;
    int64_t numbers[2] = {0, 0};
    file_read_all("/proc/self/timens_offsets", text, sizeof text);
    while (*at && *at != '\n' && *at != '-' && (*at < '0' || *at > '9'))
        at++;
    bool negative = *at == '-';
    at += negative;
    for (int i = 0; i < 2; i++) {
        for (; *at >= '0' && *at <= '9'; at++)
            numbers[i] = numbers[i] * 10 + (*at - '0');
        while (*at == ' ')
            at++;
    }
    return (negative ? -numbers[0] : numbers[0]) * 1000000000 + numbers[1];
}

void process_announce(struct thread *thread)
{
    if (!begin_stage(&process->stage))
        return;
    record_after_fork();
    runtime.monotonic_offset = runtime.arena->monotonic_offset_ns - process_time_offset();
    process->index = __atomic_fetch_add(&runtime.arena->next_process, 1, __ATOMIC_RELAXED);
    char *executable = thread->scratch, *command = thread->scratch + SCRATCH_BYTES / 2;
    process_executable(executable, SCRATCH_BYTES / 2);
    read_command(command, SCRATCH_BYTES / 2);
    struct ct_process record = {
        .process = process->index,
        .parent = parent_index,
        .pid = own_number(SYS_getpid),
        .ppid = own_number(SYS_getppid),
        .start = parent_index == CT_NONE ? CT_START_EXEC : CT_START_FORK,
        .pid_namespace = pid_namespace(),
        .ticks = clock_now(),
    };
    runtime.foreign = record.pid_namespace && record.pid_namespace != runtime.arena->recorder_pid_namespace;
    uint32_t writer = __atomic_fetch_add(&runtime.arena->next_writer, 1, __ATOMIC_RELAXED) % CT_ARENA_WRITERS;
    __atomic_store_n(&runtime.arena->writers[writer], record.pid, __ATOMIC_RELAXED);
    record_put(CT_RECORD_PROCESS, &record, sizeof record, (const char *const[]){executable, command}, 2);
    parent_index = process->index;
    left_after_fork();
    process_clock_pair();
    __atomic_store_n(&process->stage, PROCESS_KNOWN, __ATOMIC_RELEASE);
    __atomic_fetch_add(&runtime.arena->wake_recorder, 1, __ATOMIC_RELEASE);
    futex_wake(&runtime.arena->wake_recorder);
}

/* The time of a regular end, which nobody outside sees as exactly. Hooks may still come: later destructors. */
__attribute__((destructor)) static void process_end(void)
{
    if (!runtime.words || __atomic_load_n(&process->stage, __ATOMIC_ACQUIRE) != PROCESS_KNOWN)
        return;
    uint64_t mask;
    signals_block(&mask);
    struct ct_process_end record = {.process = process->index, .ticks = clock_now()};
    record_put(CT_RECORD_PROCESS_END, &record, sizeof record, NULL, 0);
    __atomic_store_n(&process->last_pair_ticks, 0, __ATOMIC_RELAXED);
    process_clock_pair();
    if (current_thread->attached)
        thread_refresh_name(current_thread);
    signals_restore(&mask);
}
