/* Names in scopes, as demanglers write them: "std::map<int, a::b>::find(c::d)" has three components. */
#ifndef CALLTAPE_BASE_SCOPE_H
#define CALLTAPE_BASE_SCOPE_H

#include <stdbool.h>

/* A namespace without a name. */
#define SCOPE_UNNAMED "(anonymous namespace)::"

/* What follows the name's first component; NULL: it has one. */
const char *scope_next(const char *name);
/* Its last component: all of the name where there is none before. */
const char *scope_last(const char *name);
/* "operator<" and "operator()": their brackets pair with nothing. */
bool scope_is_operator(const char *component);

#endif
