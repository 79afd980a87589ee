/* Which sections a tape holds: from its index where that is whole, else by walking the section heads. */
#ifndef CALLTAPE_TAPE_SECTIONS_H
#define CALLTAPE_TAPE_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "calltape/format.h"
#include "tape/damages.h"

struct sections {
    struct ct_index_entry *at; /* META and BLOCK sections, in the order of the file */
    size_t count, room;
    bool indexed;  /* the list is the file's own index; blocks' own heads were not looked at */
    bool finished; /* an END section stands */
    bool torn;     /* the last section is cut short: its writer died, or is at it */
    uint64_t lost_events;
    struct ct_end told; /* what END says, when finished */
    uint64_t end;       /* where the last whole section ends */
};

/* Checks the first bytes of a file. A wrong checksum alone is damage, not an error. */
int tape_header_check(const struct ct_tape *header, const char *path, struct damages *damages, struct error *error);

/* Reads the list of the `size` bytes of `fd`; the caller frees `sections->at`, also on failure. */
int sections_read(struct sections *sections, int fd, uint64_t size, const char *path, struct damages *damages,
                  struct error *error);

/* Adds the sections from byte `from` to `size`, whatever an index says. */
int sections_scan(struct sections *sections, int fd, uint64_t from, uint64_t size, const char *path,
                  struct damages *damages, struct error *error);

/* Reads the section head at `offset`: true when it is one (its checksum holds). false with errno: it could not be
 * read. */
bool section_head(int fd, uint64_t offset, uint64_t size, struct ct_section *head);
/* Reads a block's fields after its section head: true when their checksum holds; false likewise. */
bool section_block_head(int fd, uint64_t offset, uint64_t bytes, struct ct_block *block);
/* Bytes that a section's payload takes in the file, padding included. */
uint64_t section_padded(uint64_t bytes);

#endif
