/* codes.c as C++, for a build that goes by the names of files. */
#include "codes.c"
