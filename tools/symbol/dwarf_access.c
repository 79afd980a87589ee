#include "symbol/dwarf_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int load_section(const struct elf_file *file, size_t index, Dwarf_Small **data, int *error)
{
    const void *bytes = elf_file_section_data(file, index);
    *data = (Dwarf_Small *)bytes;
    *error = DW_DLE_ALLOC_FAIL;
    return bytes ? DW_DLV_OK : DW_DLV_ERROR;
}

static Dwarf_Small pointer_bytes(void *file)
{
    return elf_file_layout(file).pointer_bytes;
}

static Dwarf_Unsigned section_count(void *file)
{
    return elf_file_layout(file).sections;
}

#ifdef DW_LIBDWARF_VERSION_MAJOR
#define BUILT_WITH DW_LIBDWARF_VERSION
#else
#define BUILT_WITH "2021"
#endif

/* Releases with dates for versions and those with dots have the same functions with other arguments, and even the same
 * file name of the library. */
static bool is_library_built_with(void)
{
    return (strchr(BUILT_WITH, '.') != NULL) == (strchr(dwarf_package_version(), '.') != NULL);
}

#ifdef DW_LIBDWARF_VERSION_MAJOR
static int section_info(void *file, Dwarf_Unsigned index, Dwarf_Obj_Access_Section_a *to, int *error)
{
    struct elf_section section;
    (void)error;
    if (!elf_file_section(file, index, &section))
        return DW_DLV_NO_ENTRY;
    *to = (Dwarf_Obj_Access_Section_a){.as_name = section.name,
                                       .as_type = section.type,
                                       .as_addr = section.address,
                                       .as_size = section.bytes,
                                       .as_entrysize = section.entry_bytes};
    return DW_DLV_OK;
}

static int section_data(void *file, Dwarf_Unsigned index, Dwarf_Small **data, int *error)
{
    return load_section(file, index, data, error);
}

static Dwarf_Small byte_order(void *file)
{
    return elf_file_layout(file).big_endian ? DW_END_big : DW_END_little;
}

static Dwarf_Unsigned file_bytes(void *file)
{
    return elf_file_bytes(file);
}

static const Dwarf_Obj_Access_Methods_a methods = {
    .om_get_section_info = section_info,
    .om_get_byte_order = byte_order,
    .om_get_length_size = pointer_bytes,
    .om_get_pointer_size = pointer_bytes,
    .om_get_filesize = file_bytes,
    .om_get_section_count = section_count,
    .om_load_section = section_data,
};

typedef Dwarf_Obj_Access_Interface_a access_interface;

static void set_access(access_interface *access, const struct elf_file *file)
{
    access->ai_object = (void *)file;
    access->ai_methods = &methods;
}

void dwarf_access_free_ranges(Dwarf_Debug dbg, Dwarf_Ranges *ranges, Dwarf_Signed count)
{
    dwarf_dealloc_ranges(dbg, ranges, count);
}

bool dwarf_access_cfa(Dwarf_Fde fde, Dwarf_Addr pc, uint64_t *dwarf_register, int64_t *offset)
{
    Dwarf_Small type;
    Dwarf_Unsigned relevant, number, distance;
    Dwarf_Block block;
    Dwarf_Addr row, next;
    Dwarf_Bool more;
    Dwarf_Error error;
    if (dwarf_get_fde_info_for_cfa_reg3_b(fde, pc, &type, &relevant, &number, &distance, &block, &row, &more, &next,
                                          &error) != DW_DLV_OK)
        return false;
    *dwarf_register = number;
    *offset = (int64_t)distance;
    return type == DW_EXPR_OFFSET && relevant;
}

int dwarf_access_open_split(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error)
{
    return dwarf_access_open(file, dbg, error);
}

int dwarf_access_open_package(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error)
{
    return is_library_built_with() ? dwarf_init_b(elf_file_descriptor(file), DW_GROUPNUMBER_ANY, NULL, NULL, dbg, error)
                                   : DW_DLV_NO_ENTRY;
}

const bool dwarf_access_takes_file_0 = false;
#else /* 20210528: the same names, other arguments */
static int section_info(void *file, Dwarf_Half index, Dwarf_Obj_Access_Section *to, int *error)
{
    struct elf_section section;
    (void)error;
    if (!elf_file_section(file, index, &section))
        return DW_DLV_NO_ENTRY;
    *to = (Dwarf_Obj_Access_Section){.name = section.name,
                                     .type = section.type,
                                     .addr = section.address,
                                     .size = section.bytes,
                                     .entrysize = section.entry_bytes};
    return DW_DLV_OK;
}

static int section_data(void *file, Dwarf_Half index, Dwarf_Small **data, int *error)
{
    return load_section(file, index, data, error);
}

static Dwarf_Endianness byte_order(void *file)
{
    return elf_file_layout(file).big_endian ? DW_OBJECT_MSB : DW_OBJECT_LSB;
}

static const Dwarf_Obj_Access_Methods methods = {
    .get_section_info = section_info,
    .get_byte_order = byte_order,
    .get_length_size = pointer_bytes,
    .get_pointer_size = pointer_bytes,
    .get_section_count = section_count,
    .load_section = section_data,
};

typedef Dwarf_Obj_Access_Interface access_interface;

static void set_access(access_interface *access, const struct elf_file *file)
{
    access->object = (void *)file;
    access->methods = &methods;
}

void dwarf_access_free_ranges(Dwarf_Debug dbg, Dwarf_Ranges *ranges, Dwarf_Signed count)
{
    dwarf_ranges_dealloc(dbg, ranges, count);
}

bool dwarf_access_cfa(Dwarf_Fde fde, Dwarf_Addr pc, uint64_t *dwarf_register, int64_t *offset)
{
    Dwarf_Small type;
    Dwarf_Signed relevant, number, distance;
    Dwarf_Ptr block;
    Dwarf_Addr row, next;
    Dwarf_Bool more;
    Dwarf_Error error;
    if (dwarf_get_fde_info_for_cfa_reg3_b(fde, pc, &type, &relevant, &number, &distance, &block, &row, &more, &next,
                                          &error) != DW_DLV_OK)
        return false;
    *dwarf_register = (uint64_t)number;
    *offset = distance;
    return type == DW_EXPR_OFFSET && relevant;
}

/* It knows a file's size, with which it compares offsets in others, only where it opened it itself. */
int dwarf_access_open_split(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error)
{
    int fd = is_library_built_with() ? elf_file_descriptor(file) : -1;
    dwarf_set_de_alloc_flag(0);
    return fd < 0 ? DW_DLV_NO_ENTRY : dwarf_init_b(fd, DW_DLC_READ, DW_GROUPNUMBER_ANY, NULL, NULL, dbg, error);
}

int dwarf_access_open_package(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error)
{
    return dwarf_access_open_split(file, dbg, error);
}

const bool dwarf_access_takes_file_0 = true;
#endif

const char *dwarf_access_library(void)
{
    static char text[96];
    snprintf(text, sizeof text, "libdwarf %.40s%s", dwarf_package_version(),
             is_library_built_with() ? "" : " (not the one compiled with: no lines)");
    return text;
}

int dwarf_access_open(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error)
{
    access_interface *access = calloc(1, sizeof *access);
    if (!access || !is_library_built_with())
        return DW_DLV_NO_ENTRY;
    set_access(access, file);
    /* Without the tree of all that was allocated, for a dwarf_finish that is not called. */
    dwarf_set_de_alloc_flag(0);
    return dwarf_object_init_b(access, NULL, NULL, 0, dbg, error);
}
