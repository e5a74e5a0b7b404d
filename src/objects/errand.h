/*
 * Slow work for a call that waits for its result. On Windows, in a single-threaded apartment, another thread
 * does the work while the calling one serves the apartment: calls into it and painting, no input, as COM does
 * while it waits itself. Everywhere else the calling thread does the work. Used by locate.c.
 */
#ifndef SCARDSSP_OBJECTS_ERRAND_H
#define SCARDSSP_OBJECTS_ERRAND_H

/*
 * Calls work(user) and returns when it has. call_off(user): called, once, by the calling thread while the
 * work is under way, when the program has to end (WM_QUIT, which stays for the program's own loop); it
 * asks the work to come to an end soon.
 */
void errand_run(void (*work)(void *user), void (*call_off)(void *user), void *user);

#endif
