#include "cmd/where_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/values.h"
#include "base/nearest.h"
#include "base/scope.h"
#include "base/text.h"

enum { LISTED = 8 };

int where_keys_make(struct where_keys *keys, const struct tape *tape, struct error *error)
{
    *keys = (struct where_keys){0};
    keys->keys = tape_keys(tape, &keys->key_count);
    keys->variables = malloc((keys->key_count + (size_t)1) * sizeof *keys->variables);
    if (keys->variables == NULL)
        return error_set(error, "out of memory for filters");
    for (uint32_t i = 0; i < keys->key_count; i++)
        keys->variables[i] = CT_NONE;
    return 0;
}

void where_keys_free(struct where_keys *keys)
{
    free(keys->variables);
    keys->variables = NULL;
}

/* How conditions call it; NULL: it is of no call. */
static const char *name_of(const struct tape_key *key)
{
    bool named = key->kind == CT_KEY_ARGUMENT || key->kind == CT_KEY_NOTE;
    return key->kind == CT_KEY_RETURN ? "ret" : named ? key->name : NULL;
}

static unsigned kinds_of(const struct tape_key *key)
{
    return key->type == CT_TYPE_STRING                             ? WHERE_TEXTS | WHERE_NULLS
           : key->type == CT_TYPE_POINTER                          ? WHERE_NUMBERS | WHERE_NULLS
           : key->type >= CT_TYPE_I64 && key->type <= CT_TYPE_ENUM ? WHERE_NUMBERS
                                                                   : 0;
}

/* ---- enumerators ------------------------------------------------------------------------------------------------ */

static int two_meanings(const char *name, struct error *error)
{
    return error_set(error, "'%s' is one number of one type and another of another; write the number", name);
}

/* 1: found, 0: there is none, -1: there are several with different numbers. */
static int find_enumerator(const struct where_keys *keys, const char *name, struct where_name *found,
                           struct error *error)
{
    for (uint32_t i = 0; i < keys->key_count; i++) {
        const struct tape_key *key = &keys->keys[i];
        const char *at = key->details, *word;
        size_t length;
        uint64_t bits;
        while (key->type == CT_TYPE_ENUM && value_next_enumerator(&at, &word, &length, &bits)) {
            __int128 number = value_is_natural(key) ? (__int128)bits : (__int128)(int64_t)bits;
            if (length != strlen(name) || memcmp(word, name, length) != 0)
                continue;
            if (found->is_constant && found->constant != number)
                return two_meanings(name, error);
            *found = (struct where_name){.is_constant = true, .constant = number};
        }
    }
    return found->is_constant;
}

/* The recording knows enumerators by their own names: of "Genre::Science" the last part. */
static int find_qualified(const struct where_keys *keys, const char *name, struct where_name *found,
                          struct error *error)
{
    const char *last = scope_last(name);
    int status = find_enumerator(keys, name, found, error);
    return status == 0 && last != name ? find_enumerator(keys, last, found, error) : status;
}

/* ---- what there is ---------------------------------------------------------------------------------------------- */

struct words {
    char **words;
    size_t count, room;
};

static void add_word(struct words *words, const char *word, size_t length)
{
    if (words->count == words->room) {
        size_t room = words->room != 0 ? 2 * words->room : 16;
        char **wider = realloc(words->words, room * sizeof *wider);
        if (wider == NULL)
            return;
        words->words = wider;
        words->room = room;
    }
    char *copy = strndup(word, length);
    for (size_t i = 0; i < words->count && copy != NULL; i++)
        if (strcmp(words->words[i], copy) == 0) {
            free(copy);
            return;
        }
    if (copy != NULL)
        words->words[words->count++] = copy;
}

static void add_name(struct words *words, const struct where_keys *keys, uint32_t index)
{
    const struct value_name name = value_name_of(keys->keys, keys->key_count, index);
    char *text = value_name_text(&name);
    if (text != NULL)
        add_word(words, text, strlen(text));
    free(text);
}

static void add_words(struct words *words, const struct where_keys *keys, bool enumerators)
{
    for (uint32_t i = 0; i < keys->key_count; i++) {
        const char *name = name_of(&keys->keys[i]), *at = keys->keys[i].details;
        size_t length;
        uint64_t bits;
        if (!enumerators && name != NULL && kinds_of(&keys->keys[i]) != 0)
            add_name(words, keys, i);
        while (enumerators && keys->keys[i].type == CT_TYPE_ENUM && value_next_enumerator(&at, &name, &length, &bits))
            add_word(words, name, length);
    }
}

static void free_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->words[i]);
    free(words->words);
}

/* Of "price" it is "book.price" or "book->price"; NULL: none. */
static const char *find_member(const char *name, const struct words *words)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < words->count; i++) {
        size_t all = strlen(words->words[i]);
        const char *member = all > length ? words->words[i] + all - length : NULL;
        if (member != NULL && strcmp(member, name) == 0 && (member[-1] == '.' || member[-1] == '>'))
            return words->words[i];
    }
    return NULL;
}

/* "; did you mean 'length'?", or "; there are length and ret". */
static void suggest(char *text, size_t size, const char *name, struct words *words, const struct where_keys *keys)
{
    size_t values = words->count, used = 0;
    char safe[80];
    const char *near = find_member(name, words);
    add_words(words, keys, true);
    if (near == NULL)
        near = nearest_word(name, (const char *const *)words->words, words->count);
    if (near != NULL) {
        text_escape(safe, sizeof safe, near, true);
        snprintf(text, size, "; did you mean '%s'?", safe);
        return;
    }
    for (size_t i = 0; i < values && i < LISTED; i++) {
        text_escape(safe, sizeof safe, words->words[i], true);
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "; there are " : ", ", safe);
    }
    if (values > LISTED)
        snprintf(text + used, size - used, " and %zu more", values - LISTED);
}

static int unknown(const struct where_keys *keys, const char *name, struct error *error)
{
    struct words words = {0};
    char safe[200], text[LISTED * 90 + 40] = "";
    text_escape(safe, sizeof safe, name, true);
    add_words(&words, keys, false);
    if (words.count == 0)
        error_set(error, "no values of calls are in this recording; record --args, --returns and notes give them");
    else if (strcmp(name, "ret") == 0)
        error_set(error, "no results are in this recording; record --returns gives them");
    else {
        suggest(text, sizeof text, name, &words, keys);
        error_set(error, "no value of a call is called '%s' in this recording%s", safe, text);
    }
    free_words(&words);
    return -1;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

/* "ret" and, of a structure, "ret.a". */
static bool is_named(const struct where_keys *keys, uint32_t index, const char *name, bool quoted)
{
    const char *own = name_of(&keys->keys[index]);
    bool result = !quoted && strncmp(name, "ret", 3) == 0 && (name[3] == '\0' || name[3] == '.');
    if (own == NULL || keys->keys[index].kind != CT_KEY_RETURN)
        return own != NULL && (!result || name[3] != '\0') && strcmp(own, name) == 0;
    return result && (strcmp(name + 3, keys->keys[index].name) == 0 ||
                      strcmp(name + 3, value_name_of(keys->keys, keys->key_count, index).part) == 0);
}

/* The keys of that name become one variable; CT_NONE: there is none. */
static uint32_t take_keys(struct where_keys *keys, const char *name, bool quoted, unsigned *kinds)
{
    uint32_t variable = CT_NONE;
    for (uint32_t i = 0; i < keys->key_count; i++) {
        if (!is_named(keys, i, name, quoted))
            continue;
        if (variable == CT_NONE)
            variable = keys->variables[i] != CT_NONE ? keys->variables[i] : keys->variable_count++;
        keys->variables[i] = variable;
        *kinds |= kinds_of(&keys->keys[i]);
    }
    return variable;
}

int where_keys_find(void *context, const char *name, bool quoted, struct where_name *found, struct error *error)
{
    struct where_keys *keys = context;
    char safe[200];
    *found = (struct where_name){0};
    found->variable = take_keys(keys, name, quoted, &found->kinds);
    if (found->variable != CT_NONE && found->kinds != 0)
        return 0;
    text_escape(safe, sizeof safe, name, true);
    if (found->variable != CT_NONE)
        return error_set(error, "'%s' is neither a number nor a text", safe);
    int status = quoted ? 0 : find_qualified(keys, name, found, error);
    if (status != 0)
        return status > 0 ? 0 : -1;
    if (!keys->lenient)
        return unknown(keys, name, error);
    *found =
        (struct where_name){.variable = keys->variable_count++, .kinds = WHERE_NUMBERS | WHERE_TEXTS | WHERE_NULLS};
    return 0;
}

/* 2 where it is not the name of a value. */
static int find_value(struct where_keys *keys, const char *name, struct where_name *found, struct error *error)
{
    if (where_keys_find(keys, name, false, found, error) != 0)
        return 2;
    if (!found->is_constant)
        return 0;
    error_set(error, "'%s' is an enumerator; name an argument, a note, or ret", name);
    return 2;
}

int where_keys_named(bool **named, const char *name, const struct tape *tape, struct error *error)
{
    struct where_keys keys;
    struct where_name found;
    if (where_keys_make(&keys, tape, error) != 0)
        return 1;
    *named = calloc(keys.key_count + (size_t)1, sizeof **named);
    int status = *named != NULL ? find_value(&keys, name, &found, error) : 1;
    if (*named == NULL)
        error_set(error, "out of memory for names of values");
    for (uint32_t i = 0; i < keys.key_count && status == 0; i++)
        (*named)[i] = keys.variables[i] == found.variable;
    if (status != 0)
        free(*named);
    where_keys_free(&keys);
    return status;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static __int128 integer_of(const struct tape_key *key, const struct tape_value *value)
{
    if (key->type == CT_TYPE_ENUM && value_is_natural(key))
        return (__int128)(uint64_t)value_i64(value);
    unsigned __int128 number = 0, ones = ~number;
    size_t size = value->size < sizeof number ? value->size : sizeof number;
    for (size_t i = 0; i < size; i++)
        number |= (unsigned __int128)value->bytes[i] << (8 * i);
    if (!value_is_natural(key) && size != 0 && size < sizeof number && value->bytes[size - 1] >= 0x80)
        number |= ones << (8 * size);
    return (__int128)number;
}

/* Texts as they were recorded: of one that was cut, its first bytes. */
bool where_value_of(struct where_value *to, const struct tape_key *key, const struct tape_value *value)
{
    bool text = key->type == CT_TYPE_STRING;
    *to = (struct where_value){.kind = value->state == CT_VALUE_NULL ? WHERE_NULL : WHERE_NOTHING};
    if (value->state != CT_VALUE_WHOLE && !(text && value->state == CT_VALUE_CUT))
        return true;
    if (text) {
        char *copy = malloc(value->size + (size_t)1);
        if (copy != NULL)
            *(char *)mempcpy(copy, value->bytes, value->size) = '\0';
        *to = (struct where_value){.kind = WHERE_TEXT, .text = copy, .size = value->size};
    } else if (key->type == CT_TYPE_F64)
        *to = (struct where_value){.kind = WHERE_REAL, .real = value_f64(value)};
    else if (kinds_of(key) != 0)
        *to = (struct where_value){.kind = WHERE_INTEGER, .integer = integer_of(key, value)};
    return !text || to->text != NULL;
}
