/*
 * How many bytes one command moves. The largest that the card, its reader and the file want is found by
 * trying: an extended command first, less after each refusal. What a refusal teaches is kept for the
 * connection. Used by reading and writing.
 */
#ifndef SCARDSSP_SERVICES_CHUNK_H
#define SCARDSSP_SERVICES_CHUNK_H

#include "services/filesystem.h"

/* Which of the two limits is meant. */
enum chunk_way { CHUNK_READ, CHUNK_WRITE };

/* The bytes to try, with `left` to be moved: never 0 unless left is. */
uint32_t chunk_first(const struct filesystem *files, enum chunk_way way, uint32_t left);

/*
 * The bytes to try after `size` was refused with this status word: 0 when the word is no refusal of a length,
 * or one byte was too many.
 */
uint32_t chunk_smaller(enum chunk_way way, uint32_t size, uint16_t sw);

/* The same after the command failed on its way: 0 when that was not for its length. */
uint32_t chunk_after_failure(enum chunk_way way, uint32_t size, HRESULT failure);

/* Keeps what has been learned: `size` was taken after something larger was refused. */
void chunk_learn(struct filesystem *files, enum chunk_way way, uint32_t size);

#endif
