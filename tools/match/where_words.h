/* The words of a condition. */
#ifndef CALLTAPE_MATCH_WHERE_WORDS_H
#define CALLTAPE_MATCH_WHERE_WORDS_H

#include <stddef.h>

#include "match/where_tree.h"

enum where_word_kind { WORD_END, WORD_VALUE, WORD_NAME, WORD_OPERATOR };

struct where_words {
    const char *text, *at; /* behind the word */
    const char *start;     /* of the word */
    enum where_word_kind kind;
    struct where_value value;     /* of WORD_VALUE; a text stands in `spelled` */
    enum where_operator operator; /* of WORD_OPERATOR */
    bool quoted;                  /* of WORD_NAME */
    char *spelled;                /* a name or a text; as much room as the whole text has */
};

/* Reads the next word. -1 with the error set. */
int where_words_next(struct where_words *words, struct error *error);
/* "column 5: ..."; -1. `at` in the text. */
int where_words_wrong(const struct where_words *words, const char *at, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* How an operator is written. */
const char *where_words_operator(enum where_operator operator);

#endif
