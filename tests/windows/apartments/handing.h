/*
 * Objects handed to another process by way of a file, and the other process itself: this very program,
 * started again with the name of a case. Used by test_processes.c (both sides).
 */
#ifndef SCARDSSP_TESTS_WINDOWS_APARTMENTS_HANDING_H
#define SCARDSSP_TESTS_WINDOWS_APARTMENTS_HANDING_H

#include "clients/kit.h"

/* A name for a file that is not there yet, in the folder for such files. */
void handing_name(wchar_t out[MAX_PATH]);

/* Marshals for other processes on this machine; the file holds what unmarshals the object, once. */
void handing_put(IUnknown *object, REFIID iid, const wchar_t *file);

/* Unmarshals; the file is deleted. */
void *handing_take(REFIID iid, const wchar_t *file);

/*
 * Runs this program again: CASE FILE COM, COM being the letter of an apartment (S or M), and waits until it
 * has ended. What the calling thread's apartment has to do is done in the meantime when it is an STA. Returns
 * the exit code, after printing what the other one has printed unless that is 0.
 */
int handing_run(const char *name, const wchar_t *file, char apartment);

#endif
