/* scardssp_rm.h: the readers on the USB. Windows finds drivers by itself; its device manager shows all. */
#include "com/hresult.h"
#include "scardssp_rm.h"

int32_t scardssp_each_usb_reader(const char *root, scardssp_usb_reader_visitor visitor, void *user) {
    (void)root;
    (void)user;
    return visitor ? hresult_from_rm(RM_E_UNSUPPORTED_FEATURE) : E_POINTER;
}
