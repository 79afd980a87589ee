/* What gcc's -finstrument-functions-exclude-function-list= compares its words with, made from demangled names.
 *
 * gcc (12, by trial) looks for each word anywhere in "Scope::name": for C the name; for C++ the scope and the name with
 * template arguments, without parameters and return type. How it spells template arguments and unnamed namespaces is
 * not how demanglers do. */
#ifndef CALLTAPE_ANALYZE_GCC_NAMES_H
#define CALLTAPE_ANALYZE_GCC_NAMES_H

/* "ns::A<int>::get" of "int ns::A<int>::get(long) const"; to be freed. NULL: no memory. */
char *gcc_visible(const char *name);

/* The longest part of a visible name, at its end, that gcc surely spells alike: "::get", "ns::A::get", and "ns::make"
 * of "ns::make<int>". "" where there is none (operators, lambdas, functions without a name). To be freed; NULL: no
 * memory. */
char *gcc_word(const char *visible);

#endif
