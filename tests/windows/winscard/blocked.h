/*
 * Threads of a program that are blocked in a call while the program ends or unloads a DLL: for the scenes of
 * scenes.h.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_WINSCARD_BLOCKED_H
#define SCARDSSP_TESTS_WINDOWS_WINSCARD_BLOCKED_H

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>

/* Starts a thread. TRUE: after a moment it has not come back, so it is taken to be in its call. */
BOOL blocked_start(LPTHREAD_START_ROUTINE routine, void *argument);

/* The same with LockSCard of the object. shares: the thread has a reference of its own, which it keeps. */
BOOL blocked_in_lock(ISCard *card, BOOL shares);

/* The same with WaitForChange at the reader, without a limit. Once in a process: the name is remembered. */
BOOL blocked_in_wait(ISCard *card, BOOL shares, const wchar_t *reader);

/* How long the object's calls wait for others. FALSE: it cannot be set. */
BOOL blocked_set_timeout(ISCard *card, LONG ms);

#endif
