/* Files by the names that users give. Used by `scard apdu`. */
#ifndef SCARD_FILE_H
#define SCARD_FILE_H

#include <stdio.h>

/* fopen() to read bytes from a file, with its name in UTF-8. NULL with errno: it cannot be opened. */
FILE *file_to_read(const char *name);

#endif
