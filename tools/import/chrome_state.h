/* Chrome's trace events on their way to a tape: read (chrome.c), sorted, begins and ends paired (chrome_pairs.c),
 * written (chrome_tape.c). */
#ifndef CALLTAPE_IMPORT_CHROME_STATE_H
#define CALLTAPE_IMPORT_CHROME_STATE_H

#include "base/numbers.h"
#include "import/chrome_event.h"
#include "import/import.h"
#include "import/sorter.h"
#include "import/taping.h"
#include "import/told.h"

struct chrome_function {
    uint64_t key; /* of name and place; first: struct numbers finds it here */
    char *name, *place;
    uint32_t number;
    uint32_t function; /* in the tape; 0: not yet */
};

struct chrome_process {
    uint64_t key; /* of its id; first, likewise */
    struct chrome_id id;
    char *name;
    uint32_t pid;   /* as it is shown */
    uint32_t index; /* in the tape, or CT_NONE */
};

struct chrome_thread {
    uint64_t key; /* of its process and its id; first, likewise */
    struct chrome_process *process;
    struct chrome_id id;
    uint32_t tid, number;
    char *name;
};

struct chrome {
    struct json_reader *reader;
    struct chrome_event event;
    struct taping *taping;
    struct sorter *sorter;
    struct told *told;
    struct numbers functions, processes, threads;
    struct chrome_function **function_list; /* by number, from 0 */
    struct chrome_process **process_list;
    struct chrome_thread **thread_list;
    size_t function_count, process_count, thread_count;
    uint64_t events, first_ns;
    bool paired; /* some are begins or ends */
    struct import_notes *notes;
    struct error *error;
};

/* Begins and ends become pairs, sorted again, in `sorter`. 0; -1: the error is set. */
int chrome_pair(struct chrome *chrome);
/* Writes the tape, of whole events and pairs. */
int chrome_write(struct chrome *chrome, const char *output);

#endif
