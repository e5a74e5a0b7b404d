/* Who asks the user for a card on Linux: a notice of ours, whatever the resource manager. See asking.h. */
#include "module/asking.h"

const struct locate_ui *asking_ui(void) {
    return &waiting_ui;
}
