/* The stage's real service, behind stage.h: pcscd with a card in its virtual reader, and on Windows none. */
#ifndef SCARDSSP_TESTS_MODULE_STAGE_SERVICE_H
#define SCARDSSP_TESTS_MODULE_STAGE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

/* Starts it, without a card. false: why (why_size bytes) says what is missing. */
bool stage_service_open(char *why, size_t why_size);
void stage_service_close(void);

/* The name of its reader. */
const char *stage_service_reader(void);

/* As stage_insert(). */
bool stage_service_insert(const char *image);

#endif
