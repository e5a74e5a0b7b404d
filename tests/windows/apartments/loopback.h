/*
 * Proxy and stub of the DLL face to face, in one thread and without a registry: what the proxy sends can be
 * looked at and spoiled before the stub gets it, and so can the answer. Used by test_remote.c.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_APARTMENTS_LOOPBACK_H
#define SCARDSSP_TESTS_WINDOWS_APARTMENTS_LOOPBACK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include "scardssp.h"

/* Changes a message on its way: `size` bytes, of which it may make fewer. */
typedef void loopback_spoiler(unsigned char *bytes, ULONG *size);

struct loopback {
    IRpcChannelBuffer IRpcChannelBuffer_iface;
    IRpcStubBuffer *stub;
    IRpcProxyBuffer *manager;
    loopback_spoiler *spoil_call, *spoil_answer; /* NULL: nothing is changed */
    HRESULT stub_hr;                             /* what the stub made of the last call */
    ULONG largest;                               /* the most bytes that were sent at once, either way */
};

/* Loads the DLL; its class objects are asked for directly. */
void loopback_load(const wchar_t *dll);

/* A new object of the class, made by the DLL. */
void *loopback_make(REFCLSID clsid, REFIID iid);

/*
 * Puts proxy and stub in front of `object`. Returns the proxy, for the interface; end with loopback_close().
 */
void *loopback_open(struct loopback *loop, REFIID iid, void *object);

/* Lets go of all, the proxy too. */
void loopback_close(struct loopback *loop, void *proxy);

#endif
