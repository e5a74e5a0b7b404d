/* Handing objects to another process: see handing.h. */
#include "handing.h"

#include <stdio.h>
#include <wchar.h>

#define MARSHALLED_ROOM 4096
#define LINE_ROOM 1200
#define FINISHED_MS 60000

void handing_name(wchar_t out[MAX_PATH]) {
    wchar_t folder[MAX_PATH];
    assert_int_in_range(GetTempPathW(MAX_PATH, folder), 1, MAX_PATH - 1);
    assert_int_not_equal(GetTempFileNameW(folder, L"ssp", 0, out), 0);
}

void handing_put(IUnknown *object, REFIID iid, const wchar_t *file) {
    IStream *stream = NULL;
    HGLOBAL block = NULL;
    DWORD written = 0;
    STATSTG stat;
    expect_hr(CreateStreamOnHGlobal(NULL, TRUE, &stream), S_OK);
    expect_hr(CoMarshalInterface(stream, iid, object, MSHCTX_LOCAL, NULL, MSHLFLAGS_NORMAL), S_OK);
    expect_hr(IStream_Stat(stream, &stat, STATFLAG_NONAME), S_OK);
    expect_hr(GetHGlobalFromStream(stream, &block), S_OK);
    HANDLE opened = CreateFileW(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(opened != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(opened, GlobalLock(block), stat.cbSize.LowPart, &written, NULL));
    assert_int_equal(written, stat.cbSize.LowPart);
    CloseHandle(opened);
    GlobalUnlock(block);
    IStream_Release(stream);
}

void *handing_take(REFIID iid, const wchar_t *file) {
    BYTE bytes[MARSHALLED_ROOM];
    DWORD size = 0;
    IStream *stream = NULL;
    void *object = NULL;
    HANDLE opened = CreateFileW(file, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(opened != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(opened, bytes, sizeof bytes, &size, NULL));
    CloseHandle(opened);
    assert_true(DeleteFileW(file));
    assert_int_in_range(size, 1, sizeof bytes - 1);
    expect_hr(CreateStreamOnHGlobal(NULL, TRUE, &stream), S_OK);
    expect_hr(IStream_Write(stream, bytes, size, NULL), S_OK);
    expect_hr(IStream_Seek(stream, (LARGE_INTEGER){.QuadPart = 0}, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(CoUnmarshalInterface(stream, iid, &object), S_OK);
    IStream_Release(stream);
    assert_non_null(object);
    return object;
}

/* Waits until the process has ended; messages, which bring calls into an STA, are handled. */
static BOOL wait_for(HANDLE process) {
    const DWORD begin = GetTickCount();
    for (;;) {
        MSG message;
        const DWORD passed = GetTickCount() - begin;
        if (passed >= FINISHED_MS)
            return FALSE;
        const DWORD what = MsgWaitForMultipleObjects(1, &process, FALSE, FINISHED_MS - passed, QS_ALLINPUT);
        if (what == WAIT_OBJECT_0)
            return TRUE;
        while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
            DispatchMessageW(&message);
    }
}

static void print_file(HANDLE file) {
    char text[4096];
    DWORD size = 0;
    (void)SetFilePointer(file, 0, NULL, FILE_BEGIN);
    if (ReadFile(file, text, sizeof text - 1, &size, NULL) && size) {
        text[size] = '\0';
        print_error("%s", text);
    }
}

int handing_run(const char *name, const wchar_t *file, char apartment) {
    wchar_t self[MAX_PATH], line[LINE_ROOM], output[MAX_PATH];
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    PROCESS_INFORMATION process;
    DWORD code = (DWORD)-1;
    assert_int_in_range(GetModuleFileNameW(NULL, self, MAX_PATH), 1, MAX_PATH - 1);
    handing_name(output);
    HANDLE told = CreateFileW(output, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              &inherited, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    assert_true(told != INVALID_HANDLE_VALUE);
    STARTUPINFOW start = {
        .cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = told, .hStdError = told};
    (void)swprintf(line, LINE_ROOM, L"\"%ls\" %hs \"%ls\" %c", self, name, file, apartment);
    assert_true(CreateProcessW(self, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    if (wait_for(process.hProcess))
        (void)GetExitCodeProcess(process.hProcess, &code);
    else
        (void)TerminateProcess(process.hProcess, (UINT)-1);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    if (code)
        print_file(told);
    CloseHandle(told);
    return (int)code;
}
