/* The manager of a card as the commands of the tool use it. See manager.h. */
#include "talk/manager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

#define ID_DIGITS 4u

static HRESULT attach(ISCardManage *manage, const char *reader) {
    wchar_t *wide = text_name_to_wide(reader);
    BSTR name = wide ? SysAllocString(wide) : NULL;
    free(wide);
    const HRESULT hr = name ? ISCardManage_AttachByIFD(manage, name, SHARED) : E_OUTOFMEMORY;
    SysFreeString(name);
    return hr;
}

int manager_open(const char *reader, ISCardManage **out) {
    void *object = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage, &object);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a manager of cards");
    ISCardManage *manage = object;
    hr = attach(manage, reader);
    if (FAILED(hr)) {
        ISCardManage_Release(manage);
        return failure(hr, NULL, "cannot attach to the card in '%s'", reader);
    }
    *out = manage;
    return EXIT_GOOD;
}

void manager_close(ISCardManage *manage) {
    if (manage == NULL)
        return;
    while (SUCCEEDED(ISCardManage_SCardUnlock(manage, LEAVE)))
        ;
    ISCardManage_Detach(manage);
    ISCardManage_Release(manage);
}

BSTR manager_text(const char *text) {
    wchar_t *wide = text_to_wide(text);
    BSTR made = wide ? SysAllocString(wide) : NULL;
    free(wide);
    return made;
}

/* Identifiers lead down from the current directory, unless a separator stands before them. */
static bool is_relative(const char *directory) {
    const size_t size = strcspn(directory, "/\\");
    return size == ID_DIGITS && strspn(directory, "0123456789ABCDEFabcdef") == size;
}

HRESULT manager_enter(ISCardFileAccess *files, const char *directory) {
    if (directory == NULL)
        return S_OK;
    const size_t room = strlen(directory) + 2;
    char *whole = malloc(room);
    if (whole == NULL)
        return E_OUTOFMEMORY;
    (void)snprintf(whole, room, "%s%s", is_relative(directory) ? "/" : "", directory);
    BSTR name = manager_text(whole);
    free(whole);
    const HRESULT hr = name ? ISCardFileAccess_ChangeDir(files, SC_TYPE_BY_ANY, name) : E_OUTOFMEMORY;
    SysFreeString(name);
    return hr;
}
