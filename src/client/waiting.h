/*
 * Searches that may wait for the user: who runs them, and the one that waits with a notice. Windows has a
 * dialog of its own for the readers of its own service (selectdialog_win.h). Used by locate.c; chosen by the
 * class table.
 */
#ifndef SCARDSSP_CLIENT_WAITING_H
#define SCARDSSP_CLIENT_WAITING_H

#include "client/finder.h"

struct locate_ui {
    /*
     * Runs an opened search to its end. force: the user is asked even when the card is there already.
     * limit_ms: how long it may take. On RM_OK the connection lives in finder->card_context.
     * RM_W_CANCELLED_BY_USER: the user does not want to, or the limit is reached; RM_E_CANCELLED: see
     * finder_is_cancelled(); codes of finder_look().
     */
    rm_status (*find)(struct finder *finder, bool force, uint32_t limit_ms, struct rm_card **out);
};

/* Waits for an insertion with a notice (notice.h). */
extern const struct locate_ui waiting_ui;

#endif
