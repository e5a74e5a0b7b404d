/* Who writes: the process, its program and the thread, as the system knows them. Used by record.c. */
#ifndef SCARDSSP_BACKENDS_TRACER_PROCESS_H
#define SCARDSSP_BACKENDS_TRACER_PROCESS_H

#include <stdint.h>

/* Bytes that the name of a program takes at most, its NUL included; what is longer is cut. */
#define PROCESS_NAME_MAX 256u

/* The number of this process, also behind fork(). */
uint32_t process_number(void);

/* The number of the calling thread. */
uint32_t process_thread(void);

/*
 * The name of the program's file, without its folder and without what it was called with, into
 * PROCESS_NAME_MAX bytes; "" where the system does not tell.
 */
void process_name(char *out);

#endif
