/* The tape's checksum: XXH3, 64 bits, no seed. */
#ifndef CALLTAPE_TAPE_CHECKSUM_H
#define CALLTAPE_TAPE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t checksum(const void *data, size_t bytes);

#endif
