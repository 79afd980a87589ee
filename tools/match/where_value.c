/* What a condition comes to. */
#include <math.h>
#include <string.h>

#include "match/where_tree.h"

static const struct where_value nothing = {.kind = WHERE_NOTHING};

static struct where_value integer(__int128 number)
{
    return (struct where_value){.kind = WHERE_INTEGER, .integer = number};
}

static struct where_value real(double number)
{
    return (struct where_value){.kind = WHERE_REAL, .real = number};
}

static bool is_number(const struct where_value *value)
{
    return value->kind == WHERE_INTEGER || value->kind == WHERE_REAL;
}

static double as_real(const struct where_value *value)
{
    return value->kind == WHERE_REAL ? value->real : (double)value->integer;
}

/* ---- comparison ------------------------------------------------------------------------------------------------- */

enum order { BEFORE = -1, SAME, BEHIND, NO_ORDER };

static enum order order_reals(double a, double b)
{
    return a < b ? BEFORE : a > b ? BEHIND : a == b ? SAME : NO_ORDER;
}

/* Exactly: no integer is rounded. */
static enum order order_mixed(__int128 a, double b)
{
    if (!(b >= -0x1p127 && b < 0x1p127))
        return isnan(b) ? NO_ORDER : b > 0 ? BEFORE : BEHIND;
    double whole = floor(b);
    __int128 other = (__int128)whole;
    if (a != other)
        return a < other ? BEFORE : BEHIND;
    return whole < b ? BEFORE : SAME;
}

static enum order order_of(const struct where_value *a, const struct where_value *b)
{
    if (a->kind == WHERE_INTEGER && b->kind == WHERE_INTEGER)
        return a->integer < b->integer ? BEFORE : a->integer > b->integer ? BEHIND : SAME;
    if (a->kind == WHERE_INTEGER)
        return order_mixed(a->integer, b->real);
    if (b->kind == WHERE_REAL)
        return order_reals(a->real, b->real);
    enum order order = order_mixed(b->integer, a->real);
    return order == NO_ORDER ? order : (enum order)(-(int)order);
}

static bool is_null(const struct where_value *value)
{
    return value->kind == WHERE_NULL || (value->kind == WHERE_INTEGER && value->integer == 0);
}

static bool same_text(const struct where_value *a, const struct where_value *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

static struct where_value equal(enum where_operator operator, bool same)
{
    return operator== WHERE_EQUAL || operator== WHERE_UNEQUAL ? integer(same == (operator== WHERE_EQUAL)) : nothing;
}

static struct where_value compare(enum where_operator operator, const struct where_value * a,
                                  const struct where_value *b)
{
    if (a->kind == WHERE_TEXT && b->kind == WHERE_TEXT)
        return equal(operator, same_text(a, b));
    if (a->kind != WHERE_NOTHING && b->kind != WHERE_NOTHING && (a->kind == WHERE_NULL || b->kind == WHERE_NULL))
        return equal(operator, is_null(a) && is_null(b));
    if (!is_number(a) || !is_number(b))
        return nothing;
    enum order order = order_of(a, b);
    switch (operator) {
    case WHERE_EQUAL:
        return integer(order == SAME);
    case WHERE_UNEQUAL:
        return integer(order != SAME);
    case WHERE_LESS:
        return integer(order == BEFORE);
    case WHERE_MORE:
        return integer(order == BEHIND);
    case WHERE_AT_MOST:
        return integer(order == BEFORE || order == SAME);
    default:
        return integer(order == BEHIND || order == SAME);
    }
}

static struct where_value like(const struct where_node *node, const struct where_value *a)
{
    struct error error;
    int matches = a->kind == WHERE_TEXT ? pattern_matches_text(node->pattern, a->text, a->size, &error) : -1;
    return matches < 0 ? nothing : integer(matches);
}

/* ---- arithmetic ------------------------------------------------------------------------------------------------- */

static struct where_value reckon_reals(enum where_operator operator, double a, double b)
{
    switch (operator) {
    case WHERE_PLUS:
        return real(a + b);
    case WHERE_MINUS:
        return real(a - b);
    case WHERE_TIMES:
        return real(a * b);
    case WHERE_OVER:
        return b != 0 ? real(a / b) : nothing;
    default:
        return b != 0 ? real(fmod(a, b)) : nothing;
    }
}

/* The one quotient that 128 bits do not hold is left to reals. */
static bool divide(enum where_operator operator, __int128 a, __int128 b, __int128 *to)
{
    if (b == -1) {
        *to = 0;
        return operator== WHERE_REST || !__builtin_sub_overflow((__int128)0, a, to);
    }
    *to = operator== WHERE_OVER ? a / b : a % b;
    return true;
}

static bool reckon_integers(enum where_operator operator, __int128 a, __int128 b, __int128 *to)
{
    switch (operator) {
    case WHERE_PLUS:
        return !__builtin_add_overflow(a, b, to);
    case WHERE_MINUS:
        return !__builtin_sub_overflow(a, b, to);
    case WHERE_TIMES:
        return !__builtin_mul_overflow(a, b, to);
    default:
        return b != 0 && divide(operator, a, b, to);
    }
}

static struct where_value reckon(enum where_operator operator, const struct where_value * a,
                                 const struct where_value *b)
{
    __int128 exact = 0;
    if (!is_number(a) || !is_number(b))
        return nothing;
    if (a->kind == WHERE_INTEGER && b->kind == WHERE_INTEGER &&
        reckon_integers(operator, a->integer, b->integer, &exact))
        return integer(exact);
    return reckon_reals(operator, as_real(a), as_real(b));
}

/* ---- truth ------------------------------------------------------------------------------------------------------ */

enum truth { NO, YES, UNKNOWN };

static enum truth truth_of(const struct where_value *value)
{
    if (!is_number(value))
        return UNKNOWN;
    return value->kind == WHERE_INTEGER ? value->integer != 0 : value->real != 0;
}

static struct where_value told(enum truth truth)
{
    return truth == UNKNOWN ? nothing : integer(truth == YES);
}

/* What one of two settles alone: NO of &&, YES of ||. */
static struct where_value join(enum truth settles, const struct where_value *a, const struct where_value *b)
{
    enum truth first = truth_of(a), second = truth_of(b);
    if (first == settles || second == settles)
        return told(settles);
    return first == UNKNOWN || second == UNKNOWN ? nothing : told(first);
}

static struct where_value negate(const struct where_value *value)
{
    const struct where_value zero = integer(0);
    return value->kind == WHERE_REAL ? real(-value->real) : reckon(WHERE_MINUS, &zero, value);
}

static struct where_value value_of(const struct where_node *node, const struct where_value *variables)
{
    if (node->operator== WHERE_CONSTANT)
        return node->value;
    if (node->operator== WHERE_VARIABLE)
        return variables[node->variable];
    const struct where_value a = value_of(node->a, variables);
    if (node->operator== WHERE_NEGATIVE)
        return negate(&a);
    if (node->operator== WHERE_NOT)
        return truth_of(&a) == UNKNOWN ? nothing : told(truth_of(&a) == YES ? NO : YES);
    if (node->operator== WHERE_LIKE)
        return like(node, &a);
    const struct where_value b = value_of(node->b, variables);
    if (node->operator<= WHERE_AND)
        return join(node->operator== WHERE_AND ? NO : YES, &a, &b);
    return node->operator<WHERE_PLUS ? compare(node->operator, & a, &b) : reckon(node->operator, & a, &b);
}

struct where_value where_value(const struct where *where, const struct where_value *variables)
{
    return value_of(where->root, variables);
}

bool where_holds(const struct where *where, const struct where_value *variables)
{
    const struct where_value value = where_value(where, variables);
    return truth_of(&value) == YES;
}
