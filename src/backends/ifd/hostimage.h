/* The shared object that hostlog.c becomes, as bytes; made by the build. host.c loads it. */
#ifndef SCARDSSP_BACKENDS_IFD_HOSTIMAGE_H
#define SCARDSSP_BACKENDS_IFD_HOSTIMAGE_H

#include <stddef.h>

extern const unsigned char ifd_hostimage[];
extern const size_t ifd_hostimage_size;

#endif
