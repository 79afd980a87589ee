/* Sections with debug information. */
#ifndef CALLTAPE_SYMBOL_DEBUG_SECTIONS_H
#define CALLTAPE_SYMBOL_DEBUG_SECTIONS_H

/* Of a section that is read, also where it has the name of its older compressed form, ".zdebug_info"; NULL: it holds
 * nothing that is asked for, or `name` is NULL. */
const char *debug_section_name(const char *name);

#endif
