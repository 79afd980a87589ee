#include "tape/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int arena_header_check(const struct ct_arena *header, uint64_t size, const char *path, struct error *error)
{
    if (memcmp(header->magic, CT_ARENA_MAGIC, sizeof header->magic) != 0)
        return error_set(error, "'%s' is not a calltape file: nothing that a recording left", path);
    if (header->byte_order != CT_BYTE_ORDER)
        return error_set(error, "'%s', byte 12: the arena is of another byte order; read it where it was written",
                         path);
    if (header->version != CT_ARENA_VERSION)
        return error_set(error,
                         "'%s', byte 8: arena version %u, this calltape knows version %u; use the calltape "
                         "that recorded it",
                         path, header->version, CT_ARENA_VERSION);
    uint64_t chunks = header->chunk_count;
    uint64_t covered = (uint64_t)header->first_chunk * CT_CHUNK_BYTES;
    if (chunks == 0 || chunks * CT_CHUNK_BYTES > size)
        return error_set(error, "'%s', byte 16: %llu chunks do not fit into the file's %llu bytes; it was cut short",
                         path, (unsigned long long)chunks, (unsigned long long)size);
    if (header->first_chunk > chunks || covered < CT_ARENA_STATES_OFFSET + chunks * sizeof(uint32_t))
        return error_set(error, "'%s', byte 20: the first chunk, %u, cannot be; the header is damaged", path,
                         header->first_chunk);
    return 0;
}

static int map(struct arena *arena, int fd, const char *path, struct error *error)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0)
        return error_set(error, "cannot ask for the size of '%s': %s", path, strerror(errno));
    if (stat.st_size < CT_ARENA_STATES_OFFSET)
        return error_set(error, "'%s' is too short to be an arena: %lld bytes", path, (long long)stat.st_size);
    arena->size = (uint64_t)stat.st_size;
    int protection = PROT_READ | (arena->writable ? PROT_WRITE : 0);
    void *bytes = mmap(NULL, arena->size, protection, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        return error_set(error, "cannot map '%s': %s", path, strerror(errno));
    arena->bytes = bytes;
    return 0;
}

int arena_open(struct arena *arena, const char *path, bool writable, struct error *error)
{
    *arena = (struct arena){.writable = writable};
    int fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, "cannot open '%s': %s", path, strerror(errno));
    int status = map(arena, fd, path, error);
    close(fd);
    if (status != 0)
        return -1;
    /* Checked in a copy: programs may write the mapping meanwhile. */
    struct ct_arena header;
    memcpy(&header, arena->bytes, sizeof header);
    if (arena_header_check(&header, arena->size, path, error) != 0) {
        arena_close(arena);
        return -1;
    }
    arena->header = (struct ct_arena *)arena->bytes;
    arena->states = (uint32_t *)(arena->bytes + CT_ARENA_STATES_OFFSET);
    arena->first_chunk = header.first_chunk;
    arena->chunk_count = header.chunk_count;
    return 0;
}

void arena_close(struct arena *arena)
{
    if (arena->bytes)
        munmap(arena->bytes, arena->size);
    *arena = (struct arena){0};
}

struct ct_chunk *arena_chunk(const struct arena *arena, uint32_t chunk)
{
    return (struct ct_chunk *)(arena->bytes + (uint64_t)chunk * CT_CHUNK_BYTES);
}

uint32_t arena_chunk_words(const struct ct_chunk *chunk)
{
    uint32_t sealed = __atomic_load_n(&chunk->words, __ATOMIC_ACQUIRE);
    if (sealed >= CT_CHUNK_HEADER_WORDS && sealed <= CT_CHUNK_WORDS)
        return sealed - CT_CHUNK_HEADER_WORDS;
    const uint64_t *words = (const uint64_t *)chunk;
    uint32_t used = CT_CHUNK_WORDS;
    while (used > CT_CHUNK_HEADER_WORDS && __atomic_load_n(&words[used - 1], __ATOMIC_RELAXED) == 0)
        used--;
    return used - CT_CHUNK_HEADER_WORDS;
}
