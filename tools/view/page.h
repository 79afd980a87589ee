/* The files of the page, as they are in tools/view/page; part of the program. */
#ifndef CALLTAPE_VIEW_PAGE_H
#define CALLTAPE_VIEW_PAGE_H

#include <stddef.h>

struct page_file {
    const char *name, *type;
    const char *text; /* ends in a NUL, and holds no other */
};

/* index.html, then style.css, then the modules, of which each imports only such as stand before it. */
const struct page_file *page_files(size_t *count);
/* NULL: there is none. */
const struct page_file *page_file(const char *name);

#endif
