/* The tool of the small project: prints the version, which it has from the library. */
#include "scardssp.h"

#include <stdio.h>

int main(void) {
    return puts(small_version()) < 0;
}
