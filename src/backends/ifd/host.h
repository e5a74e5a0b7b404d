/*
 * Being the host of IFD handlers: they are linked against log functions that only pcscd has. driver.c asks
 * for them before it loads one.
 */
#ifndef SCARDSSP_BACKENDS_IFD_HOST_H
#define SCARDSSP_BACKENDS_IFD_HOST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes the log functions known to every library that is loaded from now on; once in a process. What handlers
 * log goes to standard error where SCARDSSP_TRACE is set: their errors at 1, more with each level. false:
 * message (may be NULL) of message_size bytes says why not.
 */
bool ifd_host_ready(char *message, size_t message_size);

/*
 * A file in memory that holds `size` bytes and has a path, so that the system can load it. Returns its
 * descriptor, which must stay open as long as the file is loaded: the loader knows files by their paths. -1:
 * errno says why not.
 */
int ifd_host_file(const char *name, const void *bytes, size_t size);

/* Bytes that ifd_host_path() needs. */
#define IFD_HOST_PATH_MAX 64u

/* The path of such a file. */
void ifd_host_path(int file, char path[IFD_HOST_PATH_MAX]);

#endif
