#include "match/where.h"

#include <stdlib.h>
#include <string.h>

#include "match/where_words.h"

enum { NESTING_MOST = 100 };

struct parser {
    struct where_words words;
    const struct where_names *names;
    struct where *where;
    uint32_t nesting; /* of parentheses and signs, which the parser recurses on */
    struct error *error;
};

/* ---- nodes ------------------------------------------------------------------------------------------------------ */

static struct where_node *no_memory(struct parser *parser)
{
    error_set(parser->error, "out of memory for a condition");
    return NULL;
}

static struct where_node *make(struct parser *parser, enum where_operator operator, struct where_node * a,
                               struct where_node *b)
{
    struct where_node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return no_memory(parser);
    node->operator= operator;
    node->kinds = WHERE_NUMBERS;
    node->a = a;
    node->b = b;
    node->made = parser->where->last;
    parser->where->last = node;
    uint32_t left = a != NULL ? a->height : 0, right = b != NULL ? b->height : 0;
    node->height = 1 + (left > right ? left : right);
    if (node->height <= WHERE_HEIGHT_MOST)
        return node;
    where_words_wrong(&parser->words, parser->words.start, parser->error, "the condition is too deep");
    return NULL;
}

/* Numbers where texts are, or texts where numbers are. */
static struct where_node *wrong_kind(struct parser *parser, const char *at, const char *operator, const char * needs)
{
    where_words_wrong(&parser->words, at, parser->error, "'%s' needs %s", operator, needs);
    return NULL;
}

static struct where_node *combine(struct parser *parser, enum where_operator operator, const char * at,
                                  struct where_node *a, struct where_node *b)
{
    const char *spelled = where_words_operator(operator);
    bool equality = operator== WHERE_EQUAL || operator== WHERE_UNEQUAL;
    bool null = a->kinds == WHERE_NULLS || b->kinds == WHERE_NULLS;
    if (equality && (a->kinds & b->kinds & (null ? WHERE_NULLS : WHERE_NUMBERS | WHERE_TEXTS)) == 0)
        return wrong_kind(parser, at, spelled, null ? "a pointer or a text beside NULL" : "two numbers or two texts");
    if (operator== WHERE_LIKE &&((a->kinds & WHERE_TEXTS) == 0 || b->operator!= WHERE_CONSTANT || !b->value.text))
        return wrong_kind(parser, at, spelled, "a text before it and a pattern in \"...\" behind it");
    if (!equality && operator!= WHERE_LIKE &&(a->kinds & b->kinds & WHERE_NUMBERS) == 0)
        return wrong_kind(parser, at, spelled, "two numbers");
    struct where_node *node = make(parser, operator, a, b);
    if (node == NULL || operator!= WHERE_LIKE)
        return node;
    struct error why;
    node->pattern = pattern_create(b->value.text, &why);
    if (node->pattern != NULL)
        return node;
    where_words_wrong(&parser->words, at, parser->error, "%s", why.text);
    return NULL;
}

/* ---- grammar ---------------------------------------------------------------------------------------------------- */

static struct where_node *parse_or(struct parser *parser);

static struct where_node *unexpected(struct parser *parser, const char *expected)
{
    bool end = parser->words.kind == WORD_END;
    where_words_wrong(&parser->words, parser->words.start, parser->error, "%s is missing %s", expected,
                      end ? "at the end" : "here");
    return NULL;
}

static bool next(struct parser *parser)
{
    return where_words_next(&parser->words, parser->error) == 0;
}

static bool is_operator(const struct parser *parser, enum where_operator first, enum where_operator last)
{
    return parser->words.kind == WORD_OPERATOR && parser->words.operator>= first && parser->words.operator<= last;
}

static struct where_node *constant(struct parser *parser, struct where_value value)
{
    struct where_node *node = make(parser, WHERE_CONSTANT, NULL, NULL);
    if (node == NULL)
        return NULL;
    node->value = value;
    if (value.kind == WHERE_NULL)
        node->kinds = WHERE_NULLS;
    if (value.kind != WHERE_TEXT)
        return node;
    node->kinds = WHERE_TEXTS;
    char *copy = malloc(value.size + 1);
    if (copy != NULL)
        memcpy(copy, value.text, value.size + 1);
    node->value.text = copy;
    return node->value.text != NULL ? node : no_memory(parser);
}

static struct where_node *parse_name(struct parser *parser)
{
    struct where_words *words = &parser->words;
    struct where_name found = {0};
    struct error why;
    bool truth = !words->quoted && strcmp(words->spelled, "true") == 0;
    if (truth || (!words->quoted && strcmp(words->spelled, "false") == 0))
        return constant(parser, (struct where_value){.kind = WHERE_INTEGER, .integer = truth});
    if (!words->quoted && (strcmp(words->spelled, "NULL") == 0 || strcmp(words->spelled, "nullptr") == 0))
        return constant(parser, (struct where_value){.kind = WHERE_NULL});
    if (parser->names->find(parser->names->context, words->spelled, words->quoted, &found, &why) != 0) {
        where_words_wrong(words, words->start, parser->error, "%s", why.text);
        return NULL;
    }
    if (found.is_constant)
        return constant(parser, (struct where_value){.kind = WHERE_INTEGER, .integer = found.constant});
    struct where_node *node = make(parser, WHERE_VARIABLE, NULL, NULL);
    if (node != NULL) {
        node->variable = found.variable;
        node->kinds = found.kinds;
    }
    return node;
}

static struct where_node *parse_inner(struct parser *parser)
{
    struct where_node *node = next(parser) ? parse_or(parser) : NULL;
    if (node == NULL)
        return NULL;
    if (!is_operator(parser, WHERE_CLOSE, WHERE_CLOSE))
        return unexpected(parser, "')'");
    return next(parser) ? node : NULL;
}

static struct where_node *parse_operand(struct parser *parser)
{
    struct where_node *node;
    if (is_operator(parser, WHERE_OPEN, WHERE_OPEN))
        return parse_inner(parser);
    if (parser->words.kind == WORD_VALUE)
        node = constant(parser, parser->words.value);
    else if (parser->words.kind == WORD_NAME)
        node = parse_name(parser);
    else
        return unexpected(parser, "a value");
    return node != NULL && next(parser) ? node : NULL;
}

static struct where_node *parse_unary(struct parser *parser);

static struct where_node *parse_sign(struct parser *parser)
{
    const char *at = parser->words.start;
    enum where_operator operator= parser->words.operator;
    struct where_node *a = next(parser) ? parse_unary(parser) : NULL;
    if (a == NULL)
        return NULL;
    if ((a->kinds & WHERE_NUMBERS) == 0)
        return wrong_kind(parser, at, where_words_operator(operator), "a number");
    return make(parser, operator== WHERE_NOT ? WHERE_NOT : WHERE_NEGATIVE, a, NULL);
}

static struct where_node *parse_unary(struct parser *parser)
{
    if (parser->nesting == NESTING_MOST) {
        where_words_wrong(&parser->words, parser->words.start, parser->error, "the condition is too deep");
        return NULL;
    }
    parser->nesting++;
    bool sign = is_operator(parser, WHERE_NOT, WHERE_NOT) || is_operator(parser, WHERE_MINUS, WHERE_MINUS);
    struct where_node *node = sign ? parse_sign(parser) : parse_operand(parser);
    parser->nesting--;
    return node;
}

/* The loosest first. */
static const struct level {
    enum where_operator first, last;
} levels[] = {
    {WHERE_OR, WHERE_OR},      {WHERE_AND, WHERE_AND},    {WHERE_EQUAL, WHERE_LIKE},
    {WHERE_PLUS, WHERE_MINUS}, {WHERE_TIMES, WHERE_REST},
};
enum { COMPARISONS = 2, LEVELS = sizeof levels / sizeof *levels };

static struct where_node *parse_level(struct parser *parser, int level)
{
    if (level == LEVELS)
        return parse_unary(parser);
    struct where_node *a = parse_level(parser, level + 1);
    bool chained = false;
    while (a != NULL && is_operator(parser, levels[level].first, levels[level].last)) {
        const char *at = parser->words.start;
        enum where_operator operator= parser->words.operator;
        if (level == COMPARISONS && chained) {
            where_words_wrong(&parser->words, at, parser->error, "write a < b && b < c for a < b < c");
            return NULL;
        }
        struct where_node *b = next(parser) ? parse_level(parser, level + 1) : NULL;
        a = b != NULL ? combine(parser, operator, at, a, b) : NULL;
        chained = true;
    }
    return a;
}

static struct where_node *parse_or(struct parser *parser)
{
    return parse_level(parser, 0);
}

static struct where_node *parse(struct parser *parser)
{
    struct where_node *root = next(parser) ? parse_or(parser) : NULL;
    if (root == NULL)
        return NULL;
    if (parser->words.kind != WORD_END)
        return unexpected(parser, "an operator");
    if ((root->kinds & WHERE_NUMBERS) != 0)
        return root;
    where_words_wrong(&parser->words, parser->words.text, parser->error, "%s is no condition; compare it",
                      root->kinds == WHERE_NULLS ? "NULL" : "a text");
    return NULL;
}

struct where *where_create(const char *text, const struct where_names *names, struct error *error)
{
    struct where *where = calloc(1, sizeof *where);
    struct parser parser = {
        .words = {.text = text, .at = text, .start = text, .spelled = malloc(strlen(text) + 1)},
        .names = names,
        .where = where,
        .error = error,
    };
    if (where == NULL || parser.words.spelled == NULL)
        no_memory(&parser);
    else
        where->root = parse(&parser);
    free(parser.words.spelled);
    if (where != NULL && where->root != NULL)
        return where;
    where_destroy(where);
    return NULL;
}

void where_destroy(struct where *where)
{
    for (struct where_node *node = where != NULL ? where->last : NULL, *before; node != NULL; node = before) {
        before = node->made;
        pattern_destroy(node->pattern);
        free((char *)node->value.text);
        free(node);
    }
    free(where);
}
