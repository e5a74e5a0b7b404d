/*
 * What has to be done before an object of a class is made, beside making it. Called by activation, Windows'
 * and ours.
 */
#ifndef SCARDSSP_MODULE_PREPARATION_H
#define SCARDSSP_MODULE_PREPARATION_H

#include "module/vendorprofiles.h"

/* A manager of cards goes by the profiles that there are now. S_OK, E_OUTOFMEMORY. */
static inline HRESULT preparation_for(REFCLSID clsid) {
    return IsEqualCLSID(clsid, &CLSID_CSCardManage) ? vendorprofiles_refresh() : S_OK;
}

#endif
