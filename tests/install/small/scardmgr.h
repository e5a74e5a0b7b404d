/* A header that the next version of the small project does not bring any more. */
#ifndef SMALL_SCARDMGR_H
#define SMALL_SCARDMGR_H
#include "scardssp.h"
#endif
