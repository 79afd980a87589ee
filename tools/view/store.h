/* The pyramid's file: pieces of bytes that are found by what they are. NAME.tape.view beside the tape, made at the
 * first view and read again by the next; `view --html` puts the same bytes into a page.
 *
 *   header, 64 bytes (struct store_head); pieces; at `directory`, as one piece more, struct store_entry for each.
 *
 * A piece is a zlib stream of `bytes` bytes. A file without a directory was not finished, and is made anew, as is one
 * that is not of this tape or of another version. Pieces can be read while others are added; thread-safe. */
#ifndef CALLTAPE_VIEW_STORE_H
#define CALLTAPE_VIEW_STORE_H

#include "tape/tape.h"
#include "view/bytes.h"

enum piece_kind {
    PIECE_TILE = 1, /* thread, level, tile: view/levels.h */
    PIECE_SLICES,   /* thread, level, group: view/slices.h */
    PIECE_NODES,    /* view/nodes.h */
    PIECE_HABIT,    /* index is the function: view/habit.h */
    PIECE_LANES,    /* what is known of each thread: view/pyramid.h */
    PIECE_META,     /* in a page only: the JSON of `meta` */
    PIECE_CURVES,   /* view/curves.h */
    PIECE_VALUES,   /* in a page only: thread: view/values.h */
};

struct store_entry {
    uint16_t kind; /* enum piece_kind */
    uint16_t level;
    uint32_t thread;
    uint64_t index;
    uint64_t offset;
    uint32_t packed_bytes, bytes;
};

/* Which recording, in which state. */
struct store_name {
    uint64_t session_ticks, session_real_ns, tape_bytes, events;
};

struct store_head {
    uint8_t magic[8];
    struct store_name of;
    uint64_t directory; /* 0: not finished */
    uint32_t directory_packed, directory_bytes;
    uint64_t reserved;
};

struct store;

struct store_name store_name_of(const struct tape *tape);

/* Opens the finished file of that tape. NULL: there is none. */
struct store *store_open(const char *path, const struct store_name *of);
/* A new one. It has no name until it is finished, and then `path`. Where nothing can be written there, or the room is
 * used up, or `path` is NULL, it lies among temporary files or in memory and goes with this program. NULL: the error is
 * set. */
struct store *store_create(const char *path, const struct store_name *of, struct error *error);
void store_close(struct store *store); /* NULL is allowed */

bool store_finished(const struct store *store);
/* 0, or -1 with the error set. */
int store_add(struct store *store, const struct store_entry *what, const struct bytes *bytes, struct error *error);
/* All was added. It is kept where there is room for it. */
void store_finish(struct store *store);

/* 1: `bytes`, emptied before, is the piece; 0: there is none; -1: it can't be read. */
int store_get(struct store *store, const struct store_entry *what, struct bytes *bytes);
bool store_has(struct store *store, const struct store_entry *what);

/* Tells of each entry; for copying to another. Not while pieces are added. */
void store_each(const struct store *store, void (*see)(void *context, const struct store_entry *entry), void *context);
/* The piece as it is stored. */
int store_get_packed(struct store *store, const struct store_entry *entry, struct bytes *bytes);

#endif
