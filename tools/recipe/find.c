#include "recipe/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "recipe/compile.h"
#include "recipe/hooks.h"
#include "recipe/kept.h"
#include "recipe/set.h"
#include "symbol/demangle.h"

enum { MOST_WISHES = 64 };

/* A path that a function has not, and why (NULL: that one has it). Those of one spec have one `path`. */
struct refusal {
    const char *path;
    char *text;
};

/* What is known of a function's results. */
struct results {
    const struct function *function;
    bool inlined, alone; /* there are such exits */
};

struct work {
    const struct find_query *query;
    bool *matched, *granted, *denied; /* by spec */
    struct hook_calls hooks;
    struct set_builder *set;
    const char **names; /* that were met */
    size_t name_count, name_room;
    struct follow *follow, *onward;
    struct refusal *refusals;
    size_t refusal_count;
    struct results *results; /* of functions that are named */
    size_t results_count;
    uint64_t refused_exit; /* of the function whose exits were last said to be refused */
};

static void note_name(struct work *work, const char *name)
{
    if (work->name_count == work->name_room) {
        size_t room = 2 * work->name_room + 1024;
        const char **more = realloc(work->names, room * sizeof *more);
        if (!more)
            return;
        work->names = more;
        work->name_room = room;
    }
    work->names[work->name_count++] = name;
}

/* Wishes of several specs are one's. */
static void add_spec(struct function_wish *wish, const struct spec *spec, size_t index)
{
    struct leaf_wish *paths = (struct leaf_wish *)wish->paths;
    wish->by_name |= !spec->glob;
    if (spec->result) {
        wish->result = true;
        wish->result_format = spec->paths[0];
        return;
    }
    wish->arguments = true;
    wish->all |= spec->path_count == 0;
    for (size_t i = 0; i < spec->path_count && wish->path_count < MOST_WISHES; i++) {
        paths[wish->path_count] = spec->paths[i];
        paths[wish->path_count++].spec = index;
    }
}

static const struct function_wish *wants(void *context, const char *name, const char *linkage)
{
    struct work *work = context;
    struct function_wish *wish = NULL;
    char *qualified = *linkage ? demangle(linkage, DEMANGLE_NAME) : NULL;
    note_name(work, name);
    for (size_t i = 0; i < work->query->spec_count; i++) {
        if (!spec_matches(&work->query->specs[i], name, qualified))
            continue;
        work->matched[i] = true;
        if (!wish) {
            wish = calloc(1, sizeof *wish);
            struct leaf_wish *paths = calloc(MOST_WISHES, sizeof *paths);
            if (!wish || !paths)
                break;
            wish->paths = paths;
        }
        add_spec(wish, &work->query->specs[i], i);
    }
    free(qualified);
    return wish;
}

static void tell(struct work *work, char letter, const char *text)
{
    fputc(letter, work->query->texts);
    fwrite(text, 1, strlen(text) + 1, work->query->texts);
}

/* With its class or namespace. */
static void say_of(const struct function *function, const char *why, char *text, size_t size)
{
    char *qualified = *function->linkage ? demangle(function->linkage, DEMANGLE_NAME) : NULL;
    snprintf(text, size, "%.200s: %.700s", qualified ? qualified : function->name, why);
    free(qualified);
}

static bool is_granted(const struct work *work, const char *path)
{
    for (size_t i = 0; i < work->refusal_count; i++)
        if (work->refusals[i].path == path && !work->refusals[i].text)
            return true;
    return false;
}

static void note_path(struct work *work, const char *path, const char *text)
{
    struct refusal *more = realloc(work->refusals, (work->refusal_count + 1) * sizeof *more);
    if (!more)
        return;
    work->refusals = more;
    more[work->refusal_count++] = (struct refusal){path, text ? strdup(text) : NULL};
}

/* Of a path only at the end: another function of that name may have it. */
static void refuse(void *context, const struct leaf_wish *path, const struct function *function, const char *why)
{
    char text[1024];
    say_of(function, why, text, sizeof text);
    if (path)
        note_path(context, path->path, text);
    else
        tell(context, TOLD_REFUSED, text);
}

/* Of each spec once: the first reason is as good as any. */
static void judge(void *context, const struct leaf_wish *path, const struct function *function, const char *why)
{
    struct work *work = context;
    bool *told = why ? work->denied : work->granted;
    char said[1000], text[1024];
    if (!why && !is_granted(work, path->path))
        note_path(work, path->path, NULL);
    if (told[path->spec])
        return;
    told[path->spec] = true;
    say_of(function, why ? why : "", said, sizeof said);
    snprintf(text, sizeof text, "%zu %s", path->spec, said);
    tell(work, why ? TOLD_DENIED : TOLD_GRANTED, text);
}

static void tell_refusals(struct work *work)
{
    for (size_t i = 0; i < work->refusal_count; i++)
        if (work->refusals[i].text && !is_granted(work, work->refusals[i].path))
            tell(work, TOLD_REFUSED, work->refusals[i].text);
}

static void miss(void *context, const char *path)
{
    tell(context, TOLD_MISSING, path);
}

static struct follow_frame frame_of(const struct function_site *site)
{
    return (struct follow_frame){site->has_frame, site->frame_register, site->frame_offset};
}

/* Where the hook will say that it is: what it is called with, or where the function stands. */
static uint64_t address_of(const struct function *function, const struct term *given)
{
    bool known = given && (given->kind == TERM_ADDRESS || given->kind == TERM_CONSTANT);
    return known ? (uint64_t)given->value : function->address;
}

enum { RDI = 5 };

static void take_entry(struct work *work, const struct function *function, const struct function_site *site)
{
    struct compile_site at = {.function = function, .site = site};
    uint64_t to = work->hooks.sites[site->index];
    if (follow_to_call(work->follow, site->start, site->size, to, frame_of(site), &at.from_start))
        at.follow = work->follow;
    uint64_t address = address_of(function, at.follow ? at.follow->state.registers[RDI] : NULL);
    follow_onward(work->onward, to, frame_of(site));
    at.onward = work->onward;
    /* A clone that gets its parameters in its own way calls the hook with the original's address. */
    at.ordinary = !site->inlined && address == site->start && !follow_saves_vectors(work->follow);
    if (function->result_leaf == 0 || address == 0 || !set_begin_site(work->set, function, address, to))
        return;
    for (uint32_t i = 0; i < function->result_leaf; i++) {
        struct program program;
        compile_argument(&at, &function->leaf[i], &program);
        set_add(work->set, i, &program);
    }
}

/* Results that System V's and Microsoft's calls give back alike. */
static bool is_plain(const struct function *function, const struct leaf *leaf)
{
    return function->result.how == PASSED_REGISTERS && function->result.bytes <= 8 && leaf->name[0] == '\0';
}

/* Once for each function. */
static void refuse_exit(struct work *work, const struct function *function, const char *what, const char *detail)
{
    char why[300];
    if (work->refused_exit == function->identity)
        return;
    work->refused_exit = function->identity;
    snprintf(why, sizeof why, "its result can't be told%s%s", what, detail);
    refuse(work, NULL, function, why);
}

static bool is_result_named(const struct work *work, const struct function *function)
{
    char *qualified = *function->linkage ? demangle(function->linkage, DEMANGLE_NAME) : NULL;
    bool named = false;
    for (size_t i = 0; i < work->query->spec_count; i++) {
        const struct spec *spec = &work->query->specs[i];
        named |= spec->result && !spec->glob && spec_matches(spec, function->name, qualified);
    }
    free(qualified);
    return named;
}

static struct results *results_of(struct work *work, const struct function *function)
{
    for (size_t i = 0; i < work->results_count; i++)
        if (work->results[i].function->identity == function->identity)
            return &work->results[i];
    struct results *more = realloc(work->results, (work->results_count + 1) * sizeof *more);
    if (!more)
        return NULL;
    work->results = more;
    more[work->results_count] = (struct results){.function = function};
    return &more[work->results_count++];
}

static void note_exit(struct work *work, const struct function *function, bool inlined)
{
    struct results *results = is_result_named(work, function) ? results_of(work, function) : NULL;
    if (!results)
        return;
    results->inlined |= inlined;
    results->alone |= !inlined;
}

static void tell_inlined(struct work *work)
{
    for (size_t i = 0; i < work->results_count; i++) {
        const struct results *results = &work->results[i];
        if (results->inlined)
            refuse(work, NULL, results->function,
                   results->alone ? "where it is inlined its results are not known"
                                  : "all its calls are inlined: results are not known");
    }
}

static void take_exit(struct work *work, const struct function *function, const struct function_site *site)
{
    struct compile_site at = {.function = function, .site = site, .follow = work->follow};
    uint64_t from = work->hooks.sites[site->index];
    bool followed = !site->inlined && follow_to_return(work->follow, from, frame_of(site));
    if (function->result_leaf == function->leaves)
        return;
    note_exit(work, function, site->inlined);
    if (!function->address)
        return;
    /* An exception passes through: there is no result. */
    if (!followed && !site->inlined && strncmp(work->follow->stopped, "call", 4) == 0)
        return;
    if (!set_begin_site(work->set, function, function->address, from))
        return;
    if (!followed && !site->inlined)
        refuse_exit(work, function, " where its code ends with ", work->follow->stopped);
    bool foreign = function->foreign || (followed && follow_restores_vectors(work->follow));
    for (uint32_t i = function->result_leaf; i < function->leaves; i++) {
        struct program program = {.kind = CT_RECIPE_GONE};
        if (foreign && !is_plain(function, &function->leaf[i]))
            refuse_exit(work, function, ", for its calls are not System V's", "");
        else if (followed && !compile_result(&at, &function->leaf[i], &program))
            refuse_exit(work, function, " from the code behind its exit hook", "");
        set_add(work->set, i, &program);
    }
}

static void take(void *context, const struct function *function, const struct function_site *site)
{
    struct work *work = context;
    if (work->hooks.entry[site->index])
        take_entry(work, function, site);
    else
        take_exit(work, function, site);
}

static struct kept keeps(void *context, const struct kept_question *question)
{
    const struct work *work = context;
    return kept_judge(work->follow, question);
}

static bool begins_alike(void *context, uint64_t start, uint64_t end, uint64_t site)
{
    const struct work *work = context;
    return kept_begins_alike(work->follow, start, end, site);
}

static void tell_specs(struct work *work)
{
    for (size_t i = 0; i < work->query->spec_count; i++) {
        char text[600];
        const char *near =
            work->matched[i] ? NULL : nearest_word(work->query->specs[i].copy, work->names, work->name_count);
        snprintf(text, sizeof text, "%zu %.500s", i, near ? near : "");
        tell(work, work->matched[i] ? TOLD_MATCH : TOLD_NEAREST, text);
    }
}

struct ct_recipes *find_recipes(const struct find_query *asked)
{
    struct work work = {
        .query = asked,
        .matched = calloc(asked->spec_count + 1, sizeof *work.matched),
        .granted = calloc(asked->spec_count + 1, sizeof *work.granted),
        .denied = calloc(asked->spec_count + 1, sizeof *work.denied),
        .set = set_create(),
        .follow = calloc(1, sizeof *work.follow),
        .onward = calloc(1, sizeof *work.onward),
    };
    if (!work.matched || !work.granted || !work.denied || !work.set || !work.follow || !work.onward ||
        !hooks_find(asked->program, &work.hooks))
        return NULL;
    work.follow->file = work.onward->file = asked->program;
    const struct functions_query query = {
        .program = asked->program,
        .debug = asked->debug,
        .split = asked->split,
        .sites = work.hooks.sites,
        .site_count = work.hooks.count,
        .context = &work,
        .wants = wants,
        .refuse = refuse,
        .judge = judge,
        .take = take,
        .keeps = keeps,
        .begins_alike = begins_alike,
        .miss = miss,
    };
    if (!functions_read(&query))
        return NULL;
    tell_specs(&work);
    tell_refusals(&work);
    tell_inlined(&work);
    const uint8_t *build_id;
    size_t build_id_bytes = elf_file_build_id(asked->program, &build_id);
    return set_finish(work.set, asked->path, build_id, build_id_bytes);
}
