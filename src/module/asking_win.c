/*
 * Who asks the user for a card on Windows: its dialog knows the readers of its own service only. See
 * asking.h.
 */
#include "module/asking.h"

#include "client/selectdialog_win.h"
#include "module/manager.h"

const struct locate_ui *asking_ui(void) {
    return manager_is_system() ? &selectdialog_ui : &waiting_ui;
}
