/*
 * The command builder object: fills a command object with one of the interindustry commands of ISO/IEC
 * 7816-4. Sends nothing. Made by the class table.
 */
#include "objects/iso7816cmd.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"
#include "com/com.h"
#include "objects/bytebuffer.h"
#include "objects/cmd.h"

struct iso7816cmd {
    ISCardISO7816 ISCardISO7816_iface;
    struct com_identity identity;
    _Atomic uint8_t cla;
};

static inline struct iso7816cmd *impl_from_ISCardISO7816(ISCardISO7816 *iface) {
    return CONTAINER_OF(iface, struct iso7816cmd, ISCardISO7816_iface);
}

static void iso7816cmd_destroy(void *object) {
    free(object);
}

#define OBJECT iso7816cmd
#define OBJECT_INTERFACE ISCardISO7816
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Instruction and parameters of a command. */
struct header {
    uint8_t ins, p1, p2;
};

/*
 * Builds a command with data (NULL: none) and `ne` bytes expected (0: none), in *inout or, when that is NULL,
 * in a new object. The object may be another's implementation: only its interface is used.
 */
static HRESULT build(ISCardISO7816 *iface, struct header header, IByteBuffer *data, LONG ne,
                     ISCardCmd **inout) {
    if (!inout)
        return E_POINTER;
    if (ne < 0 || ne > (LONG)APDU_NE_MAX)
        return E_INVALIDARG;
    ISCardCmd *cmd = *inout;
    ISCardCmd *made = NULL;
    if (!cmd) {
        const HRESULT hr = cmd_create(&made);
        if (FAILED(hr))
            return hr;
        cmd = made;
    }
    const uint8_t cla = atomic_load_explicit(&impl_from_ISCardISO7816(iface)->cla, memory_order_relaxed);
    const HRESULT hr = ISCardCmd_BuildCmd(cmd, cla, header.ins, header.p1, header.p2, data, &ne);
    if (SUCCEEDED(hr))
        *inout = cmd;
    else if (made)
        ISCardCmd_Release(made);
    return hr;
}

/* A command that reads: a length of 0 asks for all there is, which is Le = 00. */
static HRESULT build_read(ISCardISO7816 *iface, struct header header, IByteBuffer *data, LONG length,
                          ISCardCmd **inout) {
    return build(iface, header, data, length ? length : (LONG)APDU_SHORT_NE_MAX, inout);
}

/* A command that makes no sense without data. */
static HRESULT build_write(ISCardISO7816 *iface, struct header header, IByteBuffer *data, ISCardCmd **inout) {
    if (inout && !data)
        return E_INVALIDARG;
    return build(iface, header, data, 0, inout);
}

/* ISCardISO7816 */

static HRESULT STDMETHODCALLTYPE iso7816cmd_AppendRecord(ISCardISO7816 *iface, BYTE p2, LPBYTEBUFFER data,
                                                         LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_APPEND_RECORD, 0, p2}, data, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_EraseBinary(ISCardISO7816 *iface, BYTE p1, BYTE p2,
                                                        LPBYTEBUFFER data, LPSCARDCMD *inout) {
    return build(iface, (struct header){ISO7816_INS_ERASE_BINARY, p1, p2}, data, 0, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_ExternalAuthenticate(ISCardISO7816 *iface, BYTE algorithm,
                                                                 BYTE secret, LPBYTEBUFFER data,
                                                                 LPSCARDCMD *inout) {
    return build(iface, (struct header){ISO7816_INS_EXTERNAL_AUTHENTICATE, algorithm, secret}, data, 0,
                 inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_GetChallenge(ISCardISO7816 *iface, LONG length,
                                                         LPSCARDCMD *inout) {
    return build_read(iface, (struct header){ISO7816_INS_GET_CHALLENGE, 0, 0}, NULL, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_GetData(ISCardISO7816 *iface, BYTE p1, BYTE p2, LONG length,
                                                    LPSCARDCMD *inout) {
    return build_read(iface, (struct header){ISO7816_INS_GET_DATA, p1, p2}, NULL, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_GetResponse(ISCardISO7816 *iface, BYTE p1, BYTE p2, LONG length,
                                                        LPSCARDCMD *inout) {
    return build_read(iface, (struct header){ISO7816_INS_GET_RESPONSE, p1, p2}, NULL, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_InternalAuthenticate(ISCardISO7816 *iface, BYTE algorithm,
                                                                 BYTE secret, LPBYTEBUFFER data, LONG length,
                                                                 LPSCARDCMD *inout) {
    const struct header header = {ISO7816_INS_INTERNAL_AUTHENTICATE, algorithm, secret};
    if (inout && !data)
        return E_INVALIDARG;
    return build_read(iface, header, data, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_ManageChannel(ISCardISO7816 *iface, BYTE state, BYTE channel,
                                                          LPSCARDCMD *inout) {
    /* Opening without a number, the card answers with the one it chose (§7.1.2). */
    const LONG ne = state == 0 && channel == 0 ? 1 : 0;
    return build(iface, (struct header){ISO7816_INS_MANAGE_CHANNEL, state, channel}, NULL, ne, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_PutData(ISCardISO7816 *iface, BYTE p1, BYTE p2, LPBYTEBUFFER data,
                                                    LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_PUT_DATA, p1, p2}, data, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_ReadBinary(ISCardISO7816 *iface, BYTE p1, BYTE p2, LONG length,
                                                       LPSCARDCMD *inout) {
    return build_read(iface, (struct header){ISO7816_INS_READ_BINARY, p1, p2}, NULL, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_ReadRecord(ISCardISO7816 *iface, BYTE record, BYTE p2,
                                                       LONG length, LPSCARDCMD *inout) {
    return build_read(iface, (struct header){ISO7816_INS_READ_RECORD, record, p2}, NULL, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_SelectFile(ISCardISO7816 *iface, BYTE p1, BYTE p2,
                                                       LPBYTEBUFFER data, LONG length, LPSCARDCMD *inout) {
    return build(iface, (struct header){ISO7816_INS_SELECT, p1, p2}, data, length, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_SetDefaultClassId(ISCardISO7816 *iface, BYTE cla) {
    atomic_store_explicit(&impl_from_ISCardISO7816(iface)->cla, cla, memory_order_relaxed);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_UpdateBinary(ISCardISO7816 *iface, BYTE p1, BYTE p2,
                                                         LPBYTEBUFFER data, LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_UPDATE_BINARY, p1, p2}, data, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_UpdateRecord(ISCardISO7816 *iface, BYTE record, BYTE p2,
                                                         LPBYTEBUFFER data, LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_UPDATE_RECORD, record, p2}, data, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_Verify(ISCardISO7816 *iface, BYTE p2, LPBYTEBUFFER data,
                                                   LPSCARDCMD *inout) {
    return build(iface, (struct header){ISO7816_INS_VERIFY, 0, p2}, data, 0, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_WriteBinary(ISCardISO7816 *iface, BYTE p1, BYTE p2,
                                                        LPBYTEBUFFER data, LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_WRITE_BINARY, p1, p2}, data, inout);
}

static HRESULT STDMETHODCALLTYPE iso7816cmd_WriteRecord(ISCardISO7816 *iface, BYTE record, BYTE p2,
                                                        LPBYTEBUFFER data, LPSCARDCMD *inout) {
    return build_write(iface, (struct header){ISO7816_INS_WRITE_RECORD, record, p2}, data, inout);
}

const ISCardISO7816Vtbl iso7816cmd_vtbl = {
    DISPATCH_SLOTS(iso7816cmd),
    .AppendRecord = iso7816cmd_AppendRecord,
    .EraseBinary = iso7816cmd_EraseBinary,
    .ExternalAuthenticate = iso7816cmd_ExternalAuthenticate,
    .GetChallenge = iso7816cmd_GetChallenge,
    .GetData = iso7816cmd_GetData,
    .GetResponse = iso7816cmd_GetResponse,
    .InternalAuthenticate = iso7816cmd_InternalAuthenticate,
    .ManageChannel = iso7816cmd_ManageChannel,
    .PutData = iso7816cmd_PutData,
    .ReadBinary = iso7816cmd_ReadBinary,
    .ReadRecord = iso7816cmd_ReadRecord,
    .SelectFile = iso7816cmd_SelectFile,
    .SetDefaultClassId = iso7816cmd_SetDefaultClassId,
    .UpdateBinary = iso7816cmd_UpdateBinary,
    .UpdateRecord = iso7816cmd_UpdateRecord,
    .Verify = iso7816cmd_Verify,
    .WriteBinary = iso7816cmd_WriteBinary,
    .WriteRecord = iso7816cmd_WriteRecord,
};

HRESULT iso7816cmd_create(ISCardISO7816 **out) {
    *out = NULL;
    struct iso7816cmd *iso = calloc(1, sizeof *iso);
    if (!iso)
        return E_OUTOFMEMORY;
    iso7816cmd_init(iso);
    atomic_init(&iso->cla, 0);
    *out = &iso->ISCardISO7816_iface;
    return S_OK;
}
