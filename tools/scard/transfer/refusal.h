/* Why a file of a card could not be written, in words. Used by `scard write` and the shell's put. */
#ifndef SCARD_REFUSAL_H
#define SCARD_REFUSAL_H

#include "transfer/writing.h"

/*
 * Tells it, with how much of the file was written; hr: what writing_run() has returned. Returns an exit code.
 */
int refusal_tell(const struct writing_task *task, HRESULT hr);

#endif
