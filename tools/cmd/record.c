/* calltape record: runs a program with the runtime preloaded and leaves one tape. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/names.h"
#include "cmd/narrow.h"
#include "cmd/record_filter.h"
#include "cmd/record_recipes.h"
#include "cmd/summaries.h"
#include "cmd/where.h"
#include "record/child.h"
#include "record/drain.h"
#include "record/others.h"
#include "record/program.h"
#include "record/session.h"

#define BUFFER_LEAST_BYTES 1000000u

static const char about[] = "Runs PROGRAM with its arguments and records every function call that it and\n"
                            "its children make. The program must have been compiled with\n"
                            "-finstrument-functions; it need not be linked with anything. Its input, output\n"
                            "and terminal are its own, signals reach it, and its exit status is calltape's.\n"
                            "\n"
                            "The tape is written while the program runs, so nothing is lost when the program\n"
                            "is killed; when calltape itself is killed, what was recorded can be read as\n"
                            "ever. Children that outlive the program are recorded until they end, or until\n"
                            "Ctrl-C.\n"
                            "\n"
                            "Filters by name (--function, --exclude, --module, --file) have the words and the\n"
                            "meaning that they have for report: globs, or regular expressions behind re:. A\n"
                            "function left out costs little more than an empty hook. Its calls are counted\n"
                            "(calltape info lists them), its own time is self time of the nearest caller that\n"
                            "is recorded. Names come from the programs' symbols: a program without them has\n"
                            "only names such as prog+0x1234. A program waits at each function's first call\n"
                            "until it is told whether the function is recorded.\n"
                            "\n"
                            "The other filters (--thread, --process, --depth, --min-time, --range, --under,\n"
                            "--until) mean what they mean for report as well, and act when the recording ends:\n"
                            "they have to know what comes later, as how long a call takes. Until then all is\n"
                            "recorded, at the cost of that; what is left is written with the times that it had,\n"
                            "those of events without a time as they were estimated.\n"
                            "\n"
                            "--waits interposes the functions of pthreads by which threads wait for one another:\n"
                            "mutexes, condition variables, read-write locks, semaphores, barriers, the start and\n"
                            "the joining of threads. What is had at once costs next to nothing and is not\n"
                            "recorded; a wait is shown like a call, [wait: mutex]. Not seen are those of programs\n"
                            "linked statically, of C11's threads (mtx_lock), futexes, pipes and processes.\n"
                            "\n"
                            "--fold N keeps of calls that loops make over and over what they come to: how many there\n"
                            "were, what they took together, the shortest and the longest, for each loop. Reports\n"
                            "say of them what they would have said; when each of them was and what it took is\n"
                            "estimated, and so are percentiles. Folded are runs of calls that call nothing, each\n"
                            "shorter than what recording 64 events takes (one or two microseconds), of functions\n"
                            "that were called more than N times before; not those with recorded values.\n"
                            "\n"
                            "--trigger switches threads on and off, each for itself. With an on-trigger they\n"
                            "begin switched off; the call that switches on is recorded. What is open when a\n"
                            "thread is switched off is recorded to its end. Calls made while it is off are\n"
                            "counted as those of functions left out. A function that calls itself switches off\n"
                            "at the return of the outermost call of it that is recorded, or at any return if\n"
                            "none is. One that is left by longjmp does not switch off.\n";
static const char examples[] = "  gcc -O2 -g -finstrument-functions -o prog prog.c\n"
                               "  calltape record -- ./prog input.txt     records into prog.tape\n"
                               "  calltape report                         reports on the newest tape here\n"
                               "  calltape record -o run.tape make check  records all that make starts\n"
                               "  calltape record --exclude 'get_*' -- ./prog\n"
                               "  calltape record --clock exact --fold 1000 -- ./prog\n"
                               "  calltape record --trigger on:parse_request --trigger off:parse_request -- ./server\n";

enum { OWN_OPTIONS = 13 };

/* How often the programs are told that the recorder lives, at least. */
#define BEAT_MS 200

struct recording_filter {
    const struct cmd_filter *words;
    struct record_filter *by_name;
    struct judge judge;
};

struct recording {
    struct session session;
    struct child child;
    struct drain *drain;
    struct drain_state state;
    struct recording_filter filter;
    bool stopped; /* a signal asked to be done with summing up */
};

/* PROGRAM.tape, or PROGRAM.2.tape and so on: no tape is overwritten unasked. */
static void default_output(char *output, size_t size, const char *program)
{
    const char *base = strrchr(program, '/');
    base = base ? base + 1 : program;
    for (unsigned i = 1; i < 100000; i++) {
        char other[4200];
        if (i == 1)
            snprintf(output, size, "%s.tape", base);
        else
            snprintf(output, size, "%s.%u.tape", base, i);
        snprintf(other, sizeof other, "%s.part", output);
        if (access(output, F_OK) != 0 && access(other, F_OK) != 0)
            return;
    }
}

static void wait_for_child(struct recording *recording)
{
    while (child_wait(&recording->child, BEAT_MS) != CHILD_ENDED)
        drain_beat(recording->drain);
    int status = recording->child.status;
    if (WIFSIGNALED(status))
        drain_child_ended(recording->drain, CT_END_SIGNAL, (uint32_t)WTERMSIG(status));
    else
        drain_child_ended(recording->drain, CT_END_EXIT, (uint32_t)WEXITSTATUS(status));
}

/* A process that was started with the runtime and has not recorded a call after this long holds nothing to record. */
#define FRESH_MS 300

/* Nobody waits for a program that was started in the background and holds nothing to record; one that would record
 * later can't be told from it. */
static void say_left(const struct recording *recording)
{
    struct others others = others_find(recording->session.arena_path);
    if (others.fresh)
        cmd_say(NULL,
                "process %u, started by the program, runs on without having recorded anything; it is not waited for",
                others.pid);
}

/* 0: nobody may still record; else one that may. */
static uint32_t still_recording(struct recording *recording, int waited_ms)
{
    drain_look(recording->drain, &recording->state);
    if (recording->state.failed)
        return 0;
    if (recording->state.running)
        return recording->state.running_pid;
    struct others others = others_find(recording->session.arena_path);
    return others.joined || (others.fresh && waited_ms < FRESH_MS) ? others.pid : 0;
}

static void wait_for_others(struct recording *recording)
{
    const int step_ms = 5;
    uint32_t pid;
    for (int waited_ms = 0; (pid = still_recording(recording, waited_ms)) != 0; waited_ms += step_ms) {
        if (child_wait(&recording->child, step_ms) == CHILD_STOP)
            return;
        drain_beat(recording->drain);
        if (waited_ms == 1000)
            cmd_say(NULL, "process %u is still recording; waiting for it, Ctrl-C ends the recording now", pid);
    }
}

static void print_problems(const struct names *names)
{
    for (size_t i = 0; i < names->problem_count; i++)
        cmd_say(NULL, "%s", names->problems[i]);
}

/* Of the time that was recorded this part may be spent on summaries, at its end; but so much in any case. */
#define SUMMARIES_PART 4
#define SUMMARIES_LEAST_NS UINT64_C(20000000)
/* A report of more events would take a second without them: so they may take as long as these do to read, once. */
#define SUMMARIES_MANY_EVENTS UINT64_C(64000000)
#define SUMMARIES_MOST_NS_AN_EVENT 100

static uint64_t summaries_budget(const struct tape *tape)
{
    uint64_t events = tape_totals(tape).events;
    uint64_t budget = tape_ns(tape, tape_session(tape)->end_ticks) / SUMMARIES_PART;
    if (events > SUMMARIES_MANY_EVENTS)
        budget = events * SUMMARIES_MOST_NS_AN_EVENT;
    return budget > SUMMARIES_LEAST_NS ? budget : SUMMARIES_LEAST_NS;
}

static int is_stopped(void *context, uint64_t events)
{
    struct recording *recording = context;
    (void)events;
    recording->stopped = recording->stopped || child_wait(&recording->child, 0) == CHILD_STOP;
    return recording->stopped;
}

static void write_summaries(struct recording *recording)
{
    struct error error;
    struct session *session = &recording->session;
    const struct calls_watch watch = {is_stopped, recording};
    struct tape *tape = tape_open(session->part, &error);
    if (tape == NULL) {
        cmd_say(NULL, "summaries could not be stored: %s", error.text);
        return;
    }
    if (tape_totals(tape).events > SUMMARIES_MANY_EVENTS)
        cmd_say(NULL, "summing up what was recorded; Ctrl-C leaves that to each report");
    int status = summaries_write(session->writer, tape, summaries_budget(tape), &watch, &error);
    if (recording->stopped)
        cmd_say(NULL, "summing up was stopped: reports will read the events");
    else if (status != 0)
        cmd_say(NULL, "summaries could not be stored: %s", error.text);
    tape_close(tape);
}

/* Names are found in the files as they are now; a tape without names is a tape all the same. */
static void write_names(struct session *session)
{
    struct error error;
    struct names names = {0};
    struct tape *tape = tape_open(session->part, &error);
    if (tape && names_write(session->writer, tape, &names) == 0)
        print_problems(&names);
    else
        cmd_say(NULL, "the functions' names could not be stored: %s", tape ? names.error.text : error.text);
    names_free(&names);
    tape_close(tape);
}

static void say_nothing_recorded(const struct program *program, const struct session_options *options)
{
    const char *name = options->arguments[0];
    if (options->paused) {
        cmd_say(NULL,
                "no calls were recorded: %s was recorded with --paused and did not call calltape_resume() (calltape.h)",
                name);
        return;
    }
    if (program_is_instrumented(program->path)) {
        cmd_say(NULL,
                "no calls were recorded: %s made none, or could not join the recording for want of memory, descriptors "
                "or rights (README, Limits)",
                name);
        return;
    }
    cmd_say(NULL, "no calls were recorded: %s holds no instrumented functions, or was not run.", name);
    fprintf(stderr,
            "Compile it with -finstrument-functions (for instance: make CFLAGS='-O2 -g -finstrument-functions')\n"
            "and record again.\n");
}

/* A shell would say it; here nobody else does. */
static const char *how_it_ended(const struct child *child)
{
    static char text[64];
    const char *name = WIFSIGNALED(child->status) ? sigabbrev_np(WTERMSIG(child->status)) : NULL;
    if (WIFSIGNALED(child->status))
        snprintf(text, sizeof text, "; the program was killed by SIG%s", name ? name : "NAL");
    return text;
}

static void say_result(const struct recording *recording, const struct session_options *options,
                       const struct writer_totals *totals, uint64_t lost)
{
    char calls[TEXT_NUMBER], threads[TEXT_NUMBER], processes[TEXT_NUMBER], lost_text[TEXT_NUMBER], size[TEXT_NUMBER];
    struct stat status;
    uint64_t bytes = stat(recording->session.path, &status) == 0 ? (uint64_t)status.st_size : totals->bytes;
    const struct drain_state *state = &recording->state;
    char overwritten[TEXT_NUMBER + 32] = "", older[TEXT_NUMBER];
    if (state->overwritten_events)
        snprintf(overwritten, sizeof overwritten, ", %s older events overwritten",
                 text_count(older, state->overwritten_events));
    cmd_say(NULL, "%s %s, %s %s, %s %s, %s in %s, %s lost%s%s", text_count(calls, totals->entries),
            totals->entries == 1 ? "call" : "calls", text_count(threads, state->threads),
            state->threads == 1 ? "thread" : "threads", text_count(processes, state->processes),
            state->processes == 1 ? "process" : "processes", text_bytes(size, bytes), options->output,
            lost ? text_count(lost_text, lost) : "nothing", overwritten, how_it_ended(&recording->child));
    if (state->disk_full)
        cmd_say(NULL,
                "no space left on the disk, so recording stopped before the program did; what was recorded until then "
                "is in the tape");
}

/* What filters at the end can't do, they leave as it is. */
static void narrow_part(struct session *session, const struct recording_filter *filter)
{
    struct error error;
    const struct cmd_filter words = record_filter_rest(filter->by_name, filter->words);
    if (narrow_spans(session, filter->words, &error) != 0 || narrow(session, &words, &error) != 0)
        cmd_say(NULL, "%s; the tape holds what was recorded until then", error.text);
}

static void say_kept(const char *reason, const char *what, const struct session_options *options)
{
    cmd_say(NULL,
            "%s; %s. What was recorded can be read as it is, and saved elsewhere with `calltape check --repair -o OUT "
            "%s`",
            reason, what, options->output);
}

static void say_stopped(const char *reason, const struct session_options *options)
{
    say_kept(reason, "recording stopped", options);
}

static int finish(struct recording *recording, const struct program *program, const struct session_options *options)
{
    struct session *session = &recording->session;
    struct error error;
    drain_stop(recording->drain, &recording->state);
    uint64_t lost = __atomic_load_n(&session->arena.header->lost_events, __ATOMIC_RELAXED);
    if (recording->state.failed) {
        say_stopped(recording->state.error.text, options);
        return -1;
    }
    struct writer_totals totals = writer_totals(session->writer);
    if (!totals.events && !lost && !recording->state.processes) {
        session_discard(session);
        say_nothing_recorded(program, options);
        if (access(session->path, F_OK) == 0)
            cmd_say(NULL, "%s is left as it was: it holds an earlier recording", options->output);
        return 0;
    }
    write_names(session);
    narrow_part(session, &recording->filter);
    if (writer_fold_note(session->writer, &error) != 0)
        cmd_say(NULL, "%s", error.text);
    write_summaries(recording);
    totals = writer_totals(session->writer);
    if (session_finish(session, &error) != 0) {
        say_kept(error.text, "the tape is not finished", options);
        return -1;
    }
    say_result(recording, options, &totals, totals.lost_events + lost);
    return 0;
}

/* Where the caller closed one of the standard descriptors, a file of calltape's must not become it: what is then
 * printed would go into the tape. The child finds it closed all the same. */
static void keep_standard_files(void)
{
    int file;
    while ((file = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && file <= STDERR_FILENO)
        ;
    if (file >= 0)
        close(file);
}

static int run(const struct program *program, const struct session_options *options,
               const struct recording_filter *filter)
{
    static struct recording recording;
    struct error error;
    char runtime[2 * 4096];
    int exit_status;
    recording.filter = *filter;
    child_prepare(&recording.child);
    keep_standard_files();
    if (program_runtime(runtime, sizeof runtime, options->waits, &error) != 0 ||
        session_begin(&recording.session, options, &error) != 0)
        return cmd_fail("record", &error);
    if (child_start(&recording.child, program->path, options->arguments, runtime, recording.session.arena_path,
                    &exit_status, &error) != 0) {
        session_discard(&recording.session);
        cmd_fail("record", &error);
        return exit_status;
    }
    recording.drain = drain_start(&recording.session, (uint32_t)recording.child.pid,
                                  options->filter != 0 ? &recording.filter.judge : NULL, &error);
    if (!recording.drain) {
        __atomic_store_n(&recording.session.arena.header->recorder_gone, 1, __ATOMIC_RELAXED);
        say_stopped(error.text, options);
        while (child_wait(&recording.child, 1000) != CHILD_ENDED)
            ;
        return child_exit_status(&recording.child);
    }
    wait_for_child(&recording);
    wait_for_others(&recording);
    say_left(&recording);
    finish(&recording, program, options);
    return child_exit_status(&recording.child);
}

/* What the command line names of the program. */
struct named {
    struct cmd_filter filters;
    struct option_list triggers, arguments, returns;
    bool verbose;
};

/* Recipes and filters are made before the program starts: what is wrong with them is wrong usage. */
static int prepare(struct session_options *options, struct record_filter *filter, const struct named *named,
                   const struct program *program, char **recipes, struct error *error)
{
    const struct record_asked asked = {&named->arguments, &named->returns, named->verbose, options->arguments + 1,
                                       options->argument_count - 1};
    if (record_filter_check(filter, program->path, error) != 0 ||
        record_recipes(program->path, &asked, recipes, &options->recipes_bytes, error) != 0)
        return -1;
    options->filter = record_filter_bits(filter);
    options->recipes = *recipes;
    return 0;
}

static int record(struct session_options *options, const struct named *named)
{
    struct error error;
    struct program program;
    char default_name[4096], *recipes = NULL;
    enum program_verdict verdict = program_find(options->arguments[0], &program, &error);
    if (verdict != PROGRAM_FINE) {
        cmd_fail("record", &error);
        return verdict == PROGRAM_NOT_FOUND ? 127 : 126;
    }
    if (options->buffer_bytes < BUFFER_LEAST_BYTES) {
        error_set(&error, "--buffer %" PRIu64 " is too small: at least 1M", options->buffer_bytes);
        return cmd_wrong_usage("record", &error);
    }
    if (options->fold != UINT64_MAX && options->adaptive) {
        error_set(&error,
                  "--fold goes with --clock exact: the adaptive clock leaves no times that could be folded, and "
                  "short calls take little room without");
        return cmd_wrong_usage("record", &error);
    }
    if (where_check(named->filters.where, &error) != 0)
        return cmd_wrong_usage("record", &error);
    struct record_filter *filter = record_filter_create(&named->filters, &named->triggers, &error);
    if (filter == NULL)
        return cmd_wrong_usage("record", &error);
    int status;
    if (prepare(options, filter, named, &program, &recipes, &error) == 0) {
        if (!options->output) {
            default_output(default_name, sizeof default_name, options->arguments[0]);
            options->output = default_name;
        }
        const struct recording_filter both = {&named->filters, filter, record_filter_judge(filter)};
        status = run(&program, options, &both);
    } else {
        status = cmd_wrong_usage("record", &error);
    }
    record_filter_destroy(filter);
    free(recipes);
    return status;
}

int cmd_record(int argc, char **argv)
{
    static const char *const clocks[] = {"adaptive", "exact", NULL};
    static const char *const places[] = {"out", "in", NULL};
    static const char *const fulls[] = {"wait", "drop", "overwrite", NULL}; /* enum ct_full */
    struct session_options options = {.buffer_bytes = BUFFER_AS_NEEDED, .fold = UINT64_MAX};
    struct named named = {.filters = CMD_FILTER};
    int status, clock = 0, full = CT_FULL_WAIT, preempted = 0;
    struct option table[OWN_OPTIONS + FILTER_OPTIONS] = {
        {"output", 'o', OPTION_STRING, &options.output, "FILE", NULL,
         "write the tape to FILE, in place of one that is there\n"
         "(default: PROGRAM.tape, or PROGRAM.2.tape and so on if taken)"},
        {"buffer", 0, OPTION_COUNT, &options.buffer_bytes, "BYTES", NULL,
         "memory for calls that are not packed yet; k, M and G multiply\n"
         "(default: 64M; of it, where the program waits when it is full,\n8M and 2M more for each further busy "
         "thread)"},
        {"full", 0, OPTION_CHOICE, &full, "", fulls,
         "when that is full: the program waits, drops calls and counts\n"
         "them, or the oldest are overwritten, so that the tape holds\n"
         "the newest that the buffer had room for (default: wait)"},
        {"clock", 0, OPTION_CHOICE, &clock, "", clocks,
         "read the clock at every event, or only where an event does not\n"
         "follow shortly upon the one before, as far as is known by then\n(default: adaptive)"},
        {"preempted", 0, OPTION_CHOICE, &preempted, "", places,
         "time in which the system ran something else than a thread that\n"
         "wanted to go on: out of calls' times, or in them (default: out)"},
        {"fold", 0, OPTION_COUNT, &options.fold, "N", NULL,
         "keep only totals of short calls that follow each other, of\nfunctions called more than N times; with --clock "
         "exact"},
        {"paused", 0, OPTION_FLAG, &options.paused, NULL, NULL,
         "record nothing until the program calls calltape_resume()"},
        {"force", 0, OPTION_FLAG, &options.force, NULL, NULL, "replace a recording of the same name that never ended"},
        {"args", 0, OPTION_LIST, &named.arguments, "SPEC", NULL,
         "record the arguments of functions: FUNCTION, or FUNCTION:NAME,\n"
         "NAME->MEMBER, NAME/s64 (a text of at most 64 bytes), NAME/p (a\npointer); needs -g, and x86-64"},
        {"returns", 0, OPTION_LIST, &named.returns, "SPEC", NULL,
         "record the results of functions: FUNCTION, FUNCTION/s64,\nFUNCTION/p; likewise"},
        {"verbose", 0, OPTION_FLAG, &named.verbose, NULL, NULL,
         "name all that --args and --returns can't record, and not only\nthe first few"},
        {"waits", 0, OPTION_FLAG, &options.waits, NULL, NULL,
         "record where threads wait for one another, and who lets them\ngo on, for `calltape critical`"},
        {"trigger", 0, OPTION_LIST, &named.triggers, "WHAT", NULL,
         "on:NAME: a thread records from the entry of this function on;\n"
         "off:NAME: until the return of the outermost call of this one"},
    };
    filter_options(&named.filters, table + OWN_OPTIONS);
    const struct usage usage = {
        .verb = "record",
        .operands = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
        .about = about,
        .examples = examples,
        .options = {.table = table, .count = sizeof table / sizeof *table, .stop_at_operand = true},
    };
    struct error error;
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (argc < 2) {
        error_set(&error, "which program is to be recorded?");
        return cmd_wrong_usage("record", &error);
    }
    options.full = (enum ct_full)full;
    options.adaptive = clock == 0;
    options.keep_preempted = preempted == 1;
    options.argument_count = argc - 1;
    options.arguments = argv + 1;
    return record(&options, &named);
}
