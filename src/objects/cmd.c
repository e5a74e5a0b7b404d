/*
 * The command object: one command APDU and the reply to it. Programs build it through ISCardCmd; the card
 * object works on its bytes in place between cmd_open() and cmd_close(), under the object's lock.
 */
#include "objects/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"
#include "base/wipe.h"
#include "objects/bytebuffer.h"
#include "objects/cmd_object.h"

#define NONE CMDREPLY_NO_NAD

static void cmd_destroy(void *object) {
    struct cmd *cmd = object;
    cmdbytes_clear(&cmd->command);
    cmdreply_clear(&cmd->reply);
    free(cmd);
}

#define OBJECT cmd
#define OBJECT_INTERFACE ISCardCmd
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/*
 * Reads a buffer that a program handed in; NULL counts as empty. `bytes` are to be wiped and freed. Calls
 * into the program's own object, so never under the lock.
 */
static HRESULT read_buffer(IByteBuffer *buffer, size_t limit, uint8_t **bytes, size_t *size) {
    *bytes = NULL;
    *size = 0;
    return buffer ? bytebuffer_read_all(buffer, limit, bytes, size) : S_OK;
}

/* Hands a byte out; NONE stands for one that was never set. */
static HRESULT byte_out(int value, BYTE *out) {
    if (!out)
        return E_POINTER;
    *out = value == NONE ? 0 : (BYTE)value;
    return value == NONE ? E_ACCESSDENIED : S_OK;
}

/* Hands a number out. */
static HRESULT long_out(size_t value, LONG *out) {
    if (!out)
        return E_POINTER;
    *out = (LONG)value;
    return S_OK;
}

/* One of the four bytes of the header, or the fifth byte; 0 where there is none. */
static HRESULT header_get(ISCardCmd *iface, size_t at, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = at < cmd->command.size ? cmd->command.bytes[at] : 0;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT header_put(ISCardCmd *iface, size_t at, BYTE value) {
    struct cmd *cmd = cmd_enter(iface);
    HRESULT hr = S_OK;
    if (!cmd->command.bytes)
        hr = cmdbytes_store(&cmd->command, &(const struct apdu){0});
    if (SUCCEEDED(hr))
        cmd->command.bytes[at] = value;
    cmd_leave(cmd);
    return hr;
}

/* A command that replaces the former one, whose reply has nothing to do with it. */
static HRESULT build(ISCardCmd *iface, const struct apdu *apdu) {
    struct cmd *cmd = cmd_enter(iface);
    const HRESULT hr = cmdbytes_store(&cmd->command, apdu);
    if (SUCCEEDED(hr))
        cmdreply_drop(&cmd->reply);
    cmd_leave(cmd);
    return hr;
}

/* ISCardCmd: the command */

static HRESULT STDMETHODCALLTYPE cmd_get_Apdu(ISCardCmd *iface, LPBYTEBUFFER *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct cmd *cmd = cmd_enter(iface);
    const HRESULT hr = bytebuffer_create_with(cmd->command.bytes, cmd->command.size, out);
    cmd_leave(cmd);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_put_Apdu(ISCardCmd *iface, LPBYTEBUFFER buffer) {
    uint8_t *bytes;
    size_t size;
    struct apdu apdu;
    HRESULT hr = read_buffer(buffer, APDU_COMMAND_MAX, &bytes, &size);
    if (FAILED(hr))
        return hr;
    hr = E_INVALIDARG;
    if (apdu_parse(bytes, size, &apdu)) {
        struct cmd *cmd = cmd_enter(iface);
        hr = cmdbytes_store(&cmd->command, &apdu);
        cmd_leave(cmd);
    }
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_get_ApduLength(ISCardCmd *iface, LONG *out) {
    struct cmd *cmd = cmd_enter(iface);
    const size_t value = cmd->command.size;
    cmd_leave(cmd);
    return long_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_get_ClassId(ISCardCmd *iface, BYTE *out) {
    return header_get(iface, 0, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_ClassId(ISCardCmd *iface, BYTE value) {
    return header_put(iface, 0, value);
}

static HRESULT STDMETHODCALLTYPE cmd_get_Data(ISCardCmd *iface, LPBYTEBUFFER *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct apdu apdu;
    struct cmd *cmd = cmd_enter(iface);
    cmdbytes_parse(&cmd->command, &apdu);
    const HRESULT hr = bytebuffer_create_with(apdu.data, apdu.nc, out);
    cmd_leave(cmd);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_put_Data(ISCardCmd *iface, LPBYTEBUFFER buffer) {
    uint8_t *bytes;
    size_t size;
    HRESULT hr = read_buffer(buffer, APDU_NC_MAX, &bytes, &size);
    if (FAILED(hr))
        return hr;
    struct apdu apdu;
    struct cmd *cmd = cmd_enter(iface);
    cmdbytes_parse(&cmd->command, &apdu);
    apdu.data = bytes;
    apdu.nc = (uint32_t)size;
    /* Only lengths make a command extended: many cards know no other form than the short one. */
    apdu.extended = false;
    hr = cmdbytes_store(&cmd->command, &apdu);
    cmd_leave(cmd);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_get_InstructionId(ISCardCmd *iface, BYTE *out) {
    return header_get(iface, 1, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_InstructionId(ISCardCmd *iface, BYTE value) {
    return header_put(iface, 1, value);
}

static HRESULT STDMETHODCALLTYPE cmd_get_LeField(ISCardCmd *iface, LONG *out) {
    struct apdu apdu;
    struct cmd *cmd = cmd_enter(iface);
    cmdbytes_parse(&cmd->command, &apdu);
    const size_t value = apdu.ne;
    cmd_leave(cmd);
    return long_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_get_P1(ISCardCmd *iface, BYTE *out) {
    return header_get(iface, 2, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_P1(ISCardCmd *iface, BYTE value) {
    return header_put(iface, 2, value);
}

static HRESULT STDMETHODCALLTYPE cmd_get_P2(ISCardCmd *iface, BYTE *out) {
    return header_get(iface, 3, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_P2(ISCardCmd *iface, BYTE value) {
    return header_put(iface, 3, value);
}

static HRESULT STDMETHODCALLTYPE cmd_get_P3(ISCardCmd *iface, BYTE *out) {
    /* In extended form the fifth byte is the 00 that says so. */
    return header_get(iface, APDU_HEADER, out);
}

static HRESULT STDMETHODCALLTYPE cmd_get_Type(ISCardCmd *iface, ISO_APDU_TYPE *out) {
    if (!out)
        return E_POINTER;
    struct apdu apdu;
    struct cmd *cmd = cmd_enter(iface);
    cmdbytes_parse(&cmd->command, &apdu);
    *out = (ISO_APDU_TYPE)apdu_case(&apdu);
    cmd_leave(cmd);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cmd_get_Nad(ISCardCmd *iface, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = cmd->options.nad;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_Nad(ISCardCmd *iface, BYTE value) {
    struct cmd *cmd = cmd_enter(iface);
    cmd->options.nad = value;
    cmd_leave(cmd);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cmd_get_AlternateClassId(ISCardCmd *iface, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = cmd->options.alternate_class_set ? cmd->options.alternate_class : NONE;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_AlternateClassId(ISCardCmd *iface, BYTE value) {
    struct cmd *cmd = cmd_enter(iface);
    cmd->options.alternate_class_set = true;
    cmd->options.alternate_class = value;
    cmd_leave(cmd);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cmd_BuildCmd(ISCardCmd *iface, BYTE cla, BYTE ins, BYTE p1, BYTE p2,
                                              LPBYTEBUFFER data, LONG *le) {
    const LONG ne = le ? *le : 0;
    if (ne < 0 || ne > (LONG)APDU_NE_MAX)
        return E_INVALIDARG;
    uint8_t *bytes;
    size_t size;
    HRESULT hr = read_buffer(data, APDU_NC_MAX, &bytes, &size);
    if (FAILED(hr))
        return hr;
    const struct apdu apdu = {cla, ins, p1, p2, .data = bytes, .nc = (uint32_t)size, .ne = (uint32_t)ne};
    hr = build(iface, &apdu);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_Clear(ISCardCmd *iface) {
    struct cmd *cmd = cmd_enter(iface);
    cmdbytes_clear(&cmd->command);
    cmdreply_clear(&cmd->reply);
    cmd->options.nad = 0;
    cmd->options.alternate_class_set = false;
    cmd_leave(cmd);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cmd_Encapsulate(ISCardCmd *iface, LPBYTEBUFFER buffer, ISO_APDU_TYPE type) {
    if (type < ISO_CASE_1 || type > ISO_CASE_4)
        return E_INVALIDARG;
    uint8_t *bytes;
    size_t size;
    struct apdu inner;
    /* What is larger than the data field of an ENVELOPE does not fit. */
    HRESULT hr = read_buffer(buffer, APDU_NC_MAX, &bytes, &size);
    if (FAILED(hr))
        return hr;
    hr = E_INVALIDARG;
    if (apdu_parse(bytes, size, &inner)) {
        const uint32_t ne = type == ISO_CASE_2 || type == ISO_CASE_4 ? APDU_SHORT_NE_MAX : 0;
        const struct apdu envelope = {inner.cla,     ISO7816_INS_ENVELOPE, 0,       0,
                                      .data = bytes, .nc = (uint32_t)size, .ne = ne};
        hr = build(iface, &envelope);
    }
    wipe_free(bytes, size);
    return hr;
}

/* ISCardCmd: the reply */

static HRESULT STDMETHODCALLTYPE cmd_get_ApduReply(ISCardCmd *iface, LPBYTEBUFFER *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct cmd *cmd = cmd_enter(iface);
    HRESULT hr = S_OK;
    if (cmd->reply.apdu.size)
        hr = bytebuffer_create_with(cmd->reply.apdu.bytes, cmd->reply.apdu.size, out);
    cmd_leave(cmd);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_put_ApduReply(ISCardCmd *iface, LPBYTEBUFFER buffer) {
    uint8_t *bytes;
    size_t size;
    HRESULT hr = read_buffer(buffer, APDU_REPLY_MAX, &bytes, &size);
    if (FAILED(hr))
        return hr;
    struct cmd *cmd = cmd_enter(iface);
    hr = cmdreply_resize(&cmd->reply, size);
    if (SUCCEEDED(hr) && size)
        memcpy(cmd->reply.apdu.bytes, bytes, size);
    cmd_leave(cmd);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_get_ApduReplyLength(ISCardCmd *iface, LONG *out) {
    struct cmd *cmd = cmd_enter(iface);
    const size_t value = cmd->reply.apdu.size;
    cmd_leave(cmd);
    return long_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_ApduReplyLength(ISCardCmd *iface, LONG size) {
    if (size < 0 || size > (LONG)APDU_REPLY_MAX)
        return E_INVALIDARG;
    struct cmd *cmd = cmd_enter(iface);
    const HRESULT hr = cmdreply_resize(&cmd->reply, (size_t)size);
    cmd_leave(cmd);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_get_ReplyStatus(ISCardCmd *iface, LPWORD out) {
    if (!out)
        return E_POINTER;
    struct cmd *cmd = cmd_enter(iface);
    *out = cmdreply_status(&cmd->reply);
    cmd_leave(cmd);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cmd_put_ReplyStatus(ISCardCmd *iface, WORD status) {
    struct cmd *cmd = cmd_enter(iface);
    const HRESULT hr = cmdreply_put_status(&cmd->reply, status);
    cmd_leave(cmd);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cmd_get_ReplyStatusSW1(ISCardCmd *iface, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = cmdreply_status(&cmd->reply) >> 8;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_get_ReplyStatusSW2(ISCardCmd *iface, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = cmdreply_status(&cmd->reply) & 0xFF;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_get_ReplyNad(ISCardCmd *iface, BYTE *out) {
    struct cmd *cmd = cmd_enter(iface);
    const int value = cmd->reply.nad;
    cmd_leave(cmd);
    return byte_out(value, out);
}

static HRESULT STDMETHODCALLTYPE cmd_put_ReplyNad(ISCardCmd *iface, BYTE value) {
    struct cmd *cmd = cmd_enter(iface);
    cmd->reply.nad = value;
    cmd_leave(cmd);
    return S_OK;
}

const ISCardCmdVtbl cmd_vtbl = {
    DISPATCH_SLOTS(cmd),
    .get_Apdu = cmd_get_Apdu,
    .put_Apdu = cmd_put_Apdu,
    .get_ApduLength = cmd_get_ApduLength,
    .get_ApduReply = cmd_get_ApduReply,
    .put_ApduReply = cmd_put_ApduReply,
    .get_ApduReplyLength = cmd_get_ApduReplyLength,
    .put_ApduReplyLength = cmd_put_ApduReplyLength,
    .get_ClassId = cmd_get_ClassId,
    .put_ClassId = cmd_put_ClassId,
    .get_Data = cmd_get_Data,
    .put_Data = cmd_put_Data,
    .get_InstructionId = cmd_get_InstructionId,
    .put_InstructionId = cmd_put_InstructionId,
    .get_LeField = cmd_get_LeField,
    .get_P1 = cmd_get_P1,
    .put_P1 = cmd_put_P1,
    .get_P2 = cmd_get_P2,
    .put_P2 = cmd_put_P2,
    .get_P3 = cmd_get_P3,
    .get_ReplyStatus = cmd_get_ReplyStatus,
    .put_ReplyStatus = cmd_put_ReplyStatus,
    .get_ReplyStatusSW1 = cmd_get_ReplyStatusSW1,
    .get_ReplyStatusSW2 = cmd_get_ReplyStatusSW2,
    .get_Type = cmd_get_Type,
    .get_Nad = cmd_get_Nad,
    .put_Nad = cmd_put_Nad,
    .get_ReplyNad = cmd_get_ReplyNad,
    .put_ReplyNad = cmd_put_ReplyNad,
    .BuildCmd = cmd_BuildCmd,
    .Clear = cmd_Clear,
    .Encapsulate = cmd_Encapsulate,
    .get_AlternateClassId = cmd_get_AlternateClassId,
    .put_AlternateClassId = cmd_put_AlternateClassId,
};

HRESULT cmd_create(ISCardCmd **out) {
    *out = NULL;
    struct cmd *cmd = calloc(1, sizeof *cmd);
    if (!cmd)
        return E_OUTOFMEMORY;
    cmd_init(cmd);
    cmd->reply.nad = NONE;
    *out = &cmd->ISCardCmd_iface;
    return S_OK;
}
