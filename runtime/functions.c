/* Functions and modules, each told to the tape when a function is first called. The table is the process's own
 * (copied by fork); ids are the recording's. */
#include "arch.h"
#include "sys.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#define MODULES_MAX 4096u

struct module {
    uintptr_t start, end, base;
    const void *link_map; /* tells two libraries at the same address apart */
    uint32_t index;
    bool open;
    const struct ct_recipes *recipes; /* NULL: none */
};

static struct module *modules;
static uint32_t module_count;
static uint32_t unknown_module; /* index + 1 of the module of code that belongs to no file */
static uint32_t *used_slots;    /* of runtime.functions, in the order of first calls: few of them are used */
static uint32_t used_count;
static struct function nobody; /* never written to: it has no id, and no address that a hook has */

bool functions_init(void)
{
    uint64_t slots = FUNCTION_SLOTS;
    while (!runtime.functions && slots >= 1u << 12) {
        /* More than the mask reaches: probing does not wrap. */
        runtime.functions = memory_map((slots + FUNCTION_PROBES) * sizeof(struct function));
        runtime.function_mask = (slots - 1) * sizeof(struct function);
        slots >>= 2;
    }
    modules = memory_map(MODULES_MAX * sizeof *modules);
    used_slots = memory_map((FUNCTION_SLOTS + FUNCTION_PROBES) * sizeof *used_slots);
    return runtime.functions && modules && used_slots;
}

struct function *function_find(uintptr_t address)
{
    struct function *at = function_slot(address);
    for (uint32_t i = 0; i < FUNCTION_PROBES; i++) {
        uintptr_t there = __atomic_load_n(&at[i].address, __ATOMIC_RELAXED);
        if (!there)
            return NULL;
        if (there - address <= MARK_MOST && function_id(&at[i]))
            return &at[i];
    }
    return NULL;
}

/* ---- modules ---- */

/* Looks for the build-id note in a mapped PT_NOTE segment. */
static uint32_t note_build_id(const char *notes, size_t size, uint8_t *to)
{
    size_t at = 0;
    while (at + sizeof(ElfW(Nhdr)) <= size) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(notes + at);
        size_t name = at + sizeof *note, data = name + ((note->n_namesz + 3u) & ~3u);
        if (data + note->n_descsz > size)
            return 0;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && notes[name] == 'G') {
            uint32_t bytes = note->n_descsz < CT_BUILD_ID_BYTES ? note->n_descsz : CT_BUILD_ID_BYTES;
            bytes_copy(to, notes + data, bytes);
            return bytes;
        }
        at = data + ((note->n_descsz + 3u) & ~3u);
    }
    return 0;
}

struct found {
    uintptr_t address;
    uintptr_t start, end;
    const void *link_map; /* only to be compared where the object may be closed meanwhile */
    uintptr_t base;
    const char *name;
    const ElfW(Phdr) * headers;
    size_t header_count;
};

#if defined __GLIBC__ && defined DLFO_STRUCT_HAS_EH_DBASE /* glibc 2.35 */
/* Lock-free and async-signal-safe, unlike dl_iterate_phdr; but a program may be linked with a C library that lacks it.
 */
#pragma weak _dl_find_object
#define HAS_FIND_OBJECT (_dl_find_object != NULL)

static bool find_place(struct found *found)
{
    struct dl_find_object object;
    if (_dl_find_object((void *)found->address, &object) != 0)
        return false;
    found->start = (uintptr_t)object.dlfo_map_start;
    found->end = (uintptr_t)object.dlfo_map_end;
    found->link_map = object.dlfo_link_map;
    return true;
}

static void read_object(struct found *found)
{
    const struct link_map *map = found->link_map;
    found->base = map ? map->l_addr : 0;
    found->name = map && map->l_name ? map->l_name : "";
    const ElfW(Ehdr) *file = (const ElfW(Ehdr) *)found->start;
    if (file->e_ident[0] == 0x7f && file->e_ident[1] == 'E' && file->e_phoff + sizeof(ElfW(Phdr)) < 4096) {
        found->headers = (const ElfW(Phdr) *)((const char *)file + file->e_phoff);
        found->header_count = file->e_phnum;
    }
}
#else
#define HAS_FIND_OBJECT false

static bool find_place(struct found *found)
{
    (void)found;
    return false;
}

static void read_object(struct found *found)
{
    (void)found;
}
#endif

/* musl has a name for the program itself where others have none. */
static const char *name_of(const char *name)
{
    static const char self[] = "/proc/self/exe";
    size_t i = 0;
    while (name && i < sizeof self && name[i] == self[i])
        i++;
    return name && i < sizeof self ? name : "";
}

static int match_loaded(struct dl_phdr_info *info, size_t size, void *context)
{
    struct found *found = context;
    (void)size;
    uintptr_t low = UINTPTR_MAX, high = 0;
    bool inside = false;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr, end = start + header->p_memsz;
        if (header->p_type != PT_LOAD)
            continue;
        low = start < low ? start : low;
        high = end > high ? end : high;
        inside |= found->address >= start && found->address < end;
    }
    if (!inside)
        return 0;
    found->start = low;
    found->end = high;
    found->base = info->dlpi_addr;
    found->link_map = info->dlpi_name;
    found->name = name_of(info->dlpi_name);
    found->headers = info->dlpi_phdr;
    found->header_count = info->dlpi_phnum;
    return 1;
}

/* Where an object is loaded, if there is one: start, end, link_map. */
static bool find_loaded(struct found *found)
{
    return HAS_FIND_OBJECT ? find_place(found) : dl_iterate_phdr(match_loaded, found) == 1;
}

/* All of an object that nobody can close, as code of it runs. */
static bool find_running(struct found *found)
{
    if (!find_loaded(found))
        return false;
    if (HAS_FIND_OBJECT)
        read_object(found);
    return true;
}

/* Absolute, by the directory of now, which is nearly always that of loading. */
static const char *absolute_path(struct thread *thread, const char *name)
{
    char *buffer = thread->scratch;
    if (!name[0]) {
        process_executable(buffer, SCRATCH_BYTES);
        return buffer;
    }
    size_t length = text_length(name) + 1, used = 0;
    if (name[0] == '/' || length > SCRATCH_BYTES / 2)
        return name;
    long got = sys_call(SYS_getcwd, (long)buffer, SCRATCH_BYTES / 2, 0, 0, 0, 0);
    if (got <= 0 || buffer[0] != '/')
        return name;
    used = text_length(buffer);
    buffer[used++] = '/';
    bytes_copy(buffer + used, name, length);
    return buffer;
}

static struct module announce_module(struct thread *thread, const struct found *found)
{
    struct ct_module record = {
        .module = __atomic_fetch_add(&runtime.arena->next_module, 1, __ATOMIC_RELAXED),
        .process = process_index(),
        .base = found->base,
        .start = found->start,
        .end = found->end,
        .ticks = clock_now(),
    };
    for (size_t i = 0; i < found->header_count && !record.build_id_bytes; i++) {
        const ElfW(Phdr) *header = &found->headers[i];
        if (header->p_type == PT_NOTE)
            record.build_id_bytes =
                note_build_id((const char *)found->base + header->p_vaddr, header->p_memsz, record.build_id);
    }
    const char *path = found->name ? absolute_path(thread, found->name) : "";
    record_put(CT_RECORD_MODULE, &record, sizeof record, &path, 1);
    return (struct module){
        found->start, found->end, found->base, found->link_map, record.module, true, recipes_of(&record, path)};
}

static bool is_module(const struct module *module, const struct found *found)
{
    return module->open && module->start == found->start && module->end == found->end &&
           module->link_map == found->link_map;
}

static struct module known_module(struct thread *thread, const struct found *found)
{
    for (uint32_t i = 0; i < module_count; i++)
        if (is_module(&modules[i], found))
            return modules[i];
    struct module module = announce_module(thread, found);
    uint32_t at = 0;
    while (at < module_count && modules[at].open)
        at++;
    if (at == MODULES_MAX)
        return module;
    modules[at] = module;
    module_count += at == module_count;
    return module;
}

static struct module nameless_module(struct thread *thread, const struct found *found)
{
    if (!unknown_module)
        unknown_module = announce_module(thread, found).index + 1;
    return (struct module){.index = unknown_module - 1};
}

/* The system's own lock of objects, where it takes one, is not taken within ours: whoever has it may call functions. */
static struct module module_of(struct thread *thread, uintptr_t address)
{
    struct found found = {.address = address};
    bool is_found = find_running(&found);
    process_lock();
    struct module module = is_found ? known_module(thread, &found) : nameless_module(thread, &found);
    process_unlock();
    return module;
}

/* ---- functions ---- */

static bool take_slot(struct function *slot, uintptr_t address)
{
    uintptr_t none = 0;
    if (!__atomic_compare_exchange_n(&slot->address, &none, address, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return none - address <= MARK_MOST;
    __atomic_store_n(&used_slots[__atomic_fetch_add(&used_count, 1, __ATOMIC_RELAXED)], function_index(slot),
                     __ATOMIC_RELAXED);
    return true;
}

static struct function *free_slot(uintptr_t address)
{
    struct function *at = function_slot(address);
    for (uint32_t i = 0; i < FUNCTION_PROBES; i++)
        if (take_slot(&at[i], address))
            return &at[i];
    return NULL;
}

/* 0: none is left. */
static uint32_t next_id(void)
{
    uint32_t id = __atomic_fetch_add(&runtime.arena->next_function, 1, __ATOMIC_RELAXED);
    return id <= CT_FUNCTION_MAX ? id : 0;
}

/* Returns where the record stands, or NULL. With `asks` there is room for an answer. */
static const struct ct_function *put_function(uint32_t id, uint32_t module, uintptr_t address, bool asks)
{
    struct ct_function record = {.function = id, .module = module, .address = address, .asked = 1};
    size_t bytes = asks ? sizeof record : offsetof(struct ct_function, answer);
    return record_put(CT_RECORD_FUNCTION, &record, bytes, NULL, 0);
}

/* Only once its records are there: an event with this id is never on the tape without. */
static void give_id(struct function *slot, uint32_t id)
{
    __atomic_store_n(&slot->timed_entry, ENTRY_WORD(id), __ATOMIC_RELEASE);
}

/* The recorder answers in the record itself, where it finds the question. */
static enum asks tell_function(struct thread *thread, struct function *slot, uint32_t id, uintptr_t address)
{
    bool asks = runtime.recording == FILTERING;
    struct module module = module_of(thread, address);
    const struct ct_function *told = put_function(id, module.index, address, asks);
    if (asks && told)
        left_mark(slot, id, recorder_answer(&told->answer, &thread->waited));
    enum asks asked = recipes_register(slot, module.recipes, id, address, module.base);
    if (asked == ASKS_BOTH)
        left_mark_asked(slot);
    return asked;
}

struct function *function_register(struct thread *thread, uintptr_t address)
{
    struct function *slot = free_slot(address);
    uint32_t id = slot ? next_id() : 0;
    if (!id)
        return &nobody;
    enum asks asked = tell_function(thread, slot, id, address);
    if (asked != ASKS_ENTRIES || word_load(&slot->address) != address)
        give_id(slot, id);
    return slot;
}

void function_register_span(uintptr_t address, const char *name)
{
    struct function *slot = free_slot(address);
    uint32_t id = slot ? next_id() : 0;
    if (!id)
        return;
    struct ct_symbol symbol = {.function = id};
    put_function(id, CT_NONE, address, false);
    record_put(CT_RECORD_SYMBOL, &symbol, sizeof symbol, (const char *const[]){name, "", ""}, 3);
    give_id(slot, id);
}

static void forget_functions(uintptr_t start, uintptr_t end)
{
    uint32_t count = __atomic_load_n(&used_count, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < count; i++) {
        struct function *function = &runtime.functions[__atomic_load_n(&used_slots[i], __ATOMIC_RELAXED)];
        uintptr_t address = word_load(&function->address);
        if (address < start || address >= end)
            continue;
        left_unmark(function);
        recipes_forget(function);
        __atomic_store_n(&function->untimed_entry, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&function->untimed_exit, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&function->timed_entry, 0, __ATOMIC_RELAXED);
    }
}

/* A module is gone if its address belongs to nothing now, or to another one already. */
static bool is_gone(const struct module *module)
{
    struct found found = {.address = module->start};
    return module->open && !(find_loaded(&found) && is_module(module, &found));
}

static bool copy_module(uint32_t at, struct module *copy)
{
    process_lock();
    bool is_there = at < module_count;
    if (is_there)
        *copy = modules[at];
    process_unlock();
    return is_there;
}

/* Unless another thread was first. Whoever closed the library goes on only once its functions are forgotten. */
static void close_module(uint32_t at, const struct module *gone)
{
    process_lock();
    if (modules[at].open && modules[at].index == gone->index) {
        modules[at].open = false;
        struct ct_module_end record = {.module = gone->index, .ticks = clock_now()};
        record_put(CT_RECORD_MODULE_END, &record, sizeof record, NULL, 0);
        forget_functions(gone->start, gone->end);
        place_forget();
    }
    process_unlock();
}

void functions_forget_closed(void)
{
    struct module module;
    for (uint32_t i = 0; copy_module(i, &module); i++)
        if (is_gone(&module))
            close_module(i, &module);
}
