#include "import/told.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "calltape/format.h"
#include "tape/checksum.h"

/* Its name and its bytes follow. */
struct head {
    uint8_t kind, type, name, cut;
    uint32_t bytes;
};

struct key {
    uint64_t number; /* of kind, type and name; first: struct numbers finds it here */
    uint8_t kind, type;
    char name[TOLD_NAME_MOST + 1];
    uint32_t key;
};

struct told {
    FILE *file;
    uint64_t end;
    struct numbers keys;
    struct told_values values; /* those being written */
};

bool told_add(struct told_values *values, uint8_t kind, uint8_t type, const char *name, const void *value, size_t bytes)
{
    size_t kept = bytes < TOLD_VALUE_MOST ? bytes : TOLD_VALUE_MOST, length = strlen(name);
    struct head head = {kind, type, (uint8_t)length, kept < bytes, (uint32_t)kept};
    if (length > TOLD_NAME_MOST || sizeof head + length + kept > sizeof values->at - values->bytes)
        return false;
    char *at = values->at + values->bytes;
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, name, length);
    memcpy(at + sizeof head + length, value, kept);
    values->bytes += sizeof head + length + kept;
    return true;
}

static const char *name_of(const struct told_values *values, size_t at, const struct head *head)
{
    return values->at + at + sizeof *head;
}

/* Its first value where it is a text under "value", as calltape exports what it was told. */
static bool take_text(const struct told_values *values, struct head *head, char text[TOLD_VALUE_MOST])
{
    static const char value[] = "value";
    if (values->bytes == 0)
        return false;
    memcpy(head, values->at, sizeof *head);
    if (head->type != CT_TYPE_STRING || head->name != strlen(value) ||
        memcmp(name_of(values, 0, head), value, strlen(value)) != 0)
        return false;
    memcpy(text, name_of(values, 0, head) + head->name, head->bytes);
    return true;
}

/* " name=value" behind what `text` holds. */
static void put_value(FILE *text, const struct told_values *values, size_t at, const struct head *head)
{
    const char *name = name_of(values, at, head), *bytes = name + head->name;
    uint64_t number = 0;
    double real;
    fprintf(text, " %.*s=", head->name != 0 ? (int)head->name : (int)strlen("return"),
            head->name != 0 ? name : "return");
    if (head->type != CT_TYPE_STRING)
        memcpy(&number, bytes, head->bytes < sizeof number ? head->bytes : sizeof number);
    memcpy(&real, &number, sizeof real);
    if (head->type == CT_TYPE_STRING)
        fwrite(bytes, head->bytes, 1, text);
    else if (head->type == CT_TYPE_F64)
        fprintf(text, "%.17g", real);
    else if (head->type == CT_TYPE_I64)
        fprintf(text, "%" PRId64, (int64_t)number);
    else if (head->type == CT_TYPE_BOOL)
        fputs(number != 0 ? "true" : "false", text);
    else
        fprintf(text, "%" PRIu64, number);
}

/* The name, and all values behind it, as much as there is room for. */
static size_t write_message(const struct told_values *values, const char *name, char *to, size_t size)
{
    struct head head;
    FILE *text = fmemopen(to, size, "w");
    if (text == NULL)
        return 0;
    fputs(name, text);
    for (size_t at = 0; at < values->bytes; at += sizeof head + head.name + head.bytes) {
        memcpy(&head, values->at + at, sizeof head);
        put_value(text, values, at, &head);
    }
    fclose(text);
    return strnlen(to, size);
}

bool told_message(struct told_values *values, const char *name)
{
    static const char message[] = "message";
    char text[2 * TOLD_VALUE_MOST] = "";
    struct head head;
    bool own = strcmp(name, message) == 0 && take_text(values, &head, text);
    size_t length = own ? head.bytes : write_message(values, name, text, sizeof text);
    values->bytes = 0;
    return (own || length != 0 || *name == '\0') &&
           told_add(values, CT_KEY_MESSAGE, CT_TYPE_STRING, message, text, length);
}

static bool is_number(uint8_t type)
{
    return type == CT_TYPE_I64 || type == CT_TYPE_U64 || type == CT_TYPE_F64;
}

uint64_t told_counters(struct told_values *values, const char *name)
{
    const struct told_values all = *values;
    struct head head;
    char full[TOLD_NAME_MOST + 1];
    uint64_t others = 0;
    values->bytes = 0;
    for (size_t at = 0; at < all.bytes; at += sizeof head + head.name + head.bytes) {
        memcpy(&head, all.at + at, sizeof head);
        const char *own = name_of(&all, at, &head);
        bool only = head.name == 0 || (head.name == 5 && memcmp(own, "value", 5) == 0);
        snprintf(full, sizeof full, "%s%s%.*s", name, only ? "" : " ", only ? 0 : (int)head.name, own);
        others +=
            !is_number(head.type) || !told_add(values, CT_KEY_COUNTER, head.type, full, own + head.name, head.bytes);
    }
    return others;
}

static int file_failed(struct error *error)
{
    return error_set(error, "cannot keep values in a temporary file in /tmp: %s", strerror(errno));
}

struct told *told_create(struct error *error)
{
    struct told *told = calloc(1, sizeof *told);
    if (told == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    told->file = tmpfile();
    if (told->file != NULL)
        return told;
    file_failed(error);
    free(told);
    return NULL;
}

void told_destroy(struct told *told)
{
    if (told == NULL)
        return;
    for (size_t i = 0; i < told->keys.slots; i++)
        free(told->keys.table[i]);
    numbers_free(&told->keys);
    fclose(told->file);
    free(told);
}

int told_keep(struct told *told, const struct told_values *values, uint64_t *place, struct error *error)
{
    size_t size = offsetof(struct told_values, at) + values->bytes;
    *place = 0;
    if (values->bytes == 0)
        return 0;
    if (fwrite(values, size, 1, told->file) != 1)
        return file_failed(error);
    *place = told->end + 1;
    told->end += size;
    return 0;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static struct key *key_of(struct told *told, const struct head *head, const char *name)
{
    char text[TOLD_NAME_MOST + 1] = "";
    memcpy(text, name, head->name);
    uint64_t number = checksum(text, head->name) + 31u * head->kind + head->type;
    struct key *key;
    for (; (key = numbers_get(&told->keys, number, sizeof *key)) != NULL; number++) {
        if (key->kind == 0) {
            *key = (struct key){.number = number, .kind = head->kind, .type = head->type, .key = CT_NONE};
            memcpy(key->name, text, sizeof text);
        }
        if (key->kind == head->kind && key->type == head->type && strcmp(key->name, text) == 0)
            break;
    }
    return key;
}

static int write_value(struct told *told, const struct head *head, const char *name, struct taping *taping,
                       struct error *error)
{
    struct key *key = key_of(told, head, name);
    if (key == NULL)
        return error_set(error, "out of memory for values");
    if (key->key == CT_NONE && taping_key(taping, head->kind, head->type, key->name, &key->key, error) != 0)
        return -1;
    bool timed = head->kind == CT_KEY_COUNTER || head->kind == CT_KEY_MESSAGE;
    return (timed ? taping_mark : taping_value)(taping, key->key, name + head->name, head->bytes, head->cut, error);
}

static int read_values(struct told *told, uint64_t place, struct error *error)
{
    size_t size = sizeof told->values.bytes;
    if (fseeko(told->file, (off_t)(place - 1), SEEK_SET) != 0 || fread(&told->values.bytes, size, 1, told->file) != 1 ||
        fread(told->values.at, told->values.bytes, 1, told->file) != 1)
        return file_failed(error);
    return 0;
}

int told_join(struct told *told, uint64_t a, uint64_t b, uint64_t *place, bool *whole, struct error *error)
{
    struct told_values first = {0};
    *whole = true;
    *place = a != 0 ? a : b;
    if (a == 0 || b == 0)
        return 0;
    if (read_values(told, a, error) != 0)
        return -1;
    first = told->values;
    if (read_values(told, b, error) != 0)
        return -1;
    *whole = told->values.bytes <= sizeof first.at - first.bytes;
    if (*whole) {
        memcpy(first.at + first.bytes, told->values.at, told->values.bytes);
        first.bytes += told->values.bytes;
    }
    if (fseeko(told->file, 0, SEEK_END) != 0)
        return file_failed(error);
    return told_keep(told, &first, place, error);
}

int told_write(struct told *told, uint64_t place, uint8_t kind, struct taping *taping, struct error *error)
{
    if (place == 0)
        return 0;
    if (read_values(told, place, error) != 0)
        return -1;
    struct head head;
    int status = 0;
    for (size_t at = 0; at < told->values.bytes && status == 0; at += sizeof head + head.name + head.bytes) {
        memcpy(&head, told->values.at + at, sizeof head);
        if (head.kind == kind)
            status = write_value(told, &head, told->values.at + at + sizeof head, taping, error);
    }
    return status;
}
