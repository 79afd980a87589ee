#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/growth.h"

/* A function that calls nothing has no other total time than its self time. */
static bool repeats_self(const struct growth_result *results, size_t count, const struct growth_result *result)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].measure == GROWTH_CALLS)
            return false;
    return result->measure == GROWTH_TOTAL;
}

static bool is_told(const struct growth_show *show, const struct growth_result *result)
{
    if (show->all)
        return result->best || result->fit.verdict != GROWTH_CLAIMED;
    return result->best && (result->fit.verdict == GROWTH_CLAIMED || (show->runs && growth_is_steep(result)));
}

static bool same_function(const struct growth_result *a, const struct growth_result *b)
{
    return a->subject == b->subject;
}

/* A function's results. Drawn is what is claimed first: the self time, where that is. */
static bool tell(const struct growth_show *show, const struct growth_result *results, size_t count)
{
    bool told = false, drawn = false;
    for (size_t i = 0; i < count; i++) {
        const struct growth_result *result = &results[i];
        if (!is_told(show, result) || repeats_self(results, count, result))
            continue;
        char *sentence = growth_sentence(show, result);
        bool claimed = result->fit.verdict == GROWTH_CLAIMED;
        output_style(show->output, claimed ? OUTPUT_STRONG : OUTPUT_PLAIN);
        output_made(show->output, sentence);
        output_text(show->output, "\n");
        output_style(show->output, OUTPUT_PLAIN);
        if (claimed && !drawn)
            growth_draw(show, result);
        drawn |= claimed;
        told = true;
    }
    if (told)
        output_text(show->output, "\n");
    return told;
}

/* ---- functions of which run by run nothing grows but how often they are called: every one of a loop is such.
 * They come first: what is counted is sure. ---- */

enum { FOLDED_FROM = 4, FOLDED_NAMED = 3 };

struct folded {
    const struct growth_result *largest[FOLDED_NAMED]; /* by exponent */
    uint32_t count;
};

/* Of a function's results the one about calls, where nothing else would be told; else NULL. */
static const struct growth_result *only_calls(const struct growth_show *show, const struct growth_result *results,
                                              size_t count)
{
    const struct growth_result *found = NULL;
    for (size_t i = 0; i < count && show->runs && !show->all; i++) {
        if (!is_told(show, &results[i]) || repeats_self(results, count, &results[i]))
            continue;
        if (results[i].measure != GROWTH_CALLS)
            return NULL;
        found = &results[i];
    }
    return found;
}

static void fold(struct folded *folded, const struct growth_result *result)
{
    folded->count++;
    for (size_t i = 0; i < FOLDED_NAMED; i++)
        if (folded->largest[i] == NULL || folded->largest[i]->fit.exponent[0] < result->fit.exponent[0]) {
            const struct growth_result *smaller = folded->largest[i];
            folded->largest[i] = result;
            result = smaller;
            if (result == NULL)
                return;
        }
}

/* "calls of 17 functions grow and no time of theirs surely: `step` as n^2.00, ... and 14 more (--all)" */
static void tell_folded(const struct growth_show *show, const struct folded *folded)
{
    char number[TEXT_NUMBER];
    output_format(show->output,
                  "calls of %s functions grow, and no time of theirs surely: ", text_count(number, folded->count));
    for (size_t i = 0; i < FOLDED_NAMED; i++) {
        output_text(show->output, i == 0 ? "" : ", ");
        output_made(show->output, growth_name(show, folded->largest[i]));
        output_text(show->output, " as ");
        output_made(show->output, growth_term(show, folded->largest[i]));
    }
    output_format(show->output, " and %s more; --all tells them\n\n", text_count(number, folded->count - FOLDED_NAMED));
}

/* ---- all ---- */

static void foot(const struct growth_show *show, uint32_t functions, uint32_t told)
{
    char number[TEXT_NUMBER];
    if (functions == 0)
        output_text(show->output,
                    "No call has a number: record arguments (record --args), let the program note them (calltape.h,\n"
                    "calltape_note_i64), or give one tape a size and --size-argument.\n");
    else if (told < functions && !show->all)
        output_format(show->output, "no claim about %s function%s with numbers: --all says why\n",
                      text_count(number, functions - told), functions - told == 1 ? "" : "s");
}

static size_t end_of_function(const struct growth_result *results, size_t first, size_t count)
{
    size_t end = first + 1;
    while (end < count && same_function(&results[first], &results[end]))
        end++;
    return end;
}

static struct folded fold_all(const struct growth_show *show, const struct growth_result *results, size_t count)
{
    struct folded folded = {.count = 0};
    for (size_t first = 0, end; first < count; first = end) {
        end = end_of_function(results, first, count);
        const struct growth_result *calls = only_calls(show, results + first, end - first);
        if (calls != NULL)
            fold(&folded, calls);
    }
    return folded;
}

void growth_text(const struct growth_show *show, const struct growth_result *results, size_t count)
{
    uint32_t functions = 0, told = 0;
    const struct folded folded = fold_all(show, results, count);
    bool folds = folded.count >= FOLDED_FROM;
    if (folds)
        tell_folded(show, &folded);
    for (size_t first = 0, end; first < count; first = end) {
        end = end_of_function(results, first, count);
        functions++;
        told += (folds && only_calls(show, results + first, end - first) != NULL) ||
                tell(show, results + first, end - first);
    }
    foot(show, functions, told);
}
