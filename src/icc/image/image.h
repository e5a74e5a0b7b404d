/*
 * Card images: the JSON text that describes a card (docs/card-image.md), read strictly. Nothing is guessed:
 * an unknown field, a size out of range or a reference to nothing is an error with file, line and field.
 */
#ifndef SCARDSSP_SIM_IMAGE_H
#define SCARDSSP_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct image_reader;
struct sim_card;

/* Whether this is the name of an image that comes with the library (builtin.h has them). */
bool sim_image_is_builtin(const char *name);

/*
 * Finds the text of the image reader->file (one that comes with the library, or a JSON file), and parses it.
 * false: the reader's message holds "file:line: field: what is wrong", or its `no_memory` is set. Ended by
 * sim_image_close(), also after a failure.
 */
bool sim_image_open(struct image_reader *reader);

/* Erases and frees text and tree. */
void sim_image_close(struct image_reader *reader);

/*
 * Fills a zeroed card from an opened image. false: as above; the card may be half filled and must be
 * destroyed.
 */
bool sim_image_read(struct image_reader *reader, struct sim_card *card);

#endif
