/* Conditions as trees, for the files that parse and evaluate them. */
#ifndef CALLTAPE_MATCH_WHERE_TREE_H
#define CALLTAPE_MATCH_WHERE_TREE_H

#include "match/pattern.h"
#include "match/where.h"

enum where_operator {
    WHERE_OR,
    WHERE_AND,
    WHERE_EQUAL,
    WHERE_UNEQUAL,
    WHERE_AT_MOST,
    WHERE_AT_LEAST,
    WHERE_LESS,
    WHERE_MORE,
    WHERE_LIKE,
    WHERE_PLUS,
    WHERE_MINUS,
    WHERE_TIMES,
    WHERE_OVER,
    WHERE_REST,
    WHERE_NOT,
    WHERE_OPEN,
    WHERE_CLOSE,
    WHERE_OPERATORS,
    WHERE_NEGATIVE, /* of one operand */
    WHERE_CONSTANT,
    WHERE_VARIABLE,
};

enum { WHERE_HEIGHT_MOST = 500 };

struct where_node {
    enum where_operator operator;
    unsigned kinds;           /* it may have */
    uint32_t height;          /* up to WHERE_HEIGHT_MOST: the evaluation recurses */
    struct where_node *a, *b; /* operands */
    struct where_node *made;  /* the node made before it */
    struct where_value value; /* of a constant */
    uint32_t variable;
    struct pattern *pattern; /* of LIKE; of b's text */
};

struct where {
    const struct where_node *root;
    struct where_node *last; /* made */
};

#endif
