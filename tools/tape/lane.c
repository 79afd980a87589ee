#include "tape/lane.h"

#include <stdlib.h>
#include <string.h>

#include "tape/checksum.h"

enum { PARTS_MAX = 9 };

int lane_init(struct lane *lane)
{
    *lane = (struct lane){.compressor = compressor_create()};
    return packer_init(&lane->packer) == 0 && lane->compressor ? 0 : -1;
}

void lane_free(struct lane *lane)
{
    packer_free(&lane->packer);
    compressor_free(lane->compressor);
    free(lane->section.data);
}

int lane_section_begin(struct lane *lane)
{
    static const struct ct_section empty;
    lane->section.bytes = 0;
    return buffer_add(&lane->section, &empty, sizeof empty);
}

int lane_add_packed(struct lane *lane, const struct buffer *column, enum compress_how how, uint32_t *codec,
                    uint64_t *packed_bytes)
{
    size_t room = compress_bound(column->bytes);
    uint8_t *to = buffer_reserve(&lane->section, room);
    if (!to)
        return -1;
    size_t packed = compress(lane->compressor, how, to, room, column->data, column->bytes);
    bool smaller = packed != 0 && packed < column->bytes;
    if (!smaller)
        memcpy(to, column->data, column->bytes);
    *codec = smaller ? CT_CODEC_ZSTD : CT_CODEC_NONE;
    *packed_bytes = smaller ? packed : column->bytes;
    lane->section.bytes += *packed_bytes;
    return 0;
}

static int add_part(struct lane *lane, struct ct_part *part, uint32_t type, const struct buffer *column,
                    enum compress_how how)
{
    *part = (struct ct_part){.type = type, .raw_bytes = column->bytes};
    return lane_add_packed(lane, column, how, &part->codec, &part->packed_bytes);
}

/* Most specials are values, where there are many. Times repeat themselves little; where most events have one they are
 * most of the work. */
static enum compress_how how_to_compress(const struct packer *packer, const struct buffer *column)
{
    if (column == &packer->specials)
        return COMPRESS_VALUES;
    return column == &packer->times && 2 * column->bytes > packer->words ? COMPRESS_SYMBOLS : COMPRESS_MATCHES;
}

int lane_build_block(struct lane *lane)
{
    struct packer *packer = &lane->packer;
    const struct {
        uint32_t type;
        const struct buffer *column;
    } columns[PARTS_MAX] = {
        {CT_PART_EDGES, &packer->edges_column}, /* first: it is read alone */
        {CT_PART_FUNCTIONS, &packer->functions}, {CT_PART_KINDS, &packer->kinds},
        {CT_PART_ENTRIES, &packer->entries},     {CT_PART_TIMED, &packer->timed},
        {CT_PART_TIMES, &packer->times},         {CT_PART_SPECIALS, &packer->specials},
        {CT_PART_GAPS, &packer->gap_column},     {CT_PART_FOLDS, &packer->folder.column},
    };
    struct ct_part parts[PARTS_MAX];
    if (packer_end(packer) != 0 || lane_section_begin(lane) != 0)
        return -1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < PARTS_MAX; i++)
        count += columns[i].column->bytes != 0;
    packer->block.parts = count;
    packer->block.checksum = checksum(&packer->block, offsetof(struct ct_block, checksum));
    size_t table = sizeof(struct ct_section) + sizeof packer->block;
    if (buffer_add(&lane->section, &packer->block, sizeof packer->block) != 0 ||
        !buffer_reserve(&lane->section, sizeof parts))
        return -1;
    lane->section.bytes += count * sizeof *parts;
    uint32_t next = 0;
    for (uint32_t i = 0; i < PARTS_MAX; i++) {
        const struct buffer *column = columns[i].column;
        if (column->bytes &&
            add_part(lane, &parts[next++], columns[i].type, column, how_to_compress(packer, column)) != 0)
            return -1;
    }
    memcpy(lane->section.data + table, parts, count * sizeof *parts);
    return 0;
}
