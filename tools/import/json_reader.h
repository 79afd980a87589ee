/* JSON (RFC 8259) piece by piece out of a file: nothing of it is kept but the string at hand. */
#ifndef CALLTAPE_IMPORT_JSON_READER_H
#define CALLTAPE_IMPORT_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum { JSON_TEXT_MOST = 64 * 1024, JSON_DEPTH_MOST = 512, JSON_READ = 1 << 16 };

enum json_piece { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_WORD }; /* word: true, false, null */

struct json_reader {
    FILE *file;
    char safe[1024]; /* the file's name, to print */
    uint64_t offset; /* of the byte at `at` */
    size_t at, end;
    char bytes[JSON_READ];
    char text[JSON_TEXT_MOST]; /* of a string, without escapes, longer ones cut; digits of a number; a word */
    size_t length;
    struct error *error;
};

/* -1: the error is set. */
int json_reader_open(struct json_reader *reader, const char *path, struct error *error);
void json_reader_close(struct json_reader *reader);

/* The next value: its kind, `text` of those that are simple; -1: the error is set. */
int json_next(struct json_reader *reader);
/* Within an object: 1: `text` is the next member's name, its value follows; 0: the object ends; -1. `first`: nothing of
 * it was read yet. Likewise the elements of an array, which json_next then reads. */
int json_member(struct json_reader *reader, bool first);
int json_element(struct json_reader *reader, bool first);
/* Goes past the value that follows, or that begins with a piece read already. */
int json_skip(struct json_reader *reader);
int json_skip_rest(struct json_reader *reader, enum json_piece piece);

/* Was the file read to its end, but for white space? */
bool json_at_end(struct json_reader *reader);
/* Anything but white space left? -1: yes, the error is set. */
int json_end(struct json_reader *reader);
/* The error that there: 'FILE': offset N: what. */
int json_wrong(struct json_reader *reader, const char *what);

#endif
