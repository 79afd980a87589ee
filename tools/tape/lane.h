/* What one thread needs to make sections of chunks: a packer, a compressor, the section that it builds. */
#ifndef CALLTAPE_TAPE_LANE_H
#define CALLTAPE_TAPE_LANE_H

#include <stdint.h>

#include "tape/buffer.h"
#include "tape/compress.h"
#include "tape/pack.h"

struct lane {
    struct packer packer;
    struct compressor *compressor;
    struct buffer section; /* its head first, which is filled in when it is written */
};

/* All return 0, or -1: out of memory. */
int lane_init(struct lane *lane);
void lane_free(struct lane *lane); /* also where lane_init failed */

int lane_section_begin(struct lane *lane);
/* Appends bytes, packed where that is smaller; tells by which codec, and how many they became. */
int lane_add_packed(struct lane *lane, const struct buffer *column, enum compress_how how, uint32_t *codec,
                    uint64_t *packed_bytes);
/* Ends the packer's block and makes a section of it. */
int lane_build_block(struct lane *lane);

#endif
