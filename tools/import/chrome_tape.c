/* Calls to a tape, one thread after the other. Those of a thread nest; one that overlaps another without lying in it is
 * written, with what lies in it, to a thread beside that one, as viewers draw it on a track of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calltape/format.h"
#include "import/chrome_state.h"
#include "import/growing.h"

/* So many threads beside one another at most: what overlaps even then ends with the call around it. So does what times
 * and lengths that were rounded each by itself let reach beyond it. */
enum { MOST_BESIDE = 64, ROUNDING_NS = 2 };

/* An open call. */
struct open {
    uint64_t until;      /* UINT64_MAX: it has no end */
    uint64_t end_number; /* of a pair: what comes later in the file at the same time is not in it; 0: no pair */
    uint64_t told;       /* where its values are */
    size_t ending;       /* depth of the innermost that has an end, it among them; 0: none */
};

struct writing {
    struct chrome *chrome;
    struct sorter *beside; /* what is for the next threads; NULL: nothing may be */
    uint32_t round;        /* threads before, beside each */
    uint32_t module;       /* all functions': a tape takes those of none for one where they have one name */
    struct open *open;     /* of the thread being written */
    size_t depth, room;
};

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* The tape's number of a function, which is told when it is first called. */
static int taped(const struct writing *writing, uint32_t number, uint32_t *function)
{
    struct chrome *chrome = writing->chrome;
    struct chrome_function *known = chrome->function_list[number];
    int status = 0;
    if (known->function == 0) {
        const char *colon = strrchr(known->place, ':');
        uint32_t line = colon != NULL ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
        char *file = strndup(known->place, colon != NULL ? (size_t)(colon - known->place) : strlen(known->place));
        if (file == NULL)
            return error_set(chrome->error, "out of memory for names");
        status = taping_function(chrome->taping, writing->module, number + UINT64_C(1), known->name, file, line,
                                 &known->function, chrome->error);
        free(file);
    }
    *function = known->function;
    return status;
}

static int begin_thread(struct writing *writing, uint32_t number, uint64_t ns)
{
    struct chrome *chrome = writing->chrome;
    const struct chrome_thread *thread = chrome->thread_list[number];
    struct chrome_process *process = thread->process;
    const char *command = process->name != NULL ? process->name : "";
    const char *own = thread->name != NULL ? thread->name : command;
    char name[1200];
    writing->depth = 0;
    if (process->index == CT_NONE &&
        taping_process(chrome->taping, process->pid, 0, command, command, ns, &process->index, chrome->error) != 0)
        return -1;
    int length = snprintf(name, sizeof name, "%s", own);
    if (writing->round != 0 && (size_t)length < sizeof name)
        snprintf(name + length, sizeof name - (size_t)length, "%sbeside %u", length != 0 ? ", " : "", writing->round);
    return taping_thread(chrome->taping, process->index, thread->tid, name, ns, chrome->error);
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

static int tell(const struct writing *writing, uint64_t told, uint8_t kind)
{
    return told_write(writing->chrome->told, told, kind, writing->chrome->taping, writing->chrome->error);
}

static int push(struct writing *writing, const struct sorted *event, uint64_t until)
{
    if (!growing_room(&writing->open, writing->depth, &writing->room, sizeof *writing->open))
        return error_set(writing->chrome->error, "out of memory for open calls");
    size_t at = writing->depth++, before = at != 0 ? writing->open[at - 1].ending : 0;
    writing->open[at] = (struct open){until, event->end_number, event->told, until != UINT64_MAX ? at + 1 : before};
    return 0;
}

/* The innermost that has an end; NULL: none. */
static const struct open *innermost(const struct writing *writing)
{
    size_t ending = writing->depth != 0 ? writing->open[writing->depth - 1].ending : 0;
    return ending != 0 ? &writing->open[ending - 1] : NULL;
}

/* It ends, and with it what lies in it and has no end. */
static int pop(struct writing *writing, const struct open *call)
{
    struct chrome *chrome = writing->chrome;
    size_t at = (size_t)(call - writing->open), within = writing->depth - at - 1;
    chrome->notes->crossing += within;
    if (within != 0 && taping_jump(chrome->taping, within, chrome->error) != 0)
        return -1;
    writing->depth = at;
    return tell(writing, call->told, CT_KEY_RETURN) == 0 ? taping_exit(chrome->taping, call->until, chrome->error) : -1;
}

/* Calls that are over before the event of that time and number. */
static int end_over(struct writing *writing, uint64_t ns, uint64_t number)
{
    const struct open *call;
    int status = 0;
    while (status == 0 && (call = innermost(writing)) != NULL &&
           (call->until < ns || (call->until == ns && call->end_number < number)))
        status = pop(writing, call);
    return status;
}

static uint64_t end_of(const struct sorted *event)
{
    if (event->length == UINT64_MAX)
        return UINT64_MAX;
    return event->length < UINT64_MAX - 1 - event->ns ? event->ns + event->length : UINT64_MAX - 1;
}

static int enter(struct writing *writing, const struct sorted *event)
{
    struct chrome *chrome = writing->chrome;
    const struct open *around = innermost(writing);
    uint64_t until = end_of(event);
    bool crossing = until != UINT64_MAX && around != NULL && around->until < until;
    uint32_t function;
    if (crossing && until - around->until > ROUNDING_NS && writing->beside != NULL) {
        chrome->notes->beside += writing->round == 0;
        return sorter_add(writing->beside, event, chrome->error);
    }
    chrome->notes->crossing += crossing;
    if (taped(writing, event->function, &function) != 0 || push(writing, event, crossing ? around->until : until) != 0)
        return -1;
    chrome->notes->calls += !event->inherited;
    chrome->notes->inherited += event->inherited;
    int status = event->inherited ? taping_inherit(chrome->taping, function, event->ns, chrome->error)
                                  : taping_enter(chrome->taping, function, event->ns, chrome->error);
    return status == 0 ? tell(writing, event->told, CT_KEY_ARGUMENT) : -1;
}

static int stray(const struct writing *writing, const struct sorted *event)
{
    uint32_t function;
    if (taped(writing, event->function, &function) != 0)
        return -1;
    return taping_stray(writing->chrome->taping, function, writing->chrome->error);
}

static int mark(const struct writing *writing, const struct sorted *event)
{
    taping_pass(writing->chrome->taping, event->ns);
    return tell(writing, event->told, CT_KEY_COUNTER) == 0 ? tell(writing, event->told, CT_KEY_MESSAGE) : -1;
}

static int write_event(struct writing *writing, const struct sorted *event)
{
    if (end_over(writing, event->ns, event->number) != 0)
        return -1;
    switch ((enum sorted_kind)event->kind) {
    case SORTED_STRAY:
        return stray(writing, event);
    case SORTED_MARK:
        return mark(writing, event);
    default:
        return enter(writing, event);
    }
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static int write_threads(struct writing *writing)
{
    struct chrome *chrome = writing->chrome;
    struct sorted event;
    uint32_t thread = UINT32_MAX;
    int more;
    while ((more = sorter_next(chrome->sorter, &event, chrome->error)) > 0) {
        if (event.thread != thread && (end_over(writing, UINT64_MAX, UINT64_MAX) != 0 ||
                                       begin_thread(writing, thread = event.thread, event.ns) != 0))
            return -1;
        if (write_event(writing, &event) != 0)
            return -1;
    }
    return more < 0 ? -1 : end_over(writing, UINT64_MAX, UINT64_MAX);
}

/* Again and again, of what is left beside, until that is nothing. */
static int write_rounds(struct writing *writing)
{
    struct chrome *chrome = writing->chrome;
    int status;
    for (;; writing->round++) {
        bool last = writing->round == MOST_BESIDE;
        writing->beside = last ? NULL : sorter_create(chrome->error);
        status = last || writing->beside != NULL ? write_threads(writing) : -1;
        if (last || status != 0 || sorter_count(writing->beside) == 0)
            break;
        sorter_destroy(chrome->sorter);
        chrome->sorter = writing->beside;
        writing->beside = NULL;
        if (sorter_sort(chrome->sorter, chrome->error) != 0)
            return -1;
    }
    sorter_destroy(writing->beside);
    return status;
}

int chrome_write(struct chrome *chrome, const char *output)
{
    struct writing writing = {.chrome = chrome};
    uint64_t start = chrome->first_ns != UINT64_MAX ? chrome->first_ns : 0;
    chrome->taping = taping_open(output, chrome->error);
    if (chrome->taping == NULL)
        return -1;
    int status = taping_session(chrome->taping, "", "", "imported from Chrome's JSON", start, 0, chrome->error);
    if (status == 0)
        status = taping_module(chrome->taping, 0, "", 0, UINT64_MAX, &writing.module, chrome->error);
    if (status == 0)
        status = write_rounds(&writing);
    free(writing.open);
    if (status == 0)
        return taping_finish(chrome->taping, chrome->error);
    taping_abort(chrome->taping);
    return -1;
}
