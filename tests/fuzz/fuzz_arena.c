/* Arenas that a killed recorder left, repaired. The input is struct ct_arena, of which what must be so is put right,
 * and then chunks: a byte for the state, two for the length, and so many bytes. What comes out is a sound tape. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run_verb.h"
#include "tape/check.h"
#include "tape/recovery.h"
#include "tape/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHUNKS = 64, FIRST = 1 };
static uint8_t file[CHUNKS * CT_CHUNK_BYTES];

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void put_header(const uint8_t *data)
{
    struct ct_arena header;
    memcpy(&header, data, sizeof header);
    memcpy(header.magic, CT_ARENA_MAGIC, sizeof header.magic);
    header.version = CT_ARENA_VERSION;
    header.byte_order = CT_BYTE_ORDER;
    header.chunk_count = CHUNKS;
    header.first_chunk = FIRST;
    memcpy(file, &header, sizeof header);
}

static void put_chunks(const uint8_t *data, size_t size)
{
    for (uint32_t chunk = FIRST; chunk < CHUNKS && size >= 3; chunk++) {
        const uint32_t state = data[0];
        size_t bytes = data[1] | (size_t)data[2] << 8;
        bytes = bytes < size - 3 ? bytes : size - 3;
        memcpy(file + CT_ARENA_STATES_OFFSET + chunk * sizeof state, &state, sizeof state);
        memcpy(file + (size_t)chunk * CT_CHUNK_BYTES, data + 3, bytes);
        data += 3 + bytes;
        size -= 3 + bytes;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct recover_result result;
    struct check_result checked;
    if (size < sizeof(struct ct_arena))
        return 0;
    memset(file, 0, sizeof file);
    put_header(data);
    put_chunks(data + sizeof(struct ct_arena), size - sizeof(struct ct_arena));
    const char *path = put_file(file, sizeof file);
    int out = memfd_create("repaired", MFD_CLOEXEC), again = dup(out);
    require(out >= 0 && again >= 0);
    if (recover_into(path, out, "repaired", NULL, NULL, &result, &error) != 0) {
        close(again);
        return 0;
    }
    struct tape *tape = tape_open_fd(again, "repaired", &error);
    require(tape != NULL && tape_session(tape)->finished && check_tape(tape, &checked, &error) == 0);
    require(checked.damaged_blocks == 0);
    tape_close(tape);
    return 0;
}
