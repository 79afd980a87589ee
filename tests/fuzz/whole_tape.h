/* A mutation that left a tape's checksums wrong would end at the first of them, so most mutations are followed by
 * making them right again: what a hostile writer would do. */
#ifndef CALLTAPE_FUZZ_WHOLE_TAPE_H
#define CALLTAPE_FUZZ_WHOLE_TAPE_H

#include <stddef.h>
#include <stdint.h>

/* The header, and every section that can be found from there on. */
void make_whole(uint8_t *data, size_t size);

#endif
