/*
 * P6: a file of 32 KiB, read by ISCardFileAccess, which finds the best pieces by itself, and by 128 commands
 * of 256 bytes, as programs have always done it. Under a lock, on the very same connection.
 */
#include "files.h"

#include <stdint.h>
#include <stdio.h>

#include <scardssp_rm.h>

#include "pairs.h"

#define PIECE 256
#define TURNS 200

/* Begins as what files_read() wants. */
struct files {
    struct files_subject ours;
    SCARDHANDLE handle;
};

bool files_read(void *subject) {
    struct files_subject *const files = subject;
    LONG size = 0;
    return ISCardFileAccess_Seek(files->access, files->file, 0, SC_SEEK_FROM_BEGINNING) == S_OK &&
           ISCardFileAccess_Read(files->access, files->file, &size, &files->buffer, SC_FL_NO_FLAGS) == S_OK &&
           size == FILES_SIZE;
}

static bool read_raw(void *subject) {
    struct files *const files = subject;
    uint8_t reply[PIECE + 2];
    for (unsigned at = 0; at < FILES_SIZE; at += PIECE) {
        const uint8_t command[] = {0x00, 0xB0, (uint8_t)(at >> 8), (uint8_t)at, (uint8_t)PIECE};
        DWORD size = sizeof reply;
        if (SCardTransmit(files->handle, SCARD_PCI_T1, command, sizeof command, NULL, reply, &size) !=
                SCARD_S_SUCCESS ||
            size != sizeof reply)
            return false;
    }
    return true;
}

HRESULT files_open(struct files_subject *files) {
    BSTR path = SysAllocString(L"/0001");
    HRESULT hr = ISCardManage_SCardLock(files->manage);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateFileAccess(files->manage, &files->access);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Open(files->access, SC_TYPE_BY_ID, path, &files->file);
    SysFreeString(path);
    return hr;
}

void files_close(struct files_subject *files) {
    if (files->buffer)
        IByteBuffer_Release(files->buffer);
    if (files->access)
        ISCardFileAccess_Release(files->access);
    if (files->manage) {
        (void)ISCardManage_SCardUnlock(files->manage, LEAVE);
        ISCardManage_Release(files->manage);
    }
}

/* On the connection of the PC/SC library. */
static HRESULT open_file(struct files *files) {
    HRESULT hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage,
                                  (void **)&files->ours.manage);
    if (SUCCEEDED(hr))
        hr = ISCardManage_AttachByHandle(files->ours.manage, (HSCARD)files->handle);
    return SUCCEEDED(hr) ? files_open(&files->ours) : hr;
}

void files_measure(struct row *row, SCARDHANDLE handle, double effort) {
    struct files files = {.handle = handle};
    struct pairs_result result;
    const HRESULT hr = open_file(&files);
    if (FAILED(hr)) {
        (void)snprintf(row->skipped, sizeof row->skipped, "%s", scardssp_status_name(hr));
    } else if (!pairs_run(files_read, read_raw, &files, (size_t)(TURNS * effort), &result)) {
        (void)snprintf(row->skipped, sizeof row->skipped, "a call failed");
    } else {
        row->value = result.ours / result.reference;
        row->low = row->high = 0;
        (void)snprintf(row->measured, sizeof row->measured, "%.0f / %.0f us", result.ours / 1000,
                       result.reference / 1000);
    }
    files_close(&files.ours);
}
