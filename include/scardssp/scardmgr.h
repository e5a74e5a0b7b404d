/* scardmgr.h: an old name; everything is in scardssp.h. */
#include "scardssp.h"
