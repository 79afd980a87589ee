#include "symbol/debug_sections.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const char *debug_section_name(const char *name)
{
    static const char *const names[] = {".debug_abbrev",
                                        ".debug_addr",
                                        ".debug_info",
                                        ".debug_line",
                                        ".debug_line_str",
                                        ".debug_ranges",
                                        ".debug_str",
                                        ".debug_rnglists",
                                        ".debug_str_offsets",
                                        ".debug_loc",
                                        ".debug_loclists",
                                        ".debug_types",
                                        ".eh_frame",
                                        ".debug_aranges",
                                        ".debug_abbrev.dwo",
                                        ".debug_info.dwo",
                                        ".debug_line.dwo",
                                        ".debug_str.dwo",
                                        ".debug_str_offsets.dwo",
                                        ".debug_loc.dwo",
                                        ".debug_loclists.dwo",
                                        ".debug_rnglists.dwo",
                                        ".debug_types.dwo",
                                        ".debug_cu_index",
                                        ".debug_tu_index"};
    bool old = name && strncmp(name, ".z", 2) == 0;
    for (size_t i = 0; name && name[0] == '.' && i < sizeof names / sizeof *names; i++)
        if (strcmp(name + 1 + old, names[i] + 1) == 0)
            return names[i];
    return NULL;
}
