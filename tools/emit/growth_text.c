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
    return result->best && result->fit.verdict == GROWTH_CLAIMED;
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

void growth_text(const struct growth_show *show, const struct growth_result *results, size_t count)
{
    uint32_t functions = 0, told = 0;
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && same_function(&results[first], &results[end]);)
            end++;
        functions++;
        told += tell(show, results + first, end - first);
    }
    foot(show, functions, told);
}
