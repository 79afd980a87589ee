/* Functions by name, the calls of hooks that are theirs, and where their parameters are there: by DWARF and unwind
 * information. To be run in a sandbox only. */
#ifndef CALLTAPE_SYMBOL_FUNCTIONS_H
#define CALLTAPE_SYMBOL_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"
#include "symbol/leaf.h"
#include "symbol/location.h"
#include "symbol/split_places.h"

enum { FUNCTION_PARAMETERS = 32, FUNCTION_LEAVES = 64 };

struct function {
    uint64_t identity;            /* equal in all of its instances */
    char name[256], linkage[512]; /* as the source has it; as the linker has it, or "" */
    uint64_t address;             /* 0: nothing of it stands alone */
    bool foreign;                 /* it says that its calls are not System V's; gcc's functions do not say it */
    uint32_t parameters;
    struct passing passing[FUNCTION_PARAMETERS];
    struct passing result;
    uint32_t leaves; /* of parameters, then of the result */
    uint32_t result_leaf;
    struct leaf leaf[FUNCTION_LEAVES];
};

/* A call of a hook, at its return address. */
struct function_site {
    size_t index;
    bool inlined;    /* it belongs to an instance that was inlined into another function */
    uint64_t start;  /* of the code that it is in: the function's own or that other one's first instruction */
    uint64_t size;   /* of that; 0: not known */
    bool hook_first; /* its parameters are put where they belong behind the hook: by clang, without optimisation */
    bool has_frame;
    uint8_t frame_register; /* DWARF's number; that and the offset make the canonical frame address */
    int64_t frame_offset;
    struct location_set places[FUNCTION_PARAMETERS];
    bool may_be_unset;   /* by clang: memory of a parameter that nothing uses */
    bool may_be_altered; /* by clang: of a function that nothing else calls it takes parameters away */
    struct location_registers starts[FUNCTION_PARAMETERS]; /* if so: at the first instruction of that code */
};

/* What of a parameter is what it was when its function began. */
struct kept {
    uint16_t bytes; /* a bit for each of its first 16 */
    bool always;    /* in all of the function; else until the first call behind the hook's has returned */
};

/* Of what stands alone of a function, from start to end. */
struct kept_question {
    const struct function *function;
    uint32_t parameter;
    uint64_t start, end;
    const struct location_list *list;
};

/* What is asked of a function: paths that begin with a parameter's name. `all`: every parameter, beside the wishes. */
struct function_wish {
    bool by_name; /* and not by a glob alone: that it has nothing of what is asked is worth telling */
    bool arguments, all;
    const struct leaf_wish *paths;
    size_t path_count;
    bool result;
    struct leaf_wish result_format;
};

struct functions_query {
    const struct elf_file *program, *debug;
    const struct split_places *split; /* where the other half of `debug` may be */
    const uint64_t *sites;            /* sorted: return addresses of hook calls */
    size_t site_count;
    void *context;
    /* Whether a function is asked for, by its names. The wish must live on. */
    const struct function_wish *(*wants)(void *context, const char *name, const char *linkage);
    /* Of a wish that can't be granted; `path` NULL: it is no path. */
    void (*refuse)(void *context, const struct leaf_wish *path, const struct function *function, const char *why);
    /* Likewise: of a path alone (`why`), or that it is granted (NULL). */
    void (*judge)(void *context, const struct leaf_wish *path, const struct function *function, const char *why);
    void (*take)(void *context, const struct function *function, const struct function_site *site);
    /* By the code: what is kept; whether that which is kept until the first call in what stands alone, from start to
     * end, is so in the instance of a site. */
    struct kept (*keeps)(void *context, const struct kept_question *question);
    bool (*begins_alike)(void *context, uint64_t start, uint64_t end, uint64_t site);
    /* A .dwo file, of whose functions nothing is known, is not there. */
    void (*miss)(void *context, const char *path);
};

/* False: there is no debug information that can be read. */
bool functions_read(const struct functions_query *query);

#endif
