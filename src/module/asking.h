/* Who asks the user for a card in a search. Used by the class table. */
#ifndef SCARDSSP_MODULE_ASKING_H
#define SCARDSSP_MODULE_ASKING_H

#include "client/waiting.h"

/*
 * Who runs searches that wait for the user: Windows' dialog for readers of the system's service, else a
 * notice of ours. Asked after the resource manager has been made.
 */
const struct locate_ui *asking_ui(void);

#endif
