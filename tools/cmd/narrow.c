#include "cmd/narrow.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "calls/rewrite.h"

/* --thread, --process, --depth, --min-time, --range, --where, --under and --until have to know what comes later: how
 * long a call takes, what a percent of the recording is, what a thread will be called. Or they would need a word on the
 * tape for each call that is left out, to know how deep the next one is. So all is recorded, and read once more. The
 * filters by name have done their part before, but for functions that --under and --until need. */
static bool narrow_is_asked(const struct cmd_filter *words)
{
    return words->threads.count + words->processes.count + words->under.count + words->until.count != 0 ||
           words->depth != UINT64_MAX || words->min_time != NULL || words->range != NULL || words->where != NULL;
}

static bool is_chosen(const struct filter_choice *choice, uint32_t thread, uint32_t *next)
{
    if (*next == choice->thread_count || choice->threads[*next] != thread)
        return false;
    ++*next;
    return true;
}

static int rewrite_all(struct tape *tape, const struct filter_choice *choice, struct writer *writer,
                       struct error *error)
{
    uint32_t threads, next = 0;
    tape_threads(tape, &threads);
    struct rewrite *rewrite = rewrite_create(tape, choice, writer, error);
    int status = rewrite != NULL ? 0 : -1;
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = rewrite_thread(rewrite, i, is_chosen(choice, i, &next), error);
    rewrite_destroy(rewrite);
    return status == 0 ? writer_flush_meta(writer, error) : -1;
}

/* Events without a time have been given theirs: the calls that are left out may have been between. */
static int note_estimates(struct writer *writer, const struct tape *tape, struct error *error)
{
    const struct tape_totals totals = tape_totals(tape);
    char text[200], untimed[TEXT_NUMBER], all[TEXT_NUMBER];
    const char *const strings[] = {text};
    struct ct_note note = {.kind = CT_NOTE_INFO, .process = CT_NONE, .count = totals.untimed};
    if (totals.untimed == 0)
        return 0;
    snprintf(
        text, sizeof text,
        "before record's filters %s of %s events had no time of their own, and were given interpolated ones, which "
        "no ~ marks; --clock exact gives all theirs.",
        text_count(untimed, totals.untimed), text_count(all, totals.events));
    return writer_record(writer, CT_RECORD_NOTE, &note, sizeof note, strings, 1, error);
}

static int write_anew(struct session *session, struct tape *tape, const struct filter_choice *choice,
                      struct error *error)
{
    char path[sizeof session->part + 8];
    snprintf(path, sizeof path, "%s.new", session->part);
    struct writer *writer = writer_create(path, session->arena.header->session, error);
    int status = writer != NULL ? 0 : -1;
    if (status == 0)
        status = session_fold(session, writer, error);
    if (status == 0)
        status = tape_copy_records(tape, writer, error);
    if (status == 0)
        status = note_estimates(writer, tape, error);
    if (status == 0)
        status = rewrite_all(tape, choice, writer, error);
    if (status == 0 && rename(path, session->part) != 0)
        status = error_set(error, "%s: can't be renamed: %s", path, strerror(errno));
    if (status != 0) {
        writer_abort(writer);
        unlink(path);
        return -1;
    }
    writer_abort(session->writer);
    session->writer = writer;
    return 0;
}

/* Spans have no module. */
static bool leaves_out_spans(const struct tape *tape, const struct filter_choice *choice)
{
    uint32_t count;
    const struct tape_function *functions = tape_functions(tape, &count);
    for (uint32_t i = 1; i < count && choice->functions != NULL; i++)
        if (functions[i].module == CT_NONE && functions[i].name != NULL && (choice->functions[i] & FILTER_SHOWN) == 0)
            return true;
    return false;
}

static int narrow_by(struct session *session, const struct cmd_filter *words, bool spans, struct error *error)
{
    struct chosen chosen = {0};
    struct tape *tape = writer_flush_meta(session->writer, error) == 0 ? tape_open(session->part, error) : NULL;
    struct labels *labels = tape != NULL ? labels_create(tape, error) : NULL;
    int status = labels != NULL ? filter_resolve(&chosen, words, tape, labels, error) : -1;
    if (status == 0 && (!spans || leaves_out_spans(tape, &chosen.choice)))
        status = write_anew(session, tape, &chosen.choice, error);
    filter_free(&chosen);
    labels_destroy(labels);
    tape_close(tape);
    return status;
}

int narrow_spans(struct session *session, const struct cmd_filter *words, struct error *error)
{
    struct cmd_filter names = CMD_FILTER;
    names.functions = words->functions;
    names.excludes = words->excludes;
    names.modules = words->modules;
    names.files = words->files;
    names.anywhere = true;
    size_t count = names.functions.count + names.excludes.count + names.modules.count + names.files.count;
    return count != 0 ? narrow_by(session, &names, true, error) : 0;
}

int narrow(struct session *session, const struct cmd_filter *words, struct error *error)
{
    return narrow_is_asked(words) ? narrow_by(session, words, false, error) : 0;
}
