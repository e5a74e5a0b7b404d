/* Notices to the user on Windows: a message box on a thread of its own (see notice.h). Called by waiting.c. */
#include <stdlib.h>

#include "base/utf.h"
#include "objects/notice.h"
#include "objects/win.h"

#define CLOSE_MS 50 /* how often a box that was not there yet is told again to go */

struct notice {
    wchar_t *title, *text;
    HANDLE thread;
    DWORD thread_id;
    volatile LONG closed; /* by the user */
};

static DWORD WINAPI show(void *user) {
    struct notice *const notice = user;
    const UINT style = MB_OKCANCEL | MB_ICONINFORMATION | MB_SETFOREGROUND | MB_TOPMOST;
    /* 0: there is no desktop to show it on; that is no answer of the user's. */
    const int answer = MessageBoxW(NULL, notice->text, notice->title, style);
    if (answer == IDCANCEL)
        (void)InterlockedExchange(&notice->closed, 1);
    return 0;
}

static void free_notice(struct notice *notice) {
    if (notice->thread)
        CloseHandle(notice->thread);
    free(notice->title);
    free(notice->text);
    free(notice);
}

struct notice *notice_show(const char *title, const char *text, uint32_t timeout_ms) {
    struct notice *const notice = calloc(1, sizeof *notice);
    (void)timeout_ms; /* the box goes with this process */
    if (!notice)
        return NULL;
    notice->title = utf8_to_wide(title, NULL);
    notice->text = utf8_to_wide(text, NULL);
    if (notice->title && notice->text)
        notice->thread = CreateThread(NULL, 0, show, notice, 0, &notice->thread_id);
    if (!notice->thread) {
        free_notice(notice);
        return NULL;
    }
    return notice;
}

bool notice_is_closed(struct notice *notice) {
    return notice && InterlockedCompareExchange(&notice->closed, 0, 0) != 0;
}

static BOOL CALLBACK close_window(HWND window, LPARAM unused) {
    (void)unused;
    PostMessageW(window, WM_COMMAND, IDCANCEL, 0);
    return TRUE;
}

void notice_hide(struct notice *notice) {
    if (!notice)
        return;
    while (WaitForSingleObject(notice->thread, CLOSE_MS) == WAIT_TIMEOUT)
        (void)EnumThreadWindows(notice->thread_id, close_window, 0);
    free_notice(notice);
}
