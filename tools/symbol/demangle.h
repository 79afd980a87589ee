/* C++, Rust and other compilers' symbol names in the source's spelling. The only user of libiberty. */
#ifndef CALLTAPE_SYMBOL_DEMANGLE_H
#define CALLTAPE_SYMBOL_DEMANGLE_H

enum demangle_style {
    DEMANGLE_NAME,  /* without parameters and return type */
    DEMANGLE_WHOLE, /* with them */
};

/* The name in the style; a compiler's clone suffix that tells two pieces of code apart
 * (".part.0", ".constprop.1", ".cold") stays, a mere uniquifier (".lto_priv.0", ".llvm.123") and a symbol version
 * ("@@GLIBC_2.34") go. What is not mangled, or expands beyond reason, comes back as it is. To be freed by the caller;
 * NULL only without memory. */
char *demangle(const char *symbol, enum demangle_style style);

#endif
