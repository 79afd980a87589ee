/* Conditions of any letters, with values of every kind: there is an error or an answer, twice the same, and what it is
 * not does not hold either. The values come from the text's length. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "match/where.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* Names mean what their last letter says. */
static int find(void *context, const char *name, bool quoted, struct where_name *found, struct error *error)
{
    size_t length = strlen(name);
    (void)context;
    if (length == 0)
        return error_set(error, "a name of no letters");
    uint32_t variable = (uint8_t)name[length - 1] % 4;
    *found = (struct where_name){
        .is_constant = !quoted && length > 4,
        .constant = -(int)length,
        .variable = variable,
        .kinds = variable == 2   ? WHERE_TEXTS
                 : variable == 3 ? WHERE_TEXTS | WHERE_NUMBERS
                                 : WHERE_NUMBERS,
    };
    return 0;
}

/* "!(...)" of it. */
static char *negated(const char *text)
{
    char *all = malloc(strlen(text) + 4);
    require(all != NULL);
    strcpy(all, "!(");
    strcat(all, text);
    return strcat(all, ")");
}

static void evaluate(const struct where *where, const char *text, const struct where_names *names, size_t size)
{
    struct error error;
    static const struct where_value texts[] = {{.kind = WHERE_NOTHING},
                                               {.kind = WHERE_TEXT, .text = "a/b.c", .size = 5}};
    const struct where_value values[4] = {
        {.kind = WHERE_INTEGER, .integer = (__int128)(((unsigned __int128)size << size % 120) - 1)},
        {.kind = WHERE_REAL, .real = (double)size / 3},
        texts[size % 2],
        size % 3 != 0 ? texts[size % 2] : (struct where_value){.kind = WHERE_INTEGER, .integer = -1},
    };
    bool holds = where_holds(where, values);
    require(holds == where_holds(where, values));
    char *other = negated(text);
    struct where *not = where_create(other, names, &error);
    require(not == NULL || !holds || !where_holds(not, values));
    where_destroy(not );
    free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {""};
    const struct where_names names = {.find = find};
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    struct where *where = where_create(text, &names, &error);
    require((where == NULL) == (error.text[0] != '\0'));
    if (where != NULL)
        evaluate(where, text, &names, size);
    else
        require(strncmp(error.text, "column ", 7) == 0);
    where_destroy(where);
    free(text);
    return 0;
}
