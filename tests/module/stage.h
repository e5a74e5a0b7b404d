/*
 * Where the programs of the acceptance tests play: "sim" (this process's simulator) or "pcscd" (the real
 * service, with cards that scardssp_sim_serve() brings to its virtual readers). Uses the public interface
 * only.
 */
#ifndef SCARDSSP_TESTS_MODULE_STAGE_H
#define SCARDSSP_TESTS_MODULE_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "clients/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Opens the stage of the kind (NULL: "sim"), with the demo card in the reader. false: why (why_size bytes)
 * says what is missing.
 */
bool stage_open(const char *kind, char *why, size_t why_size);
void stage_close(void);

/* "sim" or "pcscd". */
const char *stage_kind(void);

/* The real service? There the reader cannot negotiate: the demo card offers T=1 only. */
bool stage_is_service(void);

/* The first reader's name, and the same as programs pass it. */
const char *stage_reader(void);
wchar_t *stage_reader_wide(void);

/* Puts a fresh card into the first reader. false: the service did not see it. */
bool stage_insert(enum stage_card card);

#ifdef __cplusplus
}
#endif

#endif
