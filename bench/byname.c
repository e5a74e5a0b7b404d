/*
 * P17: what a call by name adds to Transaction on the simulator, as a program makes it that looks the name up
 * once: IDispatch::Invoke against the slot of the vtable.
 */
#include <stdio.h>
#include <string.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#include <scardssp_rm.h>

#define TURNS 400
#define BLOCK 500 /* calls in a step: the clock would cost as much as one */

struct byname {
    struct subject subject;
    IDispatch *dispatch;
    DISPID transaction;
};

static bool by_name(void *opaque) {
    struct byname *byname = opaque;
    VARIANT argument;
    DISPPARAMS arguments = {.rgvarg = &argument, .cArgs = 1};
    HRESULT hr = S_OK;
    V_VT(&argument) = VT_BYREF | VT_DISPATCH;
    V_DISPATCHREF(&argument) = (IDispatch **)&byname->subject.cmd;
    for (int i = 0; i < BLOCK && hr == S_OK; ++i)
        hr = IDispatch_Invoke(byname->dispatch, byname->transaction, &IID_NULL, LOCALE_SYSTEM_DEFAULT,
                              DISPATCH_METHOD, &arguments, NULL, NULL, NULL);
    return hr == S_OK;
}

static bool by_vtable(void *opaque) {
    struct byname *byname = opaque;
    HRESULT hr = S_OK;
    for (int i = 0; i < BLOCK && hr == S_OK; ++i)
        hr = ISCard_Transaction(byname->subject.card, &byname->subject.cmd);
    return hr == S_OK;
}

static bool find_name(struct byname *byname) {
    wchar_t name[] = L"Transaction";
    LPOLESTR names[] = {name};
    return ISCard_QueryInterface(byname->subject.card, &IID_IDispatch, (void **)&byname->dispatch) == S_OK &&
           IDispatch_GetIDsOfNames(byname->dispatch, &IID_NULL, names, 1, LOCALE_SYSTEM_DEFAULT,
                                   &byname->transaction) == S_OK;
}

size_t rows_byname(struct row *rows, double effort) {
    struct byname byname = {.dispatch = NULL};
    struct pairs_result result;
    const char *why = "a call failed";
    rows[0] =
        (struct row){.number = "P17", .what = "Transaction by name, added: ns", .target = 80, .decimals = 1};
    const bool open = SUCCEEDED(scardssp_use_rm("sim", NULL, 0)) &&
                      subject_open(&byname.subject, "Simulated Reader 00", T1, &why);
    if (open && find_name(&byname) &&
        pairs_run(by_name, by_vtable, &byname, (size_t)(TURNS * effort), &result)) {
        rows[0].value = (result.ratio - 1) * result.reference / BLOCK;
        rows[0].low = (result.low - 1) * result.reference / BLOCK;
        rows[0].high = (result.high - 1) * result.reference / BLOCK;
        (void)snprintf(rows[0].measured, sizeof rows[0].measured, "%.1f / %.1f ns", result.ours / BLOCK,
                       result.reference / BLOCK);
    } else {
        (void)snprintf(rows[0].skipped, sizeof rows[0].skipped, "%s", why);
    }
    if (byname.dispatch)
        IDispatch_Release(byname.dispatch);
    subject_close(&byname.subject);
    return 1;
}
