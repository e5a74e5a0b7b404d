/* The command builder object: ISCardISO7816. Made by the class table. */
#ifndef SCARDSSP_OBJECTS_ISO7816CMD_H
#define SCARDSSP_OBJECTS_ISO7816CMD_H

#include "com/win.h"

/* A new builder with one reference, class byte 00. E_OUTOFMEMORY. */
HRESULT iso7816cmd_create(ISCardISO7816 **out);

#endif
