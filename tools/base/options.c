#include "base/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"

enum { MOST_WORDS = 64, HELP_COLUMN = 26 };

/* " 'word'" made safe for a terminal, for messages. */
static const char *quoted(char *buffer, size_t size, const char *word)
{
    text_escape(buffer, size, word, true);
    return buffer;
}

static int unknown_option(const struct options *options, const char *name, size_t length, struct error *error)
{
    const char *words[MOST_WORDS];
    char typed[128], safe[256];
    size_t count = 0;
    for (size_t i = 0; i < options->count && count < MOST_WORDS; i++)
        words[count++] = options->table[i].name;
    snprintf(typed, sizeof typed, "%.*s", (int)(length < 100 ? length : 100), name);
    const char *near = nearest_word(typed, words, count);
    quoted(safe, sizeof safe, typed);
    if (near != NULL)
        return error_set(error, "unknown option '--%s'; did you mean '--%s'?", safe, near);
    return error_set(error, "unknown option '--%s'", safe);
}

static const struct option *find_long(const struct options *options, const char *name, size_t length,
                                      struct error *error)
{
    const struct option *found = NULL;
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->table[i];
        if (strncmp(option->name, name, length) != 0)
            continue;
        if (option->name[length] == '\0')
            return option;
        if (found != NULL) {
            error_set(error, "option '--%.*s' may mean '--%s' or '--%s'", (int)length, name, found->name, option->name);
            return NULL;
        }
        found = option;
    }
    if (found == NULL || length == 0) {
        unknown_option(options, name, length, error);
        return NULL;
    }
    return found;
}

static const struct option *find_letter(const struct options *options, char letter, struct error *error)
{
    for (size_t i = 0; i < options->count; i++)
        if (letter != '\0' && options->table[i].letter == letter)
            return &options->table[i];
    char text[2] = {letter, '\0'}, safe[16];
    error_set(error, "unknown option '-%s'", quoted(safe, sizeof safe, text));
    return NULL;
}

static int bad_value(const struct option *option, const char *value, const char *wanted, struct error *error)
{
    char safe[256];
    return error_set(error, "option --%s: '%s' is not %s", option->name, quoted(safe, sizeof safe, value), wanted);
}

static int set_choice(const struct option *option, const char *value, struct error *error)
{
    char list[256] = "", safe[256];
    size_t count = 0;
    for (; option->choices[count] != NULL; count++) {
        if (strcmp(option->choices[count], value) == 0) {
            *(int *)option->target = (int)count;
            return 0;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", count == 0 ? "" : ", ", option->choices[count]);
    }
    quoted(safe, sizeof safe, value);
    const char *near = nearest_word(value, option->choices, count);
    if (near != NULL)
        return error_set(error, "option --%s: unknown value '%s'; did you mean '%s'? (one of: %s)", option->name, safe,
                         near, list);
    return error_set(error, "option --%s: unknown value '%s' (one of: %s)", option->name, safe, list);
}

static int set_count(const struct option *option, const char *value, struct error *error)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(value, &end, 10);
    unsigned long long scale = *end == 'k' ? 1000 : *end == 'M' ? 1000000 : *end == 'G' ? 1000000000 : 1;
    end += scale != 1;
    if (value[0] < '0' || value[0] > '9' || *end != '\0')
        return bad_value(option, value, "a whole number; write, for example, 20, or 10k for 10,000", error);
    if (errno != 0 || n > UINT64_MAX / scale)
        return bad_value(option, value, "a number below 2^64", error);
    *(uint64_t *)option->target = n * scale;
    return 0;
}

static int set_real(const struct option *option, const char *value, struct error *error)
{
    char *end;
    double x = strtod(value, &end);
    if (end == value || *end != '\0' || !isfinite(x) || x < 0)
        return bad_value(option, value, "a number from 0 up; write, for example, 0.5", error);
    *(double *)option->target = x;
    return 0;
}

static int add_item(const struct option *option, const char *value, struct error *error)
{
    struct option_list *list = option->target;
    if (list->count == OPTION_LIST_MOST)
        return error_set(error, "option --%s is given more than %d times", option->name, OPTION_LIST_MOST);
    list->items[list->count++] = value;
    return 0;
}

static int set_value(const struct option *option, const char *value, struct error *error)
{
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)option->target = true;
        return 0;
    case OPTION_STRING:
        *(const char **)option->target = value;
        return 0;
    case OPTION_LIST:
        return add_item(option, value, error);
    case OPTION_CHOICE:
        return set_choice(option, value, error);
    case OPTION_COUNT:
        return set_count(option, value, error);
    case OPTION_REAL:
        return set_real(option, value, error);
    }
    return 0;
}

static int missing_value(const struct option *option, struct error *error)
{
    return error_set(error, "option --%s needs a value", option->name);
}

/* Both return how many further words of argv were used, or -1. `next` is the word after it or NULL. */
static int parse_long(const struct options *options, const char *word, const char *next, struct error *error)
{
    size_t length = strcspn(word, "=");
    const struct option *option = find_long(options, word, length, error);
    if (option == NULL)
        return -1;
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    if (option->kind == OPTION_FLAG) {
        if (value != NULL)
            return error_set(error, "option --%s takes no value", option->name);
        return set_value(option, NULL, error);
    }
    if (value != NULL)
        return set_value(option, value, error);
    if (next == NULL)
        return missing_value(option, error);
    return set_value(option, next, error) == 0 ? 1 : -1;
}

static int parse_letters(const struct options *options, const char *word, const char *next, struct error *error)
{
    for (; *word != '\0'; word++) {
        const struct option *option = find_letter(options, *word, error);
        if (option == NULL)
            return -1;
        if (option->kind != OPTION_FLAG && word[1] != '\0')
            return set_value(option, word + 1, error);
        if (option->kind != OPTION_FLAG && next == NULL)
            return missing_value(option, error);
        if (set_value(option, next, error) != 0)
            return -1;
        if (option->kind != OPTION_FLAG)
            return 1;
    }
    return 0;
}

int options_parse(const struct options *options, int *argc, char **argv, struct error *error)
{
    int kept = 1, i = 1;
    for (; i < *argc; i++) {
        char *word = argv[i];
        bool is_long = word[0] == '-' && word[1] == '-';
        if (is_long && word[2] == '\0') {
            i++;
            break;
        }
        if (word[0] != '-' || word[1] == '\0') {
            if (options->stop_at_operand)
                break;
            argv[kept++] = word;
            continue;
        }
        const char *next = i + 1 < *argc ? argv[i + 1] : NULL;
        int used = is_long ? parse_long(options, word + 2, next, error) : parse_letters(options, word + 1, next, error);
        if (used < 0)
            return -1;
        i += used;
    }
    while (i < *argc)
        argv[kept++] = argv[i++];
    argv[kept] = NULL;
    *argc = kept;
    return 0;
}

/* "  -s, --sort self|total|calls" */
static void option_head(const struct option *option, char *head, size_t size)
{
    size_t used = (size_t)(option->letter ? snprintf(head, size, "  -%c, --%s", option->letter, option->name)
                                          : snprintf(head, size, "      --%s", option->name));
    if (option->kind != OPTION_CHOICE) {
        snprintf(head + used, size - used, "%s%s", option->value ? " " : "", option->value ? option->value : "");
        return;
    }
    for (size_t i = 0; option->choices[i] != NULL && used < size; i++)
        used += (size_t)snprintf(head + used, size - used, "%s%s", i == 0 ? " " : "|", option->choices[i]);
}

void options_help(const struct options *options, void (*line)(void *context, const char *text), void *context)
{
    for (size_t i = 0; i < options->count; i++) {
        char head[160], text[400];
        option_head(&options->table[i], head, sizeof head);
        const char *help = options->table[i].help;
        if (strlen(head) + 2 > HELP_COLUMN) {
            line(context, head);
            head[0] = '\0';
        }
        while (*help != '\0') {
            size_t length = strcspn(help, "\n");
            snprintf(text, sizeof text, "%-*s%.*s", HELP_COLUMN, head, (int)length, help);
            line(context, text);
            head[0] = '\0';
            help += length + (help[length] == '\n');
        }
    }
}
