/* A library that is preloaded into calltape and makes calls of libc fail, as when a system has run out of something:
 * e2e/faults.sh fails each in turn. Environment:
 *   FAULT_IN     the program to do it in, by its name; others are let alone
 *   FAULT_OF     what fails, a name of `kinds`
 *   FAULT_AT     the number of the call that fails, from 1; "7-": that and all that follow
 *   FAULT_STATE  a file of 8 bytes for each kind, which count the calls of the program and of its children */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { MALLOC, MMAP, FTRUNCATE, WRITE, OPEN, PIPE, FORK, THREAD, RENAME, READ, KINDS };
static const char *const kinds[KINDS] = {"malloc", "mmap", "ftruncate", "write",  "open",
                                         "pipe",   "fork", "thread",    "rename", "read"};

static enum kind failing = KINDS;
static uint64_t first, last;
static uint64_t *calls;

__attribute__((constructor)) static void begin(void)
{
    const char *in = getenv("FAULT_IN"), *of = getenv("FAULT_OF"), *at = getenv("FAULT_AT");
    const char *state = getenv("FAULT_STATE");
    int (*open_file)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    void *(*map)(void *, size_t, int, int, int, off_t) =
        (void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap");
    if (!in || !of || !at || !state || strcmp(in, program_invocation_short_name) != 0)
        return;
    int file = open_file(state, O_RDWR | O_CLOEXEC);
    void *mapped =
        file >= 0 ? map(NULL, KINDS * sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    char *end;
    if (mapped == MAP_FAILED)
        abort();
    close(file);
    calls = mapped;
    first = strtoull(at, &end, 10);
    last = *end == '-' ? UINT64_MAX : first;
    for (enum kind kind = 0; kind < KINDS; kind++)
        if (strcmp(of, kinds[kind]) == 0)
            failing = kind;
}

static bool fails(enum kind kind, int reason)
{
    uint64_t call = calls ? __atomic_add_fetch(&calls[kind], 1, __ATOMIC_RELAXED) : 0;
    if (kind != failing || call < first || call > last)
        return false;
    errno = reason;
    return true;
}

/* The function that this library stands before. */
#define NEXT(function) ((__typeof__(&function))next(#function))

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

/* ---- memory; dlsym may ask for some ------------------------------------------------------------------------------ */

static __typeof__(&malloc) next_malloc;
static __typeof__(&calloc) next_calloc;
static __typeof__(&realloc) next_realloc;
static __typeof__(&free) next_free;

/* What is asked for before those are known; never given back. */
static _Alignas(16) char early[65536];
static size_t early_used;

static bool is_early(const void *memory)
{
    return (const char *)memory >= early && (const char *)memory < early + sizeof early;
}

static void *early_memory(size_t size)
{
    char *memory = early + early_used;
    early_used += (size + 15) & ~(size_t)15;
    if (early_used > sizeof early)
        abort();
    return memory;
}

static bool allocator_is_known(void)
{
    static bool asking;
    if (next_free || asking)
        return next_free != NULL;
    asking = true;
    next_malloc = NEXT(malloc);
    next_calloc = NEXT(calloc);
    next_realloc = NEXT(realloc);
    next_free = NEXT(free);
    return true;
}

void *malloc(size_t size)
{
    if (!allocator_is_known())
        return early_memory(size);
    return fails(MALLOC, ENOMEM) ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!allocator_is_known())
        return early_memory(count * size);
    return fails(MALLOC, ENOMEM) ? NULL : next_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    if (!allocator_is_known() || is_early(memory))
        abort();
    return fails(MALLOC, ENOMEM) ? NULL : next_realloc(memory, size);
}

void free(void *memory)
{
    if (!is_early(memory) && allocator_is_known())
        next_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(MALLOC, ENOMEM) ? NULL : NEXT(aligned_alloc)(alignment, size);
}

/* Sanitizers have their own of these, which call no malloc. */
char *strdup(const char *text)
{
    return fails(MALLOC, ENOMEM) ? NULL : NEXT(strdup)(text);
}

char *strndup(const char *text, size_t size)
{
    return fails(MALLOC, ENOMEM) ? NULL : NEXT(strndup)(text, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    return fails(MMAP, ENOMEM) ? MAP_FAILED : NEXT(mmap)(address, size, protection, flags, file, offset);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails(OPEN, EMFILE) ? -1 : NEXT(open)(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return fails(OPEN, EMFILE) ? NULL : NEXT(fopen)(path, mode);
}

int ftruncate(int file, off_t size)
{
    return fails(FTRUNCATE, ENOSPC) ? -1 : NEXT(ftruncate)(file, size);
}

int fallocate(int file, int mode, off_t at, off_t size)
{
    return fails(FTRUNCATE, ENOSPC) ? -1 : NEXT(fallocate)(file, mode, at, size);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    return fails(WRITE, ENOSPC) ? -1 : NEXT(write)(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
    return fails(WRITE, ENOSPC) ? -1 : NEXT(pwrite)(file, bytes, size, at);
}

ssize_t writev(int file, const struct iovec *pieces, int count)
{
    return fails(WRITE, ENOSPC) ? -1 : NEXT(writev)(file, pieces, count);
}

ssize_t pread(int file, void *bytes, size_t size, off_t at)
{
    return fails(READ, EIO) ? -1 : NEXT(pread)(file, bytes, size, at);
}

/* Memory that is written to as a file (open_memstream) has no descriptor. */
size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file)
{
    return fileno(file) >= 0 && fails(WRITE, ENOSPC) ? 0 : NEXT(fwrite)(bytes, size, count, file);
}

int rename(const char *from, const char *to)
{
    return fails(RENAME, EACCES) ? -1 : NEXT(rename)(from, to);
}

/* ---- processes --------------------------------------------------------------------------------------------------- */

int pipe(int ends[2])
{
    return fails(PIPE, EMFILE) ? -1 : NEXT(pipe)(ends);
}

int pipe2(int ends[2], int flags)
{
    return fails(PIPE, EMFILE) ? -1 : NEXT(pipe2)(ends, flags);
}

pid_t fork(void)
{
    return fails(FORK, EAGAIN) ? -1 : NEXT(fork)();
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    return fails(THREAD, EAGAIN) ? EAGAIN : NEXT(pthread_create)(thread, attributes, run, argument);
}
