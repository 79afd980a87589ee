/* Chrome's trace events to a tape: all are read and sorted by thread and time, for they may come in any order; then the
 * calls of one thread after the other are written. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "calltape/format.h"
#include "import/chrome_event.h"
#include "import/growing.h"
#include "import/import.h"
#include "import/sorter.h"
#include "import/taping.h"
#include "import/told.h"
#include "tape/checksum.h"

struct known {
    uint64_t key; /* of name and place; first: struct numbers finds it here */
    char *name, *place;
    uint32_t number;
    uint32_t function; /* in the tape; 0: not yet */
};

struct process {
    uint64_t pid; /* first, likewise */
    char *name;
    uint32_t index; /* in the tape, or CT_NONE */
};

struct thread {
    uint64_t key; /* of pid and tid; first, likewise */
    uint32_t pid, tid, number;
    char *name;
};

/* An open call. */
struct open {
    uint64_t until; /* of a whole event; UINT64_MAX: its end is an event of its own */
    uint64_t told;  /* where its values are */
    uint32_t function;
};

struct chrome {
    struct json_reader *reader;
    struct chrome_event event;
    struct taping *taping;
    struct sorter *sorter;
    struct told *told;
    struct numbers functions, processes, threads;
    struct known **function_list; /* by number, from 0 */
    struct thread **thread_list;
    size_t function_count, thread_count;
    uint64_t events, first_ns;
    uint32_t module;   /* all functions': a tape takes those of none for one where they have one name */
    struct open *open; /* of the thread being written */
    size_t depth, room;
    struct import_notes *notes;
    struct error *error;
};

static int no_memory(const struct chrome *chrome)
{
    return error_set(chrome->error, "out of memory for names");
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* The number of the function of that name and place, in *number. */
static int function_of(struct chrome *chrome, const char *name, const char *place, uint32_t *number)
{
    uint64_t key = checksum(name, strlen(name)) + 31 * checksum(place, strlen(place));
    struct known *known;
    while ((known = numbers_find(&chrome->functions, key)) != NULL &&
           (strcmp(known->name, name) != 0 || strcmp(known->place, place) != 0))
        key++;
    if (known != NULL) {
        *number = known->number;
        return 0;
    }
    struct known **kept = growing_add(&chrome->function_list, &chrome->function_count, sizeof(struct known *));
    if (kept == NULL || (*kept = known = calloc(1, sizeof *known)) == NULL) {
        chrome->function_count -= kept != NULL;
        return no_memory(chrome);
    }
    *known = (struct known){key, strdup(name), strdup(place), (uint32_t)(chrome->function_count - 1), 0};
    *number = known->number;
    bool whole = known->name != NULL && known->place != NULL;
    return whole && numbers_add(&chrome->functions, known) == 0 ? 0 : no_memory(chrome);
}

static struct process *process_of(struct chrome *chrome, uint32_t pid)
{
    struct process *process = numbers_find(&chrome->processes, pid);
    if (process != NULL || (process = calloc(1, sizeof *process)) == NULL)
        return process;
    *process = (struct process){.pid = pid, .index = CT_NONE};
    if (numbers_add(&chrome->processes, process) == 0)
        return process;
    free(process);
    return NULL;
}

static struct thread *thread_of(struct chrome *chrome, uint32_t pid, uint32_t tid)
{
    uint64_t key = (uint64_t)pid << 32 | tid;
    struct thread *thread = numbers_find(&chrome->threads, key);
    if (thread != NULL)
        return thread;
    struct thread **kept = growing_add(&chrome->thread_list, &chrome->thread_count, sizeof(struct thread *));
    if (kept == NULL || (*kept = thread = calloc(1, sizeof *thread)) == NULL) {
        chrome->thread_count -= kept != NULL;
        return NULL;
    }
    *thread = (struct thread){.key = key, .pid = pid, .tid = tid, .number = (uint32_t)(chrome->thread_count - 1)};
    return numbers_add(&chrome->threads, thread) == 0 ? thread : NULL;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static int rename_to(char **name, const char *value)
{
    free(*name);
    *name = strdup(value);
    return *name != NULL ? 0 : -1;
}

static int take_metadata(struct chrome *chrome)
{
    const struct chrome_event *event = &chrome->event;
    int status = 0;
    if (strcmp(event->name, "process_name") == 0) {
        struct process *process = process_of(chrome, event->pid);
        status = process != NULL ? rename_to(&process->name, event->value) : -1;
    } else if (strcmp(event->name, "thread_name") == 0) {
        struct thread *thread = thread_of(chrome, event->pid, event->tid);
        status = thread != NULL ? rename_to(&thread->name, event->value) : -1;
    }
    return status == 0 ? 0 : no_memory(chrome);
}

static int take_call(struct chrome *chrome, enum sorted_kind kind)
{
    const struct chrome_event *event = &chrome->event;
    struct sorted sorted = {
        .ns = event->ns, .length = event->length_ns, .number = chrome->events++, .kind = kind, .function = UINT32_MAX};
    if (!event->timed)
        return json_wrong(chrome->reader, "a call without \"ts\" ends here");
    if (kind != SORTED_END && !event->named)
        return json_wrong(chrome->reader, "a call without \"name\" ends here");
    struct thread *thread = thread_of(chrome, event->pid, event->tid);
    if (thread == NULL || process_of(chrome, event->pid) == NULL)
        return no_memory(chrome);
    sorted.thread = thread->number;
    if (event->named && function_of(chrome, event->name, kind == SORTED_END ? "" : event->place, &sorted.function) != 0)
        return -1;
    if (event->ns < chrome->first_ns)
        chrome->first_ns = event->ns;
    uint64_t told;
    if (told_keep(chrome->told, &event->told, &told, chrome->error) != 0)
        return -1;
    sorted.told = told;
    sorted.inherited = event->inherited;
    chrome->notes->untold += event->untold;
    return sorter_add(chrome->sorter, &sorted, chrome->error);
}

static int take_event(struct chrome *chrome)
{
    int piece = json_next(chrome->reader);
    if (piece != JSON_OBJECT)
        return piece < 0 ? -1 : json_wrong(chrome->reader, "no event, which would be an object, ends here");
    if (chrome_event_read(chrome->reader, &chrome->event) != 0)
        return -1;
    switch (chrome->event.kind) {
    case 'B':
        return take_call(chrome, SORTED_BEGIN);
    case 'E':
        return take_call(chrome, SORTED_END);
    case 'X':
        return take_call(chrome, SORTED_WHOLE);
    case 'M':
        return take_metadata(chrome);
    default:
        chrome->notes->skipped++;
        return 0;
    }
}

/* `bare`: they are all there is, and may then lack the end of their array. */
static int read_events(struct chrome *chrome, bool bare)
{
    int more;
    for (bool first = true; (more = json_element(chrome->reader, first)) > 0; first = false)
        if (take_event(chrome) != 0)
            return -1;
    chrome->notes->unended = more < 0 && bare && json_at_end(chrome->reader);
    return chrome->notes->unended ? 0 : more;
}

static int read_object(struct chrome *chrome)
{
    struct json_reader *reader = chrome->reader;
    int more;
    bool found = false;
    for (bool first = true; (more = json_member(reader, first)) > 0; first = false) {
        bool events = strcmp(reader->text, "traceEvents") == 0;
        if (!events && json_skip(reader) != 0)
            return -1;
        if (events && json_next(reader) != JSON_ARRAY)
            return json_wrong(reader, "\"traceEvents\" is no array");
        if (events && read_events(chrome, false) != 0)
            return -1;
        found = found || events;
    }
    return more == 0 && !found ? json_wrong(reader, "no \"traceEvents\": this is no trace of Chrome's") : more;
}

static int read_file(struct chrome *chrome)
{
    int status, piece = json_next(chrome->reader);
    if (piece < 0)
        return -1;
    if (piece != JSON_OBJECT && piece != JSON_ARRAY)
        return json_wrong(chrome->reader, "neither an object nor an array: this is no trace of Chrome's");
    status = piece == JSON_OBJECT ? read_object(chrome) : read_events(chrome, true);
    return status == 0 ? json_end(chrome->reader) : -1;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* The tape's number of a function, which is told when it is first called. */
static int taped(struct chrome *chrome, uint32_t number, uint32_t *function)
{
    struct known *known = chrome->function_list[number];
    int status = 0;
    if (known->function == 0) {
        char *colon = strrchr(known->place, ':');
        uint32_t line = colon != NULL ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
        char *file = strndup(known->place, colon != NULL ? (size_t)(colon - known->place) : strlen(known->place));
        if (file == NULL)
            return no_memory(chrome);
        status = taping_function(chrome->taping, chrome->module, number + UINT64_C(1), known->name, file, line,
                                 &known->function, chrome->error);
        free(file);
    }
    *function = known->function;
    return status;
}

static int begin_thread(struct chrome *chrome, uint32_t number, uint64_t ns)
{
    const struct thread *thread = chrome->thread_list[number];
    struct process *process = numbers_find(&chrome->processes, thread->pid);
    const char *command = process->name != NULL ? process->name : "";
    chrome->depth = 0;
    if (process->index == CT_NONE &&
        taping_process(chrome->taping, thread->pid, 0, command, command, ns, &process->index, chrome->error) != 0)
        return -1;
    return taping_thread(chrome->taping, process->index, thread->tid, thread->name != NULL ? thread->name : command, ns,
                         chrome->error);
}

static int push(struct chrome *chrome, const struct sorted *event, uint64_t until)
{
    if (chrome->depth == chrome->room) {
        size_t room = chrome->room != 0 ? 2 * chrome->room : 64;
        struct open *open = realloc(chrome->open, room * sizeof *open);
        if (open == NULL)
            return error_set(chrome->error, "out of memory for open calls");
        chrome->open = open;
        chrome->room = room;
    }
    chrome->open[chrome->depth++] = (struct open){until, event->told, event->function};
    return 0;
}

static int tell(struct chrome *chrome, uint64_t told, uint8_t kind)
{
    return told_write(chrome->told, told, kind, chrome->taping, chrome->error);
}

static int pop(struct chrome *chrome, uint64_t ns)
{
    if (tell(chrome, chrome->open[--chrome->depth].told, CT_KEY_RETURN) != 0)
        return -1;
    return taping_exit(chrome->taping, ns, chrome->error);
}

/* Whole events that are over. */
static int end_over(struct chrome *chrome, uint64_t ns)
{
    int status = 0;
    while (status == 0 && chrome->depth != 0 && chrome->open[chrome->depth - 1].until <= ns)
        status = pop(chrome, chrome->open[chrome->depth - 1].until);
    return status;
}

static int enter(struct chrome *chrome, const struct sorted *event)
{
    uint64_t until = UINT64_MAX;
    if (event->kind == SORTED_WHOLE) {
        until = event->length < UINT64_MAX - 1 - event->ns ? event->ns + event->length : UINT64_MAX - 1;
        if (chrome->depth != 0 && chrome->open[chrome->depth - 1].until < until) {
            until = chrome->open[chrome->depth - 1].until;
            chrome->notes->crossing++;
        }
    }
    uint32_t function;
    if (taped(chrome, event->function, &function) != 0 || push(chrome, event, until) != 0)
        return -1;
    chrome->notes->calls += !event->inherited;
    chrome->notes->inherited += event->inherited;
    int status = event->inherited ? taping_inherit(chrome->taping, function, event->ns, chrome->error)
                                  : taping_enter(chrome->taping, function, event->ns, chrome->error);
    return status == 0 ? tell(chrome, event->told, CT_KEY_ARGUMENT) : -1;
}

/* Is the open call what the end event is of? One without a name is of any. */
static bool is_of(const struct chrome *chrome, const struct open *open, uint32_t function)
{
    if (open->until != UINT64_MAX)
        return false;
    return function == UINT32_MAX ||
           strcmp(chrome->function_list[open->function]->name, chrome->function_list[function]->name) == 0;
}

static int leave(struct chrome *chrome, const struct sorted *event)
{
    size_t at = chrome->depth;
    while (at != 0 && !is_of(chrome, &chrome->open[at - 1], event->function))
        at--;
    if (at == 0) {
        uint32_t function;
        chrome->notes->unpaired++;
        if (event->function == UINT32_MAX)
            return 0;
        if (taped(chrome, event->function, &function) != 0)
            return -1;
        return taping_stray(chrome->taping, function, chrome->error);
    }
    chrome->notes->crossing += chrome->depth - at;
    if (chrome->depth > at && taping_jump(chrome->taping, chrome->depth - at, chrome->error) != 0)
        return -1;
    chrome->depth = at;
    if (tell(chrome, event->told, CT_KEY_ARGUMENT) != 0 || tell(chrome, event->told, CT_KEY_RETURN) != 0)
        return -1;
    return pop(chrome, event->ns);
}

/* Whole events end in time; what lies in them and has no end ends with them. */
static int end_thread(struct chrome *chrome)
{
    uint64_t left = 0;
    int status = 0;
    for (; chrome->depth != 0 && status == 0; chrome->depth--) {
        uint64_t until = chrome->open[chrome->depth - 1].until;
        if (until == UINT64_MAX) {
            left++;
            continue;
        }
        if (left != 0)
            status = taping_jump(chrome->taping, left, chrome->error);
        left = 0;
        if (status == 0)
            status = tell(chrome, chrome->open[chrome->depth - 1].told, CT_KEY_RETURN);
        if (status == 0)
            status = taping_exit(chrome->taping, until, chrome->error);
    }
    return status;
}

static int write_events(struct chrome *chrome)
{
    struct sorted event;
    uint32_t thread = UINT32_MAX;
    int more;
    while ((more = sorter_next(chrome->sorter, &event, chrome->error)) > 0) {
        if (event.thread != thread &&
            (end_thread(chrome) != 0 || begin_thread(chrome, thread = event.thread, event.ns) != 0))
            return -1;
        if (end_over(chrome, event.ns) != 0)
            return -1;
        if ((event.kind == SORTED_END ? leave(chrome, &event) : enter(chrome, &event)) != 0)
            return -1;
    }
    return more < 0 ? -1 : end_thread(chrome);
}

static int write_tape(struct chrome *chrome, const char *output)
{
    chrome->taping = taping_open(output, chrome->error);
    if (chrome->taping == NULL)
        return -1;
    uint64_t start = chrome->first_ns != UINT64_MAX ? chrome->first_ns : 0;
    if (taping_session(chrome->taping, "", "", "imported from Chrome's JSON", start, 0, chrome->error) == 0 &&
        taping_module(chrome->taping, 0, "", 0, UINT64_MAX, &chrome->module, chrome->error) == 0 &&
        write_events(chrome) == 0)
        return taping_finish(chrome->taping, chrome->error);
    taping_abort(chrome->taping);
    return -1;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static void free_chrome(struct chrome *chrome)
{
    for (size_t i = 0; i < chrome->function_count; i++) {
        free(chrome->function_list[i]->name);
        free(chrome->function_list[i]->place);
        free(chrome->function_list[i]);
    }
    for (size_t i = 0; i < chrome->thread_count; i++) {
        free(chrome->thread_list[i]->name);
        free(chrome->thread_list[i]);
    }
    for (size_t i = 0; i < chrome->processes.slots; i++)
        if (chrome->processes.table[i] != NULL) {
            free(((struct process *)chrome->processes.table[i])->name);
            free(chrome->processes.table[i]);
        }
    numbers_free(&chrome->functions);
    numbers_free(&chrome->threads);
    numbers_free(&chrome->processes);
    sorter_destroy(chrome->sorter);
    told_destroy(chrome->told);
    free(chrome->function_list);
    free(chrome->thread_list);
    free(chrome->open);
    free(chrome->reader);
    free(chrome);
}

int import_chrome(const char *path, const char *output, struct import_notes *notes, struct error *error)
{
    struct chrome *chrome = calloc(1, sizeof *chrome);
    int status = -1;
    *notes = (struct import_notes){0};
    if (chrome == NULL)
        return error_set(error, "out of memory");
    chrome->notes = notes;
    chrome->error = error;
    chrome->first_ns = UINT64_MAX;
    chrome->reader = calloc(1, sizeof *chrome->reader);
    if (chrome->reader == NULL) {
        error_set(error, "out of memory");
    } else if ((chrome->sorter = sorter_create(error)) != NULL && (chrome->told = told_create(error)) != NULL &&
               json_reader_open(chrome->reader, path, error) == 0) {
        status = read_file(chrome);
        json_reader_close(chrome->reader);
        if (status == 0)
            status = sorter_sort(chrome->sorter, error) == 0 ? write_tape(chrome, output) : -1;
    }
    free_chrome(chrome);
    return status;
}
