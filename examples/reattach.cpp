/*
 * reattach.cpp: the card is reset by another program; ReAttach repairs the connection, and then keeps the
 * card for this program alone. In C++.
 *
 *   reattach [READER]      without a name: "Simulated Reader 00"
 *
 * The other program is played by a second object.
 */
#include <clocale>
#include <cstdio>
#include <cstdlib>

#include "scardssp.h"

static void show(const char *call, HRESULT hr) {
    std::printf("%-28s 0x%08X\n", call, static_cast<unsigned>(hr));
}

/* A new card object, attached to the reader in shared mode. */
static HRESULT attach(const wchar_t *name, ISCard **out) {
    ISCard *pISCard = nullptr;
    HRESULT hr =
        CoCreateInstance(CLSID_CSCard, nullptr, CLSCTX_ALL, IID_ISCard, reinterpret_cast<void **>(&pISCard));
    if (FAILED(hr))
        return hr;
    BSTR reader = SysAllocString(name);
    hr = pISCard->AttachByReader(reader, SHARED, static_cast<SCARD_PROTOCOLS>(T0 | T1));
    SysFreeString(reader);
    if (FAILED(hr)) {
        pISCard->Release();
        return hr;
    }
    *out = pISCard;
    return S_OK;
}

/* What a program does whose connection was lost, and that wants the card for itself afterwards. */
static HRESULT repair(ISCard *pISCard, ISCard *pOther) {
    SCARD_STATES state;
    HRESULT hr = pOther->ReAttach(SHARED, RESET);
    show("other: ReAttach RESET", hr);

    hr = pISCard->get_Status(&state);
    show("get_Status", hr); // SCARD_W_RESET_CARD, 0x80100068

    // Reattach to the smart card.
    hr = pISCard->ReAttach(SHARED, LEAVE);
    if (FAILED(hr)) {
        std::printf("Failed ReAttach\n");
        return hr;
    }
    show("ReAttach SHARED", hr);

    hr = pISCard->ReAttach(EXCLUSIVE, LEAVE);
    show("ReAttach EXCLUSIVE", hr); // SCARD_E_SHARING_VIOLATION, 0x8010000B: the other is still there
    pOther->Detach(LEAVE);
    hr = pISCard->ReAttach(EXCLUSIVE, LEAVE);
    show("ReAttach EXCLUSIVE, alone", hr);
    if (FAILED(hr))
        return hr;

    hr = pISCard->get_Status(&state);
    show("get_Status", hr);
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    std::setlocale(LC_ALL, "");
    std::mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 00", 127);

    CoInitialize(nullptr);
    ISCard *pISCard = nullptr, *pOther = nullptr;
    HRESULT hr = attach(name, &pISCard);
    if (SUCCEEDED(hr))
        hr = attach(name, &pOther);
    if (SUCCEEDED(hr))
        hr = repair(pISCard, pOther);
    if (pOther)
        pOther->Release(); // the last Release detaches with LEAVE
    if (pISCard)
        pISCard->Release();
    CoUninitialize();
    if (FAILED(hr))
        std::fprintf(stderr, "reattach: error 0x%08X\n", static_cast<unsigned>(hr));
    return FAILED(hr) ? 1 : 0;
}
