/* What the program says of itself (calltape.h): spans, values, names of threads. Nothing here locks; all may be called
 * from any thread, from signal handlers, and in the middle of anything else of this library.
 *
 * A value's words are taken by one exchange of the thread's state, as a hook's one word is: what a signal handler
 * records meanwhile stands behind them. They are filled then, the first one last, so that one that is never finished
 * (a longjmp out of the handler, the process's end) leaves nothing that a reader takes for a value. */
#include "arch.h"
#include "sys.h"

/* What a name was given for, by the hash of both. Its place is also the address of the span of that name. */
struct name {
    uint64_t hash; /* 0: free */
    uint32_t key;  /* 0: not yet */
    uint32_t reserved;
};
_Static_assert(sizeof(struct name) == 16, "function_slot() looks at addresses by sixteens");

#define NAME_SLOTS (1u << 14)
#define NAME_PROBES 64u
#define NAME_MOST 255u /* bytes */
#define NAME_OF_SPAN 0u

static struct name *names;

bool values_init(void)
{
    names = memory_map((NAME_SLOTS + NAME_PROBES) * sizeof *names);
    return names != NULL;
}

bool values_is_span(uintptr_t address)
{
    return address - (uintptr_t)names < (NAME_SLOTS + NAME_PROBES) * sizeof *names;
}

/* FNV-1a over what is kept of the name, then mixed, as its low bits choose the slot. */
static uint64_t name_hash(uint32_t kind, uint32_t type, const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (kind << 8 | type);
    for (size_t i = 0; i < NAME_MOST && text[i]; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    hash = (hash ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 29;
    return hash ? hash : 1;
}

/* NULL: too many names. */
static struct name *name_slot(uint64_t hash)
{
    struct name *at = &names[hash % NAME_SLOTS];
    for (uint32_t i = 0; i < NAME_PROBES; i++) {
        uint64_t old = __atomic_load_n(&at[i].hash, __ATOMIC_RELAXED);
        if (old == hash ||
            (old == 0 &&
             __atomic_compare_exchange_n(&at[i].hash, &old, hash, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) ||
            old == hash)
            return &at[i];
    }
    return NULL;
}

static const char *name_cut(char to[NAME_MOST + 1], const char *text)
{
    size_t i = 0;
    for (; i < NAME_MOST && text[i]; i++)
        to[i] = text[i];
    to[i] = 0;
    return to;
}

/* ---- keys ---- */

uint32_t key_define(const struct ct_key *key, const char *name, const char *type_name, const char *details)
{
    struct ct_key record = *key;
    record.key = __atomic_fetch_add(&runtime.arena->next_key, 1, __ATOMIC_RELAXED);
    if (record.key > CT_KEY_MAX)
        return 0;
    record_put(CT_RECORD_KEY, &record, sizeof record, (const char *const[]){name, type_name, details}, 3);
    return record.key;
}

/* Two threads that come at once may define two; they mean the same. 0: none is to be had. */
static uint32_t key_of(uint32_t kind, uint32_t type, const char *name)
{
    struct name *slot = name_slot(name_hash(kind, type, name));
    uint32_t known = slot ? __atomic_load_n(&slot->key, __ATOMIC_ACQUIRE) : 0;
    if (known || !slot)
        return known;
    char text[NAME_MOST + 1];
    const struct ct_key key = {.kind = kind, .type = type};
    uint64_t mask;
    signals_block(&mask);
    known = key_define(&key, name_cut(text, name), "", "");
    __atomic_store_n(&slot->key, known, __ATOMIC_RELEASE);
    signals_restore(&mask);
    return known;
}

/* ---- values ---- */

static uint32_t data_words(size_t bytes)
{
    return (uint32_t)((bytes + CT_VALUE_DATA_BYTES - 1) / CT_VALUE_DATA_BYTES);
}

static uint64_t data_word(const uint8_t *bytes, size_t count)
{
    uint64_t data = 0;
    for (size_t i = 0; i < count && i < CT_VALUE_DATA_BYTES; i++)
        data |= (uint64_t)bytes[i] << (8 * i);
    return CT_SPECIAL(CT_SPECIAL_DATA, data);
}

/* The clock comes first, where there is one. */
struct bytes {
    uint8_t clock[8];
    const uint8_t *rest;
    size_t clock_count, count; /* of clock; of both */
};

static uint8_t byte_at(const struct bytes *bytes, size_t i)
{
    return i < bytes->clock_count ? bytes->clock[i] : bytes->rest[i - bytes->clock_count];
}

static void put_words(uint64_t *to, uint64_t payload, const struct bytes *bytes)
{
    uint8_t seven[CT_VALUE_DATA_BYTES];
    size_t filled = 0, word = 1;
    for (size_t i = 0; i < bytes->count; i++) {
        seven[filled++] = byte_at(bytes, i);
        if (filled < CT_VALUE_DATA_BYTES && i + 1 < bytes->count)
            continue;
        to[word++] = data_word(seven, filled);
        filled = 0;
    }
    __atomic_store_n(to, CT_SPECIAL(CT_SPECIAL_VALUE, payload), __ATOMIC_RELEASE);
}

/* False: the thread is not as it was; nothing has happened. */
static bool try_put(struct thread *thread, uint64_t payload, const struct bytes *bytes, uint32_t words, uintptr_t here)
{
    uint64_t state = thread->state;
    bool done = false;
    if ((uint32_t)state + (uint64_t)words > thread->end)
        return false;
    if (hook_begin(thread, state, here)) {
        done = word_replace(&thread->state, state, state + words);
        if (done)
            put_words(&runtime.words[(uint32_t)state], payload, bytes);
    }
    if (!hook_end(thread, here))
        slow_hook_ended(thread, here);
    return done;
}

/* Copies from the last word to the first, so that each VALUE comes behind its DATA. */
static bool try_put_words(struct thread *thread, const uint64_t *words, uint32_t count, uintptr_t here)
{
    uint64_t state = thread->state;
    bool done = false;
    if ((uint32_t)state + (uint64_t)count > thread->end)
        return false;
    if (hook_begin(thread, state, here)) {
        done = word_replace(&thread->state, state, state + count);
        for (uint32_t i = count; done && i-- > 0;)
            __atomic_store_n(&runtime.words[(uint32_t)state + i], words[i], __ATOMIC_RELEASE);
    }
    if (!hook_end(thread, here))
        slow_hook_ended(thread, here);
    return done;
}

void value_put_words(const uint64_t *words, uint32_t count, const struct caller *caller)
{
    while (!try_put_words(current_thread, words, count, caller->here)) {
        if (!slow_settle(caller, count))
            return;
    }
}

uint32_t value_fill(uint64_t *to, uint64_t payload, const void *bytes, size_t count)
{
    const struct bytes all = {.rest = bytes, .count = count};
    put_words(to, payload, &all);
    return 1 + data_words(count);
}

static void put_value(uint64_t payload, const struct bytes *bytes, const struct caller *caller)
{
    uint32_t words = 1 + data_words(bytes->count);
    while (slow_settle(caller, words) && !try_put(current_thread, payload, bytes, words, caller->here))
        ;
}

/* In as few bytes as a reader that extends the sign, or zeros, gets it back from. */
static size_t fewest_bytes(uint32_t type, const uint8_t *bytes, size_t count)
{
    if (type != CT_TYPE_I64 && type != CT_TYPE_U64)
        return count;
    uint8_t filler = type == CT_TYPE_I64 && bytes[count - 1] >> 7 ? 0xff : 0;
    while (count > 1 && bytes[count - 1] == filler &&
           (type == CT_TYPE_U64 || bytes[count - 2] >> 7 == bytes[count - 1] >> 7))
        count--;
    return count;
}

/* ---- for calltape.h ---- */

/* It declares them, with the types and kinds of calltape/format.h. */
void calltape_runtime_value(const char *name, unsigned kind, unsigned type, const void *bytes, size_t count,
                            void *site);
void calltape_runtime_span_begin(const char *name, void *site);
void calltape_runtime_span_end(const char *name, void *site);
void calltape_runtime_thread_name(const char *name, void *site);
void calltape_runtime_wait_begin(const char *what, const void *object, void *site);
void calltape_runtime_wait_also(const void *object, void *site);
void calltape_runtime_wait_end(const char *what, void *site);
void calltape_runtime_wake(const void *object, void *site);

#define CALLER(site)                                                                                                   \
    {                                                                                                                  \
        ~(uintptr_t)(site), HOOK_HERE(), HOOK_RETURN(HOOK_HERE())                                                      \
    }

static bool is_timed(unsigned kind)
{
    return kind == CT_KEY_COUNTER || kind == CT_KEY_MESSAGE || kind == CT_KEY_FRAME || kind == CT_KEY_WAKE;
}

static void tell(const char *name, unsigned kind, unsigned type, const void *bytes, size_t count,
                 const struct caller *caller)
{
    if (!slow_joined())
        return;
    uint32_t key = slow_settle(caller, 1) ? key_of(kind, type, name) : 0;
    if (!key)
        return;
    bool timed = is_timed(kind);
    struct bytes all = {.rest = bytes, .clock_count = timed ? sizeof all.clock : 0};
    uint64_t now = timed ? clock_now() : 0;
    bytes_copy(all.clock, &now, sizeof now);
    size_t most = CT_VALUE_MAX - all.clock_count, kept = count < most ? count : most;
    all.count = all.clock_count + fewest_bytes(type, bytes, kept);
    put_value(CT_VALUE(key, all.count, kept < count ? CT_VALUE_CUT : CT_VALUE_WHOLE) | (timed ? CT_VALUE_TIMED : 0),
              &all, caller);
}

EXPORT void calltape_runtime_value(const char *name, unsigned kind, unsigned type, const void *bytes, size_t count,
                                   void *site)
{
    struct caller caller = CALLER(site);
    tell(name, kind, type, bytes, count, &caller);
}

static uintptr_t span_address(const char *name)
{
    struct name *slot = name_slot(name_hash(NAME_OF_SPAN, 0, name));
    char text[NAME_MOST + 1];
    uint64_t mask;
    if (slot && !function_find((uintptr_t)slot)) {
        signals_block(&mask);
        function_register_span((uintptr_t)slot, name_cut(text, name));
        signals_restore(&mask);
    }
    return (uintptr_t)slot;
}

/* A span is entered and left as what is inlined into its function would be. */
EXPORT void calltape_runtime_span_begin(const char *name, void *site)
{
    struct caller caller = CALLER(site);
    uintptr_t address = slow_joined() && slow_settle(&caller, 1) ? span_address(name) : 0;
    if (address)
        slow_entry(address, (uintptr_t)site, caller.here, caller.hook_return);
}

EXPORT void calltape_runtime_span_end(const char *name, void *site)
{
    struct caller caller = CALLER(site);
    uintptr_t address = slow_joined() ? span_address(name) : 0;
    if (address)
        slow_exit(address, (uintptr_t)site, caller.here, caller.hook_return);
}

EXPORT void calltape_runtime_thread_name(const char *name, void *site)
{
    struct caller caller = CALLER(site);
    char text[NAME_MOST + 1];
    uint64_t mask;
    if (!slow_joined() || !slow_settle(&caller, 1))
        return;
    signals_block(&mask);
    current_thread->named = true;
    struct ct_thread_name record = {.thread = current_thread->index};
    record_put(CT_RECORD_THREAD_NAME, &record, sizeof record, (const char *const[]){name_cut(text, name)}, 1);
    signals_restore(&mask);
}

/* ---- waits: spans whose ends always have a time, as other threads' times are compared with it ---- */

static uintptr_t wait_address(const char *what)
{
    char name[NAME_MOST + 1] = "[wait: ";
    size_t length = sizeof "[wait: " - 1;
    for (size_t i = 0; what[i] && length + 1 < NAME_MOST; i++)
        name[length++] = what[i];
    name[length++] = ']';
    name[length] = 0;
    return span_address(name);
}

static void tell_object(const char *name, enum ct_key_kind kind, const void *object, const struct caller *caller)
{
    uint64_t address = (uintptr_t)object;
    tell(name, kind, CT_TYPE_POINTER, &address, sizeof address, caller);
}

/* Where a trigger has switched the thread off, the object would be told of the call around it. */
EXPORT void calltape_runtime_wait_begin(const char *what, const void *object, void *site)
{
    struct caller caller = CALLER(site);
    uintptr_t address = slow_joined() && slow_settle(&caller, 1) ? wait_address(what) : 0;
    if (!address || current_thread->off)
        return;
    clock_forget(current_thread);
    slow_entry(address, (uintptr_t)site, caller.here, caller.hook_return);
    tell_object("object", CT_KEY_WAIT, object, &caller);
}

EXPORT void calltape_runtime_wait_also(const void *object, void *site)
{
    struct caller caller = CALLER(site);
    if (slow_joined() && !current_thread->off)
        tell_object("and", CT_KEY_WAIT, object, &caller);
}

EXPORT void calltape_runtime_wait_end(const char *what, void *site)
{
    struct caller caller = CALLER(site);
    uintptr_t address = slow_joined() ? wait_address(what) : 0;
    if (!address)
        return;
    clock_forget(current_thread);
    slow_exit(address, (uintptr_t)site, caller.here, caller.hook_return);
}

EXPORT void calltape_runtime_wake(const void *object, void *site)
{
    struct caller caller = CALLER(site);
    tell_object("wake", CT_KEY_WAKE, object, &caller);
}
