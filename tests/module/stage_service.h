/* The stage's real service, behind stage.h: pcscd with cards in its virtual readers, and on Windows none. */
#ifndef SCARDSSP_TESTS_MODULE_STAGE_SERVICE_H
#define SCARDSSP_TESTS_MODULE_STAGE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

/* Starts it, without a card. false: why (why_size bytes) says what is missing. */
bool stage_service_open(char *why, size_t why_size);
void stage_service_close(void);

/* The name of its reader, 0 or 1. */
const char *stage_service_reader(unsigned slot);

/*
 * Puts a fresh card of the image into the reader, which offers T=0 or T=1 only (1, 2). false: the service did
 * not see it.
 */
bool stage_service_insert(unsigned slot, const char *image, unsigned protocol);

#endif
