#include <stdlib.h>
#include <string.h>

#include "calltape/format.h"
#include "import/chrome_state.h"
#include "import/growing.h"
#include "tape/checksum.h"

static int no_memory(const struct chrome *chrome)
{
    return error_set(chrome->error, "out of memory for names");
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* The number of the function of that name and place, in *number. */
static int function_of(struct chrome *chrome, const char *name, const char *place, uint32_t *number)
{
    uint64_t key = checksum(name, strlen(name)) + 31 * checksum(place, strlen(place));
    struct chrome_function *known;
    while ((known = numbers_find(&chrome->functions, key)) != NULL &&
           (strcmp(known->name, name) != 0 || strcmp(known->place, place) != 0))
        key++;
    if (known != NULL) {
        *number = known->number;
        return 0;
    }
    struct chrome_function **kept = growing_add(&chrome->function_list, &chrome->function_count, sizeof *kept);
    if (kept == NULL || (*kept = known = calloc(1, sizeof *known)) == NULL) {
        chrome->function_count -= kept != NULL;
        return no_memory(chrome);
    }
    *known = (struct chrome_function){key, strdup(name), strdup(place), (uint32_t)(chrome->function_count - 1), 0};
    *number = known->number;
    bool whole = known->name != NULL && known->place != NULL;
    return whole && numbers_add(&chrome->functions, known) == 0 ? 0 : no_memory(chrome);
}

static bool same_id(const struct chrome_id *a, const struct chrome_id *b)
{
    return a->plain == b->plain && a->number == b->number;
}

/* Of plain ones the number itself: those of texts are anywhere. */
static uint64_t key_of(const struct chrome_id *id)
{
    return id->plain ? id->number : id->number | UINT64_C(1) << 63;
}

static struct chrome_process *process_of(struct chrome *chrome)
{
    const struct chrome_id *id = &chrome->event.pid;
    struct chrome_process *process;
    uint64_t key = key_of(id);
    while ((process = numbers_find(&chrome->processes, key)) != NULL && !same_id(&process->id, id))
        key++;
    if (process != NULL)
        return process;
    struct chrome_process **kept = growing_add(&chrome->process_list, &chrome->process_count, sizeof *kept);
    if (kept == NULL || (*kept = process = calloc(1, sizeof *process)) == NULL) {
        chrome->process_count -= kept != NULL;
        return NULL;
    }
    *process = (struct chrome_process){.key = key, .id = *id, .pid = (uint32_t)id->number, .index = CT_NONE};
    return numbers_add(&chrome->processes, process) == 0 ? process : NULL;
}

static struct chrome_thread *thread_of(struct chrome *chrome)
{
    struct chrome_process *process = process_of(chrome);
    const struct chrome_id *id = &chrome->event.tid;
    struct chrome_thread *thread;
    uint64_t key = process != NULL ? key_of(id) + process->key * UINT64_C(0x100000001) : 0;
    while (process != NULL && (thread = numbers_find(&chrome->threads, key)) != NULL) {
        if (thread->process == process && same_id(&thread->id, id))
            return thread;
        key++;
    }
    struct chrome_thread **kept =
        process != NULL ? growing_add(&chrome->thread_list, &chrome->thread_count, sizeof *kept) : NULL;
    if (kept == NULL || (*kept = thread = calloc(1, sizeof *thread)) == NULL) {
        chrome->thread_count -= kept != NULL;
        return NULL;
    }
    *thread = (struct chrome_thread){.key = key,
                                     .process = process,
                                     .id = *id,
                                     .tid = (uint32_t)id->number,
                                     .number = (uint32_t)(chrome->thread_count - 1)};
    return numbers_add(&chrome->threads, thread) == 0 ? thread : NULL;
}

/* What is no number of 32 bits gets one that no system hands out (PID_MAX_LIMIT), and its id as its name. */
static int number_names(struct chrome *chrome)
{
    enum { FIRST = 1 << 22 };
    uint32_t next = FIRST;
    bool whole = true;
    for (size_t i = 0; i < chrome->process_count; i++) {
        struct chrome_process *process = chrome->process_list[i];
        if (process->id.plain)
            continue;
        process->pid = next++;
        whole &= process->name != NULL || (process->name = strdup(process->id.text)) != NULL;
        chrome->notes->renamed++;
    }
    for (size_t i = 0; i < chrome->thread_count; i++) {
        struct chrome_thread *thread = chrome->thread_list[i];
        if (thread->id.plain)
            continue;
        thread->tid = next++;
        whole &= thread->name != NULL || (thread->name = strdup(thread->id.text)) != NULL;
        chrome->notes->renamed++;
    }
    return whole ? 0 : no_memory(chrome);
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
        struct chrome_process *process = process_of(chrome);
        status = process != NULL ? rename_to(&process->name, event->value) : -1;
    } else if (strcmp(event->name, "thread_name") == 0) {
        struct chrome_thread *thread = thread_of(chrome);
        status = thread != NULL ? rename_to(&thread->name, event->value) : -1;
    }
    return status == 0 ? 0 : no_memory(chrome);
}

static void leave_out(struct chrome *chrome, uint64_t offset)
{
    if (chrome->notes->untimely++ == 0)
        chrome->notes->untimely_offset = offset;
}

/* Sorted, it comes back once all are there. */
static int keep(struct chrome *chrome, enum sorted_kind kind, uint32_t function)
{
    const struct chrome_event *event = &chrome->event;
    const struct chrome_thread *thread = thread_of(chrome);
    uint64_t told;
    if (thread == NULL)
        return no_memory(chrome);
    if (event->ns < chrome->first_ns)
        chrome->first_ns = event->ns;
    if (told_keep(chrome->told, &event->told, &told, chrome->error) != 0)
        return -1;
    const struct sorted sorted = {
        .ns = event->ns,
        .length = event->length_ns,
        .number = chrome->events++,
        .thread = thread->number,
        .function = function,
        .kind = kind,
        .inherited = event->inherited,
        .told = told,
    };
    return sorter_add(chrome->sorter, &sorted, chrome->error);
}

static int take_call(struct chrome *chrome, enum sorted_kind kind)
{
    const struct chrome_event *event = &chrome->event;
    uint32_t function = UINT32_MAX;
    if (kind != SORTED_END && !event->named)
        return json_wrong(chrome->reader, "a call without \"name\" ends here");
    if (event->named && function_of(chrome, event->name, kind == SORTED_END ? "" : event->place, &function) != 0)
        return -1;
    chrome->paired = chrome->paired || kind != SORTED_WHOLE;
    chrome->notes->untold += event->untold;
    return keep(chrome, kind, function);
}

static int take_mark(struct chrome *chrome)
{
    struct chrome_event *event = &chrome->event;
    chrome->notes->untold += event->untold;
    if (event->kind == 'C')
        chrome->notes->untold += told_counters(&event->told, event->name);
    else if (!told_message(&event->told, event->name))
        return no_memory(chrome);
    return keep(chrome, SORTED_MARK, UINT32_MAX);
}

/* `offset`: where it begins. */
static int take_timed(struct chrome *chrome, uint64_t offset)
{
    const struct chrome_event *event = &chrome->event;
    if (!event->timed)
        return json_wrong(chrome->reader, "a call, mark or counter without \"ts\" ends here");
    if (event->untimely) {
        leave_out(chrome, offset);
        return 0;
    }
    switch (event->kind) {
    case 'B':
        return take_call(chrome, SORTED_BEGIN);
    case 'E':
        return take_call(chrome, SORTED_END);
    case 'X':
        return take_call(chrome, SORTED_WHOLE);
    default:
        return take_mark(chrome);
    }
}

static int take_event(struct chrome *chrome)
{
    int piece = json_next(chrome->reader);
    if (piece != JSON_OBJECT)
        return piece < 0 ? -1 : json_wrong(chrome->reader, "no event, which would be an object, ends here");
    uint64_t offset = chrome->reader->offset - 1;
    if (chrome_event_read(chrome->reader, &chrome->event) != 0)
        return -1;
    if (chrome->event.kind != '\0' && strchr("BEXiIRC", chrome->event.kind) != NULL)
        return take_timed(chrome, offset);
    if (chrome->event.kind == 'M')
        return take_metadata(chrome);
    chrome->notes->skipped++;
    return 0;
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
    for (size_t i = 0; i < chrome->process_count; i++) {
        free(chrome->process_list[i]->name);
        free(chrome->process_list[i]);
    }
    numbers_free(&chrome->functions);
    numbers_free(&chrome->threads);
    numbers_free(&chrome->processes);
    sorter_destroy(chrome->sorter);
    told_destroy(chrome->told);
    free(chrome->function_list);
    free(chrome->process_list);
    free(chrome->thread_list);
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
            status = number_names(chrome);
        if (status == 0)
            status = sorter_sort(chrome->sorter, error);
        if (status == 0 && chrome->paired)
            status = chrome_pair(chrome);
        if (status == 0)
            status = chrome_write(chrome, output);
    }
    free_chrome(chrome);
    return status;
}
