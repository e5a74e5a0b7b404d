/*
 * The calls of the fake smart card service (winscard.h) that carry bytes to and from the card and its reader.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "support/fakes/winscard_state.h"

static struct fake_state *const state = &fake_state;

static void note_sent(LPCVOID bytes, DWORD size) {
    fake.sent_size = size;
    if (size && size <= sizeof fake.sent)
        memcpy(fake.sent, bytes, size);
}

LONG WINAPI fake_transmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
                          SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size) {
    struct fake_handle *handle;
    LONG code = fake_enter_card(FAKE_TRANSMIT, card, &handle);
    size_t size = *receive_size < 65538u ? *receive_size : 65538u;

    (void)receive_pci;
    fake.room = *receive_size;
    if (code)
        return code;
    if (send_pci->cbPciLength != sizeof *send_pci || send_pci->dwProtocol != handle->rm->protocol)
        return fake_leave_card(handle, RM_E_PROTO_MISMATCH);
    note_sent(send, send_size);
    const rm_status status =
        rm_transmit(handle->rm, 0, send, send_size, receive, &size, RM_WITHIN(RM_INFINITE));
    *receive_size = fake.claim ? fake.claim : (DWORD)size;
    code = fake_leave_card(handle, status);
    return status == RM_E_NOT_TRANSACTED ? ERROR_IO_DEVICE : code; /* the driver's word for a bad contact */
}

LONG WINAPI fake_control(SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive,
                         DWORD receive_size, LPDWORD received) {
    struct fake_handle *handle;
    const LONG answer = fake_enter_card(FAKE_CONTROL, card, &handle);

    fake.code = code;
    fake.room = receive_size;
    if (answer)
        return answer;
    note_sent(send, send_size);
    if (code != FAKE_CONTROL_ECHO)
        return fake_leave_card(handle, RM_E_UNSUPPORTED_FEATURE);
    if (receive_size < send_size)
        return fake_leave_card(handle, RM_E_INSUFFICIENT_BUFFER);
    if (send_size)
        memcpy(receive, send, send_size);
    *received = fake.claim ? fake.claim : send_size;
    return fake_leave_card(handle, RM_OK);
}

/* SCARD_ATTR_DEVICE_FRIENDLY_NAME_W of a connection that may have a notice. */
static LONG friendly_name(SCARDHANDLE card, LPBYTE value, LPDWORD size) {
    size_t count = 0;
    pthread_mutex_lock(&state->lock);
    const struct fake_handle *const handle = fake_find_handle(card);
    wchar_t *const name = handle ? utf8_to_wide(rm_reader_name(handle->rm), &count) : NULL;
    pthread_mutex_unlock(&state->lock);
    const DWORD bytes = (DWORD)((count + 1) * sizeof *name);
    const LONG code = !name ? ERROR_INVALID_HANDLE : bytes > *size ? SCARD_E_INSUFFICIENT_BUFFER : 0;

    if (!code)
        memcpy(value, name, bytes);
    *size = bytes;
    free(name);
    return code;
}

LONG WINAPI fake_get_attrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size) {
    struct fake_handle *handle;
    if (fake.names_readers && id == 0x7FFF0005)
        return friendly_name(card, value, size);
    const LONG answer = fake_enter_card(FAKE_GET_ATTRIB, card, &handle);
    size_t room = *size;

    fake.code = id;
    fake.room = *size;
    if (answer)
        return answer;
    const rm_status status = rm_get_attrib(handle->rm, id, value, &room, RM_WITHIN(RM_INFINITE));
    *size = fake.claim ? fake.claim : (DWORD)room;
    return fake_leave_card(handle, status);
}

LONG WINAPI fake_set_attrib(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size) {
    struct fake_handle *handle;
    const LONG answer = fake_enter_card(FAKE_SET_ATTRIB, card, &handle);
    fake.code = id;
    if (answer)
        return answer;
    note_sent(value, size);
    return fake_leave_card(handle, rm_set_attrib(handle->rm, id, value, size, RM_WITHIN(RM_INFINITE)));
}
