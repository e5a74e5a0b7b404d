/* Notices to the user on Windows: what a box shows, who may close it, and that it goes when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "objects/notice.h"
#include "objects/win.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_show__texts),
        cmocka_unit_test(test_closed__by_the_user),
        cmocka_unit_test(test_closed__not_by_ok),
        cmocka_unit_test(test_hide__at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
