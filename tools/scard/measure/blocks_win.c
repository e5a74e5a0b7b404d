/* The tool shows UTF-8 on a console as characters, whatever its code page (terminal/console.h). */
#include "measure/blocks.h"

bool blocks_are_shown(void) {
    return true;
}
