/* libdwarf, of any release: this is the only file that includes it, so what differs between releases stands here. It
 * crashes and hangs over some damaged files: it is called in a sandbox only, and little is freed. */
#ifndef CALLTAPE_SYMBOL_DWARF_ACCESS_H
#define CALLTAPE_SYMBOL_DWARF_ACCESS_H

#include <dwarf.h>
#include <libdwarf.h>
#include <stdbool.h>

#include "symbol/elf_file.h"

const char *dwarf_access_library(void); /* "libdwarf 2.3.1": of the one that runs */

/* Gives libdwarf the file's sections, uncompressed: its own opening functions differ by release, and the oldest knows
 * no zstd. A result of libdwarf; DW_DLV_NO_ENTRY too where the library is not the one compiled with. */
int dwarf_access_open(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error);

/* The same for split DWARF, the program included. The oldest library knows no sections there that zstd compressed, and
 * after this nothing can be opened by the function above. */
int dwarf_access_open_split(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error);
/* The same for a .dwp: texts of its second unit on are right only where the library has opened the file itself. */
int dwarf_access_open_package(const struct elf_file *file, Dwarf_Debug *dbg, Dwarf_Error *error);

void dwarf_access_free_ranges(Dwarf_Debug dbg, Dwarf_Ranges *ranges, Dwarf_Signed count);

/* What the canonical frame address is at `pc`: a register's value and so much more. False: not known, or otherwise. */
bool dwarf_access_cfa(Dwarf_Fde fde, Dwarf_Addr pc, uint64_t *dwarf_register, int64_t *offset);

/* In DWARF 5, rows of a line table before the first that names its file are of file 1; 20210528 has file 0 for them. */
extern const bool dwarf_access_takes_file_0;

#endif
