/* Making an arena for a run without a recorder (CALLTAPE_OUT). */
#include "arch.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define CHUNKS_MOST (1u << 18) /* 16 GiB, sparse */
#define CHUNKS_LEAST (1u << 8)

static bool counter_is_steady(void)
{
#if defined(__x86_64__)
    char source[16];
    unsigned a, b, c, d;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8))
        return false;
    /* What the kernel itself does not trust, for whatever reason, is not steady. */
    size_t length =
        file_read_all("/sys/devices/system/clocksource/clocksource0/available_clocksource", source, sizeof source);
    return length == 0 || (source[0] == 't' && source[1] == 's' && source[2] == 'c') || source[0] == 'k';
#else
    return true;
#endif
}

/* A file that the disk or the process's limits won't let grow is tried smaller. SIGXFSZ must not come of it. */
static uint32_t set_size(int file)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    sys_call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0);
    for (uint32_t chunks = CHUNKS_MOST; chunks >= CHUNKS_LEAST; chunks >>= 1) {
        uint64_t bytes = (uint64_t)chunks * CT_CHUNK_BYTES;
        if (bytes <= limit.rlim_cur && sys_call(SYS_ftruncate, file, (long)bytes, 0, 0, 0, 0) == 0)
            return chunks;
    }
    return 0;
}

static uint64_t session_word(void)
{
    uint64_t word = 0;
    if (sys_call(SYS_getrandom, (long)&word, sizeof word, 0, 0, 0, 0) != sizeof word)
        word = clock_counter() * UINT64_C(0x9e3779b97f4a7c15);
    return word;
}

static void fill(struct ct_arena *arena, uint32_t chunks)
{
    struct timespec real;
    *arena = (struct ct_arena){
        .magic = CT_ARENA_MAGIC,
        .version = CT_ARENA_VERSION,
        .byte_order = CT_BYTE_ORDER,
        .chunk_count = chunks,
        .first_chunk = (CT_ARENA_STATES_OFFSET + chunks * 4 + CT_CHUNK_BYTES - 1) / CT_CHUNK_BYTES,
        .buffer_chunks = chunks,
        .clock = CT_CLOCK_MONOTONIC,
        .session = {session_word(), session_word()},
        .recorder_gone = 1,
        .adaptive = 1,
        .next_function = 1,
        .next_key = 1,
        .monotonic_offset_ns = process_time_offset(),
    };
    if (counter_is_steady()) {
#if defined(__x86_64__)
        arena->clock = CT_CLOCK_TSC;
#else
        arena->clock = CT_CLOCK_CNTVCT;
#endif
    }
    runtime.use_tsc = arena->clock != CT_CLOCK_MONOTONIC;
    sys_call(SYS_clock_gettime, CLOCK_REALTIME, (long)&real, 0, 0, 0, 0);
    arena->start_real_ns = (uint64_t)real.tv_sec * 1000000000u + (uint64_t)real.tv_nsec;
    arena->start_monotonic_ns = clock_monotonic_ns();
    arena->start_ticks = clock_now();
}

static bool write_new(const char *path)
{
    struct ct_arena arena;
    int file = file_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0)
        return false;
    uint32_t chunks = set_size(file);
    if (chunks)
        fill(&arena, chunks);
    bool done = chunks && sys_call(SYS_pwrite64, file, (long)&arena, sizeof arena, 0, 0, 0) == sizeof arena;
    file_close(file);
    return done;
}

/* Whether the processes of the recording that the file holds are still there to be joined. */
static bool is_being_written(int file)
{
    struct ct_arena arena;
    static const uint8_t magic[8] = CT_ARENA_MAGIC;
    if (sys_call(SYS_pread64, file, (long)&arena, sizeof arena, 0, 0, 0) != sizeof arena)
        return false;
    for (size_t i = 0; i < sizeof magic; i++) {
        if (arena.magic[i] != magic[i])
            return false;
    }
    for (size_t i = 0; i < CT_ARENA_WRITERS; i++) {
        if (arena.writers[i] && sys_call(SYS_kill, (long)arena.writers[i], 0, 0, 0, 0, 0) != -ESRCH)
            return true;
    }
    return false;
}

/* A fresh arena appears under its name at once whole, whoever of several processes makes it. One that is there is
 * joined while any of its processes lives; else it is an earlier run's, and replaced, as record -o does. */
bool arena_create(const char *path)
{
    char fresh[1024];
    size_t length = text_length(path);
    if (length + 24 > sizeof fresh)
        return false;
    bytes_copy(fresh, path, length);
    uint64_t unique = session_word();
    fresh[length++] = '.';
    for (int i = 0; i < 16; i++, unique >>= 4)
        fresh[length++] = "0123456789abcdef"[unique & 15];
    fresh[length] = 0;
    int existing = file_open(path, O_RDWR, 0);
    if (existing >= 0) {
        bool join = is_being_written(existing);
        file_close(existing);
        if (join)
            return true;
    }
    bool made = write_new(fresh);
    if (made && existing >= 0)
        return sys_call(SYS_renameat2, AT_FDCWD, (long)fresh, AT_FDCWD, (long)path, 0, 0) == 0;
    long linked = made ? sys_call(SYS_linkat, AT_FDCWD, (long)fresh, AT_FDCWD, (long)path, 0, 0) : -1;
    sys_call(SYS_unlinkat, AT_FDCWD, (long)fresh, 0, 0, 0, 0);
    return linked == 0 || linked == -EEXIST;
}
