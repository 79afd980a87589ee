/* Short forms of C++ and Rust names. */
#ifndef CALLTAPE_EMIT_BRIEF_H
#define CALLTAPE_EMIT_BRIEF_H

/* "std::map<int, std::less<int> >::find" becomes "std::map<…>::find" with level 0, "std::map<int, std::less<…> >::find"
 * with level 1 (`gap` is what stands between the brackets); whatever is no argument list (operator<, <T as Trait>::f,
 * what does not pair) stays. Unnamed namespaces are left out with any. To be freed; NULL: no memory. */
char *brief_name(const char *name, unsigned level, const char *gap);

#endif
