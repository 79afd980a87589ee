#include "view/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/deflate.h"

/* Its last byte is the version of all that the pieces hold. */
static const uint8_t magic[8] = "CTVIEW\n\x04";
enum { PIECE_MOST = 1 << 30, ENTRIES_MOST = 1 << 26, FILES_MOST = 64 };

/* Where a file can't become longer (the disk is full, or files may not), what comes next goes to another. */
struct part {
    int fd;
    uint64_t first; /* where in the store it begins */
};

struct store {
    struct part parts[FILES_MOST]; /* the last one is written */
    uint32_t part_count;
    char *path; /* the name that it gets in the end; NULL: none */
    struct store_head head;
    bool finished;
    uint64_t end; /* of what is written */
    struct store_entry *entries;
    uint32_t count, room;
    uint32_t *table;      /* open addressing: entry + 1, 0: free */
    uint32_t slots;       /* a power of two */
    pthread_mutex_t lock; /* of all but path, head and finished */
};

struct store_name store_name_of(const struct tape *tape)
{
    const struct tape_session *session = tape_session(tape);
    struct tape_totals totals = tape_totals(tape);
    return (struct store_name){session->start_ticks, session->start_real_ns, totals.bytes, totals.events};
}

/* ---- the table -------------------------------------------------------------------------------------------------- */

static bool same_piece(const struct store_entry *a, const struct store_entry *b)
{
    return a->kind == b->kind && a->level == b->level && a->thread == b->thread && a->index == b->index;
}

static uint32_t *find_slot(const struct store *store, const struct store_entry *what)
{
    uint64_t which = (uint64_t)what->thread << 32 | (uint32_t)what->kind << 16 | what->level;
    uint64_t mixed = (what->index * UINT64_C(0x9e3779b97f4a7c15) ^ which) * UINT64_C(0xff51afd7ed558ccd);
    uint32_t slot = (uint32_t)(mixed >> 32) & (store->slots - 1);
    while (store->table[slot] != 0 && !same_piece(&store->entries[store->table[slot] - 1], what))
        slot = (slot + 1) & (store->slots - 1);
    return &store->table[slot];
}

static bool grow(struct store *store)
{
    uint32_t room = store->room != 0 ? 2 * store->room : 256;
    struct store_entry *entries = realloc(store->entries, room * sizeof *entries);
    if (entries != NULL)
        store->entries = entries;
    uint32_t *table = entries != NULL ? calloc((size_t)2 * room, sizeof *table) : NULL;
    if (table == NULL)
        return false;
    free(store->table);
    store->table = table;
    store->slots = 2 * room;
    store->room = room;
    for (uint32_t i = 0; i < store->count; i++)
        *find_slot(store, &entries[i]) = i + 1;
    return true;
}

static bool list(struct store *store, const struct store_entry *entry)
{
    if (store->count == store->room && !grow(store))
        return false;
    uint32_t *slot = find_slot(store, entry);
    if (*slot == 0)
        *slot = ++store->count;
    store->entries[*slot - 1] = *entry;
    return true;
}

/* The entry, or NULL. */
static const struct store_entry *find(const struct store *store, const struct store_entry *what)
{
    if (store->slots == 0)
        return NULL;
    uint32_t *slot = find_slot(store, what);
    return *slot != 0 ? &store->entries[*slot - 1] : NULL;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static bool read_all(int fd, void *to, size_t count, uint64_t offset)
{
    for (uint8_t *at = to; count != 0;) {
        ssize_t got = pread(fd, at, count, (off_t)offset);
        if (got == 0)
            errno = ENODATA;
        if (got <= 0)
            return false;
        at += got;
        offset += (uint64_t)got;
        count -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const void *from, size_t count, uint64_t offset)
{
    for (const uint8_t *at = from; count != 0;) {
        ssize_t put = pwrite(fd, at, count, (off_t)offset);
        if (put <= 0)
            return false;
        at += put;
        offset += (uint64_t)put;
        count -= (size_t)put;
    }
    return true;
}

static struct store *new_store(int fd)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        close(fd);
        return NULL;
    }
    store->parts[0].fd = fd;
    store->part_count = 1;
    pthread_mutex_init(&store->lock, NULL);
    return store;
}

static bool read_directory(struct store *store, uint64_t size)
{
    const struct store_head *head = &store->head;
    uint32_t count = head->directory_bytes / sizeof(struct store_entry);
    if (head->directory > size || head->directory_packed > size - head->directory || count > ENTRIES_MOST)
        return false;
    uint8_t *packed = malloc(head->directory_packed + (size_t)1);
    struct store_entry *entries = malloc(head->directory_bytes + (size_t)1);
    bool good = packed != NULL && entries != NULL &&
                read_all(store->parts[0].fd, packed, head->directory_packed, head->directory) &&
                inflate_bytes(entries, head->directory_bytes, packed, head->directory_packed);
    for (uint32_t i = 0; i < count && good; i++)
        good = entries[i].offset <= size && entries[i].packed_bytes <= size - entries[i].offset &&
               entries[i].bytes <= PIECE_MOST && list(store, &entries[i]);
    free(packed);
    free(entries);
    return good;
}

struct store *store_open(const char *path, const struct store_name *of)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct store *store = fd >= 0 ? new_store(fd) : NULL;
    if (store == NULL)
        return NULL;
    if (fstat(fd, &status) == 0 && read_all(fd, &store->head, sizeof store->head, 0) &&
        memcmp(store->head.magic, magic, sizeof magic) == 0 && store->head.directory != 0 &&
        memcmp(&store->head.of, of, sizeof *of) == 0 && read_directory(store, (uint64_t)status.st_size)) {
        store->end = (uint64_t)status.st_size;
        store->finished = true;
        return store;
    }
    store_close(store);
    return NULL;
}

/* A file without a name, so that nothing is left of it when this program is killed. */
static int nameless_in(const char *directory)
{
    return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static int beside(const char *path)
{
    char *copy = strdup(path);
    int fd = copy != NULL ? nameless_in(dirname(copy)) : -1;
    free(copy);
    return fd;
}

static int in_memory(void)
{
    return memfd_create("calltape-view", MFD_CLOEXEC);
}

static int anywhere(void)
{
    const char *directory = getenv("TMPDIR");
    int fd = nameless_in(directory != NULL ? directory : "/tmp");
    return fd >= 0 ? fd : in_memory();
}

struct store *store_create(const char *path, const struct store_name *of, struct error *error)
{
    int fd = path != NULL ? beside(path) : -1;
    bool named = fd >= 0;
    if (!named)
        fd = anywhere();
    struct store *store = fd >= 0 ? new_store(fd) : NULL;
    if (store == NULL) {
        error_set(error, "cannot make a file for the pictures: %s", strerror(errno));
        return NULL;
    }
    store->path = named ? strdup(path) : NULL;
    store->head.of = *of;
    memcpy(store->head.magic, magic, sizeof magic);
    store->end = sizeof store->head;
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (uint32_t i = 0; i < store->part_count; i++)
        close(store->parts[i].fd);
    pthread_mutex_destroy(&store->lock);
    free(store->path);
    free(store->entries);
    free(store->table);
    free(store);
}

bool store_finished(const struct store *store)
{
    return store->finished;
}

/* ---- adding ------------------------------------------------------------------------------------------------------ */

/* The part that is written, and a place in it. */
static uint32_t take_place(struct store *store, size_t count, uint64_t *place)
{
    pthread_mutex_lock(&store->lock);
    uint32_t part = store->part_count - 1;
    *place = store->end;
    store->end += count;
    pthread_mutex_unlock(&store->lock);
    return part;
}

static bool put(const struct part *part, const void *from, size_t count, uint64_t place)
{
    return write_all(part->fd, from, count, place - part->first);
}

/* Goes on in another file unless somebody did already: among temporary ones, and then in memory, again and again where
 * files may not become long. */
static bool go_on(struct store *store, uint32_t full)
{
    pthread_mutex_lock(&store->lock);
    bool more = store->part_count > full + 1;
    int fd = more || store->part_count == FILES_MOST ? -1 : full == 0 ? anywhere() : in_memory();
    if (fd >= 0)
        store->parts[store->part_count++] = (struct part){fd, store->end};
    pthread_mutex_unlock(&store->lock);
    return more || fd >= 0;
}

/* Sets where it lies. */
static bool write_piece(struct store *store, const void *from, size_t count, uint64_t *place)
{
    uint32_t part = take_place(store, count, place);
    while (!put(&store->parts[part], from, count, *place)) {
        int why = errno;
        if (!go_on(store, part)) {
            errno = why;
            return false;
        }
        part = take_place(store, count, place);
    }
    return true;
}

/* Packs; sets the entry's place. */
static int append(struct store *store, struct store_entry *entry, const void *bytes, size_t count, struct error *error)
{
    struct bytes packed = {0};
    int status = 0;
    if (count > PIECE_MOST || !bytes_deflate(&packed, bytes, count)) {
        bytes_free(&packed);
        return error_set(error, "out of memory for the pictures");
    }
    entry->packed_bytes = (uint32_t)packed.count;
    entry->bytes = (uint32_t)count;
    if (!write_piece(store, packed.at, packed.count, &entry->offset))
        status =
            error_set(error, "no room for the pictures, neither beside the tape nor in memory: %s", strerror(errno));
    bytes_free(&packed);
    return status;
}

int store_add(struct store *store, const struct store_entry *what, const struct bytes *bytes, struct error *error)
{
    struct store_entry entry = *what;
    if (append(store, &entry, bytes->at, bytes->count, error) != 0)
        return -1;
    pthread_mutex_lock(&store->lock);
    bool listed = list(store, &entry);
    pthread_mutex_unlock(&store->lock);
    return listed ? 0 : error_set(error, "out of memory for the list of pictures");
}

static bool write_directory(struct store *store)
{
    struct store_entry directory = {0};
    struct error error;
    struct store_head *head = &store->head;
    if (append(store, &directory, store->entries, store->count * sizeof *store->entries, &error) != 0 ||
        store->part_count != 1)
        return false;
    head->directory = directory.offset;
    head->directory_packed = directory.packed_bytes;
    head->directory_bytes = directory.bytes;
    return put(&store->parts[0], head, sizeof *head, 0);
}

static void give_name(const struct store *store)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", store->parts[0].fd);
    unlink(store->path);
    (void)!linkat(AT_FDCWD, link, AT_FDCWD, store->path, AT_SYMLINK_FOLLOW);
}

void store_finish(struct store *store)
{
    if (store->path != NULL && store->part_count == 1 && write_directory(store))
        give_name(store);
    store->finished = true;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool look_up(struct store *store, const struct store_entry *what, struct store_entry *found)
{
    pthread_mutex_lock(&store->lock);
    const struct store_entry *entry = find(store, what);
    if (entry != NULL)
        *found = *entry;
    pthread_mutex_unlock(&store->lock);
    return entry != NULL;
}

bool store_has(struct store *store, const struct store_entry *what)
{
    struct store_entry entry;
    return look_up(store, what, &entry);
}

/* Which holds what lies there. */
static const struct part *part_of(struct store *store, uint64_t offset)
{
    pthread_mutex_lock(&store->lock);
    uint32_t i = store->part_count - 1;
    while (i > 0 && store->parts[i].first > offset)
        i--;
    pthread_mutex_unlock(&store->lock);
    return &store->parts[i];
}

int store_get_packed(struct store *store, const struct store_entry *entry, struct bytes *bytes)
{
    bytes->count = 0;
    const struct part *part = part_of(store, entry->offset);
    uint8_t *at = bytes_more(bytes, entry->packed_bytes);
    return at != NULL && read_all(part->fd, at, entry->packed_bytes, entry->offset - part->first) ? 0 : -1;
}

int store_get(struct store *store, const struct store_entry *what, struct bytes *bytes)
{
    struct store_entry entry;
    struct bytes packed = {0};
    if (!look_up(store, what, &entry))
        return 0;
    bytes->count = 0;
    uint8_t *at = bytes_more(bytes, entry.bytes);
    bool good = at != NULL && store_get_packed(store, &entry, &packed) == 0 &&
                inflate_bytes(at, entry.bytes, packed.at, packed.count);
    bytes_free(&packed);
    return good ? 1 : -1;
}

void store_each(const struct store *store, void (*see)(void *context, const struct store_entry *entry), void *context)
{
    for (uint32_t i = 0; i < store->count; i++)
        see(context, &store->entries[i]);
}
