#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/brief.h"
#include "emit/growth.h"

const char *growth_measure_text(enum growth_measure measure)
{
    static const char *const texts[GROWTH_MEASURES] = {"self time", "total time", "calls"};
    return texts[measure];
}

const char *growth_verdict_text(enum growth_verdict verdict)
{
    static const char *const texts[] = {"claimed",   "constant", "few",       "silent", "narrow",
                                        "unrelated", "poor",     "uncertain", "broken"};
    return texts[verdict];
}

/* 1,234 or 0.25 */
static const char *number_text(char buffer[TEXT_NUMBER], double number)
{
    if (number >= 0 && number < 1e15 && number == floor(number))
        return text_count(buffer, (uint64_t)number);
    snprintf(buffer, TEXT_NUMBER, "%.3g", number);
    return buffer;
}

static const char *measured_text(char buffer[TEXT_NUMBER], enum growth_measure measure, double amount, bool utf8)
{
    if (measure == GROWTH_CALLS)
        return number_text(buffer, amount < 1e15 ? floor(amount + 0.5) : amount);
    return amount < 1.8e19 ? text_duration(buffer, (uint64_t)(amount + 0.5), utf8) : "centuries";
}

static void put_key(FILE *to, const struct growth_show *show, const struct growth_result *result, int key)
{
    char *safe = text_escaped(result->subject->keys[key], output_utf8(show->output));
    if (safe != NULL)
        fputs(safe, to);
    else
        output_no_memory(show->output);
    free(safe);
}

static int key_of(const struct growth_result *result, size_t number)
{
    return number == 0 ? result->key : result->other;
}

static const char *times_text(const struct growth_show *show)
{
    return output_utf8(show->output) ? " · " : " * ";
}

/* "n · log n" */
static void put_law_term(FILE *to, const struct growth_show *show, const struct growth_result *result,
                         enum growth_law law)
{
    double exponent = growth_law_exponent(law);
    if (exponent != 0)
        put_key(to, show, result, result->key);
    if (exponent != 0 && exponent != 1)
        fprintf(to, "^%g", exponent);
    if (law == LAW_CONSTANT)
        fputs("1", to);
    if (!growth_law_logarithm(law))
        return;
    fprintf(to, "%slog ", exponent != 0 ? times_text(show) : "");
    put_key(to, show, result, result->key);
}

/* What is added is seldom of the same weight: "na^1.00 + 3.1 · nb^1.00". */
static void put_between(FILE *to, const struct growth_show *show, const struct growth_fit *fit)
{
    char times[TEXT_NUMBER];
    snprintf(times, sizeof times, "%.2g", fit->second / fit->factor);
    if (!fit->sum)
        fputs(times_text(show), to);
    else if (strcmp(times, "1") == 0)
        fputs(" + ", to);
    else
        fprintf(to, " + %s%s", times, times_text(show));
}

static void put_term(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    if (result->fit.law < LAW_COUNT) {
        put_law_term(to, show, result, result->fit.law);
        return;
    }
    for (size_t i = 0; i < result->fit.numbers; i++) {
        if (i != 0)
            put_between(to, show, &result->fit);
        put_key(to, show, result, key_of(result, i));
        fprintf(to, "^%.2f", result->fit.exponent[i]);
    }
}

/* 95 %: na 0.97 to 1.03, nb 0.96 to 1.02 */
static void put_intervals(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    if (result->fit.law == LAW_LOG)
        fputs("an exponent beside it, ", to);
    else if (result->fit.law < LAW_COUNT && result->fit.verdict == GROWTH_CLAIMED)
        fprintf(to, "an exponent left free%s is %.2f, ", result->fit.logarithm ? " beside the logarithm" : "",
                result->fit.exponent[0]);
    fputs("95 %: ", to);
    for (size_t i = 0; i < result->fit.numbers; i++) {
        fputs(i != 0 ? ", " : "", to);
        if (result->fit.numbers > 1) {
            put_key(to, show, result, key_of(result, i));
            fputs(" ", to);
        }
        fprintf(to, "%.2f to %.2f", result->fit.low[i], result->fit.high[i]);
    }
}

double growth_smallest(const struct growth_result *result, size_t number)
{
    return result->other < 0 ? result->fit.smallest : result->fit.from[number];
}

/* Sizes are whole; means of nearly equal ones are not. */
static const char *size_text(char buffer[TEXT_NUMBER], double size)
{
    return number_text(buffer, size >= 10 ? floor(size + 0.5) : size);
}

static void put_ranges(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char from[TEXT_NUMBER], last[TEXT_NUMBER];
    for (size_t i = 0; i < (result->other < 0 ? 1u : 2u); i++) {
        fputs(i != 0 ? ", " : "", to);
        put_key(to, show, result, key_of(result, i));
        fprintf(to, " %s to %s", size_text(from, growth_smallest(result, i)), size_text(last, result->fit.to[i]));
    }
}

static void put_facts(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char calls[TEXT_NUMBER];
    bool utf8 = output_utf8(show->output);
    put_intervals(to, show, result);
    if (result->fit.verdict == GROWTH_CLAIMED)
        fprintf(to, "; R%s %.3f", utf8 ? "²" : "^2", result->fit.r2);
    fprintf(to, ", %s %s, ", text_count(calls, result->calls), show->runs ? "runs" : "calls");
    put_ranges(to, show, result);
}

/* ", from n = 80 on", where smaller sizes do not follow it. */
static void put_begin(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char from[TEXT_NUMBER];
    if (growth_smallest(result, 0) >= result->fit.from[0])
        return;
    fputs(", from ", to);
    put_key(to, show, result, result->key);
    fprintf(to, " = %s on", size_text(from, result->fit.from[0]));
}

/* Of two laws that the data do not tell apart. */
static void put_law(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    static const char *const names[LAW_COUNT] = {
        [LAW_ROOT] = "its square root", [LAW_LINEAR] = "linear", [LAW_SQUARE] = "quadratic", [LAW_CUBE] = "cubic"};
    enum growth_law law = result->fit.law;
    if (law < LAW_COUNT && names[law] != NULL)
        fprintf(to, ", %s", names[law]);
    if (result->fit.numbers == 1 && law == LAW_POWER && result->fit.rival != LAW_POWER) {
        fputs(", or just as well ", to);
        put_law_term(to, show, result, result->fit.rival);
        fputs(" or ", to);
        put_law_term(to, show, result, result->fit.rival_too);
    }
}

/* The next power of ten behind what was seen. */
static double beyond(double largest)
{
    return pow(10, floor(log10(largest) + 1e-9) + 1);
}

static void put_foretold(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char at[TEXT_NUMBER], amount[TEXT_NUMBER];
    size_t last = result->fit.numbers - 1;
    double number = beyond(result->fit.to[last]);
    fputs("; at ", to);
    if (last != 0) {
        put_key(to, show, result, result->key);
        fprintf(to, " = %s, ", number_text(at, floor(result->fit.to[0] + 0.5)));
    }
    put_key(to, show, result, key_of(result, last));
    fprintf(to, " = %s it would %s %s", number_text(at, number), result->measure == GROWTH_CALLS ? "make" : "take",
            measured_text(amount, result->measure, growth_beyond(result, number), output_utf8(show->output)));
    fputs(result->measure == GROWTH_CALLS ? " calls" : "", to);
}

static void put_reason(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char knee[TEXT_NUMBER];
    const struct growth_fit *fit = &result->fit;
    size_t narrow = fit->to[0] >= GROWTH_LEAST_RANGE * fit->from[0] && result->other >= 0;
    switch (fit->verdict) {
    case GROWTH_FEW:
        fprintf(to, "no claim: only %zu different size%s, %u are needed", fit->points + fit->silent,
                fit->points + fit->silent == 1 ? "" : "s", GROWTH_LEAST_POINTS);
        break;
    case GROWTH_SILENT:
        fprintf(to, "no claim: of %zu sizes %zu are no larger than one that %s", fit->points + fit->silent, fit->silent,
                result->measure == GROWTH_CALLS ? "calls nothing" : "took no longer than recording it cost");
        break;
    case GROWTH_NARROW:
        fprintf(to, "no claim: the range is too narrow, a factor of %.1f, %.0f is needed",
                fit->to[narrow] / fit->from[narrow], GROWTH_LEAST_RANGE);
        break;
    case GROWTH_UNRELATED:
        fprintf(to, "no claim: no relation that is sure (R%s %.2f)", output_utf8(show->output) ? "²" : "^2",
                fmax(fit->r2, 0));
        break;
    case GROWTH_POOR:
        fprintf(to, "no claim: a poor fit (R%s %.2f, %.*f is needed%s), something else matters too",
                output_utf8(show->output) ? "²" : "^2", fit->r2, fit->sparse ? 2 : 1, growth_least_r2(fit),
                fit->sparse ? " of few sizes" : "");
        break;
    case GROWTH_BROKEN:
        fputs("no claim: it does not grow up to about ", to);
        put_key(to, show, result, result->key);
        fprintf(to, " = %s, and larger sizes are too few or too near each other to tell how it grows from there",
                size_text(knee, fit->knee));
        break;
    default:
        fprintf(to, "%s: the exponent may be anything from %.2f to %.2f%s",
                growth_is_steep(result) ? "faster than linear, but how fast is no claim" : "no claim", fit->low[0],
                fit->high[0], fit->sparse ? ", more sizes would tell" : "");
        break;
    }
    if (fit->points == 0)
        return;
    fputs(" (", to);
    put_ranges(to, show, result);
    fputs(")", to);
}

char *growth_name(const struct growth_show *show, const struct growth_result *result)
{
    char *brief =
        show->full_names ? NULL : brief_name(result->subject->name, 0, output_utf8(show->output) ? "…" : "..");
    char *safe = text_escaped(brief != NULL ? brief : result->subject->name, output_utf8(show->output)), *name = NULL;
    if (safe == NULL || asprintf(&name, "`%s`", safe) < 0)
        name = NULL;
    free(brief);
    free(safe);
    return name;
}

static void put_name(FILE *to, const struct growth_show *show, const struct growth_result *result)
{
    char *name = growth_name(show, result);
    if (name != NULL)
        fprintf(to, "%s: ", name);
    else
        output_no_memory(show->output);
    free(name);
}

char *growth_sentence(const struct growth_show *show, const struct growth_result *result)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    if (to == NULL)
        return NULL;
    put_name(to, show, result);
    if (result->fit.verdict == GROWTH_CLAIMED) {
        fprintf(to, "%s grow%s as ", growth_measure_text(result->measure), result->measure == GROWTH_CALLS ? "" : "s");
        put_term(to, show, result);
        put_law(to, show, result);
        put_begin(to, show, result);
        fputs(" (", to);
        put_facts(to, show, result);
        fputs(")", to);
        put_foretold(to, show, result);
    } else if (result->fit.verdict == GROWTH_CONSTANT) {
        fprintf(to, "%s %s not grow with ", growth_measure_text(result->measure),
                result->measure == GROWTH_CALLS ? "do" : "does");
        put_key(to, show, result, result->key);
        put_begin(to, show, result);
        fputs(" (exponent ", to);
        put_facts(to, show, result);
        fputs(")", to);
    } else {
        fprintf(to, "%s by ", growth_measure_text(result->measure));
        put_key(to, show, result, result->key);
        fputs(": ", to);
        put_reason(to, show, result);
    }
    return text_end(to, &text);
}

char *growth_term(const struct growth_show *show, const struct growth_result *result)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    if (to == NULL)
        return NULL;
    put_term(to, show, result);
    return text_end(to, &text);
}
