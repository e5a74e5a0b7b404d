/*
 * The end of the process on Windows, where DLLs have their last words after the system has killed all threads
 * but one, wherever those stood: what they held is held for ever, and nothing waits for them
 * successfully. Used by everything that waits for threads.
 */
#ifndef SCARDSSP_BASE_WINDOWS_ENDING_H
#define SCARDSSP_BASE_WINDOWS_ENDING_H

#include <stdbool.h>

/* Whether the process is ending: the calling thread is the only one left. */
bool ending_has_begun(void);

#endif
