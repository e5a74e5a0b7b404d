/* Another implementation of ISCardCmd: see foreign_cmd.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "support/fakes/foreign_cmd.h"
#include "support/kits/apdus.h"

struct foreign {
    ISCardCmd ISCardCmd_iface;
    ULONG refs;
    char apdu[600];
    char reply[600];
};

static struct foreign *impl_from_ISCardCmd(ISCardCmd *iface) {
    return CONTAINER_OF(iface, struct foreign, ISCardCmd_iface);
}

static HRESULT STDMETHODCALLTYPE foreign_QueryInterface(ISCardCmd *iface, REFIID riid, void **out) {
    *out = NULL;
    if (!IsEqualIID(riid, &IID_ISCardCmd) && !IsEqualIID(riid, &IID_IUnknown))
        return E_NOINTERFACE;
    ISCardCmd_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE foreign_AddRef(ISCardCmd *iface) {
    return ++impl_from_ISCardCmd(iface)->refs;
}

static ULONG STDMETHODCALLTYPE foreign_Release(ISCardCmd *iface) {
    struct foreign *foreign = impl_from_ISCardCmd(iface);
    ULONG left = --foreign->refs;
    if (!left)
        free(foreign);
    return left;
}

static HRESULT STDMETHODCALLTYPE foreign_get_Apdu(ISCardCmd *iface, LPBYTEBUFFER *out) {
    *out = buffer_from_hex(impl_from_ISCardCmd(iface)->apdu);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE foreign_put_ApduReply(ISCardCmd *iface, LPBYTEBUFFER reply) {
    struct foreign *foreign = impl_from_ISCardCmd(iface);
    uint8_t bytes[180];
    LONG size = 0;
    assert_hr(IByteBuffer_Read(reply, bytes, sizeof bytes, &size), S_OK);
    foreign->reply[0] = '\0';
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(foreign->reply + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE foreign_put_ApduReplyLength(ISCardCmd *iface, LONG size) {
    assert_int_equal(size, 0);
    impl_from_ISCardCmd(iface)->reply[0] = '\0';
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE foreign_get_byte(ISCardCmd *iface, BYTE *out) {
    (void)iface;
    (void)out;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE foreign_put_byte(ISCardCmd *iface, BYTE value) {
    (void)iface;
    (void)value;
    return E_NOTIMPL;
}

/*
 * Slots that Transaction has no business with stay NULL: a call would crash the test, which is what it should
 * do.
 */
static const ISCardCmdVtbl foreign_vtbl = {
    .QueryInterface = foreign_QueryInterface,
    .AddRef = foreign_AddRef,
    .Release = foreign_Release,
    .get_Apdu = foreign_get_Apdu,
    .put_ApduReply = foreign_put_ApduReply,
    .put_ApduReplyLength = foreign_put_ApduReplyLength,
    .get_Nad = foreign_get_byte,
    .put_ReplyNad = foreign_put_byte,
    .get_AlternateClassId = foreign_get_byte,
};

ISCardCmd *foreign_cmd_create(const char *hex) {
    struct foreign *foreign = calloc(1, sizeof *foreign);
    assert_non_null(foreign);
    foreign->ISCardCmd_iface.lpVtbl = &foreign_vtbl;
    foreign->refs = 1;
    foreign_cmd_set(&foreign->ISCardCmd_iface, hex);
    return &foreign->ISCardCmd_iface;
}

void foreign_cmd_set(ISCardCmd *cmd, const char *hex) {
    (void)snprintf(impl_from_ISCardCmd(cmd)->apdu, sizeof impl_from_ISCardCmd(cmd)->apdu, "%s", hex);
}

const char *foreign_cmd_reply(ISCardCmd *cmd) {
    return impl_from_ISCardCmd(cmd)->reply;
}
