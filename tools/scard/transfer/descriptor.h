/* Bytes to the descriptor of a file, all of them. Used by the files that write to disk on Linux. */
#ifndef SCARD_DESCRIPTOR_H
#define SCARD_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes them all; false with errno: not all could be. */
bool descriptor_write(int file, const uint8_t *bytes, size_t size);

/* Closes it, and says whether all that was done before (`good`, else with its errno) and this went well. */
bool descriptor_finish(int file, bool good);

#endif
