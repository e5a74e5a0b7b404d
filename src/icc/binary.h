/*
 * What READ, WRITE, UPDATE and ERASE BINARY share, whether the place in the file stands in P1 P2 or in a data
 * object. Used by binary.c and binaryobject.c.
 */
#ifndef SCARDSSP_SIM_BINARY_H
#define SCARDSSP_SIM_BINARY_H

#include "icc/os.h"

/*
 * Whether the channel may do that with the file (NULL: there is no current one) from `offset` on. Returns 0
 * or the SW: 6986, 6981, 6985, 6982, or 6B00 when the file ends before.
 */
uint16_t sim_binary_check(const struct sim_card *card, const struct channel *channel, const struct file *file,
                          enum file_operation operation, uint32_t offset);

/* Stores the bytes, which lie inside the file: in their place (FILE_UPDATE), or as the file's WRITE does. */
void sim_binary_store(struct file *file, uint32_t offset, const uint8_t *bytes, uint32_t size,
                      enum file_operation operation);

#endif
