/* One ELF file, read only: its build-id, its debug link and its function symbols. The only user of libelf.
 * The file is hostile: every offset and size is checked, and memory is bounded by the file's size.
 * Errors leave out the path: whoever knows whether it may be printed as it is puts it in front. */
#ifndef CALLTAPE_SYMBOL_ELF_FILE_H
#define CALLTAPE_SYMBOL_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct elf_file;

const char *elf_file_library(void); /* "libelf 0.188": of the one compiled with */

/* NULL with the error set where `path` is no regular file or no ELF executable or library. */
struct elf_file *elf_file_open(const char *path, struct error *error);
/* A .dwo or .dwp, which is neither of them. */
struct elf_file *elf_file_open_split(const char *path, struct error *error);
int elf_file_descriptor(const struct elf_file *file); /* the file's own; -1: it has none */
/* The small ELF file with more symbols that some distributions pack into a program (.gnu_debugdata); NULL: there is
 * none, or it can't be read. */
struct elf_file *elf_file_open_packed(const struct elf_file *file);
/* NULL is allowed. */
void elf_file_close(struct elf_file *file);

/* Number of bytes; 0: it has none. `*bytes` lives as long as the file. */
size_t elf_file_build_id(const struct elf_file *file, const uint8_t **bytes);

/* The .gnu_debuglink file name (no directory in it); NULL: none. Lives as long as the file. */
const char *elf_file_debug_link(const struct elf_file *file);

bool elf_file_has_symtab(const struct elf_file *file);
bool elf_file_has_debug_info(const struct elf_file *file); /* DWARF, whole or the part that split DWARF leaves */
bool elf_file_is_package(const struct elf_file *file);     /* a .dwp */
uint64_t elf_file_bytes(const struct elf_file *file);

/* ---- sections with debug information, for whoever reads it ---- */

struct elf_layout {
    size_t sections; /* numbered from 0 */
    uint8_t pointer_bytes;
    bool big_endian;
};
struct elf_layout elf_file_layout(const struct elf_file *file);

struct elf_section {
    const char *name; /* "" for those that hold no debug information */
    uint64_t bytes;   /* once uncompressed */
    uint64_t address, type, entry_bytes;
};
/* False: there is no such section. */
bool elf_file_section(const struct elf_file *file, size_t index, struct elf_section *section);
/* Its bytes, uncompressed (zlib, zstd), as long as the file; NULL: damaged, or no memory. Keeps what it uncompressed;
 * ask once. */
const void *elf_file_section_data(const struct elf_file *file, size_t index);

/* ---- code, for whoever reads that ---- */

bool elf_file_is_x86_64(const struct elf_file *file);
/* What is loaded at an address and never written to, to the end of its segment; NULL: nothing. Lives as long as the
 * file. */
const uint8_t *elf_file_code(const struct elf_file *file, uint64_t address, uint64_t *bytes);
/* All code. */
typedef void elf_see_code(void *context, uint64_t address, const uint8_t *code, uint64_t bytes);
void elf_file_each_code(const struct elf_file *file, elf_see_code *see, void *context);
/* Each word of the file that the dynamic linker sets to a symbol's address (x86-64 only). */
typedef void elf_see_import(void *context, const char *name, uint64_t address);
void elf_file_imports(const struct elf_file *file, elf_see_import *see, void *context);

/* Ranks order the choice among symbols of one address: the lower is preferred. */
/* An IFUNC's name is what its callers call; what runs at its address is the resolver, so any other name comes first. */
enum elf_binding { ELF_BINDING_GLOBAL, ELF_BINDING_WEAK, ELF_BINDING_LOCAL, ELF_BINDING_IFUNC };

struct elf_symbol {
    uint64_t start;
    uint64_t size;   /* 0: the file does not say */
    uint64_t limit;  /* end of its section, UINT64_MAX where that is not known */
    uint32_t name;   /* offset in the strings; never of an empty string */
    uint32_t file;   /* of its source file's name; 0: not known */
    uint8_t binding; /* enum elf_binding */
    bool label;      /* has no type, but lies in code */
};

struct elf_symbols {
    struct elf_symbol *symbols; /* `count` of them, in the file's order; the caller frees them */
    size_t count;
    const char *strings; /* every name and file offset is a terminated string in here; lives as long as the file */
};

/* Function symbols of .symtab, else of .dynsym. A file without either has a count of 0. */
int elf_file_symbols(const struct elf_file *file, struct elf_symbols *symbols, struct error *error);

#endif
