/*
 * object.h: the object of this provider, shared by purse.c, which makes it and reads the balance, and
 * manage.c, which gives it the manners of ISCardManage. One object has both interfaces.
 */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdatomic.h>

#include "purse.h"

struct purse {
    IDemoPurse iface; /* comes first: a pointer to it is one to the purse */
    ISCardManage manage;
    atomic_ulong references;
    ISCard *card;     /* what the manager attaches; never NULL */
    atomic_int share; /* how it attached last */
};

extern const ISCardManageVtbl manage_vtbl;

#endif
