#include "import/told.h"

#include <errno.h>
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
    return taping_value(taping, key->key, name + head->name, head->bytes, head->cut, error);
}

static int read_values(struct told *told, uint64_t place, struct error *error)
{
    size_t size = sizeof told->values.bytes;
    if (fseeko(told->file, (off_t)(place - 1), SEEK_SET) != 0 || fread(&told->values.bytes, size, 1, told->file) != 1 ||
        fread(told->values.at, told->values.bytes, 1, told->file) != 1)
        return file_failed(error);
    return 0;
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
