/* The table of a composite's calls, for what makes its contexts and connections. Filled by composite.c. */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_OPS_H
#define SCARDSSP_BACKENDS_COMPOSITE_OPS_H

#include "rm/rm.h"

extern const struct rm_ops composite_ops;

#endif
