#include "cmd/filter.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/moment.h"
#include "analyze/scale.h"
#include "base/text.h"
#include "cmd/filter_names.h"
#include "cmd/where.h"

const char filter_help[] = "Filters: a call is shown if every kind of filter given lets it through; an option\n"
                           "given several times lets through what any of its values does. Names are globs\n"
                           "('parse_*'), or regular expressions behind re: ('re:^(get|set)_'), which match\n"
                           "anywhere in the name. A glob also means every function whose name ends like that in\n"
                           "any class or namespace: find, std::map<int>::find. A file or module may be given by the\n"
                           "end of its path.\n"
                           "A call left out counts as if its function had not been compiled for tracing: its own\n"
                           "time is self time of the nearest caller shown. Where there is none it is in no sum;\n"
                           "the foot says how much that is. Levels of --depth are those shown. Calls that begin\n"
                           "before a range or end after it count with their time in it, and are calls of the\n"
                           "range that they begin in: where single calls are listed they are said to be earlier.\n"
                           "--where knows arguments and notes by their names (`in backquotes` where they are no\n"
                           "words), the result as ret, a member of it as ret.a, enumerators, numbers, true,\n"
                           "false, NULL, 'c' and \"text\" (a NUL in it is \\0); as in C || && ! == != < <= > >= + - *\n"
                           "/ % and parentheses, and ~ for text like a glob or re:.\n"
                           "A call without such a value does not match; of several of one name the last counts.\n"
                           "Integers are exact. A text is what was recorded of it.\n";

void filter_options(struct cmd_filter *filter, struct option options[FILTER_OPTIONS])
{
    const struct option table[FILTER_OPTIONS] = {
        {"function", 0, OPTION_LIST, &filter->functions, "NAME", NULL, "only calls of these functions"},
        {"exclude", 0, OPTION_LIST, &filter->excludes, "NAME", NULL, "all but calls of these functions"},
        {"module", 0, OPTION_LIST, &filter->modules, "NAME", NULL, "only functions of these programs and libraries"},
        {"file", 0, OPTION_LIST, &filter->files, "NAME", NULL, "only functions of these source files"},
        {"thread", 't', OPTION_LIST, &filter->threads, "THREAD", NULL,
         "only threads of this tid or name, or the one of\nthis index (#0 is the first)"},
        {"process", 0, OPTION_LIST, &filter->processes, "PROCESS", NULL, "only processes of this pid or name"},
        {"depth", 'd', OPTION_COUNT, &filter->depth, "N", NULL, "show the outermost N levels only"},
        {"min-time", 0, OPTION_STRING, &filter->min_time, "TIME", NULL,
         "only calls that took at least TIME (10us, 1.5ms),\nwhat they called included"},
        {"where", 0, OPTION_STRING, &filter->where, "CONDITION", NULL,
         "only calls whose recorded values are so:\n'nb > 1000 && ret < 0', 'path ~ \"*.c\"'"},
        {"range", 0, OPTION_STRING, &filter->range, "FROM..TO", NULL,
         "only this part of the recording: 2.5s..3s, 50%..60%;\neither end may be left out"},
        {"under", 0, OPTION_LIST, &filter->under, "NAME", NULL, "only calls of these functions and what is below them"},
        {"until", 0, OPTION_LIST, &filter->until, "NAME", NULL,
         "nothing from the first call of any of these functions\non, whatever thread calls it"},
    };
    memcpy(options, table, sizeof table);
}

bool filter_is_given(const struct cmd_filter *filter)
{
    return filter->functions.count + filter->excludes.count + filter->modules.count + filter->files.count +
                   filter->threads.count + filter->processes.count + filter->under.count + filter->until.count !=
               0 ||
           filter->min_time != NULL || filter->range != NULL || filter->depth != UINT64_MAX || filter->where != NULL;
}

static int no_memory(struct error *error)
{
    error_set(error, "out of memory for filters");
    return 1;
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

static int choose_functions(struct chosen *chosen, const struct cmd_filter *filter, const struct filter_names *names,
                            struct error *error)
{
    const struct option_list *lists[] = {&filter->functions, &filter->excludes, &filter->modules, &filter->files,
                                         &filter->under};
    size_t given = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        given += lists[i]->count;
    if (given == 0)
        return 0;
    chosen->functions = malloc(names->count * sizeof *chosen->functions);
    if (chosen->functions == NULL)
        return no_memory(error);
    memset(chosen->functions, FILTER_SHOWN, names->count);
    chosen->choice.functions = chosen->functions;
    chosen->choice.roots = filter->under.count != 0;
    const struct {
        const char *option;
        const struct option_list *list;
        enum filter_kind kind;
        uint8_t matched, others; /* what is left of the functions that match, and of others */
        uint8_t added;           /* to those that match */
    } rules[] = {
        {"function", &filter->functions, FILTER_FUNCTIONS, UINT8_MAX, 0, 0},
        {"module", &filter->modules, FILTER_MODULES, UINT8_MAX, 0, 0},
        {"file", &filter->files, FILTER_FILES, UINT8_MAX, 0, 0},
        {"exclude", &filter->excludes, FILTER_FUNCTIONS, 0, UINT8_MAX, 0},
        {"under", &filter->under, FILTER_FUNCTIONS, UINT8_MAX, UINT8_MAX, FILTER_ROOT},
    };
    uint8_t *matches = malloc(names->count);
    int status = matches != NULL ? 0 : no_memory(error);
    for (size_t i = 0; i < sizeof rules / sizeof *rules && status == 0; i++) {
        if (rules[i].list->count == 0)
            continue;
        status = filter_names_match(names, rules[i].option, rules[i].list, rules[i].kind, matches, error);
        for (uint32_t f = 0; f < names->count && status == 0; f++) {
            chosen->functions[f] &= matches[f] ? rules[i].matched : rules[i].others;
            chosen->functions[f] |= matches[f] ? rules[i].added : 0;
        }
    }
    free(matches);
    return status;
}

/* ---- time ------------------------------------------------------------------------------------------------------- */

/* "2.5s" or "50%"; moves *text behind it. */
static bool read_point(const char **text, uint64_t whole_ns, uint64_t *ns)
{
    char *end;
    size_t digits = strspn(*text, "0123456789.");
    if (digits == 0 || (*text)[digits] != '%')
        return text_read_duration(text, ns);
    double percent = strtod(*text, &end);
    if (end != *text + digits || percent > 100)
        return false;
    *text = end + 1;
    *ns = (uint64_t)(percent / 100 * (double)whole_ns + 0.5);
    return true;
}

static int bad_range(const char *range, const char *why, struct error *error)
{
    char safe[200];
    text_escape(safe, sizeof safe, range, true);
    error_set(error, "option --range: '%s' %s; write, for example, 2.5s..3s, 50%%..60%% or 10ms..", safe, why);
    return 2;
}

static int choose_range(struct filter_choice *choice, const char *range, const struct tape *tape, struct error *error)
{
    uint64_t whole = tape_ns(tape, tape_session(tape)->end_ticks), from = 0, to = UINT64_MAX;
    const char *text = range;
    if (range == NULL)
        return 0;
    if (strncmp(text, "..", 2) != 0 && !read_point(&text, whole, &from))
        return bad_range(range, "does not begin with a time", error);
    if (strncmp(text, "..", 2) != 0)
        return bad_range(range, "has no '..' behind the first time", error);
    text += 2;
    if (*text != '\0' && (!read_point(&text, whole, &to) || *text != '\0'))
        return bad_range(range, "does not end with a time", error);
    if (from >= to)
        return bad_range(range, "ends before it begins", error);
    if (from > whole) {
        char length[TEXT_NUMBER];
        text_duration(length, whole, true);
        error_set(error, "option --range: the recording is only %s long", length);
        return 2;
    }
    choice->from_ticks = moment_ticks(tape, from);
    choice->to_ticks = moment_ticks(tape, to);
    return 0;
}

static int choose_least(struct filter_choice *choice, const char *time, const struct tape *tape, struct error *error)
{
    struct scale scale = scale_of(tape);
    const char *end = time;
    char safe[200];
    uint64_t ns;
    if (time == NULL)
        return 0;
    if (!text_read_duration(&end, &ns) || *end != '\0') {
        text_escape(safe, sizeof safe, time, true);
        error_set(error, "option --min-time: '%s' is not a time; write, for example, 10us, 1.5ms or 2s", safe);
        return 2;
    }
    unsigned __int128 ticks = ((unsigned __int128)ns * scale.ticks + scale.ns - 1) / scale.ns;
    choice->least_ticks = ticks < UINT64_MAX ? (uint64_t)ticks : UINT64_MAX;
    return 0;
}

/* The first call of a function that matches, before *to: where there is one it becomes *to. */
static int find_first(struct tape *tape, uint32_t thread, const uint8_t *matches, uint64_t *to, struct error *error)
{
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, error);
    const struct tape_event *events;
    size_t count;
    int more = cursor != NULL ? 1 : -1;
    while (more > 0 && (more = tape_cursor_batch(cursor, &events, &count, error)) > 0) {
        for (size_t i = 0; i < count && more > 0; i++) {
            if (events[i].ticks >= *to)
                more = 0;
            else if (events[i].kind == TAPE_ENTRY && matches[events[i].function])
                *to = events[i].ticks;
        }
    }
    if (cursor != NULL)
        tape_cursor_close(cursor);
    return more < 0 ? 1 : 0;
}

static int choose_end(struct filter_choice *choice, const struct option_list *until, const struct filter_names *names,
                      struct tape *tape, struct error *error)
{
    uint32_t threads;
    if (until->count == 0)
        return 0;
    tape_threads(tape, &threads);
    uint8_t *matches = malloc(names->count);
    int status = matches != NULL ? filter_names_match(names, "until", until, FILTER_FUNCTIONS, matches, error)
                                 : no_memory(error);
    for (uint32_t i = 0; i < threads && status == 0; i++)
        status = find_first(tape, i, matches, &choice->to_ticks, error);
    free(matches);
    return status;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static int choose_threads(struct chosen *chosen, const struct cmd_filter *filter, const struct tape *tape,
                          struct error *error)
{
    uint32_t count;
    tape_threads(tape, &count);
    chosen->threads = malloc((count + (size_t)1) * sizeof *chosen->threads);
    if (chosen->threads == NULL)
        return no_memory(error);
    chosen->choice.threads = chosen->threads;
    return filter_threads_match(tape, &filter->processes, &filter->threads, chosen->threads,
                                &chosen->choice.thread_count, error);
}

static int choose_marked(struct chosen *chosen, const struct cmd_filter *filter, struct tape *tape, struct error *error)
{
    if (filter->where == NULL)
        return 0;
    int status = where_mark(&chosen->marked, filter->where, filter->anywhere, tape, chosen->threads,
                            chosen->choice.thread_count, error);
    chosen->choice.marked = chosen->marked;
    return status;
}

static bool is_given(const struct cmd_filter *filter, const struct filter_choice *choice)
{
    return choice->functions != NULL || filter->threads.count + filter->processes.count + filter->until.count != 0 ||
           filter->depth != UINT64_MAX || filter->min_time != NULL || filter->range != NULL || filter->where != NULL;
}

int filter_resolve(struct chosen *chosen, const struct cmd_filter *filter, struct tape *tape,
                   const struct labels *labels, struct error *error)
{
    struct filter_names names;
    struct filter_choice *choice = &chosen->choice;
    *choice = (struct filter_choice){
        .raw = filter->raw,
        .depth = filter->depth < UINT32_MAX ? (uint32_t)filter->depth : UINT32_MAX,
        .to_ticks = UINT64_MAX,
    };
    int status = choose_range(choice, filter->range, tape, error);
    if (status == 0)
        status = choose_least(choice, filter->min_time, tape, error);
    if (status == 0)
        status = choose_threads(chosen, filter, tape, error);
    if (status == 0)
        status = filter_names_make(&names, tape, labels, error);
    if (status != 0)
        return status;
    names.lenient = filter->anywhere;
    status = choose_functions(chosen, filter, &names, error);
    if (status == 0)
        status = choose_end(choice, &filter->until, &names, tape, error);
    filter_names_free(&names);
    if (status == 0)
        status = choose_marked(chosen, filter, tape, error);
    chosen->all = is_given(filter, choice) ? choice : NULL;
    return status;
}

void filter_free(struct chosen *chosen)
{
    free(chosen->threads);
    free(chosen->functions);
    call_marks_destroy(chosen->marked);
    *chosen = (struct chosen){0};
}
