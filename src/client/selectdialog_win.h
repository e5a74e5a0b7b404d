/*
 * The dialog of Windows in which the user chooses or inserts a card (scarddlg.dll). It knows the readers of
 * the system's service only. Used by locate.c through locate_ui; chosen by the class table.
 */
#ifndef SCARDSSP_CLIENT_SELECTDIALOG_WIN_H
#define SCARDSSP_CLIENT_SELECTDIALOG_WIN_H

#include "client/waiting.h"
#include "com/win.h"

#include <winscard.h>

/* Named after the function it calls, SCardUIDlgSelectCardW. */
struct selectdialog_api {
    LONG(WINAPI *select_card)(LPOPENCARDNAMEW_EX request);
};

/*
 * Runs a search as locate_ui.find says, with these functions. The dialog finds the reader, by the types of
 * cards that have been introduced to the system; the connection is made here. A search that also public names
 * of cards could answer, which the dialog does not know, or that no introduced type can, is waiting_ui's.
 */
rm_status selectdialog_find(const struct selectdialog_api *api, struct finder *finder, bool force,
                            uint32_t limit_ms, struct rm_card **out);

/* The same with the system's functions, loaded by the first search; waiting_ui where they are not there. */
extern const struct locate_ui selectdialog_ui;

#endif
