/* Metadata: records in this process's meta chunk. Space is reserved by one exchange, filled, and made valid by the
 * store of its head; so threads need no lock, and a process that dies half-way leaves a hole. */
#include "arch.h"
#include "sys.h"

/* chunk << 32 | words used; 0: no chunk yet. */
static uint64_t position;
static uint32_t sequence;

void record_after_fork(void)
{
    position = 0;
    sequence = 0;
}

static bool open_chunk(uint64_t old)
{
    uint64_t waited = 0;
    uint32_t chunk = chunk_take(CT_CHUNK_META, &waited);
    if (!chunk)
        return false;
    uint64_t fresh = (uint64_t)chunk << 32 | CT_CHUNK_HEADER_WORDS;
    struct ct_chunk *header = chunk_header(chunk);
    header->process = process_index();
    header->thread = CT_NONE;
    header->base_ticks = clock_now();
    uint32_t number = __atomic_fetch_add(&sequence, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&header->sequence_plus_1, number + 1, __ATOMIC_RELEASE);
    /* Another thread may have opened one meanwhile; both are used up in turn then, or this one stays empty. */
    __atomic_compare_exchange_n(&position, &old, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    return true;
}

static uint64_t *reserve(uint32_t words)
{
    for (;;) {
        uint64_t old = __atomic_load_n(&position, __ATOMIC_ACQUIRE);
        uint32_t used = (uint32_t)old;
        if (old == 0 || used + words > CT_CHUNK_WORDS) {
            if (!open_chunk(old))
                return NULL;
            continue;
        }
        if (__atomic_compare_exchange_n(&position, &old, old + words, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return (uint64_t *)chunk_header((uint32_t)(old >> 32)) + used;
    }
}

const void *record_put(uint32_t type, void *fixed, size_t bytes, const char *const *strings, size_t string_count)
{
    size_t total = bytes;
    for (size_t i = 0; i < string_count; i++)
        total += text_length(strings[i]) + 1;
    uint32_t words = (uint32_t)((total + 7) / 8);
    uint64_t *to = reserve(words);
    if (!to)
        return NULL;
    char *at = (char *)to + sizeof(struct ct_record);
    bytes_copy(at, (char *)fixed + sizeof(struct ct_record), bytes - sizeof(struct ct_record));
    at += bytes - sizeof(struct ct_record);
    for (size_t i = 0; i < string_count; i++) {
        size_t length = text_length(strings[i]) + 1;
        bytes_copy(at, strings[i], length);
        at += length;
    }
    union {
        struct ct_record head;
        uint64_t word;
    } head = {{type, words * 8}};
    __atomic_store_n(to, head.word, __ATOMIC_RELEASE);
    return to;
}
