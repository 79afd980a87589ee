/* Where the other halves of split debug information may be, beside where the program says. */
#ifndef CALLTAPE_SYMBOL_SPLIT_PLACES_H
#define CALLTAPE_SYMBOL_SPLIT_PLACES_H

struct split_places {
    const char *program;   /* its path: PROGRAM.dwp, and .dwo files in its directory */
    const char *directory; /* another one for both, looked into first; NULL: none */
};

#endif
