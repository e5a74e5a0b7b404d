/* The table of this backend's calls (pcsc.c), to which every object of it points. */
#ifndef SCARDSSP_BACKENDS_PCSC_OPS_H
#define SCARDSSP_BACKENDS_PCSC_OPS_H

#include "rm/rm.h"

extern const struct rm_ops pcsc_ops;

#endif
