/* What a block does to the open calls of its thread, for readers that begin behind it (FORMAT.md, 3.5). The loop of
 * pack.c keeps what the block has opened; how many older calls it ended follows from the counts. */
#include "tape/bytes.h"
#include "tape/pack.h"

/* More than any stack holds; sums of so many stay below 2^64. */
static const uint64_t jump_most = UINT64_C(1) << 40;

static uint8_t *reserve(struct edges_column *edges, size_t numbers)
{
    uint8_t *at = edges->unknown ? NULL : buffer_reserve(&edges->ops, numbers * LEB128_BYTES_MAX);
    edges->unknown = at == NULL;
    return at;
}

static void add_op(struct edges_column *edges, enum ct_edge_op op, uint64_t argument)
{
    uint8_t *at = reserve(edges, 2);
    if (at)
        edges->ops.bytes = (size_t)(leb128_write(leb128_write(at, op), argument) - edges->ops.data);
}

static uint32_t inherited_at(const struct edges_column *edges, uint32_t depth)
{
    for (size_t i = edges->inherited_count; i-- != 0;)
        if (edges->inherited[i].depth == depth)
            return edges->inherited[i].function;
    return 0;
}

static uint8_t *put_call(const struct packer *packer, uint8_t *at, uint32_t depth)
{
    uint32_t code = packer->habits.open[depth], index = code / 2 - CODE_ENTRY / 2;
    if (code < CODE_ENTRY)
        return leb128_write(leb128_write(at, (uint64_t)inherited_at(&packer->edges, depth) << 1 | 1), 0);
    return leb128_write(leb128_write(at, (uint64_t)packer->dictionary[index] << 1), packer->gap_exit[index]);
}

/* The calls since the last op: so many older ones ended, these are left. */
static void close_calls(struct packer *packer, uint64_t entries, uint64_t exits)
{
    struct edges_column *edges = &packer->edges;
    uint32_t depth = packer->habits.at.depth;
    uint64_t opened = entries - edges->entries + edges->inherits;
    uint64_t ended = exits - edges->exits + edges->jumped;
    uint64_t older = depth + ended - opened;
    uint8_t *at = older + depth != 0 ? reserve(edges, 3 + 2 * (size_t)depth) : NULL;
    if (at) {
        at = leb128_write(leb128_write(leb128_write(at, CT_EDGE_CALLS), older), depth);
        for (uint32_t i = 1; i <= depth; i++)
            at = put_call(packer, at, i);
        edges->ops.bytes = (size_t)(at - edges->ops.data);
    }
}

static void begin_calls(struct edges_column *edges, uint64_t entries, uint64_t exits)
{
    edges->entries = entries;
    edges->exits = exits;
    edges->jumped = edges->inherits = 0;
    edges->inherited_count = 0;
}

void edges_begin(struct edges_column *edges)
{
    edges->ops.bytes = 0;
    edges->unknown = false;
    begin_calls(edges, 0, 0);
}

static void inherit(struct edges_column *edges, uint32_t depth, uint64_t function)
{
    edges->unknown |= edges->inherited_count == EDGES_INHERITED_MOST || function > CT_FUNCTION_MAX;
    edges->inherits++;
    if (!edges->unknown)
        edges->inherited[edges->inherited_count++] = (struct edges_inherited){depth, (uint32_t)function};
}

void edges_special(struct packer *packer, uint32_t kind, uint64_t payload, uint64_t entries, uint64_t exits)
{
    struct edges_column *edges = &packer->edges;
    switch (kind) {
    case CT_SPECIAL_JUMP:
        edges->unknown |= payload > jump_most;
        edges->jumped += payload;
        break;
    case CT_SPECIAL_INHERIT:
        inherit(edges, packer->habits.at.depth + 1, payload);
        break;
    case CT_SPECIAL_STACK:
        close_calls(packer, entries, exits);
        add_op(edges, CT_EDGE_STACK, payload);
        begin_calls(edges, entries, exits);
        break;
    case CT_SPECIAL_OVERWRITTEN:
        edges->unknown |= packer->habits.at.depth != 0; /* habits do not forget these */
        add_op(edges, CT_EDGE_FORGET, 0);
        begin_calls(edges, entries, exits);
        break;
    default:
        break;
    }
}

/* Whether the first event has a time. All are expected to have one at first. */
static bool first_is_timed(const struct packer *packer)
{
    const uint16_t *entries = (const uint16_t *)(const void *)packer->entries.data;
    uint64_t first = 0;
    while (first < packer->words && packer->kinds.data[first / 8] >> (first % 8) & 1 && entries[first] < CODE_ENTRY)
        first++;
    struct bytes timed = bytes_of(packer->timed.data, packer->timed.bytes);
    return first < packer->words && (packer->timed.bytes == 0 || bytes_leb128(&timed) != first);
}

int edges_end(struct packer *packer)
{
    struct edges_column *edges = &packer->edges;
    close_calls(packer, packer->block.entries, packer->block.events - packer->block.entries);
    packer->edges_column.bytes = 0;
    if (edges->unknown || edges->ops.bytes > EDGES_BYTES_MOST(packer->words))
        return 0;
    uint8_t timed = first_is_timed(packer);
    return buffer_add(&packer->edges_column, &timed, 1) == 0 &&
                   buffer_add(&packer->edges_column, edges->ops.data, edges->ops.bytes) == 0
               ? 0
               : -1;
}
