/* How functions grow, in sentences, drawn, and as JSON. */
#ifndef CALLTAPE_EMIT_GROWTH_H
#define CALLTAPE_EMIT_GROWTH_H

#include "analyze/growth.h"
#include "base/output.h"

struct growth_show {
    struct output *output;
    bool full_names;
    bool runs; /* points are runs, not calls */
    bool all;  /* also why there is no claim */
};

/* Of one result: "`f`: self time grows as nb, linear (an exponent left free is 1.00, 95 %: 0.98 to 1.02; R² 0.998, 240
 * calls, nb 10 to 10,000); at nb = 100,000 it would take 4.1 s". To be freed; NULL: no memory. */
char *growth_sentence(const struct growth_show *show, const struct growth_result *result);
/* "`f`" */
char *growth_name(const struct growth_show *show, const struct growth_result *result);
/* "nb · log nb" of a law that has a name, "nb^1.13" of none. */
char *growth_term(const struct growth_show *show, const struct growth_result *result);
/* Of all sizes, whether the law holds for them or not. */
double growth_smallest(const struct growth_result *result, size_t number);
const char *growth_measure_text(enum growth_measure measure);
const char *growth_verdict_text(enum growth_verdict verdict); /* of JSON: "claimed", ... */

/* The points and the law, both axes logarithmic. */
void growth_draw(const struct growth_show *show, const struct growth_result *result);

void growth_text(const struct growth_show *show, const struct growth_result *results, size_t count);
/* An array, whose members `calltape growth --help` tells. */
void growth_json(const struct growth_show *show, const struct growth_result *results, size_t count);

#endif
