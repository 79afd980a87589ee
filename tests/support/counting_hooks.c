/* Hooks that only count, by function address and without calltape: an independent witness of a target's own books.
 * Preloaded; at exit appends `module offset calls` to the file $WITNESS. One process, no dlclose. */
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 1 << 14 };

static struct slot {
    uintptr_t function;
    unsigned long entries, exits;
} slots[SLOTS];

static struct slot *slot_of(uintptr_t function)
{
    for (size_t i = function * 11400714819323198485ull >> 50;; i = (i + 1) % SLOTS) {
        uintptr_t seen = __atomic_load_n(&slots[i].function, __ATOMIC_ACQUIRE);
        if (seen == function)
            return &slots[i];
        if (seen == 0 &&
            __atomic_compare_exchange_n(&slots[i].function, &seen, function, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            return &slots[i];
        if (seen == function)
            return &slots[i];
    }
}

void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

void __cyg_profile_func_enter(void *function, void *site)
{
    (void)site;
    __atomic_fetch_add(&slot_of((uintptr_t)function)->entries, 1, __ATOMIC_RELAXED);
}

void __cyg_profile_func_exit(void *function, void *site)
{
    (void)site;
    __atomic_fetch_add(&slot_of((uintptr_t)function)->exits, 1, __ATOMIC_RELAXED);
}

struct place {
    uintptr_t address, base;
    const char *path;
};

static int find_place(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct place *place = context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && place->address - start < info->dlpi_phdr[i].p_memsz) {
            place->base = info->dlpi_addr;
            place->path = info->dlpi_name;
            return 1;
        }
    }
    return 0;
}

__attribute__((destructor(101))) static void tell(void)
{
    const char *path = getenv("WITNESS");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
    for (size_t i = 0; file >= 0 && i < SLOTS; i++) {
        struct place place = {slots[i].function, 0, ""};
        if (!slots[i].function)
            continue;
        dl_iterate_phdr(find_place, &place);
        dprintf(file, "%s %#lx %lu %lu\n", place.path[0] ? place.path : "program",
                (unsigned long)(place.address - place.base), slots[i].entries, slots[i].exits);
    }
}
