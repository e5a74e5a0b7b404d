/*
 * Notices to the user on Windows: a message box on a thread of its own (see notice.h). Called by waiting.c.
 * Whoever takes a notice away only says so and waits a moment: the box's thread looks for that itself, also
 * when it comes up late or has been held up, and frees what it works on.
 */
#include <stdlib.h>

#include "base/refcount.h"
#include "base/utf.h"
#include "client/notice.h"
#include "com/win.h"

#define LOOK_MS 50    /* how soon a box that is to go does */
#define CLOSE_MS 3000 /* a box that has not gone by then is left to its thread */

struct notice {
    struct refcount refs; /* its owner's and its thread's */
    wchar_t *title, *text;
    HANDLE thread;
    volatile LONG closed; /* by the user */
    volatile LONG hidden; /* by its owner */
};

static void notice_drop(struct notice *notice) {
    if (refcount_drop(&notice->refs))
        return;
    if (notice->thread)
        CloseHandle(notice->thread);
    free(notice->title);
    free(notice->text);
    free(notice);
}

static bool is_hidden(struct notice *notice) {
    return InterlockedCompareExchange(&notice->hidden, 0, 0) != 0;
}

static BOOL CALLBACK close_window(HWND window, LPARAM unused) {
    (void)unused;
    PostMessageW(window, WM_COMMAND, IDCANCEL, 0);
    return TRUE;
}

/* In the box's thread, by its message loop. */
static void CALLBACK look(HWND window, UINT message, UINT_PTR timer, DWORD now) {
    struct notice *notice = (struct notice *)GetWindowLongPtrW(window, GWLP_USERDATA);
    (void)message, (void)timer, (void)now;
    if (is_hidden(notice))
        (void)EnumThreadWindows(GetCurrentThreadId(), close_window, 0);
}

/* A window that nobody sees, for the timer; NULL: there is no desktop, and will be no box. */
static HWND begin_to_look(struct notice *notice) {
    const HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    if (!window)
        return NULL;
    (void)SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)notice);
    if (SetTimer(window, 1, LOOK_MS, look))
        return window;
    DestroyWindow(window);
    return NULL;
}

static DWORD WINAPI show(void *user) {
    struct notice *notice = user;
    const UINT style = MB_OKCANCEL | MB_ICONINFORMATION | MB_SETFOREGROUND | MB_TOPMOST;
    const HWND timer = is_hidden(notice) ? NULL : begin_to_look(notice);
    /* 0: there is no desktop to show it on; that is no answer of the user's. */
    const int answer = timer ? MessageBoxW(NULL, notice->text, notice->title, style) : 0;
    if (answer == IDCANCEL)
        (void)InterlockedExchange(&notice->closed, 1);
    if (timer)
        DestroyWindow(timer);
    notice_drop(notice);
    return 0;
}

struct notice *notice_show(const char *title, const char *text, uint32_t timeout_ms) {
    struct notice *notice = calloc(1, sizeof *notice);
    (void)timeout_ms; /* the box goes with this process */
    if (!notice)
        return NULL;
    refcount_init(&notice->refs);
    notice->title = utf8_to_wide(title, NULL);
    notice->text = utf8_to_wide(text, NULL);
    (void)refcount_take(&notice->refs);
    if (notice->title && notice->text)
        notice->thread = CreateThread(NULL, 0, show, notice, 0, NULL);
    if (!notice->thread) {
        notice_drop(notice);
        notice_drop(notice);
        return NULL;
    }
    return notice;
}

bool notice_is_closed(struct notice *notice) {
    return notice && !is_hidden(notice) && InterlockedCompareExchange(&notice->closed, 0, 0) != 0;
}

bool notice_has_window(const struct notice *notice) {
    return notice != NULL;
}

void notice_hide(struct notice *notice) {
    if (!notice)
        return;
    (void)InterlockedExchange(&notice->hidden, 1);
    (void)WaitForSingleObject(notice->thread, CLOSE_MS);
    notice_drop(notice);
}
