#include "symbol/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A mangled name of a few hundred bytes can stand for gigabytes (each part may refer to all before it twice). No
 * name that long helps a reader, so the demangler is left by longjmp once this much has come out of it. */
#define TEXT_MAX 16384

struct sink {
    char *text; /* TEXT_MAX bytes */
    size_t used;
    int options; /* of libiberty */
    jmp_buf too_long;
};

static void take(const char *part, size_t bytes, void *opaque)
{
    struct sink *sink = opaque;
    if (bytes >= TEXT_MAX - sink->used)
        longjmp(sink->too_long, 1);
    memcpy(sink->text + sink->used, part, bytes);
    sink->used += bytes;
    sink->text[sink->used] = '\0';
}

/* The callback forms keep their state on the stack, so that leaving them by longjmp loses nothing. Legacy Rust names
 * are valid C++ names too, hence the order. Both keep libiberty's limit on recursion. */
static bool demangle_into(struct sink *sink, const char *mangled)
{
    if (setjmp(sink->too_long))
        return false;
    if (rust_demangle_callback(mangled, sink->options, take, sink))
        return sink->used > 0;
    sink->used = 0;
    return cplus_demangle_v3_callback(mangled, sink->options, take, sink) && sink->used > 0;
}

static bool is_mangled(const char *symbol)
{
    return strncmp(symbol, "_Z", 2) == 0 || strncmp(symbol, "_R", 2) == 0;
}

/* The hash that ends a legacy Rust name, the only mangled names with dots of their own: "17h", 16 digits, "E". */
static size_t legacy_rust_length(const char *symbol)
{
    if (strncmp(symbol, "_ZN", 3) != 0)
        return 0;
    for (const char *hash = symbol; (hash = strstr(hash, "17h")); hash += 3)
        if (strspn(hash + 3, "0123456789abcdef") == 16 && hash[19] == 'E')
            return (size_t)(hash + 20 - symbol);
    return 0;
}

/* Where the compilers' suffix begins: at the first '.' or '@' of a name that does not begin with it. */
static size_t stem_length(const char *symbol)
{
    size_t rust = legacy_rust_length(symbol);
    if (rust)
        return rust;
    return symbol[0] ? 1 + strcspn(symbol + 1, ".@") : 0;
}

static const char *const uniquifiers[] = {".lto_priv.", ".llvm.", "@"};

static bool is_uniquifier(const char *suffix, size_t *bytes)
{
    for (size_t i = 0; i < sizeof uniquifiers / sizeof *uniquifiers; i++) {
        size_t head = strlen(uniquifiers[i]);
        if (strncmp(suffix, uniquifiers[i], head) != 0)
            continue;
        *bytes = uniquifiers[i][0] == '@' ? strlen(suffix) : head + strspn(suffix + head, "0123456789");
        return true;
    }
    return false;
}

static void copy_suffix(char *out, const char *suffix)
{
    while (*suffix) {
        size_t skip = 0;
        if (is_uniquifier(suffix, &skip))
            suffix += skip;
        else
            *out++ = *suffix++;
    }
    *out = '\0';
}

static char *join(const char *name, size_t name_bytes, const char *suffix)
{
    char *text = malloc(name_bytes + strlen(suffix) + 1);
    if (!text)
        return NULL;
    memcpy(text, name, name_bytes);
    copy_suffix(text + name_bytes, suffix);
    return text;
}

/* What runs a file's constructors and destructors is called after a function of it, which may be mangled. */
static size_t initialiser_length(const char *symbol)
{
    static const char *const heads[] = {"_GLOBAL__sub_I_", "_GLOBAL__sub_D_"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncmp(symbol, heads[i], strlen(heads[i])) == 0)
            return strlen(heads[i]);
    return 0;
}

static char *demangle_stem(const char *symbol, size_t stem_bytes, enum demangle_style style)
{
    char *stem = strndup(symbol, stem_bytes);
    char *room = malloc(TEXT_MAX);
    char *result = NULL;
    if (stem && room) {
        struct sink sink = {.text = room, .options = DMGL_AUTO};
        if (style == DEMANGLE_WHOLE)
            sink.options |= DMGL_PARAMS | DMGL_ANSI;
        bool found = demangle_into(&sink, stem);
        const char *name = found ? room : stem;
        result = join(name, strlen(name), symbol + stem_bytes);
    }
    free(room);
    free(stem);
    return result;
}

static char *demangle_symbol(const char *symbol, enum demangle_style style)
{
    size_t stem_bytes = stem_length(symbol);
    if (is_mangled(symbol))
        return demangle_stem(symbol, stem_bytes, style);
    return join(symbol, stem_bytes, symbol + stem_bytes);
}

char *demangle(const char *symbol, enum demangle_style style)
{
    size_t head = initialiser_length(symbol);
    char *name = demangle_symbol(symbol + head, style), *whole = NULL;
    if (!head || !name)
        return name;
    if (asprintf(&whole, "%.*s%s", (int)head, symbol, name) < 0)
        whole = NULL;
    free(name);
    return whole;
}
