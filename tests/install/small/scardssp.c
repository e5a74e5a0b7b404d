/* The library of the small project. */
#include "scardssp.h"

const char *small_version(void) {
    return "1.2.3";
}
