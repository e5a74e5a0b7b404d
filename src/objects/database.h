/*
 * The database object: ISCardDatabase over the resource manager (readers, groups), the card database
 * (introduced types, groups) and the public list of ATRs. Made by the class table.
 */
#ifndef SCARDSSP_OBJECTS_DATABASE_H
#define SCARDSSP_OBJECTS_DATABASE_H

#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"
#include "com/win.h"
#include "rm/rm.h"

/*
 * A new database object with one reference. All three outlive it. service: asked when readers are listed
 * first, NULL: there is none; list: NULL: no card has a public name. E_OUTOFMEMORY.
 */
HRESULT database_create(struct rm_service *service, struct carddb *db, struct atrlist *list,
                        ISCardDatabase **out);

#endif
