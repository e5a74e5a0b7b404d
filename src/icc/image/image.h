/*
 * Card images: the JSON text that describes a card (docs/card-image.md), read strictly. Nothing is guessed:
 * an unknown field, a size out of range or a reference to nothing is an error with file, line and field.
 */
#ifndef SCARDSSP_SIM_IMAGE_H
#define SCARDSSP_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct sim_card;

/*
 * Fills a zeroed card from "demo", "gsm", "app" or the JSON file of that name. false: message (may be NULL)
 * holds "file:line: field: what is wrong"; the card may be half filled and must be destroyed. *no_memory:
 * nothing is wrong, but memory lacked.
 */
bool sim_image_load(struct sim_card *card, const char *image, char *message, size_t message_size,
                    bool *no_memory);

/* The message for a card that could not even be begun. */
void sim_image_no_memory(const char *image, char *message, size_t message_size);

#endif
