/* Objects in C for the tests in C++. Only the methods with default arguments are there. */
#define COBJMACROS
#define CONST_VTABLE
#include "recorder.h"

#include "com/contract.h"
#include "objects/cmd.h"

struct recorded recorded;

static HRESULT record(struct recorded call) {
    recorded = call;
    return S_OK;
}

static HRESULT buffer_CopyTo(IByteBuffer *iface, LPBYTEBUFFER *target, LONG size, LONG *read, LONG *written) {
    (void)iface;
    return record((struct recorded){"CopyTo", {size}, {target, read, written}});
}

static HRESULT buffer_Initialize(IByteBuffer *iface, LONG size, BYTE *data) {
    (void)iface;
    return record((struct recorded){"Initialize", {size}, {data}});
}

static HRESULT buffer_Read(IByteBuffer *iface, BYTE *bytes, LONG size, LONG *read) {
    (void)iface;
    return record((struct recorded){"Read", {size}, {bytes, read}});
}

static HRESULT buffer_Seek(IByteBuffer *iface, LONG move, LONG origin, LONG *position) {
    (void)iface;
    return record((struct recorded){"Seek", {move, origin}, {position}});
}

static HRESULT cmd_put_ClassId(ISCardCmd *iface, BYTE cla) {
    (void)iface;
    return record((struct recorded){"put_ClassId", {cla}, {NULL}});
}

static HRESULT cmd_BuildCmd(ISCardCmd *iface, BYTE cla, BYTE ins, BYTE p1, BYTE p2, LPBYTEBUFFER data,
                            LONG *le) {
    (void)iface;
    return record((struct recorded){"BuildCmd", {cla, ins, p1, p2}, {data, le}});
}

static HRESULT card_AttachByReader(ISCard *iface, BSTR name, SCARD_SHARE_MODES share,
                                   SCARD_PROTOCOLS protocol) {
    (void)iface;
    return record((struct recorded){"AttachByReader", {(long)share, (long)protocol}, {name}});
}

static HRESULT card_Detach(ISCard *iface, SCARD_DISPOSITIONS disposition) {
    (void)iface;
    return record((struct recorded){"Detach", {(long)disposition}, {NULL}});
}

static HRESULT card_ReAttach(ISCard *iface, SCARD_SHARE_MODES share, SCARD_DISPOSITIONS disposition) {
    (void)iface;
    return record((struct recorded){"ReAttach", {(long)share, (long)disposition}, {NULL}});
}

static HRESULT card_UnlockSCard(ISCard *iface, SCARD_DISPOSITIONS disposition) {
    (void)iface;
    return record((struct recorded){"UnlockSCard", {(long)disposition}, {NULL}});
}

static HRESULT locate_Guids(ISCardLocate *iface, LPSAFEARRAY what, LPSAFEARRAY groups, BSTR title,
                            LONG flags) {
    (void)iface;
    return record((struct recorded){"ConfigureCardGuidSearch", {flags}, {what, groups, title}});
}

static HRESULT locate_Names(ISCardLocate *iface, LPSAFEARRAY what, LPSAFEARRAY groups, BSTR title,
                            LONG flags) {
    (void)iface;
    return record((struct recorded){"ConfigureCardNameSearch", {flags}, {what, groups, title}});
}

static HRESULT manage_AttachByIFD(ISCardManage *iface, BSTR name, SCARD_SHARE_MODES share) {
    (void)iface;
    return record((struct recorded){"AttachByIFD", {(long)share}, {name}});
}

static HRESULT verify_ResetSecurityState(ISCardVerify *iface, SCARD_FLAGS flags) {
    (void)iface;
    return record((struct recorded){"ResetSecurityState", {(long)flags}, {NULL}});
}

IByteBuffer *recorder_buffer(void) {
    static const IByteBufferVtbl vtbl = {
        .CopyTo = buffer_CopyTo, .Initialize = buffer_Initialize, .Read = buffer_Read, .Seek = buffer_Seek};
    static IByteBuffer object = {&vtbl};
    return &object;
}

ISCardCmd *recorder_cmd(void) {
    static const ISCardCmdVtbl vtbl = {.put_ClassId = cmd_put_ClassId, .BuildCmd = cmd_BuildCmd};
    static ISCardCmd object = {&vtbl};
    return &object;
}

ISCard *recorder_card(void) {
    static const ISCardVtbl vtbl = {.AttachByReader = card_AttachByReader,
                                    .Detach = card_Detach,
                                    .ReAttach = card_ReAttach,
                                    .UnlockSCard = card_UnlockSCard};
    static ISCard object = {&vtbl};
    return &object;
}

ISCardLocate *recorder_locate(void) {
    static const ISCardLocateVtbl vtbl = {.ConfigureCardGuidSearch = locate_Guids,
                                          .ConfigureCardNameSearch = locate_Names};
    static ISCardLocate object = {&vtbl};
    return &object;
}

ISCardManage *recorder_manage(void) {
    static const ISCardManageVtbl vtbl = {.AttachByIFD = manage_AttachByIFD};
    static ISCardManage object = {&vtbl};
    return &object;
}

ISCardVerify *recorder_verify(void) {
    static const ISCardVerifyVtbl vtbl = {.ResetSecurityState = verify_ResetSecurityState};
    static ISCardVerify object = {&vtbl};
    return &object;
}

ISCardCmd *real_cmd(void) {
    ISCardCmd *cmd;
    cmd_create(&cmd);
    return cmd;
}

int c_slot(size_t at, const char **interface_name, const wchar_t **name) {
    size_t count;
    const struct contract_interface *all = contract_interfaces(&count);
    for (size_t i = 0; i < count; at -= all[i++].count) {
        if (at < all[i].count) {
            *interface_name = all[i].name;
            *name = all[i].members[at].name;
            return (int)all[i].members[at].slot;
        }
    }
    return -1;
}
