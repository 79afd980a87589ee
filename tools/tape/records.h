/* One record after the other out of untrusted bytes. */
#ifndef CALLTAPE_TAPE_RECORDS_H
#define CALLTAPE_TAPE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calltape/format.h"
#include "tape/bytes.h"

enum { RECORD_STRINGS_MAX = 5 };

/* A record of a known type: the fixed struct of its type, copied, and its strings, in place. */
struct record {
    uint32_t type;
    size_t position; /* where it begins */
    union {
        struct ct_record head;
        struct ct_session session;
        struct ct_argument argument;
        struct ct_process process;
        struct ct_process_end process_end;
        struct ct_thread thread;
        struct ct_thread_name thread_name;
        struct ct_thread_end thread_end;
        struct ct_module module;
        struct ct_module_end module_end;
        struct ct_function function;
        struct ct_clock_pair clock;
        struct ct_symbol symbol;
        struct ct_note note;
        struct ct_key key;
        struct ct_left left;
        struct ct_left_calls left_calls;
    };
    const char *strings[RECORD_STRINGS_MAX];
};

enum record_status {
    RECORD_END,
    RECORD_KNOWN,
    RECORD_UNKNOWN, /* of a type that this version does not know: skipped */
    RECORD_DAMAGED, /* it has no room for what its type says: skipped */
    RECORD_TORN,    /* its length cannot be: what follows cannot be found; the cursor has not moved */
};

/* Zero words before a record are passed over. */
enum record_status record_next(struct bytes *bytes, struct record *record);

/* Whether the record at the cursor is one that a runtime of this version wrote whole: the type is known, the length
 * is exactly what it holds, the padding is zero. The cursor does not move. */
bool record_is_exact(const struct bytes *bytes);

#endif
