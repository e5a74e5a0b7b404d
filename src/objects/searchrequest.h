/*
 * What a locate object is asked to look for, as callers say it: makes the search that client/search.h knows.
 * Used by locate.c.
 */
#ifndef SCARDSSP_OBJECTS_SEARCHREQUEST_H
#define SCARDSSP_OBJECTS_SEARCHREQUEST_H

#include "client/search.h"
#include "com/win.h"

/*
 * What the flags mean; false: they are not exactly one of SC_DLG_MINIMAL_UI, SC_DLG_NO_UI, SC_DLG_FORCE_UI.
 */
bool searchrequest_ui(LONG flags, enum search_ui *out);

/*
 * Makes a search with one reference from what Configure... got. Either names or guids is NULL. E_INVALIDARG:
 * no name / identifier at all, a bad array or title, flags that are not one of SC_DLG_*; E_OUTOFMEMORY.
 */
HRESULT searchrequest_create(struct carddb *db, struct atrlist *list, SAFEARRAY *names, SAFEARRAY *guids,
                             SAFEARRAY *groups, const wchar_t *title, LONG flags, struct search **out);

#endif
