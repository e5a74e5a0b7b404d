/* Notices to the user on Windows: what a box shows, who may close it, and that it goes when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "client/notice.h"
#include "com/win.h"
#include "support/kits/loaderlock.h"

#define PATIENCE_MS 10000
#define TITLE L"Kasse \u017d \u03a9"
#define TITLE_UTF8 "Kasse \xC5\xBD \xCE\xA9"
#define MESSAGE L"Please insert a \u043a\u0430\u0440\u0442\u0430 \U0001F4B3."
#define MESSAGE_UTF8 "Please insert a \xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0 \xF0\x9F\x92\xB3."

/* The box, waiting for it to appear. */
static HWND find_box(void) {
    HWND box = NULL;
    for (int waited = 0; !(box = FindWindowW(NULL, TITLE)) && waited < PATIENCE_MS; waited += 20)
        Sleep(20);
    assert_non_null(box);
    return box;
}

static bool wait_closed(struct notice *notice) {
    for (int waited = 0; waited < PATIENCE_MS; waited += 20) {
        if (notice_is_closed(notice))
            return true;
        Sleep(20);
    }
    return false;
}

static BOOL CALLBACK look_for_text(HWND window, LPARAM found) {
    wchar_t text[100] = L"";
    (void)GetWindowTextW(window, text, 100);
    if (wcscmp(text, MESSAGE) == 0)
        *(bool *)found = true;
    return TRUE;
}

static void test_show__texts(void **state) {
    (void)state;
    bool found = false;
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    assert_non_null(notice);
    HWND const box = find_box();
    for (int waited = 0; !found && waited < PATIENCE_MS; waited += 20) {
        (void)EnumChildWindows(box, look_for_text, (LPARAM)&found);
        Sleep(20);
    }
    assert_true(found);
    assert_false(notice_is_closed(notice));
    notice_hide(notice);
    assert_null(FindWindowW(NULL, TITLE));
}

static void test_closed__by_the_user(void **state) {
    (void)state;
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    PostMessageW(find_box(), WM_COMMAND, IDCANCEL, 0);
    assert_true(wait_closed(notice));
    notice_hide(notice);
}

/* Who presses OK has read it, and goes for the card. */
static void test_closed__not_by_ok(void **state) {
    (void)state;
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    HWND const box = find_box();
    PostMessageW(box, WM_COMMAND, IDOK, 0);
    for (int waited = 0; IsWindow(box) && waited < PATIENCE_MS; waited += 20)
        Sleep(20);
    assert_false(IsWindow(box));
    assert_false(notice_is_closed(notice));
    notice_hide(notice);
}

/* Taken away again before it was there. */
static void test_hide__at_once(void **state) {
    (void)state;
    for (int i = 0; i < 5; ++i)
        notice_hide(notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000));
    assert_null(FindWindowW(NULL, TITLE));
    notice_hide(NULL);
    assert_false(notice_is_closed(NULL));
}

/*
 * What holds a box up: whoever takes it away waits for no thread without bound (every wait is bounded), and
 * it goes later.
 */

#define BOUND_MS 8000u /* 3 s, and what a busy machine adds */

static HANDLE hold_up, is_held_up;

static LRESULT CALLBACK held_up(HWND window, UINT message, WPARAM first, LPARAM second) {
    if (message == WM_APP) {
        SetEvent(is_held_up);
        (void)WaitForSingleObject(hold_up, INFINITE);
    }
    return DefWindowProcW(window, message, first, second);
}

/* The box, its thread in a window procedure that does not come back; *former is its own procedure. */
static HWND find_held_up(LONG_PTR *former) {
    HWND const box = find_box();
    hold_up = CreateEventW(NULL, TRUE, FALSE, NULL);
    is_held_up = CreateEventW(NULL, TRUE, FALSE, NULL);
    assert_true(hold_up && is_held_up);
    *former = SetWindowLongPtrW(box, GWLP_WNDPROC, (LONG_PTR)held_up);
    assert_true(PostMessageW(box, WM_APP, 0, 0));
    assert_int_equal(WaitForSingleObject(is_held_up, PATIENCE_MS), WAIT_OBJECT_0);
    return box;
}

static void close_events(void) {
    CloseHandle(hold_up);
    CloseHandle(is_held_up);
}

static void expect_gone(void) {
    for (int waited = 0; FindWindowW(NULL, TITLE) && waited < PATIENCE_MS; waited += 20)
        Sleep(20);
    assert_null(FindWindowW(NULL, TITLE));
}

/* The user interface is blocked: a window procedure does not come back. */
static void test_hide__held_up(void **state) {
    (void)state;
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    LONG_PTR former = 0;
    HWND const box = find_held_up(&former);
    const ULONGLONG start = GetTickCount64();
    notice_hide(notice);
    assert_int_in_range(GetTickCount64() - start, 1000, BOUND_MS);
    (void)SetWindowLongPtrW(box, GWLP_WNDPROC, former);
    SetEvent(hold_up);
    expect_gone();
    close_events();
}

/*
 * Its thread is gone, as all are where the process ends. It is ended where it holds none of the system's
 * locks, which nobody would give back.
 */
static void test_hide__thread_is_gone(void **state) {
    (void)state;
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    LONG_PTR former = 0;
    HANDLE const thread = OpenThread(THREAD_TERMINATE | SYNCHRONIZE, FALSE,
                                     GetWindowThreadProcessId(find_held_up(&former), NULL));
    assert_non_null(thread);
    assert_true(TerminateThread(thread, 0));
    assert_int_equal(WaitForSingleObject(thread, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(thread);
    close_events();
    const ULONGLONG start = GetTickCount64();
    notice_hide(notice);
    assert_true(GetTickCount64() - start < 1000);
    expect_gone();
}

/*
 * The thread does not come up while the loader's lock is held: in a DllMain, say. It shows nothing when it
 * does.
 */
static void test_hide__thread_has_not_come_up(void **state) {
    (void)state;
    const ULONG_PTR cookie = loaderlock_take();
    struct notice *const notice = notice_show(TITLE_UTF8, MESSAGE_UTF8, 1000);
    const ULONGLONG start = GetTickCount64();
    notice_hide(notice);
    const ULONGLONG took = GetTickCount64() - start;
    loaderlock_give(cookie);
    assert_int_in_range(took, 1000, BOUND_MS);
    for (int i = 0; i < 25; ++i) {
        assert_null(FindWindowW(NULL, TITLE));
        Sleep(20);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_show__texts),
        cmocka_unit_test(test_closed__by_the_user),
        cmocka_unit_test(test_closed__not_by_ok),
        cmocka_unit_test(test_hide__at_once),
        cmocka_unit_test(test_hide__held_up),
        cmocka_unit_test(test_hide__thread_is_gone),
        cmocka_unit_test(test_hide__thread_has_not_come_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
